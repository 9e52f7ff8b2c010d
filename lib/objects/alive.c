/* SPDX-License-Identifier: MIT */
/*
 * Whether what looks like an object outside of pymalloc's pools can be one that
 * lives.  glibc writes its lists into the first words of what was freed and
 * leaves the rest, so a freed object may keep its type and most else.
 *
 * Source: Include/internal/pycore_gc.h, _PyObject_GC_TRACK(), _UNTRACK(): the
 * links of a tracked object are mutual, an untracked one has none (its second
 * word may keep two flags).  glibc's malloc.c, struct malloc_chunk,
 * tcache_entry: fd, or the next of a bin mixed with an address, in the first
 * word, bk or a random key in the second.
 */
#include "objects/walk.h"
#include "runtime/refcount.h"

#define LINK_MASK (~(uint64_t)3)

/* Whether the collector's head at @head may be a living object's. */
static bool head_may_live(const struct coil_heap *heap, uint64_t head)
{
	const struct coil_layout *l = heap->layout;
	uint64_t next, prev, back, forth;

	if (!coil_image_word(heap->image, head + l->PyGC_Head._gc_next,
			     &next) ||
	    !coil_image_word(heap->image, head + l->PyGC_Head._gc_prev, &prev))
		return true; /* not captured: says nothing */
	next &= LINK_MASK;
	prev &= LINK_MASK;
	if (!next || !prev)
		return !next && !prev;
	return coil_image_word(heap->image, next + l->PyGC_Head._gc_prev,
			       &back) &&
	       coil_image_word(heap->image, prev + l->PyGC_Head._gc_next,
			       &forth) &&
	       (back & LINK_MASK) == head && (forth & LINK_MASK) == head;
}

bool coil_may_live(const struct coil_heap *heap, uint64_t address,
		   const struct coil_type *type)
{
	const struct coil_layout *l = heap->layout;
	const uint8_t *p =
		coil_image_view(heap->image, address, l->PyObject.size);

	if (!p)
		return false;
	if (coil_image_module_at(heap->image, address))
		return true;
	/* Each reference that is counted is a word of memory. */
	if (!coil_is_immortal(l, p) &&
	    coil_refcount(l, p) > heap->image->coverage.present / 8)
		return false;
	/* While it collects the links hold counts. */
	if (!(type->flags & COIL_TP_HAVE_GC) ||
	    l->strategy.gc_lists == COIL_GC_LISTS_NONE ||
	    heap->runtime->info.gc_collecting || address < l->PyGC_Head.size)
		return true;
	return head_may_live(heap, address - l->PyGC_Head.size);
}
