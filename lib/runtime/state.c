/* SPDX-License-Identifier: MIT */
/*
 * Interpreters, threads, collector and allocator, read by a layout.
 *
 * Source: CPython 3.11, Include/internal/pycore_runtime.h, pycore_interp.h,
 * pycore_gc.h.
 */
#include <stdlib.h>

#include "runtime/internal.h"

bool coil_runtime_is_finalized(const struct coil_image *image,
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

	if (coil_runtime_is_finalized(r->image, l, r->info.runtime))
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
		return coil_about_address(
			err,
			coil_fail(err, COIL_E_BAD_DATA,
				  "CPython %s, layout %s: no main interpreter",
				  r->info.version, l->name),
			main);
	r->interpreter_count = 0;
	for (int i = 0; i < COIL_INTERPRETERS_MAX; i++) {
		if (!APPEND(r->interpreters, r->interpreter_count, capacity,
			    i ? at : main))
			return coil_fail(err, COIL_E_NOMEM, "out of memory");
		if (i)
			at = coil_field(r->image, at,
					l->PyInterpreterState.next);
		if (at == main)
			at = coil_field(r->image, at,
					l->PyInterpreterState.next);
		if (!at)
			return COIL_OK;
	}
	return coil_about_address(
		err,
		coil_fail(err, COIL_E_BAD_DATA,
			  "CPython %s, layout %s: the list of interpreters "
			  "does not end",
			  r->info.version, l->name),
		at);
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

enum coil_status coil_runtime_read_state(struct coil_runtime *r,
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
