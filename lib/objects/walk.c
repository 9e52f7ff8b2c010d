/* SPDX-License-Identifier: MIT */
/*
 * The discovery of all objects: see walk.h.  One worklist, one bitmap of what
 * was seen; every object is decoded once here and once more when the graph's
 * rows are written, which is cheaper than keeping what was found.
 */
#include <stdlib.h>

#include "objects/nodes.h"
#include "objects/plan.h"
#include "objects/walk.h"
#include "runtime/refcount.h"

/* The low bits of an entry of the worklist: addresses are multiples of 8. */
#define TAG_MASK 7u

#define PROGRESS_EVERY (1u << 20)

struct walker {
	struct coil_sink sink; /* first: flush() gets at the walker */
	struct coil_buffers buffers;
	struct coil_heap *heap;
	struct coil_walk *walk;
	uint64_t *stack;
	size_t count, room;
	bool uncertain; /* what is found now hangs from a guess */
	bool nomem;
	struct coil_addrset dead; /* objects on free lists */
	coil_progress_fn *progress;
	void *progress_data;
	uint64_t visited;
};

static void push(struct walker *w, uint64_t address, enum coil_node_kind node)
{
	uint64_t *stack =
		coil_grow(w->stack, &w->room, w->count + 1, sizeof(*stack));

	if (!stack) {
		w->nomem = true;
		return;
	}
	w->stack = stack;
	w->stack[w->count++] = address | (uint64_t)node;
}

static void add_special(struct walker *w, uint64_t address,
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
static bool in_used_block(const struct walker *w, uint64_t address,
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
static bool is_object(struct walker *w, uint64_t address, bool counts)
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

static void found(struct walker *w, uint64_t address, enum coil_node_kind node)
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

static void consider(struct walker *w, uint64_t address,
		     enum coil_node_kind node, bool counts)
{
	if (coil_addrset_has(&w->walk->nodes, address))
		return;
	if (node == COIL_NODE_OBJECT) {
		if (is_object(w, address, counts))
			found(w, address, node);
	} else if (!(address & TAG_MASK) &&
		   coil_image_segment(w->heap->image, address)) {
		found(w, address, node);
	} else {
		w->walk->stats.missing_targets++;
	}
}

static void take_refs(struct coil_sink *sink)
{
	struct walker *w = (struct walker *)sink;

	for (unsigned i = 0; i < sink->count; i++) {
		const struct coil_ref *r = &sink->refs[i];

		consider(w, r->target, (enum coil_node_kind)r->node,
			 !(r->flags & COIL_EDGE_INEXACT));
	}
}

static void take_buffer(struct coil_buffers *buffers, uint64_t address,
			uint64_t bytes)
{
	struct walker *w = (struct walker *)((char *)buffers -
					     offsetof(struct walker, buffers));

	(void)bytes;
	if (address && !(address & 7) &&
	    coil_addrset_has(&w->heap->blocks->used, address) &&
	    coil_addrset_add(&w->walk->claimed, address) == COIL_ADD_NOMEM)
		w->nomem = true;
}

static void from_neighbour(void *ctx, uint64_t object)
{
	consider(ctx, object, COIL_NODE_OBJECT, false);
}

/* Decode everything on the worklist and what that refers to. */
static void drain(struct walker *w)
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
		w->walk->stats.incomplete += w->sink.missing != missing;
		if (w->progress && ++w->visited % PROGRESS_EVERY == 0)
			w->progress(w->progress_data, "objects", w->visited,
				    w->heap->blocks->used_blocks);
	}
}

static void from_list(void *ctx, uint64_t object)
{
	consider(ctx, object, COIL_NODE_OBJECT, true);
}

