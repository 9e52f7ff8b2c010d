/* SPDX-License-Identifier: MIT */
/*
 * None, Ellipsis, NotImplemented, and plain object(): nothing but a header.
 */
#include "objects/kinds/kinds.h"

#define SINGLETON(ident, tp_name, text) \
	WRITES(ident##_value, text) \
	KIND(ident, tp_name, 0, .value = ident##_value, \
	     .flags = COIL_KIND_UNTRAVERSED)

SINGLETON(none, "NoneType", "None");
SINGLETON(ellipsis, "ellipsis", "Ellipsis");
SINGLETON(not_implemented, "NotImplementedType", "NotImplemented");

KIND(object, "object", 0, .flags = COIL_KIND_UNTRAVERSED);
