/* SPDX-License-Identifier: MIT */
/*
 * The table of pools, whichever allocator they are of: see blocks.h.
 */
#include <stdlib.h>

#include "allocator/blocks.h"

void coil_blocks_free(struct coil_blocks *blocks)
{
	if (!blocks)
		return;
	coil_addrset_free(&blocks->used);
	free(blocks->pools);
	free(blocks->arenas);
	free(blocks->segments);
	free(blocks);
}

bool coil_blocks_add(struct coil_blocks *blocks, const struct coil_pool *pool)
{
	uint32_t i;

	if (blocks->pool_count * 2 > blocks->pool_mask) {
		uint32_t mask = blocks->pool_mask * 2 + 1;
		struct coil_pool *old = blocks->pools;
		struct coil_pool *pools =
			calloc((size_t)mask + 1, sizeof(*pools));
		uint32_t old_mask = blocks->pool_mask;

		if (!pools)
			return false;
		blocks->pools = pools;
		blocks->pool_mask = mask;
		blocks->pool_count = 0;
		for (uint32_t n = 0; n <= old_mask; n++)
			if (old[n].address)
				(void)coil_blocks_add(blocks, &old[n]);
		free(old);
	}
	i = (uint32_t)((pool->address >> 12) * 0x9e3779b97f4a7c15u >> 32) &
	    blocks->pool_mask;
	while (blocks->pools[i].address)
		i = (i + 1) & blocks->pool_mask;
	blocks->pools[i] = *pool;
	blocks->pool_count++;
	return true;
}

uint64_t coil_blocks_class(const struct coil_blocks *blocks, uint64_t bytes)
{
	return blocks->by_heap ? coil_mimalloc_class(bytes)
			       : align_up(bytes, blocks->alignment);
}

enum coil_status coil_blocks_read(const struct coil_obmalloc *obmalloc,
				  struct coil_blocks **out)
{
	const struct coil_layout *l = obmalloc->layout;
	struct coil_blocks *blocks = calloc(1, sizeof(*blocks));
	bool ok = blocks && coil_addrset_init(&blocks->used);

	if (ok) {
		blocks->pool_mask = 1023;
		blocks->by_heap = obmalloc->is == COIL_ALLOCATOR_MIMALLOC;
		blocks->pool_size = blocks->by_heap ? l->constant.mi_slice_size
						    : l->constant.pool_size;
		blocks->alignment = l->constant.pool_alignment;
		blocks->front = obmalloc->debug_hooks ? 16 : 0;
		blocks->extra = obmalloc->debug_hooks ? 24 : 0;
		blocks->pools = calloc((size_t)blocks->pool_mask + 1,
				       sizeof(*blocks->pools));
		ok = blocks->pools &&
		     (blocks->by_heap ? coil_mimalloc_read(obmalloc, blocks)
				      : coil_arenas_read(obmalloc, blocks));
	}
	if (!ok) {
		coil_blocks_free(blocks);
		return COIL_E_NOMEM;
	}
	*out = blocks;
	return COIL_OK;
}
