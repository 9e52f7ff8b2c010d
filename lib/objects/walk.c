/* SPDX-License-Identifier: MIT */
/*
 * The discovery of all objects: see walk.h.  One worklist, one bitmap of what
 * was seen; every object is decoded once here and once more when the graph's
 * rows are written, which is cheaper than keeping what was found.
 */
#include <stdlib.h>

#include "objects/nodes.h"
#include "objects/plan.h"
#include "objects/walker.h"
#include "runtime/refcount.h"

/* The low bits of an entry of the worklist: addresses are multiples of 8. */
#define TAG_MASK 7u

#define PROGRESS_EVERY (1u << 20)

static void push_entry(struct coil_walker *w, uint64_t **entries, size_t *count,
		       size_t *room, uint64_t entry)
{
	uint64_t *grown = coil_grow(*entries, room, *count + 1, sizeof(*grown));

	if (!grown) {
		w->nomem = true;
		return;
	}
	*entries = grown;
	grown[(*count)++] = entry;
}

static void push(struct coil_walker *w, uint64_t address,
		 enum coil_node_kind node)
{
	push_entry(w, &w->stack, &w->count, &w->room, address | (uint64_t)node);
}

static void add_special(struct coil_walker *w, uint64_t address,
			enum coil_node_kind node)
{
	struct coil_walk *walk = w->walk;
	struct coil_special *specials =
		coil_grow(walk->specials, &walk->special_room,
			  walk->special_count + 1, sizeof(*specials));

	if (!specials) {
		w->nomem = true;
		return;
	}
	walk->specials = specials;
	specials[walk->special_count++] = (struct coil_special){address, node};
}

/* The bytes before an object of @type at its place: static types are not asked,
 * nor is what is in no pool, if a reference is @certain.  Where pools tell what
 * is allocated from them, no others lead to objects among what should be
 * none. */
static bool in_used_block(const struct coil_walker *w, uint64_t address,
			  const struct coil_type *type, bool certain)
{
	const struct coil_blocks *blocks = w->heap->blocks;
	const struct coil_pool *pool = coil_blocks_pool(blocks, address);

	if (!pool)
		return certain || coil_may_live(w->heap, address, type);
	if (!certain && blocks->by_heap && pool->heap == COIL_HEAP_MEMORY)
		return false;
	return coil_addrset_has(&blocks->used, address - type->prefix);
}

/* Whether a living object stands at @address; *type is then its type. */
bool coil_walk_is_object(struct coil_walker *w, uint64_t address, bool counts)
{
	const struct coil_layout *l = w->heap->layout;
	const struct coil_type *type;
	const uint8_t *p = address & TAG_MASK
				   ? NULL
				   : coil_image_view(w->heap->image, address,
						     l->PyObject.size);

	if (!p) {
		w->walk->stats.missing_targets +=
			counts && !(address & TAG_MASK);
		w->walk->stats.dangling += counts && address & TAG_MASK;
		return false;
	}
	if (coil_is_counted(l, p) && !coil_addrset_has(&w->dead, address)) {
		type = coil_types_get(w->heap->types,
				      load64(p + l->PyObject.ob_type));
		if (type && in_used_block(w, address, type, counts))
			return true;
	}
	w->walk->stats.dangling += counts;
	return false;
}

void coil_walk_found(struct coil_walker *w, uint64_t address,
		     enum coil_node_kind node)
{
	enum coil_add add = coil_addrset_add(&w->walk->nodes, address);

	if (add == COIL_ADD_NOMEM)
		w->nomem = true;
	if (add != COIL_ADD_NEW)
		return;
	if (node != COIL_NODE_OBJECT)
		add_special(w, address, node);
	if (w->uncertain &&
	    coil_addrset_add(&w->walk->uncertain, address) == COIL_ADD_NOMEM)
		w->nomem = true;
	push(w, address, node);
}

void coil_walk_consider(struct coil_walker *w, uint64_t address,
			enum coil_node_kind node, bool counts)
{
	if (coil_addrset_has(&w->walk->nodes, address))
		return;
	if (node == COIL_NODE_OBJECT) {
		if (coil_walk_is_object(w, address, counts))
			coil_walk_found(w, address, node);
	} else if (!(address & TAG_MASK) &&
		   coil_image_segment(w->heap->image, address)) {
		coil_walk_found(w, address, node);
	} else {
		w->walk->stats.missing_targets++;
	}
}

static void take_refs(struct coil_sink *sink)
{
	struct coil_walker *w = (struct coil_walker *)sink;

	for (unsigned i = 0; i < sink->count; i++) {
		const struct coil_ref *r = &sink->refs[i];

		coil_walk_consider(w, r->target, (enum coil_node_kind)r->node,
				   !(r->flags & COIL_EDGE_INEXACT));
	}
}

static void take_buffer(struct coil_buffers *buffers, uint64_t address,
			uint64_t bytes)
{
	struct coil_walker *w =
		(struct coil_walker *)((char *)buffers -
				       offsetof(struct coil_walker, buffers));

	(void)bytes;
	if (address && !(address & 7) &&
	    coil_addrset_has(&w->heap->blocks->used, address) &&
	    coil_addrset_add(&w->walk->claimed, address) == COIL_ADD_NOMEM)
		w->nomem = true;
}

