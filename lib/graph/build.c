/* SPDX-License-Identifier: MIT */
/*
 * Writes the rows of the graph: one pass over the nodes in address order, each
 * decoded once, its references looked up and appended.  What the rows of the
 * roots hold is worked out afterwards from the rows of the others.
 */
#include <stdlib.h>

#include "runtime/refcount.h"
#include "graph/reach.h"
#include "graph/verdict.h"
#include "graph/build.h"
#include "graph/counts.h"
#include "objects/plan.h"

#define PROGRESS_EVERY (1u << 18)

struct builder {
	struct coil_sink sink; /* first: flush() gets at the builder */
	struct coil_buffers buffers;
	const struct coil_heap *heap;
	struct coil_walk *walk;
	struct coil_graph *graph;
	size_t target_room, flag_room;
	size_t size_room, allocated_room, refcount_room;
	uint64_t allocated;	    /* of the object being written */
	struct coil_addrset shared; /* words of C code that were counted */
	bool nomem;
};

static void append(struct builder *b, uint32_t to, uint8_t flags)
{
	struct coil_graph *g = b->graph;
	uint32_t *targets = coil_grow(g->edge_target, &b->target_room,
				      g->edge_count + 1, sizeof(*targets));
	uint8_t *bytes;

	if (targets)
		g->edge_target = targets;
	bytes = coil_grow(g->edge_flags, &b->flag_room, g->edge_count + 1, 1);
	if (bytes)
		g->edge_flags = bytes;
	if (!targets || !bytes) {
		b->nomem = true;
		return;
	}
	targets[g->edge_count] = to;
	bytes[g->edge_count] = flags;
	g->edge_count++;
}

/* Nodes of a tree that several objects share are visited by each of them, and
 * are one reference all the same: of the first by address. */
static uint8_t count_once(struct builder *b, const struct coil_ref *ref)
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
	struct builder *b = (struct builder *)sink;

	for (unsigned i = 0; i < sink->count && !b->nomem; i++) {
		uint32_t to =
			coil_addrset_rank(b->graph->find, sink->refs[i].target);

		if (to != UINT32_MAX)
			append(b, to, count_once(b, &sink->refs[i]));
	}
}

static void take_buffer(struct coil_buffers *buffers, uint64_t address,
			uint64_t bytes)
{
	struct builder *b =
		(struct builder *)((char *)buffers -
				   offsetof(struct builder, buffers));

	if (address)
		b->allocated += coil_heap_allocated(b->heap, address, bytes);
}

/* 32 bits for most, a table for the rest. */
static uint32_t narrow(struct builder *b, uint32_t node, uint64_t value,
		       struct coil_overflow **table, size_t *count,
		       size_t *room)
{
	struct coil_overflow *bigger;

	if (value < UINT32_MAX)
		return (uint32_t)value;
	bigger = coil_grow(*table, room, *count + 1, sizeof(*bigger));
	if (!bigger) {
		b->nomem = true;
		return UINT32_MAX;
	}
	*table = bigger;
	bigger[(*count)++] = (struct coil_overflow){node, value};
	return UINT32_MAX;
}

static bool has_weakrefs(const struct coil_heap *heap,
			 const struct coil_object *o)
{
	int64_t at = o->type->weaklistoffset;
	uint64_t word = 0;

	if (!at || at < -64 || at > 1 << 20)
		return false;
	if (o->type->flags & COIL_TP_TYPE) {
		const struct coil_type *t =
			coil_types_known(heap->types, o->address);

		if (t)
			return t->weaklist != 0;
	}
	coil_image_word(heap->image, o->address + (uint64_t)at, &word);
	return word != 0;
}

