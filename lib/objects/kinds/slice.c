/* SPDX-License-Identifier: MIT */
/*
 * slice and range.
 *
 * Source: Objects/sliceobject.c, slice_traverse(); Objects/rangeobject.c,
 * range_dealloc(): no tp_traverse.
 */
#include "objects/kinds/kinds.h"

static void slice_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	coil_out_string(out, "slice(");
	coil_repr(reader, FIELD(reader, object, PySliceObject, start), out);
	coil_out_string(out, ", ");
	coil_repr(reader, FIELD(reader, object, PySliceObject, stop), out);
	coil_out_string(out, ", ");
	coil_repr(reader, FIELD(reader, object, PySliceObject, step), out);
	coil_out_char(out, ')');
}

static void range_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	uint64_t step = FIELD(reader, object, rangeobject, step);
	struct coil_int value;
	int64_t one = 0;

	coil_out_string(out, "range(");
	coil_repr(reader, FIELD(reader, object, rangeobject, start), out);
	coil_out_string(out, ", ");
	coil_repr(reader, FIELD(reader, object, rangeobject, stop), out);
	if (!coil_int_read(reader->image, reader->layout, step, &value) ||
	    !coil_int_small(&value, &one) || one != 1) {
		coil_out_string(out, ", ");
		coil_repr(reader, step, out);
	}
	coil_out_char(out, ')');
}

static const struct coil_member slice_members[] = {
	MEMBER(PySliceObject, start, "start"),
	MEMBER(PySliceObject, stop, "stop"),
	MEMBER(PySliceObject, step, "step"),
};

const struct coil_kind coil_kind_slice = {
	.name = "slice",
	.struct_size = COIL_SIZE(PySliceObject),
	MEMBERS(slice_members),
	.value = slice_value,
};

static const struct coil_member range_members[] = {
	OWNED(rangeobject, start, "start"),
	OWNED(rangeobject, stop, "stop"),
	OWNED(rangeobject, step, "step"),
	OWNED(rangeobject, length, "length"),
};

const struct coil_kind coil_kind_range = {
	.name = "range",
	.struct_size = COIL_SIZE(rangeobject),
	MEMBERS(range_members),
	.value = range_value,
	.flags = COIL_KIND_UNTRAVERSED,
};
