/* SPDX-License-Identifier: MIT */
/*
 * PyGObject's descriptions of what a library offers that have something of
 * Python's (those that have nothing are named in nothing.c), and its enums,
 * which are int and the number of a GType.
 *
 * Source: PyGObject 3.26 to 3.50, gi/pygi-info.h (PyGICallableInfo),
 * pygi-info.c
 * (_callable_info_dealloc), pygenum.h, pygflags.h.
 */
#include "objects/kinds/kinds.h"

static const struct coil_member callable_members[] = {
	FIXED_OWNED(40, "py_unbound_info"),
	FIXED_OWNED(48, "py_bound_arg"),
};

const struct coil_kind coil_kind_gi_callable = {
	.name = "gi.CallableInfo",
	.struct_size = COIL_FIXED(56),
	MEMBERS(callable_members),
	.flags = COIL_KIND_UNTRAVERSED,
};

const struct coil_kind coil_kind_gi_enum = {
	.name = "gobject.GEnum",
	.struct_size = COIL_AT(PyLongObject, ob_digit),
	.super = &coil_kind_int,
	.flags = COIL_KIND_UNTRAVERSED,
};

const struct coil_kind coil_kind_gi_flags = {
	.name = "gobject.GFlags",
	.struct_size = COIL_AT(PyLongObject, ob_digit),
	.super = &coil_kind_int,
	.flags = COIL_KIND_UNTRAVERSED,
};
