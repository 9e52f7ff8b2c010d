/* SPDX-License-Identifier: MIT */
/*
 * Cells: variables that closures share.
 * Source: CPython's Objects/cellobject.c (cell_traverse).
 */
#include "objects/kinds/kinds_b.h"

static const struct coil_member members[] = {
	COIL_STRONG_MEMBER(PyCellObject, ob_ref, CELL, "cell_contents"),
};

const struct coil_kind coil_kind_cell = {
	.name = "cell",
	.struct_size = COIL_SIZE(PyCellObject),
	.members = members,
	.member_count = countof(members),
};
