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

/* Enough to tell a wrong layout; the walk of the heap sees every pool. */
#define POOLS_CHECKED 64

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

bool coil_pool_count(const struct coil_runtime *r, uint64_t pool,
		     uint32_t *used)
{
	const struct coil_layout *l = r->layout;
	uint32_t pool_size = l->constant.pool_size;
	const uint8_t *p = coil_image_view(r->image, pool, pool_size);
	uint32_t size, carved, free_blocks = 0, next;
	uint64_t block;

	if (!p)
		return false;
	size = (load32(p + l->pool_header.szidx) + 1) *
	       l->constant.pool_alignment;
	next = load32(p + l->pool_header.nextoffset);
	if (!size || size > pool_size || next < l->constant.pool_overhead ||
	    next > pool_size)
		return false;
	carved = (next - l->constant.pool_overhead) / size;
	for (block = load64(p + l->pool_header.freeblock); block;
	     block = load64(p + (block - pool))) {
		if (block - pool < l->constant.pool_overhead ||
		    block - pool > pool_size - size || free_blocks == carved)
			return false;
		free_blocks++;
	}
	*used = carved - free_blocks;
	return *used == load32(p + l->pool_header.ref_count);
}

struct sample {
	uint32_t checked, right;
};

/* One pool an arena. */
static void check_table(const struct coil_runtime *r,
			const struct coil_arena_table *table,
			struct sample *sample)
{
	const struct coil_layout *l = r->layout;
	uint32_t used;

	for (uint32_t i = 0;
	     i < table->count && sample->checked < POOLS_CHECKED; i++) {
		uint64_t slot = table->address +
				(uint64_t)i * l->arena_object.size,
			 pool;
		uint64_t end = coil_field(r->image, slot,
					  l->arena_object.pool_address);

		if (!coil_arena_valid(r, table->address, i))
			continue;
		pool = coil_arena_first_pool(
			l, coil_field(r->image, slot, l->arena_object.address));
		/* Pools that are free again have a stale header. */
		if (pool >= end ||
		    coil_field(r->image, slot, l->arena_object.freepools) ||
		    !coil_image_view(r->image, pool, l->constant.pool_size))
			continue;
		sample->checked++;
		sample->right += coil_pool_count(r, pool, &used);
	}
}

/* Most of a sample: a crash may have spoilt a few. */
static bool check_pools(const struct coil_runtime *r)
{
	struct sample sample = {0, 0};

	for (size_t i = 0; i < r->table_count; i++)
		check_table(r, &r->tables[i], &sample);
	return sample.right * 2 >= sample.checked;
}

/* Pages in the queues of a thread's heap. */
static void count_pages(const struct coil_runtime *r, uint64_t heap,
			uint32_t *checked, uint32_t *right)
{
	const struct coil_layout *l = r->layout;

	for (uint32_t q = 0; q < l->constant.mi_queues; q++) {
		uint64_t page = coil_field(r->image, heap,
					   l->mi_heap_s.pages +
						   q * l->mi_page_queue_s.size +
						   l->mi_page_queue_s.first);
		uint64_t at = (page & (l->constant.mi_segment_size - 1)) -
			      l->mi_segment_s.slices;
		const uint8_t *p = page ? coil_image_view(r->image, page,
							  l->mi_page_s.size)
					: NULL;

		/* A number, and no page that was not captured. */
		if (page && page < l->constant.mi_segment_size)
			++*checked;
		if (!p)
			continue;
		++*checked;
		/* Its place is one of a description, of a page's first slice,
		 * and it has blocks. */
		*right += at % l->mi_page_s.size == 0 &&
			  at / l->mi_page_s.size < l->constant.mi_slices &&
			  !load32(p + l->mi_page_s.slice_offset) &&
			  load32(p + l->mi_page_s.block_size) &&
			  load16(p + l->mi_page_s.used) <=
				  load16(p + l->mi_page_s.capacity);
	}
}

struct pages {
	const struct coil_runtime *runtime;
	uint32_t checked, right;
};

static void check_thread(void *ctx, uint64_t tstate)
{
	struct pages *pages = ctx;
	const struct coil_layout *l = pages->runtime->layout;

	for (uint32_t i = 0;
	     i < l->constant.mi_heaps && pages->checked < POOLS_CHECKED; i++)
		count_pages(pages->runtime,
			    tstate + l->PyThreadState_t.mi_heaps +
				    (uint64_t)i * l->mi_heap_s.size,
			    &pages->checked, &pages->right);
}

/* Most of a sample of mimalloc's pages. */
static bool check_pages(const struct coil_runtime *r)
{
	struct pages pages = {.runtime = r};

	if (r->layout->strategy.arenas != COIL_ARENAS_MIMALLOC)
		return true;
	coil_runtime_threads(r, main_interpreter(r), check_thread, &pages);
	return pages.right * 2 >= pages.checked;
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
