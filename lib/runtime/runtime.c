/* SPDX-License-Identifier: MIT */
/*
 * The interpreter in an image: its version, the layout bound to it, its
 * interpreters, threads and collector.
 *
 * Source: CPython 3.11, Include/internal/pycore_runtime.h, pycore_interp.h,
 * pycore_gc.h, Include/cpython/pystate.h.
 */

#include "runtime/told.h"

#include <stdio.h>
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

/* Whether there was an interpreter, and none is left: the number of the next
 * one, behind the pointer to the main one, was counted up.  Source: struct
 * pyinterpreters; before the first one it is -1 or 0. */
static bool is_finalized(const struct coil_image *image,
			 const struct coil_layout *l, uint64_t runtime)
{
	const uint32_t at = l->_PyRuntimeState.interpreters_main;
	uint64_t head, main, next;

	return coil_image_word(image,
			       runtime + l->_PyRuntimeState.interpreters_head,
			       &head) &&
	       coil_image_word(image, runtime + at, &main) &&
	       coil_image_word(image, runtime + at + 8, &next) && !head &&
	       !main && next && next < 1u << 31;
}

/* Main interpreter first, the others newest first. */
static enum coil_status list_interpreters(struct coil_runtime *r,
					  struct coil_error *err)
{
	const struct coil_layout *l = r->layout;
	uint64_t main = coil_field(r->image, r->info.runtime,
				   l->_PyRuntimeState.interpreters_main);
	uint64_t at = coil_field(r->image, r->info.runtime,
				 l->_PyRuntimeState.interpreters_head);
	size_t capacity = r->interpreter_count;

	if (is_finalized(r->image, l, r->info.runtime))
		return coil_fail(err, COIL_E_BAD_DATA,
				 "CPython %s: it was finalized "
				 "(Py_Finalize), no interpreter is left",
				 r->info.version);
	if (!main && !at)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "CPython %s, layout %s: it has no interpreter "
				 "yet (Py_Initialize)",
				 r->info.version, l->name);
	if (!main ||
	    !coil_image_view(r->image, main, l->PyInterpreterState.size))
		return coil_fail(err, COIL_E_BAD_DATA,
				 "CPython %s, layout %s: no main interpreter",
				 r->info.version, l->name);
	r->interpreter_count = 0;
	for (int i = 0; i < COIL_INTERPRETERS_MAX; i++) {
		uint64_t *grown =
			coil_grow(r->interpreters, &capacity,
				  r->interpreter_count + 1, sizeof(*grown));

		if (!grown)
			return coil_fail(err, COIL_E_NOMEM, "out of memory");
		r->interpreters = grown;
		grown[r->interpreter_count++] = i ? at : main;
		if (i)
			at = coil_field(r->image, at,
					l->PyInterpreterState.next);
		if (at == main)
			at = coil_field(r->image, at,
					l->PyInterpreterState.next);
		if (!at)
			return COIL_OK;
	}
	return coil_fail(err, COIL_E_BAD_DATA,
			 "CPython %s, layout %s: the list of interpreters does "
			 "not end",
			 r->info.version, l->name);
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

static void count_thread(void *ctx, uint64_t tstate)
{
	uint64_t *count = ctx;

	(void)tstate;
	++*count;
}

/*
 * As gc.get_threshold() and gc.get_count() have it where there are spaces: the
 * third threshold is 0, and of the counts that of the visited space comes
 * first. Source: CPython 3.14.0, Modules/gcmodule.c.
 */
static void order_spaces(struct coil_runtime *r, uint64_t gc)
{
	const struct coil_layout *l = r->layout;
	uint32_t visited = 0;
	int32_t count = r->info.gc_count[1];

	if (l->strategy.gc_lists != COIL_GC_LISTS_INCREMENTAL)
		return;
	r->info.gc_threshold[2] = 0;
	if (l->_gc_runtime_state.visited_space == COIL_NO_FIELD ||
	    !coil_read32(r->image, gc + l->_gc_runtime_state.visited_space,
			 &visited) ||
	    visited != 1)
		return;
	r->info.gc_count[1] = r->info.gc_count[2];
	r->info.gc_count[2] = count;
}

/* The numbers of the collector of the main interpreter. */
static void read_collector(struct coil_runtime *r)
{
	const struct coil_layout *l = r->layout;
	uint64_t gc = coil_gc_state(r, r->interpreters[0]);
	uint32_t number;

	if (coil_read32(r->image, gc + l->_gc_runtime_state.enabled, &number))
		r->info.gc_enabled = number != 0;
	if (coil_read32(r->image, gc + l->_gc_runtime_state.collecting,
			&number))
		r->info.gc_collecting = number != 0;
	for (unsigned i = 0; i < 3 && i < l->constant.gc_generations; i++) {
		uint64_t generation = gc + l->_gc_runtime_state.generations +
				      (uint64_t)i * l->gc_generation.size;

		if (coil_read32(r->image,
				generation + l->gc_generation.threshold,
				&number))
			r->info.gc_threshold[i] = (int32_t)number;
		if (coil_read32(r->image, generation + l->gc_generation.count,
				&number))
			r->info.gc_count[i] = (int32_t)number;
	}
	order_spaces(r, gc);
}

