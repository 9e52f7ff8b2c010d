/* SPDX-License-Identifier: MIT */
/*
 * Memory of a made interpreter: what malloc and pymalloc would have given, and
 * the state of the runtime that leads to it.
 *
 * Source: CPython 3.11, Objects/obmalloc.c (struct pool_header, struct
 * arena_object), Modules/gcmodule.c, Include/internal/pycore_runtime.h; where a
 * field is, the layout says.
 */
#include <stdio.h>
#include <stdlib.h>

#include "heapimage.h"
#include "image/build.h"
#include "layout/table.h"
#include "runtime/self.h"

#define LOW	   0x10000000u
#define LOW_SIZE   0x200000u
#define ARENA	   0x20000000u
#define DATA	   0x40000000u /* above: where libraries are */
#define DATA_SIZE  0x100000u
#define STACK	   0x7f0000000000u
#define STACK_SIZE 0x4000u
#define BLOCKS	   512u /* bytes of the largest block of pymalloc */
#define SLICES	   96u	/* of mimalloc's segment */

static void *need(void *p)
{
	if (!p)
		abort();
	return p;
}

void heapimage_note(struct heapimage_list *list, uint64_t address)
{
	if (!APPEND(list->at, list->count, list->room, address))
		abort();
}

uint8_t *heapimage_at(const struct heapimage *h, uint64_t address,
		      uint64_t count)
{
	const struct heapimage_region *regions[] = {&h->low, &h->arena,
						    &h->data, &h->stack};

	for (size_t i = 0; i < countof(regions); i++) {
		const struct heapimage_region *r = regions[i];

		if (address >= r->start && address - r->start <= r->used &&
		    count <= r->used - (address - r->start))
			return r->bytes + (address - r->start);
	}
	return NULL;
}

void heapimage_put(struct heapimage *h, uint64_t address, uint64_t value)
{
	memcpy(need(heapimage_at(h, address, 8)), &value, 8);
}

void heapimage_put32(struct heapimage *h, uint64_t address, uint32_t value)
{
	memcpy(need(heapimage_at(h, address, 4)), &value, 4);
}

void heapimage_put_field(struct heapimage *h, uint64_t base, uint32_t field,
			 uint64_t value)
{
	if (field != COIL_NO_FIELD)
		heapimage_put(h, base + field, value);
}

void heapimage_put_field32(struct heapimage *h, uint64_t base, uint32_t field,
			   uint32_t value)
{
	if (field != COIL_NO_FIELD)
		heapimage_put32(h, base + field, value);
}

uint64_t heapimage_malloc(struct heapimage *h, uint64_t size)
{
	uint64_t chunk = max64(align_up(size + 8, 16), 32);
	uint64_t at = h->low.start + h->low.used;

	if (h->low.size - h->low.used < chunk)
		abort();
	h->low.used += chunk;
	heapimage_put(h, at - 8, chunk | 1);
	return at;
}

uint64_t heapimage_static(struct heapimage *h, uint64_t size)
{
	uint64_t at = h->data.start + h->data.used;

	if (!h->bare)
		return heapimage_malloc(h, size);
	if (h->data.size - h->data.used < align_up(size, 16))
		abort();
	h->data.used += align_up(size, 16);
	return at;
}

/* A pool for blocks of size class @index. */
static uint64_t carve_pool(struct heapimage *h, uint32_t index)
{
	const struct coil_layout *l = h->layout;
	uint64_t pool = h->arena.start + h->arena.used;
	uint64_t arena = h->arena.used / l->constant.arena_size;

	if (h->arena.size - h->arena.used < l->constant.pool_size)
		abort();
	h->arena.used += l->constant.pool_size;
	heapimage_note(&h->pools, pool);
	heapimage_put32(h, pool + l->pool_header.szidx, index);
	heapimage_put32(h, pool + l->pool_header.arenaindex,
			(uint32_t)(2 + arena));
	heapimage_put32(h, pool + l->pool_header.nextoffset,
			l->constant.pool_overhead);
	heapimage_put32(h, pool + l->pool_header.maxnextoffset,
			l->constant.pool_size -
				(index + 1) * l->constant.pool_alignment);
	h->class_pool[index] = pool;
	return pool;
}

uint64_t heapimage_block(struct heapimage *h, uint64_t size)
{
	const struct coil_layout *l = h->layout;
	uint32_t index, block, next;
	uint64_t pool;

	if (size > BLOCKS)
		return heapimage_malloc(h, size);
	if (h->mimalloc)
		return heapimage_mi_block(h, size);
	index = (uint32_t)((size ? size - 1 : 0) / l->constant.pool_alignment);
	block = (index + 1) * l->constant.pool_alignment;
	pool = h->class_pool[index];
	if (!pool)
		pool = carve_pool(h, index);
	next = load32(heapimage_at(h, pool + l->pool_header.nextoffset, 4));
	if (next + block > l->constant.pool_size) {
		pool = carve_pool(h, index);
		next = l->constant.pool_overhead;
	}
	heapimage_put32(h, pool + l->pool_header.nextoffset, next + block);
	return pool + next;
}

