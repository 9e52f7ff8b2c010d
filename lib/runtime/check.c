/* SPDX-License-Identifier: MIT */
/*
 * Self-checks: what must be true of an interpreter if a layout is right for it.
 * They ask for what a program that crashed leaves alone; memory that was not
 * captured passes.
 *
 * Source: CPython 3.11, Objects/typeobject.c (PyType_Type: its own type,
 * tp_basicsize is sizeof(PyHeapTypeObject), tp_itemsize that of PyMemberDef),
 * Modules/gcmodule.c (generation0 points to the first list; lists are rings),
 * Objects/obmalloc.c (pool_header.ref.count), Objects/object.c (_PyNone_Type).
 */

#include "runtime/internal.h"

static uint64_t main_interpreter(const struct coil_runtime *r)
{
	return r->interpreters[0];
}

/* type(type(modules)), 0 where it is not captured. */
static uint64_t type_type(const struct coil_runtime *r)
{
	uint64_t modules = coil_field(r->image, main_interpreter(r),
				      r->layout->PyInterpreterState.modules);

	return coil_type_of(r->image, r->layout,
			    coil_type_of(r->image, r->layout, modules));
}

/* From 3.11 the main interpreter is a part of _PyRuntime. */
static bool check_main(const struct coil_runtime *r)
{
	uint32_t at = r->layout->_PyRuntimeState.main_interpreter;

	return at == COIL_NO_FIELD ||
	       main_interpreter(r) == r->info.runtime + at;
}

static bool check_type(const struct coil_runtime *r)
{
	uint64_t type = type_type(r);

	return !type || coil_type_of(r->image, r->layout, type) == type;
}

static bool check_type_size(const struct coil_runtime *r)
{
	const struct coil_layout *l = r->layout;
	uint64_t type = type_type(r), size;

	return !type ||
	       !coil_image_word(r->image, type + l->PyTypeObject.tp_basicsize,
				&size) ||
	       size == l->PyHeapTypeObject.size;
}

static bool check_none(const struct coil_runtime *r)
{
	uint64_t none = r->module ? coil_module_symbol(r->image, r->module,
						       "_Py_NoneStruct", NULL)
				  : 0;
	uint64_t type = coil_type_of(r->image, r->layout, none);
	uint64_t name = type ? coil_field(r->image, type,
					  r->layout->PyTypeObject.tp_name)
			     : 0;
	const char *text = name ? coil_image_string(r->image, name, 16) : NULL;

	return !text || strcmp(text, "NoneType") == 0;
}

static bool check_threads(const struct coil_runtime *r)
{
	const struct coil_layout *l = r->layout;

	for (size_t i = 0; i < r->interpreter_count; i++) {
		uint64_t thread =
			coil_field(r->image, r->interpreters[i],
				   l->PyInterpreterState.threads_head);
		uint64_t interp;

		if (thread &&
		    coil_image_word(r->image, thread + l->PyThreadState.interp,
				    &interp) &&
		    interp != r->interpreters[i])
			return false;
	}
	return true;
}

static bool check_generation0(const struct coil_runtime *r)
{
	const struct coil_layout *l = r->layout;
	uint64_t gc = coil_gc_state(r, main_interpreter(r)), first;

	return l->_gc_runtime_state.generation0 == COIL_NO_FIELD ||
	       l->strategy.gc_lists == COIL_GC_LISTS_NONE ||
	       !coil_image_word(r->image, gc + l->_gc_runtime_state.generation0,
				&first) ||
	       first == coil_runtime_gc_list(r, main_interpreter(r), 0);
}

/* A ring's head is the neighbour of one of its neighbours at least.  Most must
 * be rings: a program that crashed may have spoilt one. */
static bool check_gc_lists(const struct coil_runtime *r)
{
	const struct coil_layout *l = r->layout;
	unsigned rings = 0, broken = 0;

	if (l->strategy.gc_lists == COIL_GC_LISTS_NONE)
		return true;
	for (unsigned i = 0; i <= l->constant.gc_generations; i++) {
		uint64_t head = coil_runtime_gc_list(r, main_interpreter(r), i);
		uint64_t next, prev, back, forth;

		if (!coil_image_word(r->image, head + l->PyGC_Head._gc_next,
				     &next) ||
		    !coil_image_word(r->image, head + l->PyGC_Head._gc_prev,
				     &prev))
			continue;
		if (!coil_image_word(r->image,
				     (next & ~3ull) + l->PyGC_Head._gc_prev,
				     &back) ||
		    !coil_image_word(r->image,
				     (prev & ~3ull) + l->PyGC_Head._gc_next,
				     &forth))
			continue;
		if ((back & ~3ull) == head || (forth & ~3ull) == head)
			rings++;
		else
			broken++;
	}
	return rings >= broken;
}

static bool check_pools(const struct coil_runtime *r)
{
	return coil_obmalloc_pools_hold(&r->obmalloc);
}

static bool check_pages(const struct coil_runtime *r)
{
	return coil_obmalloc_pages_hold(&r->obmalloc);
}

static const struct check {
	bool (*passes)(const struct coil_runtime *runtime);
	const char *what;
} checks[] = {
	{check_main, "the main interpreter is elsewhere"},
	{check_type, "type is not its own type"},
	{check_type_size, "type objects have another size"},
	{check_none, "None's type is not called NoneType"},
	{check_threads, "a thread belongs to another interpreter"},
	{check_generation0, "the collector's youngest generation is "
			    "elsewhere"},
	{check_gc_lists, "the collector's lists do not close"},
	{check_pools, "pool headers do not add up"},
	{check_pages, "mimalloc's pages are elsewhere"},
};

enum coil_status coil_runtime_check(const struct coil_runtime *runtime,
				    struct coil_error *err)
{
	for (size_t i = 0; i < countof(checks); i++) {
		if (!checks[i].passes(runtime))
			return coil_fail(err, COIL_E_BAD_DATA,
					 "CPython %s, layout %s: %s",
					 runtime->info.version,
					 runtime->layout->name, checks[i].what);
	}
	return COIL_OK;
}
