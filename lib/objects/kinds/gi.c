/* SPDX-License-Identifier: MIT */
/*
 * PyGObject's descriptions that have something of Python's, and its enums,
 * which are int and the number of a GType.  Descriptions that have nothing are
 * named in nothing.c.
 *
 * Source: PyGObject 3.26 to 3.50, gi/pygi-info.h (PyGICallableInfo),
 * pygi-info.c
 * (_callable_info_dealloc), pygenum.h, pygflags.h.
 */
#include "objects/kinds/kinds.h"

KIND(gi_callable, "gi.CallableInfo", BYTES(56),
     MEMBERS(OWNED_AT(40, MEMBER, "py_unbound_info"),
	     OWNED_AT(48, MEMBER, "py_bound_arg")),
     .flags = COIL_KIND_UNTRAVERSED);

KIND(gi_enum, "gobject.GEnum", UP_TO(PyLongObject, ob_digit),
     .super = &coil_kind_int, .flags = COIL_KIND_UNTRAVERSED);

KIND(gi_flags, "gobject.GFlags", UP_TO(PyLongObject, ob_digit),
     .super = &coil_kind_int, .flags = COIL_KIND_UNTRAVERSED);
