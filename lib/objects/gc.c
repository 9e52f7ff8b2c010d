/* SPDX-License-Identifier: MIT */
/*
 * Walks the collector's lists; and, in builds that have none, the heaps that
 * hold nothing but its objects.
 *
 * Source: Modules/gcmodule.c; Include/internal/pycore_gc.h.  A list is circular
 * through its head; the low two bits of both links are flags.  Without lists:
 * Python/gc_free_threading.c, op_from_block().
 */
#include "objects/collector.h"
#include "values/refcount.h"

#define LINK_MASK (~(uint64_t)3)

bool coil_gc_list(struct coil_reader *reader, uint64_t interpreter,
		  unsigned index, void (*emit)(void *ctx, uint64_t object),
		  void *ctx)
{
	const struct coil_layout *l = reader->layout;
	uint64_t head =
		coil_runtime_gc_list(reader->runtime, interpreter, index);
	/* While it collects, prev holds counts: links cannot be checked, and
	 * only the number of words in the image bounds the walk. */
	bool check = !reader->runtime->info.gc_collecting;
	uint64_t left = reader->image->coverage.stored / 16 + 16;
	uint64_t at = head, next;

	if (l->strategy.gc_lists == COIL_GC_LISTS_NONE)
		return true;
	if (!coil_image_word(reader->image, head + l->PyGC_Head._gc_next,
			     &next))
		return false;
	for (next &= LINK_MASK; next != head; left--) {
		const uint8_t *p =
			next & 7 ? NULL
				 : coil_image_view(reader->image, next,
						   l->PyGC_Head.size);

		if (!left || !p ||
		    (check &&
		     (load64(p + l->PyGC_Head._gc_prev) & LINK_MASK) != at))
			return false;
		emit(ctx, next + l->PyGC_Head.size);
		at = next;
		next = load64(p + l->PyGC_Head._gc_next) & LINK_MASK;
	}
	return true;
}

void coil_gc_neighbours(struct coil_reader *reader, uint64_t object,
			void (*emit)(void *ctx, uint64_t object), void *ctx)
{
	const struct coil_layout *l = reader->layout;
	uint64_t head = object - l->PyGC_Head.size, next = 0, prev = 0;

	if (l->strategy.gc_lists == COIL_GC_LISTS_NONE ||
	    coil_image_module_at(reader->image, object) ||
	    !coil_image_word(reader->image, head + l->PyGC_Head._gc_next,
			     &next) ||
	    !coil_image_word(reader->image, head + l->PyGC_Head._gc_prev,
			     &prev))
		return;
	next &= LINK_MASK;
	prev &= LINK_MASK;
	if (next)
		emit(ctx, next + l->PyGC_Head.size);
	if (next && prev)
		emit(ctx, prev + l->PyGC_Head.size);
}

void coil_gc_blocks(struct coil_reader *reader,
		    const struct coil_blocks *blocks,
		    void (*emit)(void *ctx, uint64_t object), void *ctx)
{
	const struct coil_layout *l = reader->layout;

	if (l->strategy.gc_lists != COIL_GC_LISTS_NONE || !blocks->by_heap)
		return;
	for (size_t i = 0; i < blocks->pool_count; i++) {
		const struct coil_pool *pool = &blocks->pools[i];
		uint64_t block = pool->first + blocks->front;

		if (pool->heap < COIL_HEAP_GC)
			continue;
		for (uint32_t n = 0; n < pool->count;
		     n++, block += pool->block) {
			uint64_t object = block;
			const uint8_t *p;

			if (pool->heap == COIL_HEAP_GC_PREHEADER)
				object += COIL_PREHEADER_SIZE;
			if (!coil_addrset_has(&blocks->used, block))
				continue;
			p = coil_image_view(reader->image, object,
					    l->PyObject.size);
			if (p && coil_gc_bit(l, p, COIL_GC_TRACKED))
				emit(ctx, object);
		}
	}
}
