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
	coil_map_free(&blocks->pool_at);
	free(blocks->pools);
	free(blocks->arenas);
	free(blocks->segments);
	free(blocks);
}

bool coil_blocks_add(struct coil_blocks *blocks, const struct coil_pool *pool)
{
	uint64_t *number;

	if (!RESERVE(blocks->pools, blocks->pool_room, blocks->pool_count + 1))
		return false;
	number = coil_map_put(&blocks->pool_at, pool->address + 1);
	if (!number)
		return false;
	blocks->pools[blocks->pool_count++] = *pool;
	if (!*number)
		*number = blocks->pool_count;
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
	bool ok = blocks && coil_addrset_init(&blocks->used) &&
		  coil_map_init(&blocks->pool_at, 512);

	if (ok) {
		blocks->by_heap = obmalloc->is == COIL_ALLOCATOR_MIMALLOC;
		blocks->pool_size = blocks->by_heap ? l->constant.mi_slice_size
						    : l->constant.pool_size;
		blocks->alignment = l->constant.pool_alignment;
		blocks->front = obmalloc->debug_hooks ? 16 : 0;
		blocks->extra = obmalloc->debug_hooks ? 24 : 0;
		ok = blocks->by_heap ? coil_mimalloc_read(obmalloc, blocks)
				     : coil_arenas_read(obmalloc, blocks);
	}
	if (!ok) {
		coil_blocks_free(blocks);
		return COIL_E_NOMEM;
	}
	*out = blocks;
	return COIL_OK;
}
