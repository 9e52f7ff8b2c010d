/* SPDX-License-Identifier: MIT */
/*
 * Collects the memory of known objects: see known.h.
 *
 * Source: CPython's Include/internal/pycore_frame.h and Python/pystate.c: the
 * frames of a thread stand in chunks of its data stack; beyond the innermost
 * frame what is there is stale.
 */
#include "snapshot/known.h"

#include <stdlib.h>

#define MOST_CHUNKS (1u << 20) /* of one thread */

/* While it is filled. */
struct collector {
	struct coil_buffers buffers; /* first: take() gets at the collector */
	const struct coil_snapshot *snapshot;
	struct coil_known *out;
};

static void add_range(struct coil_known *k, uint64_t start, uint64_t size)
{
	struct coil_range *ranges;

	if (!size || start + size < start)
		return;
	ranges = coil_grow(k->ranges, &k->room, k->count + 1, sizeof(*ranges));
	if (!ranges) {
		k->nomem = true;
		return;
	}
	k->ranges = ranges;
	ranges[k->count++] = (struct coil_range){start, start + size};
}

static void add(struct coil_known *k, uint64_t start, uint64_t size)
{
	if (!coil_blocks_pool(k->blocks, start))
		add_range(k, start, size);
	else if (start % 8 == 0 &&
		 coil_addrset_add(&k->used, start) == COIL_ADD_NOMEM)
		k->nomem = true;
}

static void take(struct coil_buffers *buffers, uint64_t address, uint64_t bytes)
{
	struct collector *c = (struct collector *)buffers;

	if (address)
		add(c->out, address, bytes);
}

static void add_roots(struct collector *c, uint64_t address,
		      const struct coil_layout_root *roots, uint32_t count)
{
	for (uint32_t r = 0; r < count; r++)
		for (uint32_t i = 0; i < roots[r].count; i++)
			add(c->out,
			    address + roots[r].offset +
				    (uint64_t)i * roots[r].stride,
			    8);
}

static void add_thread(void *ctx, uint64_t tstate)
{
	struct collector *c = ctx;
	const struct coil_layout *l = c->snapshot->runtime->layout;
	const struct coil_image *image = c->snapshot->image;
	uint64_t chunk = 0, size, previous;

	add_roots(c, tstate, l->thread_roots, l->thread_root_count);
	if (l->PyThreadState.datastack_chunk == COIL_NO_FIELD ||
	    !l->_PyStackChunk.size)
		return;
	coil_image_word(image, tstate + l->PyThreadState.datastack_chunk,
			&chunk);
	for (uint32_t i = 0; chunk && i < MOST_CHUNKS; i++) {
		if (!coil_image_word(image, chunk + l->_PyStackChunk.bytes,
				     &size) ||
		    !coil_image_word(image, chunk + l->_PyStackChunk.previous,
				     &previous) ||
		    previous == chunk)
			return;
		add(c->out, chunk, size);
		chunk = previous;
	}
}

static void add_node(struct collector *c, uint32_t node)
{
	const struct coil_heap *heap = &c->snapshot->heap;
	const struct coil_graph *g = c->snapshot->graph;
	enum coil_node_kind kind = g->flags[node] >> COIL_FLAGS_KIND_SHIFT & 15;
	uint64_t address = g->address[node], size, prefix;
	struct coil_object object;

	if (kind == COIL_NODE_KEYS)
		add(c->out, address, coil_graph_size(g, node));
	if (kind != COIL_NODE_OBJECT ||
	    !coil_heap_object(heap, address, &object))
		return;
	/* Static types have no collector's head before them, though their size
	 * counts one. */
	size = coil_graph_size(g, node);
	prefix = min64(object.type->prefix, size);
	if (g->flags[node] & COIL_FLAG_STATIC)
		add(c->out, address, size - prefix);
	else
		add(c->out, address - prefix, size);
	coil_heap_buffers(heap, &object, &c->buffers);
}

static int by_start(const void *a, const void *b)
{
	const struct coil_range *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->end < y->end ? -1 : x->end > y->end;
}

/* Sort, and join what overlaps. */
static void seal(struct coil_known *k)
{
	size_t kept = 0;

	if (!k->count)
		return;
	qsort(k->ranges, k->count, sizeof(*k->ranges), by_start);
	for (size_t i = 1; i < k->count; i++) {
		struct coil_range *last = &k->ranges[kept];

		if (k->ranges[i].start <= last->end)
			last->end = max64(last->end, k->ranges[i].end);
		else
			k->ranges[++kept] = k->ranges[i];
	}
	k->count = kept + 1;
}

bool coil_known_read(const struct coil_snapshot *snapshot,
		     struct coil_known *out)
{
	const struct coil_runtime *runtime = snapshot->runtime;
	const struct coil_layout *l = runtime->layout;
	struct collector c = {
		.buffers.take = take, .snapshot = snapshot, .out = out};

	memset(out, 0, sizeof(*out));
	out->layout = l;
	out->blocks = coil_heap_blocks(&snapshot->heap);
	if (!out->blocks || !coil_addrset_init(&out->used))
		return false;
	for (size_t i = 0; i < runtime->interpreter_count; i++) {
		add_roots(&c, runtime->interpreters[i], l->interpreter_roots,
			  l->interpreter_root_count);
		coil_runtime_threads(runtime, runtime->interpreters[i],
				     add_thread, &c);
	}
	for (uint32_t i = 0; i < out->blocks->arena_count; i++)
		add_range(out, out->blocks->arenas[i].address,
			  l->constant.arena_size);
	for (size_t i = 0; i < out->blocks->segment_count; i++)
		add_range(out, out->blocks->segments[i].start,
			  out->blocks->segments[i].end -
				  out->blocks->segments[i].start);
	for (uint32_t n = 0; n < snapshot->graph->object_count; n++)
		add_node(&c, n);
	seal(out);
	return !out->nomem;
}

void coil_known_free(struct coil_known *known)
{
	coil_addrset_free(&known->used);
	free(known->ranges);
	memset(known, 0, sizeof(*known));
}

/* The first range that ends after @address. */
static size_t range_after(const struct coil_known *k, uint64_t address)
{
	size_t low = 0, high = k->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (k->ranges[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void coil_known_gaps(const struct coil_known *k, uint64_t start, uint64_t end,
		     coil_known_visit *visit, void *ctx)
{
	for (size_t i = range_after(k, start); start < end; i++) {
		const struct coil_range *r =
			i < k->count ? &k->ranges[i] : NULL;
		uint64_t stop = r ? min64(r->start, end) : end;

		if (stop > start)
			visit(ctx, start, stop);
		start = r ? r->end : end;
	}
}

void coil_known_blocks(const struct coil_known *k, coil_known_visit *visit,
		       void *ctx)
{
	const struct coil_blocks *b = k->blocks;

	for (uint32_t i = 0; i <= b->pool_mask; i++) {
		const struct coil_pool *pool = &b->pools[i];
		uint64_t at = pool->first;

		for (uint32_t n = 0; n < pool->count; n++, at += pool->block) {
			uint64_t data = at + b->front;

			if (coil_addrset_has(&b->used, data) &&
			    !coil_addrset_has(&k->used, data))
				visit(ctx, at, at + pool->block);
		}
	}
}
