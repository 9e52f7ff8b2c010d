/* SPDX-License-Identifier: MIT */
#ifndef COIL_RUNTIME_REFCOUNT_H
#define COIL_RUNTIME_REFCOUNT_H

/*
 * The reference count of an object, in the encodings that layouts name.
 *
 * Source: Include/object.h, Include/refcount.h: up to 3.11 a signed word; 3.12
 * and 3.13 a word whose low half is negative where the object is never freed;
 * from 3.14 on the low half alone is the count, above it stand 16 bits that
 * are 0 and 16 bits of flags.
 */

#include "runtime/layout.h"

/* No heap holds so many pointers; 3.11's static objects start at 999,999,999.
 */
#define COIL_REFCOUNT_LIMIT (1ull << 40)

/* Whether the object at @head, whose PyObject is in view, is never freed. */
static inline bool coil_is_immortal(const struct coil_layout *layout,
				    const uint8_t *head)
{
	return layout->strategy.immortality != COIL_IMMORTALITY_NONE &&
	       (int32_t)load32(head + layout->PyObject.ob_refcnt) < 0;
}

/* Its count, as it stands there; 0 for what cannot be a living object's. */
static inline uint64_t coil_refcount(const struct coil_layout *layout,
				     const uint8_t *head)
{
	uint64_t word = load64(head + layout->PyObject.ob_refcnt);

	if (layout->strategy.immortality == COIL_IMMORTALITY_FLAGGED32)
		return word >> 32 & 0xffff ? 0 : (uint32_t)word;
	return word < COIL_REFCOUNT_LIMIT ? word : 0;
}

#endif
