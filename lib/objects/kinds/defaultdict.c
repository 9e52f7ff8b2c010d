/* SPDX-License-Identifier: MIT */
/*
 * collections.defaultdict.
 * Source: CPython's Modules/_collectionsmodule.c (defdict_traverse).
 */
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

/* Source: defdict_repr(): the dict's own repr tells a ring. */
static void defaultdict_value(struct coil_reader *reader,
			      const struct coil_object *object,
			      struct coil_out *out)
{
	uint64_t factory =
		FIELD(reader, object, defdictobject, default_factory);

	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	if (factory)
		coil_repr(reader, factory, out);
	else
		coil_out_string(out, "None");
	coil_out_string(out, ", ");
	coil_kind_dict.value(reader, object, out);
	coil_out_char(out, ')');
}

KIND(defaultdict, "collections.defaultdict", STRUCT(defdictobject),
     .super = &coil_kind_dict,
     MEMBERS(VISITED(defdictobject, default_factory, MEMBER,
		     "default_factory")),
     .value = defaultdict_value);
