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
#include "walk/walk.h"
#include "values/refcount.h"

#define LINK_MASK (~(uint64_t)3)

/* Whether objects of @type have links, here and now: while it collects they
 * hold counts. */
static bool has_links(struct coil_reader *reader, const struct coil_type *type)
{
	return type->flags & COIL_TP_HAVE_GC &&
	       reader->layout->strategy.gc_lists != COIL_GC_LISTS_NONE &&
	       !reader->runtime->info.gc_collecting;
}

bool coil_gc_links_hold(struct coil_reader *reader, uint64_t address,
			const struct coil_type *type)
{
	const struct coil_layout *l = reader->layout;
	uint64_t head = address - l->PyGC_Head.size;
	uint64_t next, prev, back, forth;

	if (!has_links(reader, type) || address < l->PyGC_Head.size ||
	    !coil_image_word(reader->image, head + l->PyGC_Head._gc_next,
			     &next) ||
	    !coil_image_word(reader->image, head + l->PyGC_Head._gc_prev,
			     &prev))
		return true;
	next &= LINK_MASK;
	prev &= LINK_MASK;
	if (!next || !prev)
		return !next && !prev;
	return coil_image_word(reader->image, next + l->PyGC_Head._gc_prev,
			       &back) &&
	       coil_image_word(reader->image, prev + l->PyGC_Head._gc_next,
			       &forth) &&
	       (back & LINK_MASK) == head && (forth & LINK_MASK) == head;
}

bool coil_gc_is_tracked(struct coil_reader *reader, uint64_t address,
			const struct coil_type *type)
{
	const struct coil_layout *l = reader->layout;
	const uint8_t *p;
	uint64_t next = 0;

	if (!(type->flags & COIL_TP_HAVE_GC))
		return false;
	if (l->strategy.gc_lists == COIL_GC_LISTS_NONE) {
		p = coil_image_view(reader->image, address, l->PyObject.size);
		return p && coil_gc_bit(l, p, COIL_GC_TRACKED);
	}
	if (address >= l->PyGC_Head.size)
		coil_image_word(reader->image,
				address - l->PyGC_Head.size +
					l->PyGC_Head._gc_next,
				&next);
	return next & LINK_MASK;
}

bool coil_count_fits(const struct coil_reader *reader, const uint8_t *head)
{
	const struct coil_layout *l = reader->layout;

	return coil_is_immortal(l, head) ||
	       coil_refcount(l, head) <= reader->image->coverage.stored / 8;
}

bool coil_may_live(struct coil_reader *reader, uint64_t address,
		   const struct coil_type *type)
{
	const struct coil_layout *l = reader->layout;
	const uint8_t *p =
		coil_image_view(reader->image, address, l->PyObject.size);

	if (!p)
		return false;
	if (coil_image_module_at(reader->image, address))
		return true;
	return coil_count_fits(reader, p) &&
	       coil_gc_links_hold(reader, address, type);
}
