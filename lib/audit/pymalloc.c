/* SPDX-License-Identifier: MIT */
/*
 * Occupancy of pymalloc's arenas, pools and size classes, from the blocks that
 * objects/blocks.h tells apart.
 *
 * Source: CPython's Objects/obmalloc.c, _PyObject_DebugMallocStats(): blocks
 * that were never cut off a pool count as free.
 */
#include <stdlib.h>

#include "base/order.h"
#include "audit/pymalloc.h"

#define CLASSES 64

static void add_pool(struct coil_pymalloc *a, const struct coil_pool_info *pool,
		     struct coil_arena_info *arena, struct coil_class_info *row)
{
	if (pool->state == COIL_POOL_FREE) {
		arena->free_bytes += a->blocks->pool_size;
		return;
	}
	arena->pools++;
	arena->broken_pools += pool->state != COIL_POOL_USED;
	arena->used_blocks += pool->used;
	arena->used_bytes += pool->used * pool->block;
	arena->free_bytes += (pool->blocks - pool->used) * pool->block;
	row->block = pool->block;
	row->pools++;
	row->used += pool->used;
	row->free += pool->blocks - pool->used;
}

static int by_address(const void *a, const void *b)
{
	const struct coil_arena *x = *(const struct coil_arena *const *)a;
	const struct coil_arena *y = *(const struct coil_arena *const *)b;

	return ORDER(x->address, y->address);
}

static bool read_all(struct coil_pymalloc *a)
{
	const struct coil_layout *l = a->snapshot->runtime->layout;
	struct coil_class_info classes[CLASSES] = {{0}};

	a->arenas = calloc(a->count + 1, sizeof(*a->arenas));
	a->order = calloc(a->count + 1, sizeof(*a->order));
	if (!a->arenas || !a->order)
		return false;
	for (size_t i = 0; i < a->count; i++)
		a->order[i] = &a->blocks->arenas[i];
	if (a->count)
		qsort(a->order, a->count, sizeof(*a->order), by_address);
	for (size_t i = 0; i < a->count; i++) {
		struct coil_arena_info *info = &a->arenas[i];
		struct coil_pool_info pool;

		info->address = a->order[i]->address;
		info->size = l->constant.arena_size;
		info->total_pools = a->order[i]->total_pools;
		for (size_t p = 0; p < info->total_pools; p++) {
			size_t row;

			coil_pymalloc_pool(a, i, p, &pool);
			row = pool.block / l->constant.pool_alignment;
			if (row >= CLASSES)
				row = 0;
			add_pool(a, &pool, info, &classes[row]);
		}
	}
	for (size_t i = 0; i < CLASSES; i++)
		if (classes[i].block)
			a->classes[a->class_count++] = classes[i];
	return true;
}

enum coil_status coil_pymalloc_find(struct coil_snapshot *snapshot,
				    struct coil_pymalloc **out,
				    struct coil_error *err)
{
	const struct coil_blocks *blocks;
	struct coil_pymalloc *a;
	enum coil_status st = coil_snapshot_open_heap(snapshot, err);

	if (st != COIL_OK)
		return st;
	blocks = coil_reader_blocks(&snapshot->reader);
	a = calloc(1, sizeof(*a));
	if (a && blocks) {
		a->snapshot = snapshot;
		a->blocks = blocks;
		a->count = blocks->arena_count;
	}
	if (!a || !blocks || !read_all(a)) {
		coil_pymalloc_free(a);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	*out = a;
	return COIL_OK;
}

void coil_pymalloc_free(struct coil_pymalloc *arenas)
{
	if (!arenas)
		return;
	free(arenas->arenas);
	free(arenas->order);
	free(arenas);
}

size_t coil_pymalloc_arena_count(const struct coil_pymalloc *arenas)
{
	return arenas->count;
}

void coil_pymalloc_arena(const struct coil_pymalloc *arenas, size_t index,
			 struct coil_arena_info *out)
{
	*out = arenas->arenas[index];
}

void coil_pymalloc_pool(const struct coil_pymalloc *arenas, size_t index,
			size_t pool, struct coil_pool_info *out)
{
	const struct coil_layout *l = arenas->snapshot->runtime->layout;
	const struct coil_arena *arena = arenas->order[index];
	const struct coil_pool *p;

	*out = (struct coil_pool_info){
		.address = arena->first_pool +
			   (uint64_t)pool * arenas->blocks->pool_size,
	};
	p = coil_blocks_pool(arenas->blocks, out->address);
	if (!p) {
		out->state = coil_arena_pool_free(arena, (uint32_t)pool)
				     ? COIL_POOL_FREE
				     : COIL_POOL_MISSING;
		return;
	}
	out->state = p->broken ? COIL_POOL_BROKEN : COIL_POOL_USED;
	out->block = p->block;
	out->used = p->used;
	out->blocks = (arenas->blocks->pool_size - l->constant.pool_overhead) /
		      p->block;
}

size_t coil_pymalloc_class_count(const struct coil_pymalloc *arenas)
{
	return arenas->class_count;
}

void coil_pymalloc_class(const struct coil_pymalloc *arenas, size_t index,
			 struct coil_class_info *out)
{
	*out = arenas->classes[index];
}
