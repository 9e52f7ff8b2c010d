/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_OUT_H
#define COIL_OBJECTS_OUT_H

/* The value of an object, in words. */

#include "base/base.h"

struct coil_int;
struct coil_object;
struct coil_reader;
struct coil_str;

/* A bounded text being written, always ended by NUL: for values. */
struct coil_out {
	char *at, *end; /* end: one before the room for NUL */
	bool full;	/* something did not fit; nothing more is written */
	unsigned depth; /* coil_repr() in progress */
	unsigned work;	/* entries looked at: repr.h */
	const struct coil_shown *shown; /* objects being written, or NULL */
};
void coil_out_char(struct coil_out *out, char c);
void coil_out_string(struct coil_out *out, const char *s);
void coil_out_bounded(struct coil_out *out, const char *s, size_t n);
void coil_out_format(struct coil_out *out, const char *format, ...)
	COIL_PRINTF(2, 3);

/* Values as repr() writes them; those of float that are integers with ".0" or,
 * as parts of a complex are, without @point. */
void coil_out_int(struct coil_out *out, const struct coil_int *value);
void coil_out_float(struct coil_out *out, double value, bool point);
void coil_out_str(struct coil_out *out, const struct coil_str *s);
void coil_out_bytes(struct coil_out *out, const uint8_t *data, uint64_t count);

/**
 * @count items, separated by commas, whose addresses are the words at @items,
 * @stride bytes apart, as far as there is room; NULL: they were not captured.
 */
void coil_out_items(struct coil_reader *reader, struct coil_out *out,
		    const uint8_t *items, uint64_t count, uint32_t stride);

/**
 * The value of @object as its repr() is; false, and nothing written, where that
 * cannot be known: its class has a __repr__ of its own.
 */
bool coil_value(struct coil_reader *reader, const struct coil_object *object,
		struct coil_out *out);

/** The same of the object at @address; "<mod.Class at 0x...>" where it cannot
 * be known. */
void coil_repr(struct coil_reader *reader, uint64_t address,
	       struct coil_out *out);

#endif
