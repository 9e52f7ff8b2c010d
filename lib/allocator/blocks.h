/* SPDX-License-Identifier: MIT */
#ifndef COIL_ALLOCATOR_BLOCKS_H
#define COIL_ALLOCATOR_BLOCKS_H

#include "allocator/c_heap.h"
#include "base/addrset.h"
#include "allocator/obmalloc.h"

/*
 * The allocator's blocks: which are in use, derived exactly from the free ones
 * and from those never used, and how large each is.  Where they are is found by
 * arenas.c for pymalloc, whose arenas have pools, and by mimalloc.c for
 * mimalloc, whose segments have pages of one or more slices: each slice is a
 * pool here.
 *
 * Source: Objects/obmalloc.c.  A pool's blocks up to nextoffset were carved;
 * of these the free ones are chained from freeblock, the first word of each
 * being the next; carved less free is ref.count.
 */

/* What is allocated from a pool. Of mimalloc's heaps, the numbers are those of
 * _Py_mimalloc_heap_id in Include/internal/pycore_mimalloc.h. */
enum coil_pool_heap {
	COIL_HEAP_MEMORY,      /* no objects */
	COIL_HEAP_OBJECTS,     /* objects and other memory */
	COIL_HEAP_GC,	       /* objects alone, that the collector may track */
	COIL_HEAP_GC_PREHEADER /* the same, each behind its pre-header */
};

struct coil_pool {
	uint64_t address;
	uint64_t first; /* where its first block starts */
	uint32_t arena; /* index into arenas */
	uint32_t count; /* blocks, used or not; 0: counted in an earlier pool */
	uint32_t used;	/* of them in use */
	uint64_t block; /* bytes of a block */
	uint8_t heap;	/* enum coil_pool_heap */
	bool broken;	/* its free chain contradicts its count */
};

/* [start, end) */
struct coil_segment_range {
	uint64_t start, end;
};

struct coil_arena {
	uint64_t address; /* of the arena's memory */
	uint64_t first_pool;
	uint32_t pools, free_pools; /* carved; of them returned */
	uint32_t total_pools;	    /* that fit */
	uint64_t unused[16]; /* a bit a pool: returned, or never carved */
};

/* Whether the arena could give pool number @pool away: it is not in use. */
static inline bool coil_arena_pool_free(const struct coil_arena *arena,
					uint32_t pool)
{
	return pool < 1024 && arena->unused[pool / 64] >> pool % 64 & 1;
}

struct coil_blocks {
	struct coil_addrset used; /* where the data of used blocks start */
	struct coil_pool *pools;  /* in the order in which they were found */
	size_t pool_count, pool_room;
	struct coil_map pool_at;   /* address + 1 to the number + 1 */
	uint32_t pool_size;	   /* bytes */
	struct coil_arena *arenas; /* pymalloc's */
	size_t arena_room;
	uint32_t arena_count;
	struct coil_segment_range *segments; /* mimalloc's, in no order */
	size_t segment_count, segment_room;
	uint64_t used_blocks, used_bytes, broken_pools, missing_pools;
	uint64_t class_used[64]; /* by size class index; pymalloc's */
	uint32_t alignment;
	/* What debug hooks put around the data of a block: 16 bytes before
	 * it, 24 in all; or 0.  Source: Objects/obmalloc.c,
	 * _PyMem_DebugRawAlloc(). */
	uint32_t front, extra;
	bool by_heap; /* pools tell what is allocated from them */
};

/** Walk the blocks of @obmalloc.  Returns COIL_OK or COIL_E_NOMEM. */
enum coil_status coil_blocks_read(const struct coil_obmalloc *obmalloc,
				  struct coil_blocks **out);
void coil_blocks_free(struct coil_blocks *blocks);

/* Fill @blocks; false: out of memory. arenas.c, mimalloc.c. */
bool coil_arenas_read(const struct coil_obmalloc *obmalloc,
		      struct coil_blocks *blocks);
bool coil_mimalloc_read(const struct coil_obmalloc *obmalloc,
			struct coil_blocks *blocks);

/* Add a copy of @pool; of two at one address the first is found.  False: out of
 * memory. */
bool coil_blocks_add(struct coil_blocks *blocks, const struct coil_pool *pool);

/**
 * Bytes of the block that the allocator gives for @bytes, its own additions
 * included.  mimalloc: below the largest class only.
 */
uint64_t coil_blocks_class(const struct coil_blocks *blocks, uint64_t bytes);
uint64_t coil_mimalloc_class(uint64_t bytes);

/**
 * Bytes that the allocator spent on [@address, @address + @bytes): the block of
 * pymalloc, the chunk of malloc, which is @c_heap, 0 in the memory of a module.
 * *@known is set to false, and what was asked for returned, where that malloc
 * does not tell.
 */
uint64_t coil_blocks_spent(const struct coil_blocks *blocks,
			   const struct coil_image *image,
			   enum coil_c_heap c_heap, uint64_t address,
			   uint64_t bytes, bool *known);

/** The pool that holds @address, or NULL. */
static inline const struct coil_pool *coil_blocks_pool(
	const struct coil_blocks *blocks, uint64_t address)
{
	uint64_t base = address & ~(uint64_t)(blocks->pool_size - 1);
	const uint64_t *number = coil_map_find(&blocks->pool_at, base + 1);

	return number ? &blocks->pools[*number - 1] : NULL;
}

#endif
