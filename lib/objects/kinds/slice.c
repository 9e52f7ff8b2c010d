/* SPDX-License-Identifier: MIT */
/*
 * slice and range.
 *
 * Source: Objects/sliceobject.c, slice_traverse(); Objects/rangeobject.c,
 * range_dealloc(): no tp_traverse.
 */
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

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
	coil_out_string(out, "range(");
	coil_repr(reader, FIELD(reader, object, rangeobject, start), out);
	coil_out_string(out, ", ");
	coil_repr(reader, FIELD(reader, object, rangeobject, stop), out);
	coil_out_step(reader, FIELD(reader, object, rangeobject, step), out);
	coil_out_char(out, ')');
}

KIND(slice, "slice", STRUCT(PySliceObject),
     MEMBERS(VISITED(PySliceObject, start, MEMBER, "start"),
	     VISITED(PySliceObject, stop, MEMBER, "stop"),
	     VISITED(PySliceObject, step, MEMBER, "step")),
     .value = slice_value);

KIND(range, "range", STRUCT(rangeobject),
     MEMBERS(OWNED(rangeobject, start, MEMBER, "start"),
	     OWNED(rangeobject, stop, MEMBER, "stop"),
	     OWNED(rangeobject, step, MEMBER, "step"),
	     OWNED(rangeobject, length, MEMBER, "length")),
     .value = range_value, .flags = COIL_KIND_UNTRAVERSED);
