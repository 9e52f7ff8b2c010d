/* SPDX-License-Identifier: MIT */
#ifndef COIL_VALUES_REFCOUNT_H
#define COIL_VALUES_REFCOUNT_H

/*
 * The reference count of an object, in the encodings that layouts name.
 *
 * Source: Include/object.h, Include/refcount.h: up to 3.11 a signed word; 3.12
 * and 3.13 a word whose low half is negative where the object is never freed;
 * from 3.14 on the low half alone is the count, above it stand 16 bits that
 * are 0 and 16 bits of flags.  Free-threaded builds have two: ob_ref_local is
 * of the thread that owns the object, all ones where it is never freed, and
 * ob_ref_shared, signed, of all others, above two bits that tell its state.
 */

#include "layout/layout.h"

/* No heap holds so many pointers; 3.11's static objects start at 999,999,999.
 */
#define COIL_REFCOUNT_LIMIT (1ull << 40)

/* Source: Include/refcount.h, _Py_REF_SHARED_SHIFT, Py_REF_SHARED_STATE. */
#define COIL_SHARED_SHIFT 2

/* ob_gc_bits. Source: Include/internal/pycore_gc.h, _PyGC_BITS_*. */
enum coil_gc_bits {
	COIL_GC_TRACKED = 1,
	COIL_GC_FROZEN = 8,
	COIL_GC_DEFERRED = 64
};

/* Whether the object at @head, whose PyObject is in view, is never freed. */
static inline bool coil_is_immortal(const struct coil_layout *layout,
				    const uint8_t *head)
{
	switch (layout->strategy.immortality) {
	case COIL_IMMORTALITY_NONE:
		return false;
	case COIL_IMMORTALITY_NEGATIVE32:
	case COIL_IMMORTALITY_FLAGGED32:
		return (int32_t)load32(head + layout->PyObject.ob_refcnt) < 0;
	case COIL_IMMORTALITY_BIASED:
		return load32(head + layout->PyObject_t.ob_ref_local) ==
		       UINT32_MAX;
	}
	return false;
}

/* Flags of the 16 bits above a count: those that there are up to 3.15. */
#define COIL_REFCOUNT_FLAGS 0xffu

/* Of one that coil_is_immortal(): as the interpreter marks it, and not because
 * a bit of an address happens to say so. */
static inline bool coil_is_marked_immortal(const struct coil_layout *layout,
					   const uint8_t *head)
{
	uint64_t word = load64(head + layout->PyObject.ob_refcnt);

	switch (layout->strategy.immortality) {
	case COIL_IMMORTALITY_NEGATIVE32:
		return word >> 32 == 0;
	case COIL_IMMORTALITY_FLAGGED32:
		return !(word >> 32 & 0xffff) &&
		       word >> 48 <= COIL_REFCOUNT_FLAGS;
	case COIL_IMMORTALITY_NONE:
	case COIL_IMMORTALITY_BIASED:
		return true;
	}
	return false;
}

/* What the collector's claim adds to the count of the object at @head. */
static inline uint64_t coil_deferral(const struct coil_layout *layout,
				     const uint8_t *head)
{
	if (layout->strategy.deferral == COIL_DEFERRAL_NONE ||
	    !(load8(head + layout->PyObject_t.ob_gc_bits) & COIL_GC_DEFERRED))
		return 0;
	return layout->strategy.deferral == COIL_DEFERRAL_ONE ? 1
							      : INT64_MAX / 8;
}

/* Both halves of a biased count: references that are counted. */
static inline uint64_t coil_biased(const struct coil_layout *layout,
				   const uint8_t *head)
{
	uint64_t local = load32(head + layout->PyObject_t.ob_ref_local);
	int64_t shared =
		(int64_t)load64(head + layout->PyObject_t.ob_ref_shared);

	return local + (uint64_t)(shared >> COIL_SHARED_SHIFT);
}

/*
 * Its count, as it stands there but for what is added that is no reference; 0
 * for what cannot be a living object's.
 */
static inline uint64_t coil_refcount(const struct coil_layout *layout,
				     const uint8_t *head)
{
	uint64_t word;

	if (layout->strategy.immortality == COIL_IMMORTALITY_BIASED) {
		if (coil_is_immortal(layout, head))
			return UINT32_MAX;
		word = coil_biased(layout, head) - coil_deferral(layout, head);
		return word < COIL_REFCOUNT_LIMIT ? word : 0;
	}
	word = load64(head + layout->PyObject.ob_refcnt);
	if (layout->strategy.immortality == COIL_IMMORTALITY_FLAGGED32)
		return word >> 32 & 0xffff ? 0 : (uint32_t)word;
	return word < COIL_REFCOUNT_LIMIT ? word : 0;
}

/* Whether its count is a living object's: with one that only the collector may
 * free that can be so without any reference. */
static inline bool coil_is_counted(const struct coil_layout *layout,
				   const uint8_t *head)
{
	uint64_t claim = layout->strategy.deferral == COIL_DEFERRAL_NONE
				 ? 0
				 : coil_deferral(layout, head);

	return coil_refcount(layout, head) ||
	       (claim && coil_biased(layout, head) == claim);
}

/* Whether @bit of the object at @head is set: for builds without lists. */
static inline bool coil_gc_bit(const struct coil_layout *layout,
			       const uint8_t *head, enum coil_gc_bits bit)
{
	return load8(head + layout->PyObject_t.ob_gc_bits) & (unsigned)bit;
}

#endif
