/* SPDX-License-Identifier: MIT */
/*
 * Where the one object of a value stands.
 *
 * Source: CPython's Include/internal/pycore_global_objects.h and
 * pycore_runtime_init.h: from 3.11 on the small integers, the strings and
 * bytes of one character and the empty tuple are in _PyRuntime.
 */
#include "audit/singleton_places.h"
#include "types/types.h"

/* The address of entry @index of a table in _PyRuntime, or 0. */
static uint64_t table_entry(const struct coil_runtime *r, uint32_t offset,
			    uint64_t stride, uint64_t index)
{
	if (offset == COIL_NO_FIELD)
		return 0;
	return r->info.runtime + offset + index * stride;
}

uint64_t coil_singleton_int(const struct coil_runtime *r, uint64_t index)
{
	const struct coil_layout *l = r->layout;

	return table_entry(r, l->_PyRuntimeState.small_ints,
			   align_up(l->PyLongObject.size, 16), index);
}

static uint64_t int_place(const struct coil_runtime *r, uint64_t address)
{
	const struct coil_layout *l = r->layout;
	struct coil_int value;
	int64_t n;

	if (!coil_int_read(r->image, l, address, &value) ||
	    !coil_int_small(&value, &n))
		return COIL_SINGLETON_ORDINARY;
	n += (int64_t)l->constant.small_int_lowest;
	if (n < 0 || (uint64_t)n >= l->constant.small_int_count)
		return COIL_SINGLETON_ORDINARY;
	return coil_singleton_int(r, (uint64_t)n);
}

static uint64_t str_place(const struct coil_runtime *r, uint64_t address)
{
	const struct coil_layout *l = r->layout;
	struct coil_str s;
	uint8_t c;

	if (!coil_str_read(r->image, l, address, &s) || s.length > 1)
		return COIL_SINGLETON_ORDINARY;
	if (!s.length)
		return 0;
	if (s.width != 1 || !s.data)
		return COIL_SINGLETON_ORDINARY;
	c = load8(s.data);
	/* A struct around the object and two bytes, padded. */
	if (c < 128)
		return table_entry(r, l->_PyRuntimeState.ascii,
				   align_up(l->PyASCIIObject.size + 2, 8), c);
	return table_entry(r, l->_PyRuntimeState.latin1,
			   align_up(l->PyCompactUnicodeObject.size + 2, 8),
			   c - 128u);
}

static uint64_t bytes_place(const struct coil_runtime *r, uint64_t address)
{
	const struct coil_layout *l = r->layout;
	const uint8_t *p = coil_image_view(r->image, address,
					   l->PyBytesObject.ob_sval + 1);
	uint64_t length;

	if (!p)
		return COIL_SINGLETON_ORDINARY;
	length = load64(p + l->PyVarObject.ob_size);
	if (length > 1)
		return COIL_SINGLETON_ORDINARY;
	if (!length)
		return table_entry(r, l->_PyRuntimeState.bytes_empty, 0, 0);
	return table_entry(r, l->_PyRuntimeState.bytes_characters,
			   align_up(l->PyBytesObject.size + 1, 8),
			   load8(p + l->PyBytesObject.ob_sval));
}

static uint64_t tuple_place(const struct coil_runtime *r, uint64_t address)
{
	uint64_t length;

	if (!coil_image_word(r->image, address + r->layout->PyVarObject.ob_size,
			     &length) ||
	    length)
		return COIL_SINGLETON_ORDINARY;
	return table_entry(r, r->layout->_PyRuntimeState.tuple_empty, 0, 0);
}

/* Objects/setobject.c of 3.10 and later keeps no empty frozenset. */
static uint64_t frozenset_place(const struct coil_runtime *r, uint64_t address)
{
	uint64_t used;

	if (!coil_image_word(r->image, address + r->layout->PySetObject.used,
			     &used) ||
	    used)
		return COIL_SINGLETON_ORDINARY;
	return address;
}

static uint64_t only_place(const struct coil_runtime *r, uint64_t address)
{
	(void)r;
	return address; /* no second one can be made */
}

const struct coil_singleton_type coil_singleton_types[] = {
	{"NoneType", COIL_SINGLETON_NONE, only_place},
	{"bool", COIL_SINGLETON_FALSE, only_place},
	{"ellipsis", COIL_SINGLETON_ELLIPSIS, only_place},
	{"NotImplementedType", COIL_SINGLETON_NOT_IMPLEMENTED, only_place},
	{"int", COIL_SINGLETON_INT, int_place},
	{"str", COIL_SINGLETON_STR, str_place},
	{"bytes", COIL_SINGLETON_BYTES, bytes_place},
	{"tuple", COIL_SINGLETON_TUPLE, tuple_place},
	{"frozenset", COIL_SINGLETON_FROZENSET, frozenset_place},
	{NULL, 0, NULL},
};
