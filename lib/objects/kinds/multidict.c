/* SPDX-License-Identifier: MIT */
/*
 * multidict's istr: a str and, behind it, the same in title case.
 * Source: multidict 6.0, _multilib/istr.h (istrobject, istr_dealloc).
 */
#include "objects/kinds/kinds.h"

static void istr_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	coil_emit(sink,
		  coil_field_word(object, reader->layout->PyUnicodeObject.size),
		  COIL_REF_MEMBER | COIL_EDGE_COUNTED, COIL_LABEL_TEXT,
		  coil_text("canonical"));
}

KIND(multidict_istr, "multidict._multidict.istr", 0, .super = &coil_kind_str,
     .refs = istr_refs, .flags = COIL_KIND_UNTRAVERSED);
