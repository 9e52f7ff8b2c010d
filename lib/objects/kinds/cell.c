/* SPDX-License-Identifier: MIT */
/*
 * Cells: variables that closures share.
 * Source: CPython's Objects/cellobject.c (cell_traverse).
 */
#include <inttypes.h>

#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

/* Source: cell_repr(). */
static void value(struct coil_reader *reader, const struct coil_object *object,
		  struct coil_out *out)
{
	uint64_t address = FIELD(reader, object, PyCellObject, ob_ref);
	struct coil_object held;

	coil_out_format(out, "<cell at 0x%" PRIx64 ": ", object->address);
	if (!address) {
		coil_out_string(out, "empty>");
		return;
	}
	if (coil_reader_object(reader, address, &held))
		coil_out_tp_name(reader, held.type, out);
	coil_out_format(out, " object at 0x%" PRIx64 ">", address);
}

KIND(cell, "cell", STRUCT(PyCellObject),
     MEMBERS(VISITED(PyCellObject, ob_ref, CELL, "cell_contents")),
     .value = value);
