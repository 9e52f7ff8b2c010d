/* SPDX-License-Identifier: MIT */
#ifndef COIL_LAYOUT_DERIVED_H
#define COIL_LAYOUT_DERIVED_H

/* What follows from a layout alone. */

#include "layout/layout.h"

/**
 * The generation, as gc.get_objects() counts, of the objects in list @index;
 * the permanent one is 3 everywhere.  Source: CPython 3.14.0, Python/gc.c,
 * _PyGC_GetObjects(): both old spaces are generation 2.
 */
static inline unsigned coil_gc_generation(const struct coil_layout *layout,
					  unsigned index)
{
	if (index == layout->constant.gc_generations)
		return 3;
	if (layout->strategy.gc_lists == COIL_GC_LISTS_INCREMENTAL && index)
		return 2;
	return index;
}

/* Bytes of the collector's head before an object that has one. */
static inline uint32_t coil_gc_head(const struct coil_layout *layout)
{
	return layout->strategy.gc_lists == COIL_GC_LISTS_NONE
		       ? 0
		       : layout->PyGC_Head.size;
}

/* Bytes of the fields before an object with a managed dict or weak references
 * (Py_TPFLAGS_PREHEADER); where its dict is, from the object. */
#define COIL_PREHEADER_SIZE 16

static inline int64_t coil_preheader_dict(const struct coil_layout *layout)
{
	return layout->strategy.preheader == COIL_PREHEADER_ALONE ? -8 : -24;
}

#endif
