/* SPDX-License-Identifier: MIT */
#ifndef COIL_LAYOUT_TABLE_H
#define COIL_LAYOUT_TABLE_H

/*
 * The lists layout.def, constants.def and strategies.def as tables, for the
 * code that treats every number of a layout alike: the reader, the writer, the
 * generator of embedded layouts and the questions to DWARF.
 */

#include <stdio.h>

#include "layout/layout.h"

/* The size of a struct, then one row for each of its fields, in order. */
struct coil_layout_row {
	const char *owner; /* C identifier of the struct */
	const char *field; /* C identifier; NULL: the size of the struct */
	const char *path;  /* how DWARF spells it; alternatives by '|' */
	size_t at;	   /* of the uint32_t in struct coil_layout */
	bool kind;	   /* of a struct: a kind alone needs it */
};

struct coil_layout_constant {
	const char *name;
	size_t at;
};

struct coil_layout_strategy {
	const char *name;
	const char *values; /* "COIL_ARENAS_BY_SIGNATURE, COIL_ARENAS_..." */
	size_t at;
};

extern const struct coil_layout_row coil_layout_rows[];
extern const size_t coil_layout_row_count;
extern const struct coil_layout_constant coil_layout_constants[];
extern const size_t coil_layout_constant_count;
extern const struct coil_layout_strategy coil_layout_strategies[];
extern const size_t coil_layout_strategy_count;

/* Larger numbers are no offsets: the largest struct has half a megabyte. */
#define COIL_LAYOUT_LIMIT (16u << 20)

static inline uint32_t coil_layout_number(const struct coil_layout *layout,
					  size_t at)
{
	uint32_t value;

	memcpy(&value, (const char *)layout + at, sizeof(value));
	return value;
}

static inline void coil_layout_set(struct coil_layout *layout, size_t at,
				   uint32_t value)
{
	memcpy((char *)layout + at, &value, sizeof(value));
}

/**
 * The spelling in layout files of value @index of @strategy, "by_signature",
 * in @buf; false where the strategy has no such value or @size is too small.
 */
bool coil_layout_spelling(const struct coil_layout_strategy *strategy,
			  uint32_t index, char *buf, size_t size);

/** Set every number to "not there": fields COIL_NO_FIELD, the rest 0. */
void coil_layout_clear(struct coil_layout *layout);

/** Order @count @roots as a layout has them: by offset, by name. */
void coil_layout_sort_roots(struct coil_layout_root *roots, size_t count);

/**
 * Write @layout to @file as a layout file: what differs from what it is like,
 * or all.  This is the normal form.
 *
 * Returns COIL_OK, COIL_E_NOMEM, or COIL_E_OS if @file could not be written,
 * with errno.
 */
enum coil_status coil_layout_write(const struct coil_layout *layout,
				   FILE *file);

#endif