static uint32_t object_flags(const struct builder *b,
			     const struct coil_object *o)
{
	const struct coil_heap *heap = b->heap;
	const struct coil_layout *l = heap->layout;
	bool heap_type = false;
	uint32_t flags = 0;
	uint64_t next = 0;

	if (o->type->flags & COIL_TP_TYPE) {
		flags |= COIL_FLAG_TYPE;
		heap_type = load32(o->head + l->PyTypeObject.tp_flags) &
			    COIL_TP_HEAPTYPE;
	}
	/* A static type has no collector head (type_is_gc). */
	if (o->type->flags & COIL_TP_HAVE_GC &&
	    (!(flags & COIL_FLAG_TYPE) || heap_type)) {
		if (l->strategy.gc_lists == COIL_GC_LISTS_NONE)
			next = coil_gc_bit(l, o->head, COIL_GC_TRACKED);
		else
			coil_image_word(heap->image,
					o->address - l->PyGC_Head.size +
						l->PyGC_Head._gc_next,
					&next);
		if (next && coil_heap_is_gc(heap, o))
			flags |= COIL_FLAG_GC;
		/* Without lists there is one generation less: none but the
		 * permanent one, which is 3 everywhere. */
		if (flags & COIL_FLAG_GC &&
		    l->strategy.gc_lists == COIL_GC_LISTS_NONE &&
		    coil_gc_bit(l, o->head, COIL_GC_FROZEN))
			flags |= (3 + 1) << COIL_FLAGS_GEN_SHIFT;
	}
	if (o->type->flags & COIL_TP_UNICODE &&
	    o->head_size >= l->PyASCIIObject.size &&
	    coil_str_state(l, o->head) & 3)
		flags |= COIL_FLAG_INTERNED;
	if (coil_is_immortal(l, o->head))
		flags |= COIL_FLAG_IMMORTAL;
	if (has_weakrefs(heap, o))
		flags |= COIL_FLAG_WEAKREFS;
	if (!coil_blocks_pool(heap->blocks, o->address))
		flags |= coil_image_module_at(heap->image, o->address)
				 ? COIL_FLAG_STATIC
				 : COIL_FLAG_LARGE;
	if (b->walk->uncertain.count &&
	    coil_addrset_has(&b->walk->uncertain, o->address))
		flags |= COIL_FLAG_UNCERTAIN;
	return flags;
}