static void from_neighbour(void *ctx, uint64_t object)
{
	coil_walk_consider(ctx, object, COIL_NODE_OBJECT, false);
}

/* Decode everything on the worklist and what that refers to. */
void coil_walk_drain(struct coil_walker *w)
{
	while (w->count && !w->nomem) {
		uint64_t entry = w->stack[--w->count];
		uint64_t address = entry & ~(uint64_t)TAG_MASK;
		uint64_t missing = w->sink.missing;
		struct coil_object object;

		w->sink.count = 0;
		if (entry & TAG_MASK) {
			coil_node_refs(w->heap, address,
				       (enum coil_node_kind)(entry & TAG_MASK),
				       &w->sink);
		} else if (coil_heap_object(w->heap, address, &object)) {
			/* A type is read as one before its instances are. */
			if (object.type->flags & COIL_TP_TYPE)
				coil_types_get(w->heap->types, address);
			coil_heap_refs(w->heap, &object, &w->sink);
			coil_heap_buffers(w->heap, &object, &w->buffers);
			if (w->heap->runtime->info.gc_collecting &&
			    object.type->flags & COIL_TP_HAVE_GC)
				coil_gc_neighbours(w->heap, address,
						   from_neighbour, w);
		} else {
			w->sink.missing++;
		}
		take_refs(&w->sink);
		w->sink.count = 0;
		if (w->sink.missing != missing)
			push_entry(w, &w->again, &w->again_count,
				   &w->again_room, entry);
		if (w->progress && ++w->visited % PROGRESS_EVERY == 0)
			w->progress(w->progress_data, "objects", w->visited,
				    w->heap->blocks->used_blocks);
	}
}

/* Once more what was not read whole, as long as that leaves less: numpy tells
 * what an array holds by an object whose type may be met after the array. */
static void drain_again(struct coil_walker *w)
{
	size_t left;

	do {
		left = w->again_count;
		w->again_count = 0;
		for (size_t i = 0; i < left; i++)
			push_entry(w, &w->stack, &w->count, &w->room,
				   w->again[i]);
		coil_walk_drain(w);
	} while (w->again_count && w->again_count < left);
}

static void from_list(void *ctx, uint64_t object)
{
	coil_walk_consider(ctx, object, COIL_NODE_OBJECT, true);
}

static int by_address(const void *a, const void *b)
{
	const struct coil_special *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

enum coil_status coil_walk_heap(struct coil_heap *heap, struct coil_walk *walk,
				coil_progress_fn *progress, void *progress_data,
				struct coil_error *err)
{
	struct coil_walker w = {
		.sink.flush = take_refs,
		.buffers.take = take_buffer,
		.heap = heap,
		.walk = walk,
		.progress = progress,
		.progress_data = progress_data,
	};
	const struct coil_runtime *runtime = heap->runtime;

	memset(walk, 0, sizeof(*walk));
	if (!heap->blocks &&
	    coil_blocks_read(runtime, &heap->blocks) != COIL_OK)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	if (!coil_addrset_init(&walk->nodes) ||
	    !coil_addrset_init(&walk->claimed) ||
	    !coil_addrset_init(&walk->uncertain))
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	if (!coil_addrset_init(&w.dead) || !coil_dead_objects(heap, &w.dead)) {
		coil_addrset_free(&w.dead);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	for (size_t i = 0; i < runtime->interpreter_count; i++)
		coil_walk_consider(&w, runtime->interpreters[i],
				   COIL_NODE_INTERPRETER, true);
	coil_walk_symbols(&w);
	for (size_t i = 0; i < runtime->interpreter_count; i++)
		for (unsigned g = 0; g <= heap->layout->constant.gc_generations;
		     g++)
			if (!coil_gc_list(heap, runtime->interpreters[i], g,
					  from_list, &w))
				walk->stats.broken_lists++;
	coil_gc_blocks(heap, heap->blocks, from_list, &w);
	coil_walk_drain(&w);
	coil_walk_runtime(&w);
	coil_walk_drain(&w);
	drain_again(&w);
	coil_walk_blocks(&w);
	coil_walk_drop_claimed(&w);
	walk->stats.incomplete = w.again_count;
	free(w.stack);
	free(w.again);
	coil_addrset_free(&w.dead);
	if (w.nomem || !coil_addrset_seal(&walk->nodes))
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	if (walk->special_count)
		qsort(walk->specials, walk->special_count,
		      sizeof(*walk->specials), by_address);
	coil_walk_count(&w);
	walk->stats.objects = walk->nodes.count - walk->special_count;
	walk->stats.uncertain = walk->uncertain.count;
	walk->stats.certain = walk->stats.objects - walk->stats.uncertain;
	return COIL_OK;
}

void coil_walk_free(struct coil_walk *walk)
{
	coil_addrset_free(&walk->nodes);
	coil_addrset_free(&walk->claimed);
	coil_addrset_free(&walk->uncertain);
	free(walk->specials);
	memset(walk, 0, sizeof(*walk));
}

enum coil_node_kind coil_walk_kind(const struct coil_walk *walk,
				   uint64_t address)
{
	struct coil_special key = {.address = address};
	const struct coil_special *s =
		walk->special_count
			? bsearch(&key, walk->specials, walk->special_count,
				  sizeof(key), by_address)
			: NULL;

	return s ? s->node : COIL_NODE_OBJECT;
}
