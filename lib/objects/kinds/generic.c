/* SPDX-License-Identifier: MIT */
/*
 * Small objects of the types module and of collections: SimpleNamespace,
 * GenericAlias, UnionType, the getters of a namedtuple's fields.
 *
 * Source: Objects/namespaceobject.c, namespace_traverse();
 * Objects/genericaliasobject.c, ga_traverse(); Objects/unionobject.c,
 * union_traverse(); Modules/_collectionsmodule.c, tuplegetter_traverse().
 */
#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

/* Whether the name at @a comes before that at @b, by code points. */
static bool before(struct coil_reader *reader, uint64_t a, uint64_t b)
{
	struct coil_str x, y;

	if (!coil_reader_str(reader, a, &x) ||
	    !coil_reader_str(reader, b, &y) || x.width != 1 || y.width != 1)
		return false;
	int order = memcmp(x.data, y.data, min64(x.length, y.length));

	return order < 0 || (!order && x.length < y.length);
}

static void out_attribute(struct coil_reader *reader, uint64_t name,
			  uint64_t value, struct coil_out *out)
{
	coil_out_text(reader, name, COIL_NAME_LIMIT, out);
	coil_out_char(out, '=');
	coil_repr(reader, value, out);
}

/* The next of the names behind @last, which is 0 at first; false: no more. */
static bool next_sorted(struct coil_reader *reader, uint64_t dict,
			struct coil_out *out, uint64_t *last, uint64_t *value)
{
	uint64_t key, found, best = 0;
	struct coil_pairs pairs;

	coil_pairs_begin(reader, dict, &pairs);
	while (coil_pairs_next(&pairs, out, &key, &found)) {
		if ((*last && !before(reader, *last, key)) ||
		    (best && !before(reader, key, best)))
			continue;
		best = key;
		*value = found;
	}
	*last = best;
	return best != 0;
}

/* Names that are empty or no str are left out. */
static bool is_name(struct coil_reader *reader, uint64_t key)
{
	struct coil_object object;
	struct coil_str s;

	return coil_reader_object(reader, key, &object) &&
	       object.type->flags & COIL_TP_UNICODE &&
	       coil_reader_str(reader, key, &s) && s.length;
}

/* Source: namespace_repr(). */
static void namespace_value(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	uint64_t dict = FIELD(reader, object, _PyNamespaceObject, ns_dict);
	bool sorted = reader->layout->strategy.reprs == COIL_REPRS_SORTED;
	uint64_t key = 0, value = 0;
	struct coil_pairs pairs;
	const char *between = "";

	if (!strcmp(object->type->name, "types.SimpleNamespace"))
		coil_out_string(out, "namespace");
	else
		coil_out_tp_name(reader, object->type, out);
	coil_out_char(out, '(');
	if (coil_out_again(out, object->address)) {
		coil_out_string(out, "...)");
		return;
	}
	coil_pairs_begin(reader, dict, &pairs);
	while (sorted ? next_sorted(reader, dict, out, &key, &value)
		      : coil_pairs_next(&pairs, out, &key, &value)) {
		if (!is_name(reader, key))
			continue;
		coil_out_string(out, between);
		between = ", ";
		out_attribute(reader, key, value, out);
	}
	coil_out_char(out, ')');
}

KIND(namespace, "types.SimpleNamespace", STRUCT(_PyNamespaceObject),
     MEMBERS(DICT(_PyNamespaceObject, ns_dict)), .value = namespace_value);

/* A part of an alias or union: types by their names alone, None and dots as
 * they are written in a program. */
static void out_parameter(struct coil_reader *reader, uint64_t address,
			  struct coil_out *out)
{
	struct coil_object object;
	const struct coil_type *type = coil_types_known(reader->types, address);

	if (type)
		coil_out_string(out, type->name);
	else if (coil_reader_object(reader, address, &object) &&
		 !strcmp(object.type->name, "ellipsis"))
		coil_out_string(out, "...");
	else
		coil_repr(reader, address, out);
}

static void out_parameters(struct coil_reader *reader, uint64_t tuple,
			   const char *between, struct coil_out *out)
{
	const uint8_t *items;
	uint64_t count;

	(void)!coil_tuple_items(reader, tuple, &items, &count);
	for (uint64_t i = 0; items && i < count && !out->full; i++) {
		if (i)
			coil_out_string(out, between);
		out_parameter(reader, load64(items + i * 8), out);
	}
}

/* Source: ga_repr(). */
static void alias_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	uint64_t args = FIELD(reader, object, gaobject, args), count;
	const uint8_t *items;

	out_parameter(reader, FIELD(reader, object, gaobject, origin), out);
	coil_out_char(out, '[');
	if (coil_tuple_items(reader, args, &items, &count) && !count)
		coil_out_string(out, "()");
	out_parameters(reader, args, ", ", out);
	coil_out_char(out, ']');
}

/* Source: union_repr(): None's type is written as None. */
static void union_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	const uint8_t *items;
	uint64_t count;

	(void)!coil_tuple_items(reader,
				FIELD(reader, object, unionobject, args),
				&items, &count);
	for (uint64_t i = 0; items && i < count && !out->full; i++) {
		uint64_t at = load64(items + i * 8);
		const struct coil_type *type =
			coil_types_known(reader->types, at);

		if (i)
			coil_out_string(out, " | ");
		if (type && !strcmp(type->name, "NoneType"))
			coil_out_string(out, "None");
		else
			out_parameter(reader, at, out);
	}
}

KIND(generic_alias, "types.GenericAlias", STRUCT(gaobject),
     MEMBERS(VISITED(gaobject, origin, MEMBER, "__origin__"),
	     VISITED(gaobject, args, MEMBER, "__args__"),
	     VISITED(gaobject, parameters, MEMBER, "__parameters__")),
     .value = alias_value);

KIND(union_type, "types.UnionType", STRUCT(unionobject),
     MEMBERS(VISITED(unionobject, args, MEMBER, "__args__"),
	     VISITED(unionobject, parameters, MEMBER, "__parameters__")),
     .value = union_value);

/* From 3.12 on a heap type of module collections. */
KIND(tuplegetter, "_collections._tuplegetter", STRUCT(_tuplegetterobject),
     .other_name = "collections._tuplegetter",
     MEMBERS(VISITED(_tuplegetterobject, doc, MEMBER, "__doc__")));

/* So it is called from 3.14 on. */
const struct coil_value_row coil_values_union[] = {
	{"typing.Union", union_value},
	{NULL, NULL},
};
