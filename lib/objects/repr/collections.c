/* SPDX-License-Identifier: MIT */
/*
 * Containers written in Python, and the classes that the library makes: named
 * tuples and data classes.
 *
 * Source: Lib/collections/__init__.py: Counter.__repr__(), namedtuple(),
 * ChainMap, UserDict, UserList; Lib/dataclasses.py, _repr_fn();
 * Lib/weakref.py, WeakValueDictionary.__repr__().
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/kind.h"
#include "objects/repr/repr.h"

#define SHOWN 64 /* entries of a Counter */

struct counted {
	uint64_t key, value;
	int64_t count;
};

/* Puts @c where it belongs among the greatest, behind those that are equal. */
static void insert(struct counted top[SHOWN], size_t *used,
		   const struct counted *c)
{
	size_t at = *used;

	if (at == SHOWN && top[at - 1].count >= c->count)
		return;
	if (at == SHOWN)
		at--;
	else
		(*used)++;
	for (; at && top[at - 1].count < c->count; at--)
		top[at] = top[at - 1];
	top[at] = *c;
}

/* The most common first; false where a count is no int. */
static bool most_common(struct coil_reader *reader, uint64_t address,
			struct coil_out *out, struct counted top[SHOWN],
			size_t *used)
{
	struct coil_pairs pairs;
	struct counted c;

	*used = 0;
	coil_pairs_begin(reader, address, &pairs);
	while (coil_pairs_next(&pairs, out, &c.key, &c.value)) {
		struct coil_object object;
		struct coil_int value;

		if (!coil_reader_object(reader, c.value, &object) ||
		    !(object.type->flags & COIL_TP_LONG) ||
		    !coil_reader_int(reader, c.value, &value) ||
		    !coil_int_small(&value, &c.count))
			return false;
		insert(top, used, &c);
	}
	return true;
}

static void counter_value(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	struct counted top[SHOWN];
	size_t used;

	if (!FIELD(reader, object, PyDictObject, ma_used)) {
		coil_out_type_name(reader, object->type, out);
		coil_out_string(out, "()");
		return;
	}
	if (!most_common(reader, object->address, out, top, &used))
		return;
	coil_out_type_name(reader, object->type, out);
	coil_out_string(out, "({");
	for (size_t i = 0; i < used && !out->full; i++) {
		if (i)
			coil_out_string(out, ", ");
		coil_repr(reader, top[i].key, out);
		coil_out_string(out, ": ");
		coil_repr(reader, top[i].value, out);
	}
	coil_out_string(out, used == SHOWN ? ", ..." : "})");
}

/* That of what it keeps as @data. */
static void user_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	uint64_t data = coil_attribute(reader, object, "data");

	if (data)
		coil_repr(reader, data, out);
}

static void chain_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	uint64_t maps = coil_attribute(reader, object, "maps"), bytes, count;
	const uint8_t *items = NULL;
	struct coil_object list;

	if (!maps || !coil_reader_object(reader, maps, &list) ||
	    !(list.type->flags & COIL_TP_LIST))
		return;
	count = coil_ob_size(reader, &list);
	if (count && mul64(count, 8, &bytes))
		items = coil_image_view(
			reader->image,
			FIELD(reader, &list, PyListObject, ob_item), bytes);
	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	if (coil_out_again(out, object->address))
		coil_out_string(out, "...");
	else
		coil_out_items(reader, out, items, count, 8);
	coil_out_char(out, ')');
}

static void weak_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	coil_out_char(out, '<');
	coil_out_type_name(reader, object->type, out);
	coil_out_format(out, " at 0x%" PRIx64 ">", object->address);
}

const struct coil_value_row coil_values_collections[] = {
	{"collections.Counter.__repr__", counter_value},
	{"collections.ChainMap.__repr__", chain_value},
	{"collections.UserDict.__repr__", user_value},
	{"collections.UserList.__repr__", user_value},
	{"collections.UserString.__repr__", user_value},
	{"_weakrefset.WeakSet.__repr__", user_value},
	{"weakref.WeakValueDictionary.__repr__", weak_value},
	{"weakref.WeakKeyDictionary.__repr__", weak_value},
	{NULL, NULL},
};

void coil_out_namedtuple(struct coil_reader *reader,
			 const struct coil_object *object, struct coil_out *out)
{
	const struct coil_type *owner;
	const uint8_t *names, *items;
	uint64_t value, fields, n;

	owner = coil_value_owner(reader, object->type, "__repr__", &value);
	if (!owner ||
	    !coil_tuple_items(reader,
			      coil_type_lookup(reader->types, owner, "_fields"),
			      &names, &fields) ||
	    !coil_tuple_items(reader, object->address, &items, &n) ||
	    n != fields)
		return;
	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	for (uint64_t i = 0; i < n && !out->full; i++) {
		if (i)
			coil_out_string(out, ", ");
		coil_out_text(reader, load64(names + i * 8), COIL_NAME_LIMIT,
			      out);
		coil_out_char(out, '=');
		coil_repr(reader, load64(items + i * 8), out);
	}
	coil_out_char(out, ')');
}

/* Whether the field is one of the instance, and in its repr. */
static bool is_shown(struct coil_reader *reader, uint64_t address)
{
	struct coil_object field, kind;
	int64_t repr;
	uint64_t at;

	if (!coil_reader_object(reader, address, &field) ||
	    !coil_attribute_int(reader, &field, "repr", &repr) || !repr)
		return false;
	at = coil_attribute(reader, &field, "_field_type");
	if (!at || !coil_reader_object(reader, at, &kind))
		return false;
	at = coil_attribute(reader, &kind, "name");
	return at &&
	       coil_str_equals(reader->image, reader->layout, at, "_FIELD");
}

/* The value of the attribute whose name is the str at @name: of the object, or
 * the default of its class. */
static uint64_t field_value(struct coil_reader *reader,
			    const struct coil_object *object, uint64_t name)
{
	char text[COIL_NAME_LIMIT];
	struct coil_out out = {.at = text, .end = text + sizeof(text) - 1};
	uint64_t value;

	*text = '\0';
	coil_out_text(reader, name, COIL_NAME_LIMIT, &out);
	value = coil_attribute(reader, object, text);
	if (!value)
		(void)!coil_value_owner(reader, object->type, text, &value);
	return value;
}

void coil_out_dataclass(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	const struct coil_type *owner;
	struct coil_pairs pairs;
	const char *between = "";
	uint64_t name, field, value;

	if (coil_out_again(out, object->address)) {
		coil_out_string(out, "...");
		return;
	}
	owner = coil_value_owner(reader, object->type, "__repr__", &value);
	if (!owner)
		return;
	coil_pairs_begin(
		reader,
		coil_type_lookup(reader->types, owner, "__dataclass_fields__"),
		&pairs);
	coil_out_type_qualname(reader, object->type, out);
	coil_out_char(out, '(');
	while (coil_pairs_next(&pairs, out, &name, &field)) {
		if (!is_shown(reader, field))
			continue;
		coil_out_string(out, between);
		between = ", ";
		coil_out_text(reader, name, COIL_NAME_LIMIT, out);
		coil_out_char(out, '=');
		coil_repr(reader, field_value(reader, object, name), out);
	}
	coil_out_char(out, ')');
}
