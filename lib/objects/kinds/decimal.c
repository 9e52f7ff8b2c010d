/* SPDX-License-Identifier: MIT */
/*
 * Decimal numbers: they refer to nothing; long ones have memory of their own.
 * Contexts own the two dicts of signals that look into them.
 * Source: CPython's Modules/_decimal/_decimal.c (dec_sizeof, context_dealloc,
 * ctxmanager_dealloc; from 3.13 on context_traverse, ctxmanager_traverse),
 * libmpdec/mpdecimal.h (MPD_STATIC_DATA, MPD_SHARED_DATA, MPD_CONST_DATA).
 */
#include <inttypes.h>

#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

#define NOT_DYNAMIC 0xe0u /* flags: the data are elsewhere */

static uint64_t data_bytes(struct coil_reader *reader,
			   const struct coil_object *object)
{
	if (coil_field_byte(object, reader->layout->PyDecObject.flags) &
	    NOT_DYNAMIC)
		return 0;
	return min64(FIELD(reader, object, PyDecObject, alloc), 1u << 28) * 8;
}

static void buffers(struct coil_reader *reader,
		    const struct coil_object *object,
		    struct coil_buffers *taker)
{
	uint64_t bytes = data_bytes(reader, object);

	if (bytes)
		taker->take(taker, FIELD(reader, object, PyDecObject, data),
			    bytes);
}

static uint64_t size(struct coil_reader *reader,
		     const struct coil_object *object)
{
	return object->type->basicsize + data_bytes(reader, object);
}

/* Source: libmpdec/mpdecimal.h: mpd_t is flags, exponent, digits, words in use
 * and allocated, the words: 19 decimals each, the least first. */
#define NEGATIVE 1u
#define INFINITE 2u
#define QUIET	 4u
#define SIGNAL	 8u
#define RADIX	 19

struct decimal {
	const uint8_t *words;
	int64_t exponent;
	uint64_t digits;
	uint8_t flags;
};

static bool read_decimal(struct coil_reader *reader,
			 const struct coil_object *object, struct decimal *out)
{
	const uint32_t at = reader->layout->PyDecObject.flags;
	uint64_t bytes, words = coil_field_word(object, at + 24);

	out->flags = coil_field_byte(object, at);
	out->exponent = (int64_t)coil_field_word(object, at + 8);
	out->digits = coil_field_word(object, at + 16);
	if (words != (out->digits + RADIX - 1) / RADIX ||
	    out->digits > UINT64_MAX / 2 || !mul64(words, 8, &bytes) ||
	    out->exponent > INT64_MAX / 4 || out->exponent < INT64_MIN / 4)
		return false;
	out->words = coil_image_view(
		reader->image, FIELD(reader, object, PyDecObject, data), bytes);
	return out->words || !bytes;
}

/* Digit @i, the first is 0. */
static char digit(const struct decimal *d, uint64_t i)
{
	uint64_t from_end = d->digits - 1 - i;
	uint64_t word = load64(d->words + from_end / RADIX * 8);

	for (uint64_t n = from_end % RADIX; n; n--)
		word /= 10;
	return (char)('0' + word % 10);
}

static void out_digits(const struct decimal *d, uint64_t from, uint64_t to,
		       struct coil_out *out)
{
	for (; from < to && !out->full; from++)
		coil_out_char(out, digit(d, from));
}

/* Source: "to-scientific-string" of the General Decimal Arithmetic
 * Specification. */
static void out_finite(const struct decimal *d, struct coil_out *out)
{
	int64_t digits = (int64_t)d->digits;
	int64_t adjusted = d->exponent + digits - 1;
	int64_t point = d->exponent + digits; /* digits before it */

	if (d->exponent > 0 || adjusted < -6) {
		out_digits(d, 0, 1, out);
		if (digits > 1)
			coil_out_char(out, '.');
		out_digits(d, 1, d->digits, out);
		coil_out_format(out, "E%+" PRId64, adjusted);
		return;
	}
	if (point <= 0) {
		coil_out_string(out, "0.");
		for (; point < 0; point++)
			coil_out_char(out, '0');
		out_digits(d, 0, d->digits, out);
		return;
	}
	out_digits(d, 0, (uint64_t)point, out);
	if (d->exponent)
		coil_out_char(out, '.');
	out_digits(d, (uint64_t)point, d->digits, out);
}

static void value(struct coil_reader *reader, const struct coil_object *object,
		  struct coil_out *out)
{
	struct decimal d;

	if (!read_decimal(reader, object, &d))
		return;
	coil_out_string(out, d.flags & NEGATIVE ? "Decimal('-" : "Decimal('");
	if (d.flags & INFINITE) {
		coil_out_string(out, "Infinity");
	} else if (d.flags & (QUIET | SIGNAL)) {
		coil_out_string(out, d.flags & SIGNAL ? "sNaN" : "NaN");
		out_digits(&d, 0, d.digits, out);
	} else if (d.digits) {
		out_finite(&d, out);
	}
	coil_out_string(out, "')");
}

KIND(decimal, "decimal.Decimal", STRUCT(PyDecObject), .buffers = buffers,
     .size = size, .value = value);

KIND(decimal_context, "decimal.Context", STRUCT(PyDecContextObject),
     MEMBERS(VISITED(PyDecContextObject, traps, MEMBER, "traps"),
	     VISITED(PyDecContextObject, flags, MEMBER, "flags")));

KIND(decimal_manager, "decimal.ContextManager",
     STRUCT(PyDecContextManagerObject),
     MEMBERS(VISITED(PyDecContextManagerObject, local, MEMBER, "local"),
	     VISITED(PyDecContextManagerObject, global, MEMBER, "global")));
