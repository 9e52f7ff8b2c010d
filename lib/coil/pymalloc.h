/* SPDX-License-Identifier: MIT */
#ifndef COIL_PYMALLOC_H
#define COIL_PYMALLOC_H

#include "coil/snapshot.h"

/**
 * pymalloc's memory: arenas, their pools, the blocks of each size class, and
 * what stands in them.  Empty where the process used another allocator.
 *
 * Source: CPython's Objects/obmalloc.c.
 */
struct coil_arena_info {
	uint64_t address;
	uint64_t size;	      /* bytes */
	uint64_t total_pools; /* that fit into it */
	uint64_t pools;	      /* of them in use: cut into blocks */
	uint64_t used_blocks;
	uint64_t used_bytes;   /* in blocks that are in use */
	uint64_t free_bytes;   /* in free blocks and in pools not in use */
	uint64_t broken_pools; /* whose list of free blocks contradicts their
				* count; or that were not captured */
};

enum coil_pool_state {
	COIL_POOL_FREE, /* returned to its arena, or never used */
	COIL_POOL_USED,
	COIL_POOL_BROKEN, /* in use, but its numbers contradict each other */
	COIL_POOL_MISSING /* not captured, or no pool of this arena */
};

struct coil_pool_info {
	uint64_t address;
	enum coil_pool_state state;
	uint64_t block;	 /* bytes of a block; 0 unless in use */
	uint64_t blocks; /* that fit */
	uint64_t used;	 /* in use */
};

/** Blocks of one size, as sys._debugmallocstats() counts them. */
struct coil_class_info {
	uint64_t block;	     /* bytes */
	uint64_t pools;	     /* cut into such blocks */
	uint64_t used, free; /* blocks */
};

/** What a block is used for. */
enum coil_block_use {
	COIL_BLOCK_UNKNOWN, /* nothing known refers to it */
	COIL_BLOCK_OBJECT,  /* the object itself */
	COIL_BLOCK_BUFFER   /* memory that the object owns: items, keys, ... */
};

struct coil_block_info {
	uint64_t address; /* of the block */
	uint64_t size;	  /* bytes */
	enum coil_block_use use;
	coil_node node; /* the object, or COIL_NO_NODE */
	size_t arena;	/* its index */
};

struct coil_pymalloc;

/**
 * Find all arenas, and read their pools.  Needs no graph.
 *
 * @out  Receives the result, to be given to coil_pymalloc_free().
 *
 * Returns COIL_OK, COIL_E_NOMEM, COIL_E_BAD_DATA where no type can be read.
 */
COIL_API enum coil_status coil_pymalloc_find(struct coil_snapshot *snapshot,
					     struct coil_pymalloc **out,
					     struct coil_error *err);

/** Before the snapshot is closed.  NULL is fine. */
COIL_API void coil_pymalloc_free(struct coil_pymalloc *arenas);

/** Arenas by address: @index in [0, count). */
COIL_API size_t coil_pymalloc_arena_count(const struct coil_pymalloc *arenas);
COIL_API void coil_pymalloc_arena(const struct coil_pymalloc *arenas,
				  size_t index, struct coil_arena_info *out);

/** Pool @pool of [0, arena.total_pools) of arena @index, by address. */
COIL_API void coil_pymalloc_pool(const struct coil_pymalloc *arenas,
				 size_t index, size_t pool,
				 struct coil_pool_info *out);

/** Size classes, smallest first, of those that have pools: @index in
 * [0, count). */
COIL_API size_t coil_pymalloc_class_count(const struct coil_pymalloc *arenas);
COIL_API void coil_pymalloc_class(const struct coil_pymalloc *arenas,
				  size_t index, struct coil_class_info *out);

/**
 * The used blocks of those arenas for which @wanted[index], by address, and
 * what each is used for.  Needs the graph: calls coil_snapshot_graph().
 *
 * @out  Receives an array of *@count, to be given to free().
 *
 * Returns COIL_OK, COIL_E_NOMEM, and those of coil_snapshot_graph().
 */
COIL_API enum coil_status coil_pymalloc_blocks(
	const struct coil_pymalloc *arenas, const bool *wanted,
	struct coil_block_info **out, size_t *count, struct coil_error *err);

#endif
