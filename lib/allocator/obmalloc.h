/* SPDX-License-Identifier: MIT */
#ifndef COIL_ALLOCATOR_OBMALLOC_H
#define COIL_ALLOCATOR_OBMALLOC_H

/*
 * CPython's object allocator, found in the image: whose blocks objects are in,
 * and where pymalloc's arenas are listed.
 *
 * Source: Objects/obmalloc.c.
 */

#include "coil/allocator.h"
#include "image/image.h"
#include "layout/layout.h"

/* A table of pymalloc's arenas: the allocator's, of which an interpreter may
 * have one of its own from 3.12 on. */
struct coil_arena_table {
	uint64_t address; /* arena_object[] */
	uint32_t count;	  /* of them, unused slots included */
};

struct coil_obmalloc {
	/* Set before coil_obmalloc_find(), all borrowed. */
	const struct coil_image *image;
	const struct coil_layout *layout;
	const struct coil_module *module; /* with the interpreter, or NULL */
	uint64_t runtime;		  /* address of _PyRuntime */
	const uint64_t *interpreters;	  /* main first */
	size_t interpreter_count;	  /* at least 1 */

	enum coil_allocator is;
	/* The size, a letter and a guard stand before each block, and a guard
	 * behind it (PYTHONMALLOC=debug, debug builds). */
	bool debug_hooks;
	struct coil_arena_table *tables; /* each once; none: not found */
	size_t table_room;
	size_t table_count;
	uint64_t arenas; /* in use, in all tables */
};

/** Fill the rest of @obmalloc.  Returns COIL_OK or COIL_E_NOMEM. */
enum coil_status coil_obmalloc_find(struct coil_obmalloc *obmalloc);
void coil_obmalloc_free(struct coil_obmalloc *obmalloc);

/** Whether most of a sample of pools add up; true where there are none. */
bool coil_obmalloc_pools_hold(const struct coil_obmalloc *obmalloc);

/** The same of mimalloc's pages, where a build has nothing else. */
bool coil_obmalloc_pages_hold(const struct coil_obmalloc *obmalloc);

/** Used blocks of a pool as its free list tells it; false: the header or the
 * list contradicts itself. */
bool coil_pool_count(const struct coil_image *image,
		     const struct coil_layout *layout, uint64_t pool,
		     uint32_t *used);

/** Whether slot @index of the table at @table is an arena in use: its numbers
 * agree with each other and, where it is captured, with its first pool. */
bool coil_arena_valid(const struct coil_obmalloc *obmalloc, uint64_t table,
		      uint32_t index);

/* The first pool of the arena at @address. */
static inline uint64_t coil_arena_first_pool(const struct coil_layout *layout,
					     uint64_t address)
{
	return align_up(address, layout->constant.pool_size);
}

/* Of the files of lib/allocator: fill tables, table_count and arenas; false:
 * out of memory (find_arenas.c). */
bool coil_arenas_find(struct coil_obmalloc *obmalloc);

/* Whether the block at @address is in a page of mimalloc (find_mimalloc.c). */
bool coil_mimalloc_holds(const struct coil_image *image,
			 const struct coil_layout *layout, uint64_t address);

#endif
