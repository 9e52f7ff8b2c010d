/* SPDX-License-Identifier: MIT */
/*
 * Items in a row, tuples of them, and the step of what has no items.
 *
 * Source: Objects/tupleobject.c, tuple_repr().
 */
#include "objects/repr/repr.h"

void coil_out_items(struct coil_reader *reader, struct coil_out *out,
		    const uint8_t *items, uint64_t count, uint32_t stride)
{
	if (!items && count) {
		coil_out_string(out, "<not captured>");
		return;
	}
	for (uint64_t i = 0; i < count && !out->full; i++) {
		if (i)
			coil_out_string(out, ", ");
		coil_repr(reader, load64(items + i * stride), out);
	}
}

bool coil_tuple_items(struct coil_reader *reader, uint64_t address,
		      const uint8_t **items, uint64_t *count)
{
	struct coil_object object;
	uint64_t bytes;

	*items = NULL;
	*count = 0;
	if (!address || !coil_reader_object(reader, address, &object) ||
	    !(object.type->flags & COIL_TP_TUPLE) ||
	    object.head_size < reader->layout->PyVarObject.size)
		return false;
	*count = coil_ob_size(reader, &object);
	if (!mul64(*count, 8, &bytes))
		return false;
	*items = coil_object_tail(reader, &object,
				  reader->layout->PyTupleObject.ob_item, bytes);
	return *items || !*count;
}

void coil_out_tuple(struct coil_reader *reader, uint64_t address,
		    struct coil_out *out)
{
	const uint8_t *items;
	uint64_t count;

	(void)!coil_tuple_items(reader, address, &items, &count);
	coil_out_char(out, '(');
	coil_out_items(reader, out, items, count, 8);
	coil_out_string(out, count == 1 ? ",)" : ")");
}

void coil_out_step(struct coil_reader *reader, uint64_t step,
		   struct coil_out *out)
{
	struct coil_int value;
	int64_t one = 0;

	if (coil_reader_int(reader, step, &value) &&
	    coil_int_small(&value, &one) && one == 1)
		return;
	coil_out_string(out, ", ");
	coil_repr(reader, step, out);
}
