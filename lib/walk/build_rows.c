/* SPDX-License-Identifier: MIT */
/*
 * The rows of objects and special nodes: one pass in address order, each
 * decoded once, its references looked up and appended.
 */
#include "walk/builder.h"
#include "values/refcount.h"

#define PROGRESS_EVERY (1u << 18)

/* Bytes of the address space that a process has on x86-64, with five levels. */
#define MOST_BYTES ((uint64_t)1 << 56)

void coil_build_append(struct coil_builder *b, uint32_t to, uint8_t flags)
{
	struct coil_graph *g = b->graph;

	if (!RESERVE(g->edge_target, b->target_room, g->edge_count + 1) ||
	    !RESERVE(g->edge_flags, b->flag_room, g->edge_count + 1)) {
		b->nomem = true;
		return;
	}
	g->edge_target[g->edge_count] = to;
	g->edge_flags[g->edge_count] = flags;
	g->edge_count++;
}

/* Nodes of a tree that several objects share are visited by each of them, and
 * are one reference all the same: of the first by address. */
static uint8_t count_once(struct coil_builder *b, const struct coil_ref *ref)
{
	if (!ref->shared || !(ref->flags & COIL_EDGE_COUNTED))
		return ref->flags;
	switch (coil_addrset_add(&b->shared, ref->shared)) {
	case COIL_ADD_NEW:
		return ref->flags;
	case COIL_ADD_OLD:
		break;
	case COIL_ADD_NOMEM:
		b->nomem = true;
		break;
	}
	return ref->flags & (uint8_t)~COIL_EDGE_COUNTED;
}

static void take_refs(struct coil_sink *sink)
{
	struct coil_builder *b = (struct coil_builder *)sink;

	for (unsigned i = 0; i < sink->count && !b->nomem; i++) {
		uint32_t to =
			coil_addrset_rank(b->graph->find, sink->refs[i].target);

		if (to != UINT32_MAX)
			coil_build_append(b, to, count_once(b, &sink->refs[i]));
	}
}

static void take_buffer(struct coil_buffers *buffers, uint64_t address,
			uint64_t bytes)
{
	struct coil_builder *b =
		(struct coil_builder *)((char *)buffers -
					offsetof(struct coil_builder, buffers));

	if (address)
		b->allocated += coil_blocks_spent(
			b->reader->blocks, b->reader->image, b->c_heap, address,
			bytes, &b->spent_known);
}

/* 32 bits for most, a table for the rest. */
static uint32_t narrow(struct coil_builder *b, uint32_t node, uint64_t value,
		       struct coil_overflow **table, size_t *count,
		       size_t *room)
{
	if (value < UINT32_MAX)
		return (uint32_t)value;
	if (!APPEND(*table, *count, *room, (struct coil_overflow){node, value}))
		b->nomem = true;
	return UINT32_MAX;
}

static bool claim(struct coil_sink *sink, uint64_t address, uint64_t bytes)
{
	struct coil_builder *b = (struct coil_builder *)sink;
	enum coil_add add = coil_claims_take(&b->claims, address, bytes);

	b->nomem = b->nomem || add == COIL_ADD_NOMEM;
	return add == COIL_ADD_NEW;
}

/* The references of an object or, @o NULL, of a node that is none.  Where not
 * all its memory is its own, none of its arrays is emitted: so that the order
 * is the same when a label is asked. */
static void write_refs(struct coil_builder *b, uint32_t node,
		       const struct coil_object *o, enum coil_node_kind kind)
{
	struct coil_graph *g = b->graph;
	const uint64_t row = g->edge_count;

	b->sink.refused = false;
	for (;;) {
		if (o)
			coil_reader_refs(b->reader, o, &b->sink);
		else
			coil_node_refs(b->reader, g->address[node], kind,
				       &b->sink);
		take_refs(&b->sink);
		b->sink.count = 0;
		if (!b->sink.refused || b->sink.refuse)
			break;
		g->edge_count = row;
		b->sink.refuse = true;
	}
	b->sink.refuse = false;
}

/* Bytes of an object: in sum no more than fit 64 bits. */
static uint64_t bounded(struct coil_builder *b, uint64_t bytes)
{
	bytes = min64(bytes, b->bytes_left);
	b->bytes_left -= bytes;
	return bytes;
}