/* What is known by name, whoever refers to it. */
static void from_symbols(struct walker *w)
{
	static const char *const names[] = {
		"PyType_Type",
		"PyBaseObject_Type",
		"_Py_NoneStruct",
		"_Py_TrueStruct",
		"_Py_FalseStruct",
		"_Py_EllipsisObject",
		"_Py_NotImplementedStruct",
	};

	for (size_t i = 0; i < countof(names); i++) {
		uint64_t at =
			coil_image_symbol(w->heap->image, names[i], NULL, NULL);

		if (at)
			consider(w, at, COIL_NODE_OBJECT, true);
	}
	consider(w, coil_types_type(w->heap->types)->address, COIL_NODE_OBJECT,
		 true);
	for (size_t i = 0; i < w->heap->interned_count; i++)
		consider(w, w->heap->interned[i], COIL_NODE_OBJECT, true);
}

/*
 * Small ints, one-character strings, identifiers: built into _PyRuntime, one
 * after another without a directory (3.11 and later).
 */
static void from_runtime(struct walker *w)
{
	const struct coil_layout *l = w->heap->layout;
	uint64_t runtime = w->heap->runtime->info.runtime;
	uint64_t at, end;

	if (!runtime || l->_PyRuntimeState.small_ints == COIL_NO_FIELD ||
	    l->_PyRuntimeState.tuple_empty == COIL_NO_FIELD)
		return;
	end = runtime + l->_PyRuntimeState.tuple_empty + l->PyTupleObject.size;
	for (at = runtime + l->_PyRuntimeState.small_ints; at < end; at += 8) {
		uint64_t word = 0;
		const struct coil_type *type;

		coil_image_word(w->heap->image, at + l->PyObject.ob_type,
				&word);
		type = coil_types_known(w->heap->types, word);
		if (type && type->flags & (COIL_TP_LONG | COIL_TP_BYTES |
					   COIL_TP_UNICODE | COIL_TP_TUPLE))
			consider(w, at, COIL_NODE_OBJECT, false);
	}
}

/* Whether a block of @pool is the right size for an object of @type at @at:
 * a block of another class holds something else. */
static bool fits_block(const struct walker *w, const struct coil_pool *pool,
		       const struct coil_object *object)
{
	const uint64_t around = object->type->prefix + w->heap->blocks->extra;
	bool known;
	uint64_t size = coil_heap_size(w->heap, object, &known) +
			w->heap->blocks->extra;
	uint64_t least =
		around + min64(object->head_size, object->type->basicsize);
	struct coil_str s;

	if (object->type->itemsize)
		least = around + coil_size_default(w->heap, object);
	if (object->type->flags & COIL_TP_UNICODE) {
		if (!coil_str_read(w->heap->image, w->heap->layout,
				   object->address, &s))
			return false;
		if (s.compact)
			least = around + s.data_address - object->address +
				(s.length + 1) * s.width;
	}
	if (!known || object->type->itemsize ||
	    object->type->flags & COIL_TP_UNICODE)
		return least <= pool->block;
	return coil_blocks_class(w->heap->blocks, least) == pool->block ||
	       coil_blocks_class(w->heap->blocks, size) == pool->block;
}

/* The object that the used block at @block looks like: the lowest of the three
 * places where one can begin. */
static uint64_t guess(struct walker *w, uint64_t block)
{
	static const uint32_t places[] = {0, 16, 32};
	const struct coil_layout *l = w->heap->layout;
	const struct coil_pool *pool = coil_blocks_pool(w->heap->blocks, block);
	struct coil_object object;

	if (w->heap->blocks->by_heap && pool->heap == COIL_HEAP_MEMORY)
		return 0;
	for (size_t i = 0; i < countof(places); i++) {
		uint64_t at = block + places[i], word = 0;
		const struct coil_type *type;

		if (places[i] + l->PyObject.size > pool->block)
			break;
		coil_image_word(w->heap->image, at + l->PyObject.ob_type,
				&word);
		type = coil_types_known(w->heap->types, word);
		if (type && type->prefix == places[i] &&
		    is_object(w, at, false) &&
		    coil_heap_object(w->heap, at, &object) &&
		    fits_block(w, pool, &object))
			return at;
	}
	return 0;
}

