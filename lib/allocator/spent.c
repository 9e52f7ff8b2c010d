/* SPDX-License-Identifier: MIT */
/*
 * What the allocator spent on an object or a buffer.
 *
 * Source for malloc: glibc's malloc.c, "Chunk layout": the word before a
 * chunk's memory is its size with three flag bits.
 */
#include "allocator/blocks.h"
#include "allocator/c_heap.h"

#define CHUNK_FLAGS 7u

/* The size of glibc's chunk at @address for @least bytes; 0: there is none that
 * is no larger than rounding up to pages explains. */
static uint64_t chunk_size(const struct coil_image *image, uint64_t address,
			   uint64_t least, uint64_t bytes)
{
	uint64_t chunk = 0;

	if (!coil_image_word(image, address - 8, &chunk))
		return 0;
	chunk &= ~(uint64_t)CHUNK_FLAGS;
	return chunk >= least && chunk % 16 == 0 &&
			       chunk - least <= 4096 + bytes / 8
		       ? chunk
		       : 0;
}

uint64_t coil_blocks_spent(const struct coil_blocks *blocks,
			   const struct coil_image *image,
			   enum coil_c_heap c_heap, uint64_t address,
			   uint64_t bytes, bool *known)
{
	const struct coil_pool *pool = coil_blocks_pool(blocks, address);
	uint64_t asked = bytes + blocks->extra, chunk;
	uint64_t least = max64(align_up(asked + 8, 16), 32);

	if (pool)
		return pool->block;
	if (coil_image_module_at(image, address))
		return 0;
	if (c_heap == COIL_C_HEAP_JEMALLOC)
		return coil_jemalloc_bytes(asked);
	if (c_heap != COIL_C_HEAP_GLIBC && c_heap != COIL_C_HEAP_UNKNOWN) {
		*known = false;
		return asked;
	}
	chunk = chunk_size(image, address - blocks->front, least, bytes);
	if (chunk)
		return chunk;
	if (c_heap == COIL_C_HEAP_GLIBC)
		return least;
	*known = false;
	return asked;
}
