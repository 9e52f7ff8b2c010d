/* SPDX-License-Identifier: MIT */
/*
 * The discovery of all objects: see walk.h.  One worklist, one bitmap of what
 * was seen; every object is decoded once here and once more when the graph's
 * rows are written, which is cheaper than keeping what was found.
 */
#include <stdlib.h>

#include "base/order.h"
#include "base/bounds.h"
#include "objects/nodes.h"
#include "objects/plan.h"
#include "walk/walker.h"
#include "values/refcount.h"

/* The low bits of an entry of the worklist: addresses are multiples of 8. */
#define TAG_MASK 7u

#define PROGRESS_EVERY (1u << 20)

#define DECODED 4 /* times that an object may be */

void coil_walk_append(struct coil_walker *w, struct coil_addresses *to,
		      uint64_t item)
{
	if (!APPEND(to->items, to->count, to->room, item))
		w->nomem = true;
}

static void add_special(struct coil_walker *w, uint64_t address,
			enum coil_node_kind node)
{
	struct coil_walk *walk = w->walk;

	if (!APPEND(walk->specials, walk->special_count, walk->special_room,
		    (struct coil_special){address, node}))
		w->nomem = true;
}

/* The bytes before an object of @type at its place: static types are not asked,
 * nor is what is in no pool, if a reference is @certain.  Where pools tell what
 * is allocated from them, no others lead to objects among what should be
 * none. */
static bool in_used_block(const struct coil_walker *w, uint64_t address,
			  const struct coil_type *type, bool certain)
{
	const struct coil_blocks *blocks = w->reader->blocks;
	const struct coil_pool *pool = coil_blocks_pool(blocks, address);

	if (!pool)
		return certain || coil_may_live(w->reader, address, type);
	if (!certain && blocks->by_heap && pool->heap == COIL_HEAP_MEMORY)
		return false;
	return coil_addrset_has(&blocks->used, address - type->prefix);
}

