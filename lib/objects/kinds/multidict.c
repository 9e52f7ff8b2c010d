/* SPDX-License-Identifier: MIT */
/*
 * multidict's istr: a str and, behind it, the same in title case.
 * Source: multidict 6.0, _multilib/istr.h (istrobject, istr_dealloc).
 */
#include "objects/kinds/kinds.h"

/* What it adds stands behind the struct of str. */
KIND(multidict_istr, "multidict._multidict.istr", 0, .super = &coil_kind_str,
     MEMBERS(OWNED(PyUnicodeObject, size, MEMBER, "canonical")),
     .flags = COIL_KIND_UNTRAVERSED);
