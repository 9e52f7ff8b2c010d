/* SPDX-License-Identifier: MIT */
/*
 * What the used blocks of some arenas are used for: every object is asked once
 * where it stands and which buffers it owns.
 */
#include <stdlib.h>

#include "audit/pymalloc.h"
#include "base/bounds.h"

/* The blocks, by address, while the objects are asked. */
struct asker {
	struct coil_buffers buffers; /* first: take() gets at the asker */
	const struct coil_pymalloc *arenas;
	struct coil_block_info *blocks;
	size_t count, room;
	coil_node node; /* being asked */
};

/* The used blocks of one pool. */
static bool add_blocks(struct asker *a, size_t arena, size_t pool)
{
	const struct coil_blocks *blocks = a->arenas->blocks;
	struct coil_pool_info info;
	uint64_t first;

	coil_pymalloc_pool(a->arenas, arena, pool, &info);
	if (!info.block)
		return true;
	first = info.address +
		a->arenas->snapshot->runtime->layout->constant.pool_overhead;
	for (uint64_t i = 0; i < info.blocks; i++) {
		uint64_t at = first + i * info.block;

		if (!coil_addrset_has(&blocks->used, at + blocks->front))
			continue;
		if (!APPEND(a->blocks, a->count, a->room,
			    (struct coil_block_info){
				    .address = at,
				    .size = info.block,
				    .node = COIL_NO_NODE,
				    .arena = arena,
			    }))
			return false;
	}
	return true;
}

/* The block whose data begins at @data, or NULL. */
static struct coil_block_info *find(const struct asker *a, uint64_t data)
{
	return FIND_SORTED(a->blocks, a->count, address,
			   data - a->arenas->blocks->front);
}

static void take(struct coil_buffers *buffers, uint64_t address, uint64_t bytes)
{
	struct asker *a = (struct asker *)buffers;
	struct coil_block_info *block = find(a, address);

	(void)bytes;
	if (!block || block->use != COIL_BLOCK_UNKNOWN)
		return;
	block->use = COIL_BLOCK_BUFFER;
	block->node = a->node;
}

/* An object that is merely guessed takes no block from one that is known. */
static void ask(struct asker *a, uint32_t node, bool uncertain)
{
	struct coil_snapshot *s = a->arenas->snapshot;
	const struct coil_graph *g = s->graph;
	bool special = coil_graph_kind(g, node);
	struct coil_block_info *block;
	struct coil_object object;
	uint64_t prefix = 0;

	if (((g->flags[node] & COIL_FLAG_UNCERTAIN) != 0) != uncertain)
		return;
	if (!special) {
		if (!coil_reader_object(&s->reader, g->address[node], &object))
			return;
		prefix = object.type->prefix;
	}
	block = find(a, g->address[node] - prefix);
	if (block && block->use == COIL_BLOCK_UNKNOWN) {
		block->use = COIL_BLOCK_OBJECT;
		block->node = node;
	}
	a->node = node;
	if (!special)
		coil_reader_buffers(&s->reader, &object, &a->buffers);
}

enum coil_status coil_pymalloc_blocks(const struct coil_pymalloc *arenas,
				      const bool *wanted,
				      struct coil_block_info **out,
				      size_t *count, struct coil_error *err)
{
	struct asker a = {.buffers.take = take, .arenas = arenas};
	struct coil_graph *graph;
	enum coil_status st =
		coil_snapshot_graph(arenas->snapshot, &graph, err);

	if (st != COIL_OK)
		return st;
	for (size_t i = 0; i < arenas->count; i++) {
		for (size_t p = 0;
		     wanted[i] && p < arenas->arenas[i].total_pools; p++) {
			if (!add_blocks(&a, i, p)) {
				free(a.blocks);
				return coil_fail(err, COIL_E_NOMEM,
						 "out of memory");
			}
		}
	}
	for (unsigned pass = 0; pass < 2 && a.count; pass++)
		for (uint32_t n = 0; n < graph->object_count; n++)
			ask(&a, n, pass == 1);
	*out = a.blocks;
	*count = a.count;
	return COIL_OK;
}
