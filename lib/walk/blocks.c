/* SPDX-License-Identifier: MIT */
/*
 * Blocks that the allocator has given out: which of them hold an object or a
 * buffer of one, and which nothing explains.
 */
#include "walk/walker.h"

bool coil_walk_is_unexplained(const struct coil_walker *w, uint64_t block)
{
	const struct coil_addrset *nodes = &w->walk->nodes;
	const struct coil_pool *pool =
		coil_blocks_pool(w->reader->blocks, block);
	uint64_t size = pool ? pool->block : 0;

	/* What stands 32 bytes on in a smaller block is in the next one. */
	return !coil_addrset_has(&w->walk->claimed, block) &&
	       !coil_addrset_has(nodes, block) &&
	       !(size > 16 && coil_addrset_has(nodes, block + 16)) &&
	       !(size > 32 && coil_addrset_has(nodes, block + 32));
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
			coil_blocks_pool(w->reader->blocks, object);
		struct coil_object o;

		if (pool && coil_reader_object(w->reader, object, &o) &&
		    coil_addrset_has(&w->walk->claimed,
				     object - o.type->prefix))
			coil_addrset_remove(&w->walk->nodes, object);
	}
}

void coil_walk_count(struct coil_walker *w)
{
	const struct coil_blocks *blocks = w->reader->blocks;
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
		if (coil_walk_is_unexplained(w, block))
			continue;
		stats->explained_blocks++;
		stats->explained_bytes +=
			coil_blocks_pool(blocks, block)->block;
	}
}