/* What is known of the layout and the version before anything is read by it. */
static void take_layout(struct coil_runtime *r,
			const struct coil_layout *layout,
			const struct coil_version *version)
{
	size_t used = 0;

	r->layout = layout;
	r->info.layout = layout->name;
	r->info.untested = layout->untested;
	r->info.hexversion = version->hex ? version->hex : layout->first;
	r->info.version_source = version->source;
	coil_version_format(r->info.hexversion, r->info.version,
			    sizeof(r->info.version));
	r->info.debug = layout->debug;
	r->info.free_threaded = layout->free_threaded;
	r->info.threads = 0;
	r->info.arenas = 0;
	r->info.release = coil_layout_release(layout, r->info.hexversion);
	memset(r->info.proved_on, 0, sizeof(r->info.proved_on));
	for (uint32_t i = 0; i < layout->proved_count; i++) {
		char text[32];

		coil_version_format(layout->proved[i], text, sizeof(text));
		if (used + strlen(text) + 2 > sizeof(r->info.proved_on))
			return;
		used += (size_t)snprintf(r->info.proved_on + used,
					 sizeof(r->info.proved_on) - used,
					 "%s%s", used ? " " : "", text);
	}
}

/* Interpreters, threads, collector and allocator, by the layout. */
static enum coil_status read_runtime(struct coil_runtime *r,
				     struct coil_error *err)
{
	const struct coil_layout *layout = r->layout;
	enum coil_status st = list_interpreters(r, err);

	if (st != COIL_OK)
		return st;
	r->info.interpreters = r->interpreter_count;
	for (size_t i = 0; i < r->interpreter_count; i++)
		coil_threads(r->image, r->layout, r->interpreters[i],
			     count_thread, &r->info.threads);
	read_collector(r);
	coil_obmalloc_free(&r->obmalloc);
	r->obmalloc = (struct coil_obmalloc){
		.image = r->image,
		.layout = layout,
		.module = r->module,
		.runtime = r->info.runtime,
		.interpreters = r->interpreters,
		.interpreter_count = r->interpreter_count,
	};
	if (coil_obmalloc_find(&r->obmalloc) != COIL_OK)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	r->info.allocator = r->obmalloc.is;
	r->info.debug_hooks = r->obmalloc.debug_hooks;
	r->info.arenas = r->obmalloc.arenas;
	return COIL_OK;
}

/*
 * Read everything by @layout, and hold it against what the process tells of
 * its structs and what must be true.  @passed: how many of these were.
 */
static enum coil_status bind_layout(struct coil_runtime *r,
				    const struct coil_layout *layout,
				    const struct coil_version *version,
				    struct coil_told *told, unsigned *passed,
				    struct coil_error *err)
{
	enum coil_status st;

	*told = (struct coil_told){0};
	*passed = 0;
	take_layout(r, layout, version);
	if (version->interpreter_size && layout->PyInterpreterState.size &&
	    version->interpreter_size != layout->PyInterpreterState.size)
		coil_told_compare(told, "PyInterpreterState.size", true,
				  version->interpreter_size,
				  layout->PyInterpreterState.size,
				  "_Py_DebugOffsets", "interpreter_state_size");
	coil_told_offsets(r, told);
	if (told->wrong)
		return coil_told_judge(r, told, err);
	++*passed;
	st = read_runtime(r, err);
	if (st == COIL_OK)
		st = coil_runtime_check(r, err);
	if (st != COIL_OK)
		return st;
	++*passed;
	coil_told_types(r, told);
	r->info.sizes_agree = told->sizes;
	r->info.offsets_agree = told->offsets;
	st = coil_told_judge(r, told, err);
	if (st == COIL_OK &&
	    (r->info.release != COIL_RELEASE_PROVED || r->owned_layout))
		st = coil_runtime_check_objects(r, err);
	return st;
}

/* No layout was made for this version. */
static enum coil_status no_layout(const struct coil_runtime *r,
				  const struct coil_version *version,
				  struct coil_error *err)
{
	const char *path = r->module ? r->module->path : "no module";
	const struct coil_layout *near = coil_layout_nearest(version->hex);
	char text[32] = "of unknown version";