/* Used blocks that nothing claims and that hold no known object. */
static bool is_unexplained(const struct walker *w, uint64_t block)
{
	const struct coil_addrset *nodes = &w->walk->nodes;
	const struct coil_pool *pool = coil_blocks_pool(w->heap->blocks, block);
	uint64_t size = pool ? pool->block : 0;

	/* What stands 32 bytes on in a smaller block is in the next one. */
	return !coil_addrset_has(&w->walk->claimed, block) &&
	       !coil_addrset_has(nodes, block) &&
	       !(size > 16 && coil_addrset_has(nodes, block + 16)) &&
	       !(size > 32 && coil_addrset_has(nodes, block + 32));
}

static void from_blocks(struct walker *w)
{
	struct coil_addrset_walk at = {0};
	uint64_t block;

	if (!coil_addrset_seal(&w->heap->blocks->used)) {
		w->nomem = true;
		return;
	}
	w->uncertain = true;
	while (!w->nomem &&
	       coil_addrset_next(&w->heap->blocks->used, &at, &block)) {
		uint64_t object;

		if (!is_unexplained(w, block))
			continue;
		object = guess(w, block);
		if (object) {
			found(w, object, COIL_NODE_OBJECT);
			drain(w);
		}
	}
}

/* A guess whose block turned out to be some object's buffer is none. */
static void drop_claimed(struct walker *w)
{
	struct coil_addrset_walk at = {0};
	uint64_t object;

	if (!coil_addrset_seal(&w->walk->uncertain)) {
		w->nomem = true;
		return;
	}
	while (coil_addrset_next(&w->walk->uncertain, &at, &object)) {
		const struct coil_pool *pool =
			coil_blocks_pool(w->heap->blocks, object);
		struct coil_object o;

		if (pool && coil_heap_object(w->heap, object, &o) &&
		    coil_addrset_has(&w->walk->claimed,
				     object - o.type->prefix))
			coil_addrset_remove(&w->walk->nodes, object);
	}
}

static int by_address(const void *a, const void *b)
{
	const struct coil_special *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

static void count_classes(struct walker *w)
{
	const struct coil_blocks *blocks = w->heap->blocks;
	struct coil_walk_stats *stats = &w->walk->stats;
	struct coil_addrset_walk at = {0};
	uint64_t block;

	stats->used_blocks = blocks->used_blocks;
	stats->used_bytes = blocks->used_bytes;
	stats->arenas = blocks->arena_count;
	stats->pools = blocks->pool_count;
	if (blocks->by_heap)
		stats->arenas = blocks->segment_count;
	for (unsigned i = 0; i < countof(stats->class_used); i++) {
		stats->class_size[i] = (uint64_t)(i + 1) * blocks->alignment;
		stats->class_used[i] = blocks->class_used[i];
		if (blocks->class_used[i])
			stats->size_classes = i + 1;
	}
	while (coil_addrset_next(&blocks->used, &at, &block)) {
		if (is_unexplained(w, block))
			continue;
		stats->explained_blocks++;
		stats->explained_bytes +=
			coil_blocks_pool(blocks, block)->block;
	}
}

enum coil_status coil_walk_heap(struct coil_heap *heap, struct coil_walk *walk,
				coil_progress_fn *progress, void *progress_data,
				struct coil_error *err)
{
	struct walker w = {
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
		consider(&w, runtime->interpreters[i], COIL_NODE_INTERPRETER,
			 true);
	from_symbols(&w);
	for (size_t i = 0; i < runtime->interpreter_count; i++)
		for (unsigned g = 0; g <= heap->layout->constant.gc_generations;
		     g++)
			if (!coil_gc_list(heap, runtime->interpreters[i], g,
					  from_list, &w))
				walk->stats.broken_lists++;
	coil_gc_blocks(heap, heap->blocks, from_list, &w);
	drain(&w);
	from_runtime(&w);
	drain(&w);
	from_blocks(&w);
	drop_claimed(&w);
	free(w.stack);
	coil_addrset_free(&w.dead);
	if (w.nomem || !coil_addrset_seal(&walk->nodes))
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	if (walk->special_count)
		qsort(walk->specials, walk->special_count,
		      sizeof(*walk->specials), by_address);
	count_classes(&w);
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
