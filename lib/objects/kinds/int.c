/* SPDX-License-Identifier: MIT */
/*
 * int and bool.
 *
 * Source: Objects/longobject.c, int___sizeof___impl(): the header and 4 bytes
 * a digit, at least one (counted so from 3.11 on); Objects/boolobject.c.
 */
#include <inttypes.h>

#include "objects/kinds/kinds.h"

/* Digits of 30 bits that are written out; of more, their number is. */
#define DIGITS 72
/* Of 9 decimals each: 72 * 30 bits have 651 decimals. */
#define CHUNKS 73
#define CHUNK  1000000000u

static uint64_t int_size(struct coil_reader *reader,
			 const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t digits;

	if (l->strategy.ints == COIL_INTS_LV_TAG)
		digits = FIELD(reader, object, PyLongObject, lv_tag) >> 3;
	else
		digits = coil_ob_size(reader, object);
	return l->PyLongObject.ob_digit +
	       4 * max64(digits, l->constant.int_least_digits);
}

static uint64_t bits(const struct coil_int *value)
{
	uint32_t top;
	uint64_t n;

	if (!value->count)
		return 0;
	top = load32(value->digits + (value->count - 1) * 4);
	n = (value->count - 1) * 30;
	for (; top; top >>= 1)
		n++;
	return n;
}

/* @n in decimal, @least digits or more; returns the end of it. */
static char *decimal(char *p, uint32_t n, unsigned least)
{
	char digits[10];
	unsigned count = 0;

	do {
		digits[count++] = (char)('0' + n % 10);
		n /= 10;
	} while (n || count < least);
	while (count)
		*p++ = digits[--count];
	return p;
}

void coil_out_int(struct coil_out *out, const struct coil_int *value)
{
	uint32_t chunks[CHUNKS];
	size_t used = 1;
	char text[CHUNKS * 9 + 2], *p = text;

	if (value->count > DIGITS) {
		coil_out_format(out, "<int, %" PRIu64 " bits>", bits(value));
		return;
	}
	chunks[0] = 0;
	for (uint64_t i = value->count; i-- > 0;) {
		uint64_t carry = load32(value->digits + i * 4) & 0x3fffffff;

		for (size_t k = 0; k < used; k++) {
			carry += (uint64_t)chunks[k] << 30;
			chunks[k] = (uint32_t)(carry % CHUNK);
			carry /= CHUNK;
		}
		/* Never more than 2^30 * CHUNK / CHUNK: one or two chunks. */
		for (; carry && used < CHUNKS; carry /= CHUNK)
			chunks[used++] = (uint32_t)(carry % CHUNK);
	}
	if (value->negative)
		*p++ = '-';
	p = decimal(p, chunks[used - 1], 1);
	for (size_t k = used - 1; k-- > 0;)
		p = decimal(p, chunks[k], 9);
	/* A part of a number would be another one; within others what follows
	 * is cut off anyway. */
	if (value->count && p - text > out->end - out->at && out->depth <= 1)
		coil_out_format(out, "<int, %" PRIu64 " bits>", bits(value));
	else
		coil_out_bounded(out, text, (size_t)(p - text));
}

static void int_value(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_out *out)
{
	struct coil_int value;

	if (coil_reader_int(reader, object->address, &value))
		coil_out_int(out, &value);
}

static void bool_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	struct coil_int value;

	if (coil_reader_int(reader, object->address, &value))
		coil_out_string(out, value.count ? "True" : "False");
}

KIND(int, "int", UP_TO(PyLongObject, ob_digit), .size = int_size,
     .value = int_value, .flags = COIL_KIND_UNTRAVERSED);

KIND(bool, "bool", UP_TO(PyLongObject, ob_digit), .super = &coil_kind_int,
     .value = bool_value, .flags = COIL_KIND_UNTRAVERSED);
