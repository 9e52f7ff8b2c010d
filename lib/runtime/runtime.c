/* SPDX-License-Identifier: MIT */
/*
 * The interpreter in an image: its version, the layout bound to it, its
 * interpreters, threads and collector.
 *
 * Source: CPython 3.11, Include/internal/pycore_runtime.h, pycore_interp.h,
 * pycore_gc.h, Include/cpython/pystate.h.
 */

#include "runtime/self.h"

#include <stdlib.h>

static void runtime_guard(struct coil_runtime **runtime)
{
	coil_runtime_close(*runtime);
}
#define _cleanup_runtime_ __attribute__((cleanup(runtime_guard)))

void coil_runtime_close(struct coil_runtime *runtime)
{
	if (!runtime)
		return;
	coil_layout_free(runtime->owned_layout);
	free(runtime->interpreters);
	coil_obmalloc_free(&runtime->obmalloc);
	free(runtime);
}

uint64_t coil_runtime_top_frame(const struct coil_runtime *runtime,
				uint64_t tstate)
{
	const struct coil_layout *l = runtime->layout;
	uint64_t cframe;

	switch (l->strategy.frames) {
	case COIL_FRAMES_CFRAME:
		cframe = coil_field(runtime->image, tstate,
				    l->PyThreadState.cframe);
		return cframe ? coil_field(runtime->image, cframe,
					   l->_PyCFrame.current_frame)
			      : 0;
	case COIL_FRAMES_THREAD_STATE:
		return coil_field(runtime->image, tstate,
				  l->PyThreadState.current_frame);
	case COIL_FRAMES_OBJECT:
		return coil_field(runtime->image, tstate,
				  l->PyThreadState.frame);
	}
	return 0;
}

uint64_t coil_runtime_gc_list(const struct coil_runtime *runtime,
			      uint64_t interpreter, unsigned index)
{
	const struct coil_layout *l = runtime->layout;
	uint64_t gc = coil_gc_state(runtime, interpreter);

	if (index >= l->constant.gc_generations)
		return gc + l->_gc_runtime_state.permanent_generation +
		       l->gc_generation.head;
	return gc + l->_gc_runtime_state.generations +
	       (uint64_t)index * l->gc_generation.size + l->gc_generation.head;
}

enum coil_status coil_runtime_open(const struct coil_image *image,
				   const char *layout_file,
				   struct coil_runtime **out,
				   struct coil_error *err)
{
	_cleanup_runtime_ struct coil_runtime *r = calloc(1, sizeof(*r));
	struct coil_version version = {0};
	struct coil_self self;
	enum coil_status st = COIL_OK;
	unsigned passed;

	if (!r)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	r->image = image;
	r->info.runtime =
		coil_image_symbol(image, "_PyRuntime", NULL, &r->module);
	if (r->info.runtime)
		coil_version_read(image, r->module, r->info.runtime, &version);
	if (layout_file) {
		st = coil_layout_read(layout_file, &r->owned_layout, err);
		if (st == COIL_OK)
			st = coil_layout_usable(r->owned_layout, err);
		if (st == COIL_OK && r->module &&
		    r->owned_layout->debug != version.debug)
			st = coil_fail(err, COIL_E_UNSUPPORTED,
				       "layout %s is for %s builds, which this "
				       "is not",
				       r->owned_layout->name,
				       version.debug ? "release" : "debug");
		st = coil_about_file(err, st, layout_file);
	} else if (!version.hex)
		st = coil_runtime_recognise_any(r, &version, err);
	if (st != COIL_OK)
		return coil_about_address(err, st, r->info.runtime);
	if (!r->info.runtime &&
	    !coil_runtime_recognise(r, r->owned_layout, 0, &version))
		return coil_fail(err, COIL_E_NOT_PYTHON,
				 "no CPython found: nothing fits layout %s",
				 r->owned_layout->name);
	if (!r->module)
		r->module = coil_image_module_at(image, r->info.runtime);
	if (r->owned_layout)
		st = coil_runtime_bind(r, r->owned_layout, &version, &self,
				       &passed, err);
	else
		st = coil_runtime_choose(r, &version, err);
	if (st != COIL_OK)
		return coil_about_address(err, st, r->info.runtime);
	*out = steal(r);
	return COIL_OK;
}