/* One block more in every pool, which is free. */
void heapimage_finish_pools(struct heapimage *h)
{
	const struct coil_layout *l = h->layout;
	uint32_t in_arena = l->constant.arena_size / l->constant.pool_size;

	if (h->finished)
		return;
	h->finished = true;
	if (h->mimalloc) {
		heapimage_mi_finish(h);
		return;
	}
	for (size_t i = 0; i < h->pools.count; i++) {
		uint64_t pool = h->pools.at[i];
		uint32_t szidx =
			load32(heapimage_at(h, pool + l->pool_header.szidx, 4));
		uint32_t block = (szidx + 1) * l->constant.pool_alignment;
		uint32_t next = load32(
			heapimage_at(h, pool + l->pool_header.nextoffset, 4));
		uint32_t used = (next - l->constant.pool_overhead) / block;

		heapimage_put32(h, pool + l->pool_header.ref_count, used);
		if (next + block > l->constant.pool_size)
			continue;
		heapimage_put(h, pool + l->pool_header.freeblock, pool + next);
		heapimage_put32(h, pool + l->pool_header.nextoffset,
				next + block);
	}
	for (uint32_t i = 0; i < HEAPIMAGE_ARENAS; i++) {
		uint64_t slot = h->table + (2 + i) * l->arena_object.size;
		uint64_t start = h->arena.start + i * l->constant.arena_size;
		uint64_t end = h->arena.start + h->arena.used;
		uint64_t carved =
			end > start ? min64(end - start, l->constant.arena_size)
				    : 0;

		if (!carved)
			continue;
		heapimage_put(h, slot + l->arena_object.address, start);
		heapimage_put(h, slot + l->arena_object.pool_address,
			      start + carved);
		heapimage_put32(
			h, slot + l->arena_object.nfreepools,
			in_arena - (uint32_t)(carved / l->constant.pool_size));
		heapimage_put32(h, slot + l->arena_object.ntotalpools,
				in_arena);
	}
}

uint64_t heapimage_buffer(struct heapimage *h, const void *bytes, uint64_t size)
{
	uint64_t at = heapimage_block(h, size);

	if (bytes)
		memcpy(heapimage_at(h, at, size), bytes, size);
	heapimage_note(&h->buffers, at);
	return at;
}

/* The collector's state: the interpreter's own, or that of them all. */
static uint64_t collector(const struct heapimage *h)
{
	const struct coil_layout *l = h->layout;

	return l->PyInterpreterState.gc != COIL_NO_FIELD
		       ? h->interpreter + l->PyInterpreterState.gc
		       : h->runtime + l->_PyRuntimeState.gc;
}

void heapimage_track(struct heapimage *h, uint64_t address)
{
	const struct coil_layout *l = h->layout;
	uint64_t head = collector(h) + l->_gc_runtime_state.generations +
			l->gc_generation.head;
	uint64_t at = address - l->PyGC_Head.size;

	heapimage_put(h, h->gc_last + l->PyGC_Head._gc_next, at);
	heapimage_put(h, at + l->PyGC_Head._gc_prev, h->gc_last);
	heapimage_put(h, at + l->PyGC_Head._gc_next, head);
	heapimage_put(h, head + l->PyGC_Head._gc_prev, at);
	h->gc_last = at;
}

static void make_collector(struct heapimage *h)
{
	const struct coil_layout *l = h->layout;
	uint64_t gc = collector(h);

	for (unsigned i = 0; i <= l->constant.gc_generations; i++) {
		uint64_t head =
			gc + l->gc_generation.head +
			(i < l->constant.gc_generations
				 ? l->_gc_runtime_state.generations +
					   i * l->gc_generation.size
				 : l->_gc_runtime_state.permanent_generation);

		heapimage_put(h, head + l->PyGC_Head._gc_next, head);
		heapimage_put(h, head + l->PyGC_Head._gc_prev, head);
		if (!i)
			h->gc_last = head;
	}
	if (l->_gc_runtime_state.generation0 != COIL_NO_FIELD)
		heapimage_put(h, gc + l->_gc_runtime_state.generation0,
			      gc + l->_gc_runtime_state.generations);
	heapimage_put32(h, gc + l->_gc_runtime_state.enabled, 1);
}

