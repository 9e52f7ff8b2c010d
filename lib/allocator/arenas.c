/* SPDX-License-Identifier: MIT */
/*
 * Walks pymalloc's arenas: see blocks.h.  An arena's pools below its high-water
 * mark that are not on its list of free pools are in use; a pool on that list
 * has a stale header and is passed over.
 */
#include <stdlib.h>

#include "allocator/blocks.h"

/* Marks the used blocks of @pool; its header has been read into @p. */
static bool read_pool(const struct coil_obmalloc *obmalloc,
		      struct coil_blocks *blocks, struct coil_pool *pool,
		      const uint8_t *p)
{
	const struct coil_layout *l = obmalloc->layout;
	uint32_t overhead = l->constant.pool_overhead;
	uint32_t szidx = load32(p + l->pool_header.szidx);
	uint32_t next = load32(p + l->pool_header.nextoffset);
	uint64_t chain = load64(p + l->pool_header.freeblock);
	uint64_t first = pool->address + overhead;
	uint32_t carved, free_count = 0;

	if (szidx >= countof(blocks->class_used) || next < overhead ||
	    next > l->constant.pool_size) {
		pool->broken = true;
		return true;
	}
	pool->first = first;
	pool->block = (uint64_t)(szidx + 1) * l->constant.pool_alignment;
	pool->count =
		(uint32_t)((l->constant.pool_size - overhead) / pool->block);
	carved = (uint32_t)((next - overhead) / pool->block);
	if (!coil_addrset_add_run(&blocks->used, first + blocks->front,
				  pool->block, carved))
		return false;
	/* A block that is met twice ends a chain that is a loop. */
	while (chain) {
		if (chain < first || (chain - first) % pool->block ||
		    (chain - first) / pool->block >= carved ||
		    !coil_addrset_remove(&blocks->used,
					 chain + blocks->front)) {
			pool->broken = true;
			break;
		}
		free_count++;
		if (!coil_image_word(obmalloc->image, chain, &chain)) {
			pool->broken = true;
			break;
		}
	}
	pool->used = carved - free_count;
	if (pool->used != load32(p + l->pool_header.ref_count))
		pool->broken = true;
	blocks->class_used[szidx] += pool->used;
	blocks->used_blocks += pool->used;
	blocks->used_bytes += pool->used * pool->block;
	return true;
}

/* A bit for each pool of @arena that was returned. */
static void read_free_pools(const struct coil_obmalloc *obmalloc,
			    struct coil_arena *arena, uint64_t chain)
{
	const struct coil_layout *l = obmalloc->layout;
	uint32_t pool = l->constant.pool_size;

	for (uint32_t n = 0; chain && n < arena->total_pools; n++) {
		uint64_t i = (chain - arena->first_pool) / pool;

		if (chain < arena->first_pool || i >= arena->total_pools ||
		    i >= 1024)
			return;
		arena->unused[i / 64] |= (uint64_t)1 << i % 64;
		if (!coil_image_word(obmalloc->image,
				     chain + l->pool_header.nextpool, &chain))
			return;
	}
}

static struct coil_arena *add_arena(struct coil_blocks *blocks,
				    uint64_t address)
{
	if (!APPEND(blocks->arenas, blocks->arena_count, blocks->arena_room,
		    (struct coil_arena){.address = address}))
		return NULL;
	return &blocks->arenas[blocks->arena_count - 1];
}

static bool read_arena(const struct coil_obmalloc *obmalloc,
		       struct coil_blocks *blocks, const uint8_t *p,
		       uint32_t index)
{
	const struct coil_layout *l = obmalloc->layout;
	uint32_t size = l->constant.pool_size;
	uint64_t end = load64(p + l->arena_object.pool_address);
	uint64_t address = load64(p + l->arena_object.address);
	struct coil_arena *arena;

	if (!address)
		return true;
	arena = add_arena(blocks, address);
	if (!arena)
		return false;
	arena->first_pool = align_up(arena->address, size);
	arena->total_pools = load32(p + l->arena_object.ntotalpools);
	if (arena->total_pools > l->constant.arena_size / size ||
	    arena->total_pools > 1024)
		arena->total_pools = l->constant.arena_size / size;
	read_free_pools(obmalloc, arena, load64(p + l->arena_object.freepools));
	for (uint32_t i = 0; i < arena->total_pools && i < 1024; i++)
		if (arena->first_pool + (uint64_t)i * size >= end)
			arena->unused[i / 64] |= (uint64_t)1 << i % 64;
	for (uint32_t i = 0; i < arena->total_pools; i++) {
		uint64_t at = arena->first_pool + (uint64_t)i * size;
		struct coil_pool pool = {.address = at,
					 .arena = blocks->arena_count - 1};
		const uint8_t *header;

		if (at >= end)
			break;
		arena->pools++;
		if (coil_arena_pool_free(arena, i)) {
			arena->free_pools++;
			continue;
		}
		header = coil_image_view(obmalloc->image, at,
					 l->pool_header.size);
		if (!header) {
			blocks->missing_pools++;
			continue;
		}
		/* Its memory may have been handed out twice by a hostile file:
		 * the first arena keeps it. */
		if (load32(header + l->pool_header.arenaindex) != index ||
		    coil_blocks_pool(blocks, at)) {
			blocks->broken_pools++;
			continue;
		}
		if (!read_pool(obmalloc, blocks, &pool, header))
			return false;
		if (pool.broken)
			blocks->broken_pools++;
		if (pool.block && !coil_blocks_add(blocks, &pool))
			return false;
	}
	return true;
}

static bool read_table(const struct coil_obmalloc *obmalloc,
		       struct coil_blocks *blocks,
		       const struct coil_arena_table *table)
{
	uint32_t size = obmalloc->layout->arena_object.size;

	for (uint32_t i = 0; i < table->count; i++) {
		const uint8_t *p = coil_image_view(
			obmalloc->image, table->address + (uint64_t)i * size,
			size);

		if (p && !read_arena(obmalloc, blocks, p, i))
			return false;
	}
	return true;
}

bool coil_arenas_read(const struct coil_obmalloc *obmalloc,
		      struct coil_blocks *blocks)
{
	for (size_t t = 0; t < obmalloc->table_count; t++)
		if (!read_table(obmalloc, blocks, &obmalloc->tables[t]))
			return false;
	return true;
}
