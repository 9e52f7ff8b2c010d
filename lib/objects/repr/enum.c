/* SPDX-License-Identifier: MIT */
/*
 * Members of enumerations, and the enumerations.
 *
 * Source: Lib/enum.py: Enum.__repr__(), Flag.__repr__(), EnumMeta.__repr__(),
 * EnumType.__repr__(); up to 3.10 a Flag without a name is decomposed
 * into those that have one (_decompose()).
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/kind.h"
#include "objects/repr/repr.h"

#define MOST_FLAGS 64

static bool is_text(struct coil_reader *reader, uint64_t address)
{
	struct coil_object object;

	return address && coil_reader_object(reader, address, &object) &&
	       object.type->flags & COIL_TP_UNICODE;
}

static void out_member(struct coil_reader *reader,
		       const struct coil_object *object, uint64_t name,
		       uint64_t value, struct coil_out *out)
{
	coil_out_char(out, '<');
	coil_out_type_name(reader, object->type, out);
	if (name) {
		coil_out_char(out, '.');
		coil_out_text(reader, name, COIL_NAME_LIMIT, out);
	}
	coil_out_string(out, ": ");
	coil_repr(reader, value, out);
	coil_out_char(out, '>');
}

/* From 3.12 on an enumeration may have its values written by a function of its
 * data type; repr() itself, unless that is Python's. */
static bool is_plain(struct coil_reader *reader, const struct coil_type *type)
{
	struct coil_object function;
	uint64_t value;

	return !coil_value_owner(reader, type, "_value_repr_", &value) ||
	       value == reader->none ||
	       (coil_reader_object(reader, value, &function) &&
		!strcmp(function.type->name, "wrapper_descriptor"));
}

static void enum_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	uint64_t name = coil_attribute(reader, object, "_name_");
	uint64_t value = coil_attribute(reader, object, "_value_");

	if (value && is_text(reader, name) && is_plain(reader, object->type))
		out_member(reader, object, name, value, out);
}

/* A flag with a name, and its bits. */
struct flag {
	uint64_t name;
	int64_t bits;
};

/* The named flags within @bits, the greatest first; returns their number, 0
 * where they are too many or cannot be read. */
static size_t decompose(struct coil_reader *reader,
			const struct coil_type *type, int64_t bits,
			struct coil_out *out, struct flag flags[MOST_FLAGS])
{
	struct coil_pairs pairs;
	uint64_t key, member, map;
	size_t n = 0;

	map = coil_type_lookup(reader->types, type, "_value2member_map_");
	coil_pairs_begin(reader, map, &pairs);
	while (map && coil_pairs_next(&pairs, out, &key, &member)) {
		struct coil_object object;
		struct flag f;
		size_t at;

		if (!coil_reader_object(reader, member, &object) ||
		    !coil_attribute_int(reader, &object, "_value_", &f.bits))
			return 0;
		f.name = coil_attribute(reader, &object, "_name_");
		if (!is_text(reader, f.name) || !f.bits ||
		    (f.bits & bits) != f.bits)
			continue;
		if (n == MOST_FLAGS)
			return 0;
		for (at = n++; at && flags[at - 1].bits < f.bits; at--)
			flags[at] = flags[at - 1];
		flags[at] = f;
	}
	return n;
}

/* Up to 3.10, of a flag that has no name. */
static void out_decomposed(struct coil_reader *reader,
			   const struct coil_object *object, uint64_t value,
			   struct coil_out *out)
{
	struct flag flags[MOST_FLAGS];
	int64_t bits;
	size_t n;

	if (!coil_attribute_int(reader, object, "_value_", &bits) || bits < 0)
		return;
	n = decompose(reader, object->type, bits, out, flags);
	if (!n && bits)
		return;
	coil_out_char(out, '<');
	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '.');
	for (size_t i = 0; i < n; i++) {
		if (i)
			coil_out_char(out, '|');
		coil_out_text(reader, flags[i].name, COIL_NAME_LIMIT, out);
	}
	if (!n)
		coil_repr(reader, value, out);
	coil_out_string(out, ": ");
	coil_repr(reader, value, out);
	coil_out_char(out, '>');
}

static void flag_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	uint64_t name = coil_attribute(reader, object, "_name_");
	uint64_t value = coil_attribute(reader, object, "_value_"), found;

	if (!value || !is_plain(reader, object->type))
		return;
	if (is_text(reader, name))
		out_member(reader, object, name, value, out);
	else if (coil_value_owner(reader, object->type, "_boundary_", &found))
		out_member(reader, object, 0, value, out);
	else
		out_decomposed(reader, object, value, out);
}

/* Whether the class called @name is among those that @type derives from. */
static bool derives(struct coil_reader *reader, const struct coil_type *type,
		    const char *name)
{
	const struct coil_layout *l = reader->layout;
	const uint8_t *items;
	uint64_t mro = 0, count;

	coil_image_word(reader->image, type->address + l->PyTypeObject.tp_mro,
			&mro);
	(void)!coil_tuple_items(reader, mro, &items, &count);
	for (uint64_t i = 0; items && i < count && i < 1000; i++) {
		const struct coil_type *t =
			coil_types_known(reader->types, load64(items + i * 8));

		if (t && !strcmp(t->name, name))
			return true;
	}
	return false;
}

static void out_class(struct coil_reader *reader,
		      const struct coil_object *object, const char *word,
		      struct coil_out *out)
{
	const struct coil_type *type =
		coil_types_known(reader->types, object->address);
	uint64_t name = 0;

	if (!type || !type->heap ||
	    !coil_image_word(reader->image,
			     type->address +
				     reader->layout->PyHeapTypeObject.ht_name,
			     &name))
		return;
	if (!word)
		word = derives(reader, type, "enum.Flag") ? "flag" : "enum";
	coil_out_format(out, "<%s ", word);
	coil_repr(reader, name, out);
	coil_out_char(out, '>');
}

static void meta_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	out_class(reader, object, "enum", out);
}

/* From 3.11 on. */
static void type_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	out_class(reader, object, NULL, out);
}

const struct coil_value_row coil_values_enum[] = {
	{"enum.Enum.__repr__", enum_value},
	{"enum.Flag.__repr__", flag_value},
	{"enum.EnumMeta.__repr__", meta_value},
	{"enum.EnumType.__repr__", type_value},
	{NULL, NULL},
};