static void write_object(struct coil_builder *b, uint32_t node,
			 const struct coil_object *o)
{
	struct coil_graph *g = b->graph;
	uint64_t refcount = coil_refcount(b->reader->layout, o->head);
	uint32_t flags = coil_build_flags(b, o);
	bool known;
	uint64_t own, size = coil_reader_size(b->reader, o, &known), most;

	/* More than the address space has comes from a damaged count. */
	most = bounded(b, min64(size, MOST_BYTES));
	if (!known || most != size)
		flags |= COIL_FLAG_SIZE_GUESS;
	b->spent_known = true;
	b->allocated = flags & COIL_FLAG_STATIC
			       ? 0
			       : coil_blocks_spent(b->reader->blocks,
						   b->reader->image, b->c_heap,
						   o->address - o->type->prefix,
						   size, &b->spent_known);
	own = b->allocated;
	coil_reader_buffers(b->reader, o, &b->buffers);
	if (!b->spent_known)
		flags |= COIL_FLAG_AT_LEAST;
	write_refs(b, node, o, COIL_NODE_OBJECT);
	if (b->sink.refused) {
		flags |= COIL_FLAG_OVERLAPS;
		b->allocated = own;
	}
	b->allocated = bounded(b, min64(b->allocated, MOST_BYTES));
	g->type[node] = b->type_rank[o->type->index];
	g->flags[node] = flags;
	g->size[node] = narrow(b, node, most, &g->big_sizes, &g->big_size_count,
			       &b->size_room);
	g->allocated[node] =
		narrow(b, node, b->allocated, &g->big_allocated,
		       &g->big_allocated_count, &b->allocated_room);
	g->refcount[node] =
		flags & COIL_FLAG_IMMORTAL
			? UINT32_MAX
			: narrow(b, node, refcount, &g->big_refcounts,
				 &g->big_refcount_count, &b->refcount_room);
}

/* An object that memory ends in: its type and its count are known. */
static void write_cut(struct coil_builder *b, uint32_t node, uint64_t address)
{
	struct coil_reader *reader = b->reader;
	const struct coil_layout *l = reader->layout;
	const uint8_t *p =
		coil_image_view(reader->image, address, l->PyObject.size);
	const struct coil_type *type =
		p ? coil_types_known(reader->types,
				     load64(p + l->PyObject.ob_type))
		  : NULL;

	if (!type)
		type = coil_types_object(reader->types);
	if (type)
		b->graph->type[node] = b->type_rank[type->index];
	if (p)
		b->graph->refcount[node] =
			(uint32_t)min64(coil_refcount(l, p), UINT32_MAX - 1);
	b->graph->flags[node] = COIL_FLAG_INCOMPLETE | COIL_FLAG_SIZE_GUESS;
}

static void write_special(struct coil_builder *b, uint32_t node,
			  uint64_t address, enum coil_node_kind kind)
{
	struct coil_graph *g = b->graph;
	struct coil_dict keys;
	bool known = true;

	g->type[node] = g->type_count - COIL_SPECIAL_TYPES + kind - 1;
	g->flags[node] = (uint32_t)kind << COIL_FLAGS_KIND_SHIFT;
	if (kind == COIL_NODE_KEYS &&
	    coil_dict_read_keys(b->reader->image, b->reader->layout, address,
				&keys)) {
		g->size[node] = (uint32_t)min64(keys.keys_bytes, 1u << 31);
		g->allocated[node] = (uint32_t)min64(
			coil_blocks_spent(b->reader->blocks, b->reader->image,
					  b->c_heap, address, keys.keys_bytes,
					  &known),
			1u << 31);
		if (!known)
			g->flags[node] |= COIL_FLAG_AT_LEAST;
		g->refcount[node] =
			(uint32_t)min64((uint64_t)keys.refcnt, UINT32_MAX - 1);
	}
	write_refs(b, node, NULL, kind);
	if (b->sink.refused)
		g->flags[node] |= COIL_FLAG_OVERLAPS;
}

void coil_build_rows(struct coil_builder *b, coil_progress_fn *progress,
		     void *progress_data)
{
	struct coil_graph *g = b->graph;
	struct coil_addrset_walk at = {0};
	size_t special = 0;
	uint64_t address;
	uint32_t node = 0;

	b->sink.flush = take_refs;
	b->sink.claim = claim;
	b->sink.limit = 2 * coil_reader_words(b->reader);
	b->buffers.take = take_buffer;
	b->bytes_left = INT64_MAX;
	if (!coil_claims_init(&b->claims, &b->walk->doubtful)) {
		b->nomem = true;
		return;
	}
	while (!b->nomem && coil_addrset_next(g->find, &at, &address)) {
		const struct coil_walk *w = b->walk;
		uint64_t missing = b->sink.missing;
		struct coil_object object;

		g->address[node] = address;
		g->edge_offset[node] = g->edge_count;
		b->sink.count = 0;
		b->sink.inexact = b->sink.unsure = b->sink.executing = false;
		while (special < w->special_count &&
		       w->specials[special].address < address)
			special++;
		if (special < w->special_count &&
		    w->specials[special].address == address)
			write_special(b, node, address,
				      w->specials[special].node);
		else if (coil_reader_object(b->reader, address, &object))
			write_object(b, node, &object);
		else
			write_cut(b, node, address);
		if (b->sink.inexact)
			g->flags[node] |= COIL_FLAG_INEXACT;
		if (b->sink.unsure)
			g->flags[node] |= COIL_FLAG_UNSURE;
		if (b->sink.executing)
			g->flags[node] |= COIL_FLAG_EXECUTING;
		if (b->sink.missing != missing)
			g->flags[node] |= COIL_FLAG_INCOMPLETE;
		node++;
		if (progress && node % PROGRESS_EVERY == 0)
			progress(progress_data, "graph", node, g->object_count);
	}
	/* The last row ends here: counts are asked before there is another. */
	g->edge_offset[node] = g->edge_count;
}
