/* SPDX-License-Identifier: MIT */
/*
 * What shows a mapping without copying it: mappingproxy, views of dicts and
 * of ordered dicts.
 *
 * Source: Objects/descrobject.c, mappingproxy_traverse();
 * Objects/dictobject.c, dictview_traverse(); Objects/odictobject.c.
 */
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

static void proxy_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	coil_out_string(out, "mappingproxy(");
	coil_repr(reader, FIELD(reader, object, mappingproxyobject, mapping),
		  out);
	coil_out_char(out, ')');
}

KIND(mappingproxy, "mappingproxy", STRUCT(mappingproxyobject),
     MEMBERS(VISITED(mappingproxyobject, mapping, MEMBER, "mapping")),
     .value = proxy_value);

/* What a view shows of an entry. Those of ordered dicts have the repr of the
 * others: the name of the type says which it is. */
enum part { KEYS = 1, VALUES = 2, ITEMS = KEYS | VALUES };

static enum part part_of(const struct coil_type *type)
{
	const char *name = type->name;

	return strstr(name, "_keys")	 ? KEYS
	       : strstr(name, "_values") ? VALUES
					 : ITEMS;
}

static void out_entry(struct coil_reader *reader, enum part part, uint64_t key,
		      uint64_t value, struct coil_out *out)
{
	if (part == ITEMS)
		coil_out_char(out, '(');
	if (part & KEYS)
		coil_repr(reader, key, out);
	if (part == ITEMS)
		coil_out_string(out, ", ");
	if (part & VALUES)
		coil_repr(reader, value, out);
	if (part == ITEMS)
		coil_out_char(out, ')');
}

/* Source: dictview_repr(): that of the list of what it shows. */
static void view_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	enum part part = part_of(object->type);
	const char *between = "";
	struct coil_pairs pairs;
	uint64_t key, value;

	if (coil_out_again(out, object->address)) {
		coil_out_string(out, "...");
		return;
	}
	coil_pairs_begin(reader,
			 FIELD(reader, object, _PyDictViewObject, dv_dict),
			 &pairs);
	coil_out_tp_name(reader, object->type, out);
	coil_out_string(out, "([");
	while (coil_pairs_next(&pairs, out, &key, &value)) {
		coil_out_string(out, between);
		between = ", ";
		out_entry(reader, part, key, value, out);
	}
	coil_out_string(out, "])");
}

#define VIEW(ident) \
	KIND(ident, #ident, STRUCT(_PyDictViewObject), \
	     MEMBERS(VISITED(_PyDictViewObject, dv_dict, MEMBER, "mapping")), \
	     .value = view_value)

VIEW(dict_keys);
VIEW(dict_values);
VIEW(dict_items);
VIEW(odict_keys);
VIEW(odict_values);
VIEW(odict_items);
