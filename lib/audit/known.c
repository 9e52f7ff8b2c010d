/* SPDX-License-Identifier: MIT */
/*
 * Collects the memory of known objects: see known.h.
 *
 * Source: CPython's Include/internal/pycore_frame.h and Python/pystate.c: the
 * frames of a thread stand in chunks of its data stack; beyond the innermost
 * frame what is there is stale.
 */
#include "base/order.h"
#include "audit/known.h"
#include "base/bounds.h"

#include <stdlib.h>

#define MOST_CHUNKS (1u << 20) /* of one thread */

/* While it is filled. */
struct collector {
	struct coil_buffers buffers; /* first: take() gets at the collector */
	struct coil_snapshot *snapshot;
	struct coil_known *out;
	struct known_type *types;     /* by type index */
	const struct coil_pool *pool; /* the last; NULL: none was met */
};

/* What all objects of a type have in common. */
struct known_type {
	const struct coil_type *type; /* NULL: each is read as a whole */
	bool has_buffers;
};

static void add_range(struct coil_known *k, uint64_t start, uint64_t size)
{
	if (!size || start + size < start)
		return;
	if (!APPEND(k->ranges, k->count, k->room,
		    (struct coil_range){start, start + size}))
		k->nomem = true;
}

/* Neighbours are in one pool, mostly. */
static bool in_pool(struct collector *c, uint64_t address)
{
	const struct coil_blocks *b = c->out->blocks;

	if (!c->pool || address - c->pool->address >= b->pool_size) {
		const struct coil_pool *pool = coil_blocks_pool(b, address);

		c->pool = pool ? pool : c->pool;
		return pool;
	}
	return true;
}

static void add(struct collector *c, uint64_t start, uint64_t size)
{
	struct coil_known *k = c->out;

	if (!in_pool(c, start))
		add_range(k, start, size);
	else if (start % 8 == 0 &&
		 coil_addrset_add(&k->used, start) == COIL_ADD_NOMEM)
		k->nomem = true;
}

static void take(struct coil_buffers *buffers, uint64_t address, uint64_t bytes)
{
	struct collector *c = (struct collector *)buffers;

	if (address)
		add(c, address, bytes);
}

static void add_roots(struct collector *c, uint64_t address,
		      const struct coil_layout_root *roots, uint32_t count)
{
	for (uint32_t r = 0; r < count; r++)
		for (uint32_t i = 0; i < roots[r].count; i++)
			add(c,
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
		add(c, chunk, size);
		chunk = previous;
	}
}

/* The object of @node, of a type whose objects are all read alike, without
 * asking its memory for the type again. */
static bool read_object(const struct collector *c, uint32_t node,
			struct coil_object *out)
{
	struct coil_snapshot *s = c->snapshot;
	const struct coil_graph *g = s->graph;
	const struct coil_type *type = c->types[g->type[node]].type;

	if (!type || g->flags[node] & COIL_FLAG_INCOMPLETE)
		return coil_reader_object(&s->reader, g->address[node], out);
	*out = (struct coil_object){
		.address = g->address[node],
		.type = type,
		.head_size = type->basicsize,
	};
	if (!c->types[g->type[node]].has_buffers)
		return true;
	out->head = coil_image_view(s->image, out->address, out->head_size);
	return out->head;
}

static void add_node(struct collector *c, uint32_t node)
{
	struct coil_reader *reader = &c->snapshot->reader;
	const struct coil_graph *g = c->snapshot->graph;
	enum coil_node_kind kind = coil_graph_kind(g, node);
	uint64_t address = g->address[node], size, prefix;
	struct coil_object object;

	if (kind == COIL_NODE_KEYS)
		add(c, address, coil_graph_size(g, node));
	if (kind != COIL_NODE_OBJECT || !read_object(c, node, &object))
		return;
	/* Static types have no collector's head before them, though their size
	 * counts one. */
	size = coil_graph_size(g, node);
	prefix = min64(object.type->prefix, size);
	if (g->flags[node] & COIL_FLAG_STATIC)
		add(c, address, size - prefix);
	else
		add(c, address - prefix, size);
	if (object.head)
		coil_reader_buffers(reader, &object, &c->buffers);
}

/* Types and what has no type that was read are left to coil_reader_object(). */
static bool read_types(struct collector *c)
{
	struct coil_reader *reader = &c->snapshot->reader;
	const struct coil_graph *g = c->snapshot->graph;

	c->types = calloc((size_t)g->type_count + 1, sizeof(*c->types));
	for (uint32_t i = 0; c->types && i < g->type_count; i++) {
		const struct coil_type *type =
			coil_types_known(reader->types, g->types[i].address);

		if (!type || type->flags & COIL_TP_TYPE)
			continue;
		c->types[i].type = type;
		c->types[i].has_buffers = coil_reader_has_buffers(reader, type);
	}
	return c->types;
}

/* Sort, and join what overlaps. */
static void seal(struct coil_known *k)
{
	size_t kept = 0;

	if (!k->count)
		return;
	qsort(k->ranges, k->count, sizeof(*k->ranges), coil_by_two_words);
	for (size_t i = 1; i < k->count; i++) {
		struct coil_range *last = &k->ranges[kept];

		if (k->ranges[i].start <= last->end)
			last->end = max64(last->end, k->ranges[i].end);
		else
			k->ranges[++kept] = k->ranges[i];
	}
	k->count = kept + 1;
}

bool coil_known_read(struct coil_snapshot *snapshot, struct coil_known *out)
{
	const struct coil_runtime *runtime = snapshot->runtime;
	const struct coil_layout *l = runtime->layout;
	struct collector c = {
		.buffers.take = take, .snapshot = snapshot, .out = out};

	memset(out, 0, sizeof(*out));
	out->layout = l;
	out->blocks = coil_reader_blocks(&snapshot->reader);
	if (!out->blocks || !coil_addrset_init(&out->used) || !read_types(&c))
		return false;
	for (size_t i = 0; i < runtime->interpreter_count; i++) {
		add_roots(&c, runtime->interpreters[i], l->interpreter_roots,
			  l->interpreter_root_count);
		coil_threads(runtime->image, runtime->layout,
			     runtime->interpreters[i], add_thread, &c);
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
	free(c.types);
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
	return FIRST_WHERE(i, k->count, k->ranges[i].end > address);
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

/* The page of @set that holds @address, @page if it is that one. */
static const struct coil_addrset_page *page_at(
	const struct coil_addrset *set, const struct coil_addrset_page *page,
	uint64_t address)
{
	return page && page->key == (address >> COIL_PAGE_BITS) + 1
		       ? page
		       : coil_addrset_page(set, address);
}

static bool has(const struct coil_addrset_page *page, uint64_t address)
{
	uint32_t bit = coil_addrset_bit(address);

	return page && page->bits[bit / 64] >> bit % 64 & 1;
}

void coil_known_blocks(const struct coil_known *k, coil_known_visit *visit,
		       void *ctx)
{
	const struct coil_addrset_page *used = NULL, *known = NULL;
	const struct coil_blocks *b = k->blocks;

	for (size_t i = 0; i < b->pool_count; i++) {
		const struct coil_pool *pool = &b->pools[i];
		uint64_t at = pool->first;

		for (uint32_t n = 0; n < pool->count; n++, at += pool->block) {
			uint64_t data = at + b->front;

			used = page_at(&b->used, used, data);
			known = page_at(&k->used, known, data);
			if (data % 8 == 0 && has(used, data) &&
			    !has(known, data))
				visit(ctx, at, at + pool->block);
		}
	}
}
