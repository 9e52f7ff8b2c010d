/* SPDX-License-Identifier: MIT */
/*
 * repr() of any object.
 *
 * Source: repr() of the built-ins, Objects/object.c: PyObject_Repr(),
 * Py_ReprEnter().  How far it goes is bounded by the room alone: whatever
 * holds others writes something of its own before them.
 */
#include <inttypes.h>

#include "objects/repr/repr.h"

#define DEEPEST 200 /* coil_repr() within coil_repr() */

bool coil_out_again(const struct coil_out *out, uint64_t address)
{
	const struct coil_shown *s = out->shown ? out->shown->outer : NULL;

	while (s && s->address != address)
		s = s->outer;
	return s != NULL;
}

bool coil_value(struct coil_reader *reader, const struct coil_object *object,
		struct coil_out *out)
{
	coil_writer *write = coil_plan_writer(reader, object->type);
	struct coil_shown shown = {object->address, out->shown};
	const char *before = out->at;

	if (!write)
		return false;
	out->depth++;
	out->shown = &shown;
	write(reader, object, out);
	out->shown = shown.outer;
	out->depth--;
	return out->at != before || out->full;
}

void coil_repr(struct coil_reader *reader, uint64_t address,
	       struct coil_out *out)
{
	struct coil_object object;

	if (!address) {
		coil_out_string(out, "<NULL>");
	} else if (!coil_reader_object(reader, address, &object)) {
		coil_out_format(out, "<unknown at 0x%" PRIx64 ">", address);
	} else if (out->depth >= DEEPEST) {
		coil_out_string(out, "...");
	} else if (!coil_value(reader, &object, out)) {
		coil_out_char(out, '<');
		coil_out_string(out, object.type->name);
		coil_out_format(out, " at 0x%" PRIx64 ">", address);
	}
}