static void write_object(struct builder *b, uint32_t node,
			 const struct coil_object *o)
{
	struct coil_graph *g = b->graph;
	uint64_t refcount = coil_refcount(b->heap->layout, o->head);
	uint32_t flags = object_flags(b, o);
	bool known;
	uint64_t size = coil_heap_size(b->heap, o, &known);

	if (!known)
		flags |= COIL_FLAG_SIZE_GUESS;
	b->allocated =
		flags & COIL_FLAG_STATIC
			? 0
			: coil_heap_allocated(
				  b->heap, o->address - o->type->prefix, size);
	coil_heap_buffers(b->heap, o, &b->buffers);
	b->sink.inexact = false;
	coil_heap_refs(b->heap, o, &b->sink);
	if (b->sink.inexact)
		flags |= COIL_FLAG_INEXACT;
	g->type[node] = o->type->index;
	g->flags[node] = flags;
	g->size[node] = narrow(b, node, size, &g->big_sizes, &g->big_size_count,
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
static void write_cut(struct builder *b, uint32_t node, uint64_t address)
{
	const struct coil_heap *heap = b->heap;
	const struct coil_layout *l = heap->layout;
	const uint8_t *p =
		coil_image_view(heap->image, address, l->PyObject.size);
	const struct coil_type *type =
		p ? coil_types_known(heap->types,
				     load64(p + l->PyObject.ob_type))
		  : NULL;

	if (!type)
		type = coil_types_object(heap->types);
	if (type)
		b->graph->type[node] = type->index;
	if (p)
		b->graph->refcount[node] =
			(uint32_t)min64(coil_refcount(l, p), UINT32_MAX - 1);
	b->graph->flags[node] = COIL_FLAG_INCOMPLETE | COIL_FLAG_SIZE_GUESS;
}

static void write_special(struct builder *b, uint32_t node, uint64_t address,
			  enum coil_node_kind kind)
{
	struct coil_graph *g = b->graph;
	struct coil_dict keys;

	g->type[node] = g->type_count - COIL_SPECIAL_TYPES + kind - 1;
	g->flags[node] = (uint32_t)kind << COIL_FLAGS_KIND_SHIFT;
	if (kind == COIL_NODE_KEYS &&
	    coil_dict_read_keys(b->heap->image, b->heap->layout, address,
				&keys)) {
		g->size[node] = (uint32_t)min64(keys.keys_bytes, 1u << 31);
		g->allocated[node] = (uint32_t)min64(
			coil_heap_allocated(b->heap, address, keys.keys_bytes),
			1u << 31);
		g->refcount[node] =
			(uint32_t)min64((uint64_t)keys.refcnt, UINT32_MAX - 1);
	}
	coil_node_refs(b->heap, address, kind, &b->sink);
}

static void write_rows(struct builder *b, coil_progress_fn *progress,
		       void *progress_data)
{
	struct coil_graph *g = b->graph;
	struct coil_addrset_walk at = {0};
	size_t special = 0;
	uint64_t address;
	uint32_t node = 0;

	while (!b->nomem && coil_addrset_next(g->find, &at, &address)) {
		const struct coil_walk *w = b->walk;
		uint64_t missing = b->sink.missing;
		struct coil_object object;

		g->address[node] = address;
		g->edge_offset[node] = g->edge_count;
		b->sink.count = 0;
		while (special < w->special_count &&
		       w->specials[special].address < address)
			special++;
		if (special < w->special_count &&
		    w->specials[special].address == address)
			write_special(b, node, address,
				      w->specials[special].node);
		else if (coil_heap_object(b->heap, address, &object))
			write_object(b, node, &object);
		else
			write_cut(b, node, address);
		take_refs(&b->sink);
		b->sink.count = 0;
		if (b->sink.missing != missing)
			g->flags[node] |= COIL_FLAG_INCOMPLETE;
		node++;
		if (progress && node % PROGRESS_EVERY == 0)
			progress(progress_data, "graph", node, g->object_count);
	}
}

static bool add_name(struct coil_graph *g, size_t *room, const char *name,
		     uint32_t *out)
{
	size_t n = strlen(name) + 1;
	char *names = coil_grow(g->names, room, g->names_size + n, 1);

	if (!names)
		return false;
	g->names = names;
	memcpy(names + g->names_size, name, n);
	*out = (uint32_t)g->names_size;
	g->names_size += n;
	return true;
}

static bool write_types(struct builder *b)
{
	static const char *const special[COIL_SPECIAL_TYPES] = {
		"<keys>", "<frame>",  "<thread>", "<interpreter>",
		"<root>", "<static>", "<native>", "<unreachable>",
	};
	struct coil_graph *g = b->graph;
	size_t room = 0;
	uint32_t count = coil_types_count(b->heap->types);

	g->type_count = count + COIL_SPECIAL_TYPES;
	g->types = calloc(g->type_count, sizeof(*g->types));
	if (!g->types)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		const struct coil_type *type = coil_types_at(b->heap->types, i);
		const struct coil_plan *plan = coil_plan_get(b->heap, type);
		struct coil_graph_type *t = &g->types[i];
		char reason[COIL_REASON] = "";

		t->address = type->address;
		t->node = coil_addrset_rank(g->find, type->address);
		if (!plan || !add_name(g, &room, type->name, &t->name) ||
		    !add_name(g, &room,
			      coil_means_names[coil_plan_means(plan, reason)],
			      &t->means) ||
		    !add_name(g, &room, reason, &t->reason))
			return false;
	}
	for (uint32_t i = 0; i < COIL_SPECIAL_TYPES; i++) {
		struct coil_graph_type *t = &g->types[count + i];

		t->node = UINT32_MAX;
		if (!add_name(g, &room, special[i], &t->name) ||
		    !add_name(g, &room, "native", &t->means) ||
		    !add_name(g, &room, "", &t->reason))
			return false;
	}
	return true;
}

struct generation {
	struct coil_graph *graph;
	uint32_t bits;
};

static void mark_generation(void *ctx, uint64_t object)
{
	struct generation *g = ctx;
	uint32_t node = coil_addrset_rank(g->graph->find, object);

	if (node != UINT32_MAX)
		g->graph->flags[node] |= g->bits;
}

static void write_generations(struct builder *b)
{
	const struct coil_runtime *runtime = b->heap->runtime;
	unsigned permanent = b->heap->layout->constant.gc_generations;

	for (size_t i = 0; i < runtime->interpreter_count; i++)
		for (unsigned n = 0; n <= permanent; n++) {
			/* The permanent generation is 3 everywhere. */
			uint32_t generation = n == permanent ? 3 : n;
			struct generation g = {b->graph,
					       (generation + 1)
						       << COIL_FLAGS_GEN_SHIFT};

			coil_gc_list(b->heap, runtime->interpreters[i], n,
				     mark_generation, &g);
		}
}

static void begin_root(struct builder *b, enum coil_node_kind kind)
{
	struct coil_graph *g = b->graph;
	uint32_t node = g->object_count + (uint32_t)(kind - COIL_NODE_ROOT);

	g->edge_offset[node] = g->edge_count;
	g->type[node] = g->type_count - COIL_SPECIAL_TYPES + kind - 1;
	g->flags[node] =
		(uint32_t)kind << COIL_FLAGS_KIND_SHIFT | COIL_FLAG_REACHABLE;
}

/* Root, static, native: see architecture.md, "Roots". */
static bool write_roots(struct builder *b)
{
	const unsigned holds = COIL_REF_OTHER | COIL_EDGE_COUNTED;
	struct coil_graph *g = b->graph;
	uint32_t root = g->object_count;
	uint32_t *counts = coil_graph_counts(g);

	if (!counts)
		return false;
	begin_root(b, COIL_NODE_ROOT);
	for (size_t i = 0; i < b->heap->runtime->interpreter_count; i++) {
		uint32_t to = coil_addrset_rank(
			g->find, b->heap->runtime->interpreters[i]);

		if (to != UINT32_MAX)
			append(b, to, holds);
	}
	for (uint32_t i = 1; i < COIL_ROOT_NODES; i++)
		append(b, root + i, holds);
	begin_root(b, COIL_NODE_STATIC);
	for (uint32_t i = 0; i < g->object_count; i++)
		if (g->flags[i] & (COIL_FLAG_STATIC | COIL_FLAG_IMMORTAL))
			append(b, i, holds);
	begin_root(b, COIL_NODE_NATIVE);
	for (uint32_t i = 0; i < g->object_count; i++)
		if (!(g->flags[i] >> COIL_FLAGS_KIND_SHIFT & 15) &&
		    !(g->flags[i] & (COIL_FLAG_STATIC | COIL_FLAG_IMMORTAL)) &&
		    coil_graph_refcount(g, i) > counts[i])
			append(b, i, holds);
	free(counts);
	/* Empty until it is known what the others reach. */
	begin_root(b, COIL_NODE_UNREACHABLE);
	g->edge_offset[g->node_count] = g->edge_count;
	return !b->nomem;
}

static enum coil_status write_unreachable(struct builder *b)
{
	struct coil_graph *g = b->graph;
	uint32_t *heads = NULL;
	size_t count = 0;
	enum coil_status st = coil_reach(g);

	if (st == COIL_OK)
		st = coil_unreachable(g, &heads, &count);
	for (size_t i = 0; st == COIL_OK && i < count; i++)
		append(b, heads[i], COIL_REF_OTHER | COIL_EDGE_COUNTED);
	free(heads);
	g->edge_offset[g->node_count] = g->edge_count;
	if (st == COIL_OK)
		st = coil_verdict(g, NULL);
	return b->nomem ? COIL_E_NOMEM : st;
}

static bool allocate(struct coil_graph *g)
{
	size_t n = g->node_count;

	g->address = calloc(n, sizeof(*g->address));
	g->type = calloc(n, sizeof(*g->type));
	g->size = calloc(n, sizeof(*g->size));
	g->allocated = calloc(n, sizeof(*g->allocated));
	g->refcount = calloc(n, sizeof(*g->refcount));
	g->flags = calloc(n, sizeof(*g->flags));
	g->edge_offset = calloc(n + 1, sizeof(*g->edge_offset));
	return g->address && g->type && g->size && g->allocated &&
	       g->refcount && g->flags && g->edge_offset;
}

enum coil_status coil_graph_build(const struct coil_heap *heap,
				  struct coil_walk *walk,
				  coil_progress_fn *progress,
				  void *progress_data, struct coil_graph **out,
				  struct coil_error *err)
{
	struct builder b = {
		.sink.flush = take_refs,
		.buffers.take = take_buffer,
		.heap = heap,
		.walk = walk,
		.graph = coil_graph_new(),
	};
	struct coil_graph *g = b.graph;
	enum coil_status st;

	if (g)
		g->find = calloc(1, sizeof(*g->find));
	if (!g || !g->find) {
		coil_graph_free(g);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	*g->find = walk->nodes;
	memset(&walk->nodes, 0, sizeof(walk->nodes));
	g->object_count = (uint32_t)g->find->count;
	g->node_count = g->object_count + COIL_ROOT_NODES;
	st = coil_addrset_init(&b.shared) && allocate(g) && write_types(&b)
		     ? COIL_OK
		     : COIL_E_NOMEM;
	if (st == COIL_OK) {
		write_rows(&b, progress, progress_data);
		write_generations(&b);
		st = !b.nomem && write_roots(&b) ? COIL_OK : COIL_E_NOMEM;
	}
	if (st == COIL_OK)
		st = write_unreachable(&b);
	coil_addrset_free(&b.shared);
	if (st != COIL_OK) {
		coil_graph_free(g);
		return coil_fail(err, st, "out of memory for the graph");
	}
	*out = g;
	return COIL_OK;
}