void heapimage_make_runtime(struct heapimage *h)
{
	const struct coil_layout *l = h->layout;
	uint64_t slots = 16ull * l->arena_object.size, state;
	uint32_t inside = l->_PyRuntimeState.main_interpreter;

	if (inside != COIL_NO_FIELD) {
		h->runtime = heapimage_static(
			h, inside + l->PyInterpreterState.size);
		h->interpreter = h->runtime + inside;
	} else {
		h->runtime = heapimage_static(h, l->_PyRuntimeState.size);
		h->interpreter =
			heapimage_malloc(h, l->PyInterpreterState.size);
	}
	heapimage_put(h, h->runtime + l->_PyRuntimeState.interpreters_head,
		      h->interpreter);
	heapimage_put(h, h->runtime + l->_PyRuntimeState.interpreters_main,
		      h->interpreter);
	h->thread = heapimage_malloc(
		h, max64(l->PyThreadState.size, l->_PyThreadStateImpl.size));
	heapimage_put(h, h->interpreter + l->PyInterpreterState.threads_head,
		      h->thread);
	heapimage_put(h, h->thread + l->PyThreadState.interp, h->interpreter);
	h->table = heapimage_malloc(h, slots);
	state = heapimage_malloc(h, max64(l->_obmalloc_state.size, 8));
	if (l->strategy.arenas == COIL_ARENAS_BY_SIGNATURE) {
		heapimage_put(h, state, h->table);
	} else {
		if (l->strategy.arenas == COIL_ARENAS_EMBEDDED)
			state = h->interpreter + l->PyInterpreterState.obmalloc;
		else
			heapimage_put(h,
				      h->interpreter +
					      l->PyInterpreterState.obmalloc,
				      state);
		heapimage_put(h, state + l->_obmalloc_state.arenas, h->table);
		heapimage_put32(h, state + l->_obmalloc_state.maxarenas, 16);
	}
	make_collector(h);
}

uint32_t heapimage_release(const struct coil_layout *layout)
{
	return layout->proved_count ? layout->proved[0] : layout->first;
}

void heapimage_debug_offsets(struct heapimage *h, uint32_t hexversion)
{
	memcpy(need(heapimage_at(h, h->runtime, 8)), "xdebugpy", 8);
	heapimage_put(h, h->runtime + 8, hexversion);
	for (size_t i = 0; i < coil_self_entry_count; i++) {
		const struct coil_self_entry *e = &coil_self_entries[i];
		uint32_t at = coil_layout_number(h->layout, e->said_at);

		if (at != COIL_NO_FIELD)
			heapimage_put(h, h->runtime + at,
				      coil_layout_number(h->layout, e->at));
	}
}

const struct coil_layout *heapimage_layout(uint8_t choice)
{
	const struct coil_layout *found;
	char name[32];

	snprintf(name, sizeof(name), "cpython-3.%u%s", choice & 0xfu,
		 choice & 0x10 ? "-debug" : "");
	found = coil_layout_named(name);
	return found ? found : coil_layout_named("cpython-3.11");
}

static void make_region(struct heapimage_region *r, uint64_t start,
			uint64_t size)
{
	r->start = start;
	r->size = size;
	r->bytes = need(calloc(1, size));
}

static struct heapimage *make(const struct coil_layout *layout, bool mimalloc,
			      bool bare)
{
	struct heapimage *h = need(calloc(1, sizeof(*h)));

	h->layout = layout;
	h->mimalloc = mimalloc;
	h->bare = bare;
	make_region(&h->low, LOW, LOW_SIZE);
	h->low.used = 16; /* the head of the first chunk */
	make_region(&h->arena, ARENA,
		    mimalloc ? (uint64_t)SLICES * layout->constant.mi_slice_size
			     : (uint64_t)layout->constant.arena_size *
				       HEAPIMAGE_ARENAS);
	make_region(&h->data, DATA, DATA_SIZE);
	make_region(&h->stack, STACK, STACK_SIZE);
	if (mimalloc)
		heapimage_mi_start(h);
	heapimage_make_runtime(h);
	heapimage_make_types(h);
	return h;
}

static struct heapimage *fill(struct heapimage *h)
{
	heapimage_make_objects(h);
	heapimage_finish_pools(h);
	return h;
}

struct heapimage *heapimage_new(const struct coil_layout *layout)
{
	return fill(make(layout, false, false));
}

struct heapimage *heapimage_new_mimalloc(const struct coil_layout *layout)
{
	return fill(make(layout, layout->constant.mi_segment_size != 0, false));
}

struct heapimage *heapimage_bare(const struct coil_layout *layout,
				 bool mimalloc)
{
	struct heapimage *h = make(layout, mimalloc, true);

	h->stack.used = h->stack.size;
	heapimage_make_bare(h);
	return h;
}

struct heapimage *heapimage_build(unsigned number)
{
	static const uint32_t releases[] = {0x030812f0, 0x030b02f0, 0x030c01f0,
					    0x030e0af0, 0x030e0af0};
	const struct coil_layout *layout =
		need((void *)(uintptr_t)coil_layout_find(releases[number],
							 false, false));

