/* SPDX-License-Identifier: MIT */
/*
 * Types with parameters, and unions: types.GenericAlias, types.UnionType.
 *
 * Source: Objects/genericaliasobject.c, ga_traverse(); Objects/unionobject.c,
 * union_traverse().
 */
#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

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

/* So it is called from 3.14 on. */
const struct coil_value_row coil_values_union[] = {
	{"typing.Union", union_value},
	{NULL, NULL},
};