	if (version->hex)
		coil_version_format(version->hex, text, sizeof(text));
	return coil_fail(err, COIL_E_UNSUPPORTED,
			 "CPython %s%s%s (%s): no layout (nearest: %s); make "
			 "one with coil-layout(1) and give it with --layout",
			 text, version->debug ? ", debug build" : "",
			 version->free_threaded ? ", free-threaded" : "", path,
			 near ? near->name : "none");
}

/* The layouts compiled in that may hold for @version, the first that does; else
 * why the one that went farthest, with the fewest differences, does not. */
static enum coil_status choose_layout(struct coil_runtime *r,
				      const struct coil_version *version,
				      struct coil_error *err)
{
	enum coil_status kept = no_layout(r, version, err);
	unsigned farthest = 0;
	uint32_t fewest = UINT32_MAX;

	for (size_t i = 0; i < coil_layout_count; i++) {
		struct coil_told told;
		struct coil_error why;
		enum coil_status st;
		unsigned passed;

		if (!coil_layout_fits(coil_layouts[i], version->hex,
				      version->debug, version->free_threaded))
			continue;
		st = bind_layout(r, coil_layouts[i], version, &told, &passed,
				 &why);
		if (st == COIL_OK)
			return st;
		if (passed < farthest ||
		    (passed == farthest && told.wrong >= fewest))
			continue;
		farthest = passed;
		fewest = told.wrong;
		kept = coil_fail(err, st, "%s", why.text);
	}
	return kept;
}

/*
 * The version of an interpreter whose module tells none, by the layout that
 * fits what stands at @address (0: anywhere).
 */
static bool recognise(struct coil_runtime *r, const struct coil_layout *layout,
		      uint64_t address, struct coil_version *version)
{
	uint32_t hex;

	/* A debug build's module says that it is one. */
	if (r->module && layout->debug != version->debug)
		return false;
	if (!address)
		address = coil_runtime_search(r->image, layout);
	else if (!coil_runtime_matches(r->image, layout, address))
		address = 0;
	if (!address)
		return false;
	/* Without a module, sys does: the states of two builds may be alike. */
	if (!r->module && !coil_version_agrees(r->image, layout, address))
		return false;
	r->info.runtime = address;
	coil_version_read(r->image, NULL, address, version);
	hex = coil_version_of_sys(r->image, layout, address);
	if (hex)
		version->hex = hex;
	version->source = COIL_VERSION_STRUCTURE;
	version->debug = layout->debug;
	version->free_threaded = layout->free_threaded;
	return true;
}

static enum coil_status recognise_any(struct coil_runtime *r,
				      struct coil_version *version,
				      struct coil_error *err)
{
	uint64_t symbol = r->info.runtime;

	for (size_t i = 0; i < coil_layout_count; i++) {
		const struct coil_layout *l = coil_layouts[i];

		if (recognise(r, l, symbol, version) &&
		    coil_layout_fits(l, version->hex, l->debug,
				     l->free_threaded))
			return COIL_OK;
	}
	/* What fits no layout may only not be all there. */
	if (symbol && coil_image_is_cut(r->image))
		return coil_fail(err, COIL_E_BAD_DATA,
				 "no layout fits what is there of CPython");
	/* Up to 3.10 no symbol tells the version. */
	for (size_t i = 0; symbol && i < coil_layout_count; i++)
		if (coil_layouts[i]->debug == version->debug &&
		    coil_layouts[i]->first < 0x030b0000 &&
		    is_finalized(r->image, coil_layouts[i], symbol))
			return coil_fail(
				err, COIL_E_BAD_DATA,
				"CPython (%s): it was finalized "
				"(Py_Finalize), no interpreter is left",
				r->module ? r->module->path : "?");
	if (symbol)
		return no_layout(r, version, err);
	return coil_fail(err, COIL_E_NOT_PYTHON,
			 "no CPython found: neither the symbol _PyRuntime "
			 "nor a structure like it");
}

enum coil_status coil_runtime_open(const struct coil_image *image,
				   const char *layout_file,
				   struct coil_runtime **out,
				   struct coil_error *err)
{
	_cleanup_runtime_ struct coil_runtime *r = calloc(1, sizeof(*r));
	struct coil_version version = {0};
	struct coil_told told;
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
	} else if (!version.hex)
		st = recognise_any(r, &version, err);
	if (st != COIL_OK)
		return st;
	if (!r->info.runtime && !recognise(r, r->owned_layout, 0, &version))
		return coil_fail(err, COIL_E_NOT_PYTHON,
				 "no CPython found: nothing fits layout %s",
				 r->owned_layout->name);
	if (!r->module)
		r->module = coil_image_module_at(image, r->info.runtime);
	if (r->owned_layout)
		st = bind_layout(r, r->owned_layout, &version, &told, &passed,
				 err);
	else
		st = choose_layout(r, &version, err);
	if (st != COIL_OK)
		return st;
	*out = steal(r);
	return COIL_OK;
}
