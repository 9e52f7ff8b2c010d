/* SPDX-License-Identifier: MIT */
/*
 * Fractions and UUIDs, which are written in Python.
 *
 * Source: Lib/fractions.py, Lib/uuid.py: __repr__().
 */
#include <inttypes.h>

#include "objects/kind.h"
#include "objects/repr/repr.h"

static void fraction_value(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_out *out)
{
	uint64_t above = coil_attribute(reader, object, "_numerator");
	uint64_t below = coil_attribute(reader, object, "_denominator");

	if (!above || !below)
		return;
	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	coil_repr(reader, above, out);
	coil_out_string(out, ", ");
	coil_repr(reader, below, out);
	coil_out_char(out, ')');
}

/* 128 bits of an int; false where there are more. */
static bool read_128(struct coil_reader *reader, uint64_t address,
		     uint64_t *high, uint64_t *low)
{
	struct coil_int value;

	*high = *low = 0;
	if (!coil_reader_int(reader, address, &value) || value.negative ||
	    value.count > 5)
		return false;
	for (uint64_t i = value.count; i-- > 0;) {
		if (*high >> 34)
			return false;
		*high = *high << 30 | *low >> 34;
		*low = *low << 30 | (load32(value.digits + i * 4) & 0x3fffffff);
	}
	return true;
}

static void uuid_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	uint64_t number = coil_attribute(reader, object, "int"), high, low;

	if (!number || !read_128(reader, number, &high, &low))
		return;
	coil_out_type_name(reader, object->type, out);
	coil_out_format(out,
			"('%08" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%04" PRIx64
			"-%012" PRIx64 "')",
			high >> 32, high >> 16 & 0xffff, high & 0xffff,
			low >> 48, low & 0xffffffffffff);
}

const struct coil_value_row coil_values_numbers[] = {
	{"fractions.Fraction.__repr__", fraction_value},
	{"uuid.UUID.__repr__", uuid_value},
	{NULL, NULL},
};
