/* SPDX-License-Identifier: MIT */
/*
 * Blocks that the allocator has given out and that no object found so far
 * stands in or holds as its buffer: what looks like an object there is taken
 * for one, and marked uncertain.
 */
#include "objects/nodes.h"
#include "objects/walker.h"

/* Whether a block of @pool is the right size for an object of @type at @at:
 * a block of another class holds something else. */
static bool fits_block(const struct coil_walker *w,
		       const struct coil_pool *pool,
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
static uint64_t guess(struct coil_walker *w, uint64_t block)
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
		    coil_walk_is_object(w, at, false) &&
		    coil_heap_object(w->heap, at, &object) &&
		    fits_block(w, pool, &object))
			return at;
	}
	return 0;
}

/* Used blocks that nothing claims and that hold no known object. */
static bool is_unexplained(const struct coil_walker *w, uint64_t block)
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

void coil_walk_blocks(struct coil_walker *w)
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
			coil_walk_found(w, object, COIL_NODE_OBJECT);
			coil_walk_drain(w);
		}
	}
}

/* A guess whose block turned out to be some object's buffer is none. */
void coil_walk_drop_claimed(struct coil_walker *w)
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

void coil_walk_count(struct coil_walker *w)
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
