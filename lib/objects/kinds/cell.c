/* SPDX-License-Identifier: MIT */
/*
 * Cells: variables that closures share.
 * Source: CPython's Objects/cellobject.c (cell_traverse).
 */
#include <inttypes.h>

#include "objects/kinds/kinds_b.h"
#include "objects/repr/repr.h"

static const struct coil_member members[] = {
	COIL_STRONG_MEMBER(PyCellObject, ob_ref, CELL, "cell_contents"),
};

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

const struct coil_kind coil_kind_cell = {
	.name = "cell",
	.struct_size = COIL_SIZE(PyCellObject),
	.members = members,
	.member_count = countof(members),
	.value = value,
};
