/* SPDX-License-Identifier: MIT */
/*
 * Checks of pymalloc: whether arenas, pools and lists of free blocks agree.
 *
 * Source: CPython's Objects/obmalloc.c: nfreepools counts the pools that were
 * returned and those never cut; the blocks cut off a pool are in use or on its
 * list.
 */
#include <inttypes.h>

#include "audit/check.h"
#include "audit/pymalloc.h"

static uint32_t unused_pools(const struct coil_arena *arena)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < arena->total_pools; i++)
		count += coil_arena_pool_free(arena, i);
	return count;
}

/* The rows of @table, in the order in which the blocks were read: @index is
 * that of the next arena. */
static void check_table(struct coil_checker *c,
			const struct coil_blocks *blocks,
			const struct coil_arena_table *table, uint32_t *index)
{
	const struct coil_runtime *runtime = c->snapshot->runtime;
	const struct coil_layout *l = runtime->layout;

	for (uint32_t i = 0; i < table->count; i++) {
		uint64_t at =
			table->address + (uint64_t)i * l->arena_object.size;
		const uint8_t *p = coil_image_view(runtime->image, at,
						   l->arena_object.size);
		const struct coil_arena *arena;
		uint32_t counted, unused;

		if (!p) {
			coil_finding(c, COIL_FINDING_ARENA, at,
				     "row %" PRIu32 " of the table of arenas "
				     "was not captured",
				     i);
			continue;
		}
		if (!load64(p + l->arena_object.address) ||
		    *index == blocks->arena_count)
			continue;
		arena = &blocks->arenas[(*index)++];
		counted = load32(p + l->arena_object.nfreepools);
		unused = unused_pools(arena);
		if (counted != unused)
			coil_finding(c, COIL_FINDING_ARENA, arena->address,
				     "it counts %" PRIu32 " free pools, but "
				     "%" PRIu32 " are",
				     counted, unused);
	}
}

static void tell_pool(struct coil_checker *c, const struct coil_pool_info *pool)
{
	const struct coil_layout *l = c->snapshot->runtime->layout;
	const uint8_t *p = coil_image_view(c->snapshot->image, pool->address,
					   l->pool_header.size);

	if (!p)
		coil_finding(c, COIL_FINDING_POOL, pool->address,
			     "its header was not captured");
	else if (pool->state == COIL_POOL_MISSING)
		coil_finding(c, COIL_FINDING_POOL, pool->address,
			     "its header says arena %" PRIu32
			     ", size class %" PRIu32 ", next block at %" PRIu32
			     ": it is none",
			     load32(p + l->pool_header.arenaindex),
			     load32(p + l->pool_header.szidx),
			     load32(p + l->pool_header.nextoffset));
	else
		coil_finding(c, COIL_FINDING_POOL, pool->address,
			     "it counts %" PRIu32 " blocks of %" PRIu64
			     " bytes in use, but by its list of free blocks "
			     "%" PRIu64 " are, or the list is broken",
			     load32(p + l->pool_header.ref_count), pool->block,
			     pool->used);
}

void coil_check_arenas(struct coil_checker *c)
{
	const struct coil_runtime *runtime = c->snapshot->runtime;
	struct coil_pymalloc *pymalloc = NULL;
	uint32_t index = 0;

	if (c->snapshot->runtime->info.allocator == COIL_ALLOCATOR_MIMALLOC) {
		coil_check_mimalloc(c);
		return;
	}
	if (coil_pymalloc_find(c->snapshot, &pymalloc, NULL) != COIL_OK) {
		c->nomem = true;
		return;
	}
	for (size_t t = 0; t < runtime->obmalloc.table_count; t++)
		check_table(c, pymalloc->blocks, &runtime->obmalloc.tables[t],
			    &index);
	for (size_t i = 0; i < coil_pymalloc_arena_count(pymalloc); i++) {
		struct coil_arena_info arena;

		coil_pymalloc_arena(pymalloc, i, &arena);
		for (size_t p = 0; p < arena.total_pools && !c->stop; p++) {
			struct coil_pool_info pool;

			coil_pymalloc_pool(pymalloc, i, p, &pool);
			if (pool.state == COIL_POOL_BROKEN ||
			    pool.state == COIL_POOL_MISSING)
				tell_pool(c, &pool);
		}
	}
	coil_pymalloc_free(pymalloc);
}
