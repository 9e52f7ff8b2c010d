/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_COLLECTOR_H
#define COIL_OBJECTS_COLLECTOR_H

/* What the collector's lists and heaps tell. */

#include "objects/reader.h"

/**
 * Call @emit for every object in generation @index of @interpreter, in order.
 * False where the list does not close.
 */
bool coil_gc_list(struct coil_reader *reader, uint64_t interpreter,
		  unsigned index, void (*emit)(void *ctx, uint64_t object),
		  void *ctx);

/**
 * Call @emit for what stands beside the tracked object at @object in a list of
 * the collector.  While it collects, what it found unreachable is in a list
 * whose head is a variable of its own, which nothing leads to; and a link may
 * be a count instead, so that what is emitted may be no object.
 *
 * Source: CPython 3.11, Modules/gcmodule.c, gc_collect_main(): unreachable,
 * finalizers.
 */
void coil_gc_neighbours(struct coil_reader *reader, uint64_t object,
			void (*emit)(void *ctx, uint64_t object), void *ctx);

/**
 * Call @emit for every object that the collector tracks and that is on no list:
 * in builds without lists.
 */
void coil_gc_blocks(struct coil_reader *reader,
		    const struct coil_blocks *blocks,
		    void (*emit)(void *ctx, uint64_t object), void *ctx);

/** Whether the object at @address says that the collector tracks it. */
bool coil_gc_is_tracked(struct coil_reader *reader, uint64_t address,
			const struct coil_type *type);

#endif