/* Whether a living object stands at @address; *type is then its type. */
bool coil_walk_is_object(struct coil_walker *w, uint64_t address, bool counts)
{
	const struct coil_layout *l = w->reader->layout;
	const struct coil_type *type;
	const uint8_t *p = address & TAG_MASK
				   ? NULL
				   : coil_image_view(w->reader->image, address,
						     l->PyObject.size);

	if (!p) {
		w->walk->stats.missing_targets +=
			counts && !(address & TAG_MASK);
		w->walk->stats.dangling += counts && address & TAG_MASK;
		return false;
	}
	if (coil_is_counted(l, p) && !coil_addrset_has(&w->dead, address)) {
		type = coil_types_get(w->reader->types,
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
	coil_walk_append(w, &w->todo, address | (uint64_t)node);
}

void coil_walk_consider(struct coil_walker *w, uint64_t address,
			enum coil_node_kind node)
{
	if (coil_addrset_has(&w->walk->nodes, address))
		return;
	if (node == COIL_NODE_OBJECT) {
		if (coil_walk_is_object(w, address, true))
			coil_walk_found(w, address, node);
	} else if (!(address & TAG_MASK) &&
		   coil_image_segment(w->reader->image, address)) {
		coil_walk_found(w, address, node);
	} else {
		w->walk->stats.missing_targets++;
	}
}

void coil_walk_doubt(struct coil_walker *w, uint64_t address)
{
	enum coil_add add;

	if (address & TAG_MASK || coil_addrset_has(&w->walk->nodes, address) ||
	    !coil_walk_is_object(w, address, false))
		return;
	add = coil_addrset_add(&w->doubted, address);
	if (add == COIL_ADD_NOMEM)
		w->nomem = true;
	if (add == COIL_ADD_NEW)
		coil_walk_append(w, &w->doubtful, address);
}

static void take_refs(struct coil_sink *sink)
{
	struct coil_walker *w = (struct coil_walker *)sink;

	for (unsigned i = 0; i < sink->count; i++) {
		const struct coil_ref *r = &sink->refs[i];

		if (r->flags & COIL_EDGE_INEXACT)
			coil_walk_doubt(w, r->target);
		else
			coil_walk_consider(w, r->target,
					   (enum coil_node_kind)r->node);
	}
}

/* A block met twice may be that of one object that was decoded twice. */
static void claim(struct coil_walker *w, uint64_t address)
{
	enum coil_add add = coil_addrset_add(&w->walk->claimed, address);

	if (add == COIL_ADD_OLD)
		add = coil_addrset_add(&w->walk->doubtful, address);
	if (add == COIL_ADD_NOMEM)
		w->nomem = true;
}

static void take_buffer(struct coil_buffers *buffers, uint64_t address,
			uint64_t bytes)
{
	struct coil_walker *w =
		(struct coil_walker *)((char *)buffers -
				       offsetof(struct coil_walker, buffers));

	(void)bytes;
	if (address && !(address & 7) &&
	    coil_addrset_has(&w->reader->blocks->used, address))
		claim(w, address);
}

static void from_neighbour(void *ctx, uint64_t object)
{
	coil_walk_doubt(ctx, object);
}

/*
 * The type of an object is one, though nothing else leads to a static type that
 * nobody made ready: it is on no list of subclasses, and its instances do not
 * own it.  Those of guesses are not followed.
 */
static void take_type(struct coil_walker *w, const struct coil_type *type)
{
	const struct coil_type **seen =
		&w->types[type->index % COIL_TYPES_SEEN];

	if (*seen == type || type->heap || w->uncertain)
		return;
	*seen = type;
	if (!coil_addrset_has(&w->walk->nodes, type->address) &&
	    coil_walk_is_object(w, type->address, false))
		coil_walk_found(w, type->address, COIL_NODE_OBJECT);
}

/* What one node refers to and what it owns. */
static void decode(struct coil_walker *w, uint64_t address,
		   enum coil_node_kind node)
{
	struct coil_object object;

	if (node != COIL_NODE_OBJECT) {
		coil_node_refs(w->reader, address, node, &w->sink);
		return;
	}
	if (!coil_reader_object(w->reader, address, &object)) {
		w->sink.missing++;
		return;
	}
	/* A type is read as one, whatever refers to it. */
	if (object.type->flags & COIL_TP_TYPE) {
		coil_types_get(w->reader->types, address);
		w->new_types = true;
	}
	coil_reader_refs(w->reader, &object, &w->sink);
	coil_reader_buffers(w->reader, &object, &w->buffers);
	if (w->reader->runtime->info.gc_collecting &&
	    object.type->flags & COIL_TP_HAVE_GC)
		coil_gc_neighbours(w->reader, address, from_neighbour, w);
	take_type(w, object.type);
}

static void decode_entry(struct coil_walker *w, uint64_t entry)
{
	uint64_t missing = w->sink.missing;

	w->sink.count = 0;
	decode(w, entry & ~(uint64_t)TAG_MASK,
	       (enum coil_node_kind)(entry & TAG_MASK));
	take_refs(&w->sink);
	w->sink.count = 0;
	w->walk->stats.incomplete += w->sink.missing != missing;
	if (w->progress && ++w->visited % PROGRESS_EVERY == 0)
		w->progress(w->progress_data, "objects", w->visited,
			    w->reader->blocks->used_blocks);
}

/* As coil_walk_drain(), all that is to be done arranged before it is done. */
static void drain_arranged(struct coil_walker *w)
{
	while (w->todo.count && !w->nomem) {
		struct coil_addresses batch = w->todo;

		w->todo = (struct coil_addresses){0};
		w->order->arrange(w->order->ctx, batch.items, batch.count);
		for (size_t i = 0; i < batch.count && !w->nomem; i++)
			decode_entry(w, batch.items[i]);
		free(batch.items);
	}
}

void coil_walk_drain(struct coil_walker *w)
{
	if (w->order && w->order->arrange) {
		drain_arranged(w);
		return;
	}
	while (w->todo.count && !w->nomem)
		decode_entry(w, w->todo.items[--w->todo.count]);
}

static void from_list(void *ctx, uint64_t object)
{
	coil_walk_consider(ctx, object, COIL_NODE_OBJECT);
}

static void walk_interpreters(struct coil_walker *w)
{
	const struct coil_runtime *runtime = w->reader->runtime;

	for (size_t i = 0; i < runtime->interpreter_count; i++)
		coil_walk_consider(w, runtime->interpreters[i],
				   COIL_NODE_INTERPRETER);
}

static void walk_lists(struct coil_walker *w)
{
	const struct coil_runtime *runtime = w->reader->runtime;

	for (size_t i = 0; i < runtime->interpreter_count; i++)
		for (unsigned g = 0;
		     g <= w->reader->layout->constant.gc_generations; g++)
			if (!coil_gc_list(w->reader, runtime->interpreters[i],
					  g, from_list, w))
				w->walk->stats.broken_lists++;
}

static void walk_gc_blocks(struct coil_walker *w)
{
	coil_gc_blocks(w->reader, w->reader->blocks, from_list, w);
}

/* Where what is certain comes from. */
static void (*const sources[])(struct coil_walker *w) = {
	walk_interpreters, coil_walk_symbols, walk_lists,
	walk_gc_blocks,	   coil_walk_runtime,
};

static bool begin(struct coil_walker *w)
{
	struct coil_walk *walk = w->walk;

	return coil_reader_blocks(w->reader) &&
	       coil_addrset_init(&walk->nodes) &&
	       coil_addrset_init(&walk->claimed) &&
	       coil_addrset_init(&walk->doubtful) &&
	       coil_addrset_init(&walk->uncertain) &&
	       coil_addrset_init(&w->doubted) && coil_addrset_init(&w->dead) &&
	       coil_dead_objects(w->reader, &w->dead);
}

static bool walk_all(struct coil_walker *w)
{
	const unsigned first =
		w->order ? w->order->first_source % countof(sources) : 0;
	struct coil_walk *walk = w->walk;

	for (unsigned i = 0; i < countof(sources); i++)
		sources[(first + i) % countof(sources)](w);
	coil_walk_drain(w);
	coil_walk_guess(w);
	coil_walk_drop_claimed(w);
	if (w->nomem || !coil_addrset_seal(&walk->nodes))
		return false;
	if (walk->special_count)
		qsort(walk->specials, walk->special_count,
		      sizeof(*walk->specials), coil_by_word);
	coil_walk_count(w);
	walk->stats.objects = walk->nodes.count - walk->special_count;
	walk->stats.uncertain = walk->uncertain.count;
	walk->stats.certain = walk->stats.objects - walk->stats.uncertain;
	return true;
}

enum coil_status coil_walk_heap(struct coil_reader *reader,
				struct coil_walk *walk,
				const struct coil_walk_order *order,
				coil_progress_fn *progress, void *progress_data,
				struct coil_error *err)
{
	struct coil_walker w = {
		.sink.flush = take_refs,
		.buffers.take = take_buffer,
		.reader = reader,
		.walk = walk,
		.order = order,
		.progress = progress,
		.progress_data = progress_data,
	};
	bool done;

	memset(walk, 0, sizeof(*walk));
	w.sink.limit = DECODED * coil_reader_words(reader);
	done = begin(&w) && walk_all(&w);
	free(w.todo.items);
	free(w.doubtful.items);
	coil_addrset_free(&w.doubted);
	coil_addrset_free(&w.dead);
	return done ? COIL_OK : coil_fail(err, COIL_E_NOMEM, "out of memory");
}

void coil_walk_free(struct coil_walk *walk)
{
	coil_addrset_free(&walk->nodes);
	coil_addrset_free(&walk->claimed);
	coil_addrset_free(&walk->doubtful);
	coil_addrset_free(&walk->uncertain);
	free(walk->specials);
	memset(walk, 0, sizeof(*walk));
}

enum coil_node_kind coil_walk_kind(const struct coil_walk *walk,
				   uint64_t address)
{
	const struct coil_special *s = FIND_SORTED(
		walk->specials, walk->special_count, address, address);

	return s ? s->node : COIL_NODE_OBJECT;
}