	return heapimage_bare(layout, number == HEAPIMAGE_BUILDS - 1);
}

void heapimage_free(struct heapimage *h)
{
	if (!h)
		return;
	free(h->low.bytes);
	free(h->arena.bytes);
	free(h->data.bytes);
	free(h->stack.bytes);
	free(h->objects.at);
	free(h->types.at);
	free(h->samples.at);
	free(h->buffers.at);
	free(h->pools.at);
	free(h);
}

void heapimage_cut(struct heapimage *h, uint64_t address, uint64_t size)
{
	if (h->hole_count == HEAPIMAGE_HOLES)
		abort();
	h->holes[h->hole_count].start = address;
	h->holes[h->hole_count++].end = address + size;
}

/* Where the first hole at or after @at begins, and where it ends. */
static uint64_t next_hole(const struct heapimage *h, uint64_t at, uint64_t *end)
{
	uint64_t start = *end = UINT64_MAX;

	for (size_t i = 0; i < h->hole_count; i++)
		if (h->holes[i].end > at && h->holes[i].start < start) {
			start = h->holes[i].start;
			*end = h->holes[i].end;
		}
	return start;
}

/* What was captured of @r. */
static void add_region(struct coil_image *image, const struct heapimage *h,
		       const struct heapimage_region *r)
{
	uint64_t at = r->start, end = at + r->used, next;

	for (; at < end; at = next) {
		uint64_t stop = min64(next_hole(h, at, &next), end);

		if (stop > at &&
		    coil_image_add(image, at, stop - at,
				   r->bytes + (at - r->start), true, false))
			abort();
	}
	image->coverage.promised += r->used;
	image->coverage.stored += r->used;
	image->coverage.present += r->used;
}

uint64_t heapimage_sp(const struct heapimage *h)
{
	return h->stack.start + h->stack.size / 2;
}

/* The module that has what is static, and the thread that has the stack. */
static void add_process(struct coil_image *image, const struct heapimage *h)
{
	const struct coil_native_thread thread = {.tid = HEAPIMAGE_TID,
						  .sp = heapimage_sp(h)};

	if (coil_image_add_file(image, h->data.start,
				h->data.start + h->data.size, 0,
				"/app/libapp.so") ||
	    coil_image_add_thread(image, &thread))
		abort();
}

struct coil_image *heapimage_image(const struct heapimage *h)
{
	struct coil_image *image = need(coil_image_new());

	add_region(image, h, &h->data);
	add_region(image, h, &h->low);
	add_region(image, h, &h->arena);
	add_region(image, h, &h->stack);
	if (h->bare)
		add_process(image, h);
	if (coil_image_seal(image, NULL) ||
	    (h->bare && coil_image_load_modules(image, NULL, NULL)))
		abort();
	return image;
}

struct coil_snapshot *heapimage_snapshot(struct heapimage *h)
{
	struct coil_snapshot *s = need(calloc(1, sizeof(*s)));

	heapimage_finish_pools(h);
	s->image = heapimage_image(h);
	s->runtime = heapimage_runtime(h, s->image);
	return s;
}

struct coil_graph *heapimage_graph(struct coil_snapshot *snapshot)
{
	struct coil_graph *graph = NULL;

	if (coil_snapshot_graph(snapshot, &graph, NULL) != COIL_OK)
		abort();
	return graph;
}

struct coil_runtime *heapimage_runtime(const struct heapimage *h,
				       const struct coil_image *image)
{
	struct coil_runtime *r = need(calloc(1, sizeof(*r)));

	r->image = image;
	r->layout = h->layout;
	r->module = coil_image_module_at(image, h->runtime);
	r->info.layout = h->layout->name;
	r->info.hexversion = heapimage_release(h->layout);
	r->info.runtime = h->runtime;
	r->info.interpreters = r->info.threads = 1;
	r->info.allocator =
		h->mimalloc ? COIL_ALLOCATOR_MIMALLOC : COIL_ALLOCATOR_PYMALLOC;
	r->interpreters = need(malloc(sizeof(*r->interpreters)));
	r->interpreters[0] = h->interpreter;
	r->interpreter_count = 1;
	r->obmalloc = (struct coil_obmalloc){
		.image = image,
		.layout = h->layout,
		.runtime = h->runtime,
		.interpreters = r->interpreters,
		.interpreter_count = 1,
		.is = r->info.allocator,
		.tables = need(malloc(sizeof(*r->obmalloc.tables))),
		.table_count = 1,
	};
	r->obmalloc.tables[0].address = h->table;
	r->obmalloc.tables[0].count = 2 + HEAPIMAGE_ARENAS;
	return r;
}
