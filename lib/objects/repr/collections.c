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
#include "objects/kinds/kinds.h"
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
static bool most_common(const struct coil_heap *heap, uint64_t address,
			struct coil_out *out, struct counted top[SHOWN],
			size_t *used)
{
	struct coil_pairs pairs;
	struct counted c;

	*used = 0;
	coil_pairs_begin(heap, address, &pairs);
	while (coil_pairs_next(&pairs, out, &c.key, &c.value)) {
		struct coil_object object;
		struct coil_int value;

		if (!coil_heap_object(heap, c.value, &object) ||
		    !(object.type->flags & COIL_TP_LONG) ||
		    !coil_int_read(heap->image, heap->layout, c.value,
				   &value) ||
		    !coil_int_small(&value, &c.count))
			return false;
		insert(top, used, &c);
	}
	return true;
}

static void counter_value(const struct coil_heap *heap,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	struct counted top[SHOWN];
	size_t used;

	if (!FIELD(heap, object, PyDictObject, ma_used)) {
		coil_out_type_name(heap, object->type, out);
		coil_out_string(out, "()");
		return;
	}
	if (!most_common(heap, object->address, out, top, &used))
		return;
	coil_out_type_name(heap, object->type, out);
	coil_out_string(out, "({");
	for (size_t i = 0; i < used && !out->full; i++) {
		if (i)
			coil_out_string(out, ", ");
		coil_repr(heap, top[i].key, out);
		coil_out_string(out, ": ");
		coil_repr(heap, top[i].value, out);
	}
	coil_out_string(out, used == SHOWN ? ", ..." : "})");
}

/* That of what it keeps as @data. */
static void user_value(const struct coil_heap *heap,
		       const struct coil_object *object, struct coil_out *out)
{
	uint64_t data = coil_attribute(heap, object, "data");

	if (data)
		coil_repr(heap, data, out);
}

static void chain_value(const struct coil_heap *heap,
			const struct coil_object *object, struct coil_out *out)
{
	uint64_t maps = coil_attribute(heap, object, "maps"), bytes, count;
	const uint8_t *items = NULL;
	struct coil_object list;

	if (!maps || !coil_heap_object(heap, maps, &list) ||
	    !(list.type->flags & COIL_TP_LIST))
		return;
	count = coil_ob_size(heap, &list);
	if (count && mul64(count, 8, &bytes))
		items = coil_image_view(
			heap->image, FIELD(heap, &list, PyListObject, ob_item),
			bytes);
	coil_out_type_name(heap, object->type, out);
	coil_out_char(out, '(');
	if (coil_out_again(out, object->address))
		coil_out_string(out, "...");
	else
		coil_out_items(heap, out, items, count, 8);
	coil_out_char(out, ')');
}

static void weak_value(const struct coil_heap *heap,
		       const struct coil_object *object, struct coil_out *out)
{
	coil_out_char(out, '<');
	coil_out_type_name(heap, object->type, out);
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

void coil_out_namedtuple(const struct coil_heap *heap,
			 const struct coil_object *object, struct coil_out *out)
{
	const struct coil_type *owner;
	const uint8_t *names, *items;
	uint64_t value, fields, n;

	owner = coil_value_owner(heap, object->type, "__repr__", &value);
	if (!owner ||
	    !coil_tuple_items(heap,
			      coil_type_lookup(heap->types, owner, "_fields"),
			      &names, &fields) ||
	    !coil_tuple_items(heap, object->address, &items, &n) || n != fields)
		return;
	coil_out_type_name(heap, object->type, out);
	coil_out_char(out, '(');
	for (uint64_t i = 0; i < n && !out->full; i++) {
		if (i)
			coil_out_string(out, ", ");
		coil_out_text(heap, load64(names + i * 8), COIL_NAME_LIMIT,
			      out);
		coil_out_char(out, '=');
		coil_repr(heap, load64(items + i * 8), out);
	}
	coil_out_char(out, ')');
}

/* Whether the field is one of the instance, and in its repr. */
static bool is_shown(const struct coil_heap *heap, uint64_t address)
{
	struct coil_object field, kind;
	int64_t repr;
	uint64_t at;

	if (!coil_heap_object(heap, address, &field) ||
	    !coil_attribute_int(heap, &field, "repr", &repr) || !repr)
		return false;
	at = coil_attribute(heap, &field, "_field_type");
	if (!at || !coil_heap_object(heap, at, &kind))
		return false;
	at = coil_attribute(heap, &kind, "name");
	return at && coil_str_equals(heap->image, heap->layout, at, "_FIELD");
}

/* The value of the attribute whose name is the str at @name: of the object, or
 * the default of its class. */
static uint64_t field_value(const struct coil_heap *heap,
			    const struct coil_object *object, uint64_t name)
{
	char text[COIL_NAME_LIMIT];
	struct coil_out out = {.at = text, .end = text + sizeof(text) - 1};
	uint64_t value;

	*text = '\0';
	coil_out_text(heap, name, COIL_NAME_LIMIT, &out);
	value = coil_attribute(heap, object, text);
	if (!value)
		(void)!coil_value_owner(heap, object->type, text, &value);
	return value;
}

void coil_out_dataclass(const struct coil_heap *heap,
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
	owner = coil_value_owner(heap, object->type, "__repr__", &value);
	if (!owner)
		return;
	coil_pairs_begin(
		heap,
		coil_type_lookup(heap->types, owner, "__dataclass_fields__"),
		&pairs);
	coil_out_type_qualname(heap, object->type, out);
	coil_out_char(out, '(');
	while (coil_pairs_next(&pairs, out, &name, &field)) {
		if (!is_shown(heap, field))
			continue;
		coil_out_string(out, between);
		between = ", ";
		coil_out_text(heap, name, COIL_NAME_LIMIT, out);
		coil_out_char(out, '=');
		coil_repr(heap, field_value(heap, object, name), out);
	}
	coil_out_char(out, ')');
}
