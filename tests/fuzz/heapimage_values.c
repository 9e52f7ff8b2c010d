/* SPDX-License-Identifier: MIT */
/*
 * Objects of a made interpreter one by one, as each would have been made: what
 * they hold is counted.
 *
 * Source: CPython 3.11, Objects/dictobject.c, Objects/unicodeobject.c,
 * Objects/longobject.c, Objects/weakrefobject.c; Include/internal/pycore_code.h
 * and pycore_frame.h.
 */
#include <stdlib.h>

#include "heapimage.h"
#include "values/refcount.h"

#define CODE 0x400000u

uint64_t heapimage_type(const struct heapimage *h, const char *name)
{
	for (size_t i = 0; i < coil_kind_count; i++)
		if (coil_kinds[i]->name && h->types.at[i] &&
		    !strcmp(coil_kinds[i]->name, name))
			return h->types.at[i];
	abort();
}

static uint64_t word_at(const struct heapimage *h, uint64_t address)
{
	return load64(heapimage_at(h, address, 8));
}

uint64_t heapimage_static_count(const struct coil_layout *layout)
{
	return layout->strategy.immortality == COIL_IMMORTALITY_NONE
		       ? 1
		       : layout->constant.static_refcount;
}

void heapimage_hold(struct heapimage *h, uint64_t place, uint64_t object)
{
	uint64_t count = object + h->layout->PyObject.ob_refcnt;

	heapimage_put(h, place, object);
	if (object && !coil_is_immortal(h->layout, heapimage_at(h, object, 16)))
		heapimage_put(h, count, word_at(h, count) + 1);
}

uint64_t heapimage_object(struct heapimage *h, uint64_t type, uint64_t more)
{
	const struct coil_layout *l = h->layout;
	uint64_t size = word_at(h, type + l->PyTypeObject.tp_basicsize) + more;
	uint32_t flags =
		load32(heapimage_at(h, type + l->PyTypeObject.tp_flags, 4));
	uint32_t prefix = 0;
	uint64_t at;

	if (flags & COIL_TP_HAVE_GC)
		prefix += l->PyGC_Head.size;
	if (flags & COIL_TP_MANAGED_DICT)
		prefix += 16;
	at = heapimage_block(h, prefix + size) + prefix;
	heapimage_put(h, at + l->PyObject.ob_refcnt, h->bare ? 0 : 2);
	if (flags & COIL_TP_HEAPTYPE)
		heapimage_hold(h, at + l->PyObject.ob_type, type);
	else
		heapimage_put(h, at + l->PyObject.ob_type, type);
	if (flags & COIL_TP_HAVE_GC)
		heapimage_track(h, at);
	heapimage_note(&h->objects, at);
	return at;
}

uint64_t heapimage_named(struct heapimage *h, const char *type, uint64_t more)
{
	return heapimage_object(h, heapimage_type(h, type), more);
}

uint64_t heapimage_fixed(struct heapimage *h, const char *type, uint64_t size)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = heapimage_static(h, size);

	heapimage_put(h, at + l->PyObject.ob_refcnt, heapimage_static_count(l));
	heapimage_put(h, at + l->PyObject.ob_type, heapimage_type(h, type));
	return at;
}

/* The state of a compact str of ASCII. */
static uint32_t str_state(const struct coil_layout *l, bool interned)
{
	uint32_t state = 1u << 2 | 1u << 5 | 1u << 6 |
			 (uint32_t)(l->strategy.strings == COIL_STRINGS_READY)
				 << 7;

	if (l->strategy.strings == COIL_STRINGS_BYTES)
		state = state >> 2 << 8;
	return state | interned;
}

void heapimage_fill_str(struct heapimage *h, uint64_t at, const char *text,
			bool interned)
{
	const struct coil_layout *l = h->layout;

	heapimage_put(h, at + l->PyASCIIObject.length, strlen(text));
	heapimage_put32(h, at + l->PyASCIIObject.state, str_state(l, interned));
	memcpy(heapimage_at(h, at + l->PyASCIIObject.size, strlen(text)), text,
	       strlen(text));
}

/* Compact: less than the tp_basicsize of a str, which is that of any. */
static uint64_t new_str(struct heapimage *h, const char *text, bool interned)
{
	const struct coil_layout *l = h->layout;
	uint64_t type = heapimage_type(h, "str");
	uint64_t basic = word_at(h, type + l->PyTypeObject.tp_basicsize);
	uint64_t at = heapimage_object(
		h, type, l->PyASCIIObject.size - basic + strlen(text) + 1);

	heapimage_fill_str(h, at, text, interned);
	return at;
}

uint64_t heapimage_str(struct heapimage *h, const char *text)
{
	return new_str(h, text, true);
}

uint64_t heapimage_text(struct heapimage *h, const char *text)
{
	return new_str(h, text, false);
}

uint64_t heapimage_bytes(struct heapimage *h, const char *text, uint64_t size)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = heapimage_named(h, "bytes", size + 1);

	heapimage_put(h, at + l->PyVarObject.ob_size, size);
	memcpy(heapimage_at(h, at + l->PyBytesObject.ob_sval, size), text,
	       size);
	return at;
}

void heapimage_fill_int(struct heapimage *h, uint64_t at, int32_t value)
{
	const struct coil_layout *l = h->layout;
	uint64_t sign = value < 0 ? 2 : !value;

	if (l->strategy.ints == COIL_INTS_OB_SIZE)
		heapimage_put(h, at + l->PyVarObject.ob_size,
			      value < 0 ? UINT64_MAX : value > 0);
	else
		heapimage_put(h, at + l->PyLongObject.lv_tag,
			      (uint64_t)(value != 0) << 3 | sign);
	heapimage_put32(h, at + l->PyLongObject.ob_digit,
			(uint32_t)(value < 0 ? -value : value));
}

uint64_t heapimage_int(struct heapimage *h, int32_t value)
{
	uint64_t at = heapimage_named(h, "int", 4);

	heapimage_fill_int(h, at, value);
	return at;
}

uint64_t heapimage_float(struct heapimage *h, uint64_t bits)
{
	uint64_t at = heapimage_named(h, "float", 0);

	heapimage_put(h, at + h->layout->PyFloatObject.ob_fval, bits);
	return at;
}

uint64_t heapimage_tuple(struct heapimage *h, const uint64_t *items,
			 uint64_t count)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = heapimage_named(h, "tuple", count * 8);

	heapimage_put(h, at + l->PyVarObject.ob_size, count);
	for (uint64_t i = 0; i < count; i++)
		heapimage_hold(h, at + l->PyTupleObject.ob_item + i * 8,
			       items[i]);
	return at;
}

/* Says of 2 to the power of @log2 slots, at most 128, what this version says;
 * bytes of an entry. */
static uint32_t describe_keys(struct heapimage *h, uint64_t keys, uint8_t kind,
			      uint8_t log2)
{
	const struct coil_layout *l = h->layout;

	if (l->strategy.dict_keys == COIL_DICT_KEYS_SIZED) {
		heapimage_put(h, keys + l->PyDictKeysObject.dk_size,
			      1u << log2);
		heapimage_put(h, keys + l->PyDictKeysObject.dk_lookup,
			      CODE + kind);
		return l->PyDictKeyEntry.size;
	}
	*heapimage_at(h, keys + l->PyDictKeysObject.dk_log2_size, 1) = log2;
	*heapimage_at(h, keys + l->PyDictKeysObject.dk_log2_index_bytes, 1) =
		log2;
	*heapimage_at(h, keys + l->PyDictKeysObject.dk_kind, 1) = kind;
	return kind ? l->PyDictUnicodeEntry.size : l->PyDictKeyEntry.size;
}

uint64_t heapimage_keys(struct heapimage *h, uint8_t kind,
			const uint64_t *pairs, uint64_t count)
{
	const struct coil_layout *l = h->layout;
	uint8_t log2 = 3;
	uint64_t first, usable, keys;
	uint32_t entry;

	while (log2 < 7 && (1u << log2) * 2 / 3 < count)
		log2++;
	usable = (1u << log2) * 2 / 3;
	if (usable < count)
		abort();
	first = l->PyDictKeysObject.dk_indices + (1u << log2);
	keys = heapimage_buffer(h, NULL,
				first + usable * l->PyDictKeyEntry.size);
	entry = describe_keys(h, keys, kind, log2);
	heapimage_put(h, keys + l->PyDictKeysObject.dk_refcnt, 1);
	heapimage_put(h, keys + l->PyDictKeysObject.dk_usable, usable - count);
	heapimage_put(h, keys + l->PyDictKeysObject.dk_nentries, count);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t at = keys + first + i * entry + entry - 16;

		heapimage_hold(h, at, pairs[2 * i]);
		heapimage_hold(h, at + 8, pairs[2 * i + 1]);
	}
	return keys;
}

uint64_t heapimage_dict(struct heapimage *h, uint8_t kind,
			const uint64_t *pairs, uint64_t count)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = heapimage_named(h, "dict", 0);

	heapimage_put(h, at + l->PyDictObject.ma_used, count);
	heapimage_put(h, at + l->PyDictObject.ma_keys,
		      heapimage_keys(h, kind, pairs, count));
	return at;
}

uint64_t heapimage_list(struct heapimage *h, const uint64_t *items,
			uint64_t count)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = heapimage_named(h, "list", 0), buffer;

	buffer = heapimage_buffer(h, NULL, count * 8);
	heapimage_put(h, at + l->PyVarObject.ob_size, count);
	heapimage_put(h, at + l->PyListObject.allocated, count);
	heapimage_put(h, at + l->PyListObject.ob_item, buffer);
	for (uint64_t i = 0; i < count; i++)
		heapimage_hold(h, buffer + i * 8, items[i]);
	return at;
}

uint64_t heapimage_set(struct heapimage *h, const uint64_t *items,
		       uint64_t count)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = heapimage_named(h, "set", 0);
	uint64_t table = at + l->PySetObject.smalltable;

	heapimage_put(h, at + l->PySetObject.used, count);
	heapimage_put(h, at + l->PySetObject.mask, 7);
	heapimage_put(h, at + l->PySetObject.table, table);
	for (uint64_t i = 0; i < count; i++)
		heapimage_hold(h,
			       table + i * l->setentry.size + l->setentry.key,
			       items[i]);
	return at;
}

uint64_t heapimage_class(struct heapimage *h, const char *module,
			 const char *name, const char *base)
{
	const struct coil_layout *l = h->layout;
	uint64_t type = heapimage_named(h, "type", 0), size, text;
	uint64_t above = heapimage_type(h, base);
	const uint64_t names[] = {heapimage_str(h, "__module__"),
				  heapimage_str(h, module)};
	const uint64_t mro[] = {type, above};
	uint32_t flags;

	flags = load32(heapimage_at(h, above + l->PyTypeObject.tp_flags, 4));
	size = word_at(h, above + l->PyTypeObject.tp_basicsize);
	text = heapimage_str(h, name);
	heapimage_put(h, type + l->PyTypeObject.tp_basicsize, size + 8);
	heapimage_put(h, type + l->PyTypeObject.tp_itemsize,
		      word_at(h, above + l->PyTypeObject.tp_itemsize));
	heapimage_put(h, type + l->PyTypeObject.tp_dictoffset,
		      flags & COIL_TP_TUPLE ? UINT64_MAX - 7 : size);
	heapimage_put32(h, type + l->PyTypeObject.tp_flags,
			flags | COIL_TP_HEAPTYPE | COIL_TP_HAVE_GC);
	heapimage_put(h, type + l->PyTypeObject.tp_name,
		      text + l->PyASCIIObject.size);
	heapimage_put(h, type + l->PyTypeObject.tp_traverse, CODE + 16);
	heapimage_put(h, type + l->PyTypeObject.tp_dealloc, CODE + 32);
	heapimage_hold(h, type + l->PyTypeObject.tp_base, above);
	heapimage_hold(h, type + l->PyTypeObject.tp_dict,
		       heapimage_dict(h, 1, names, 1));
	heapimage_hold(h, type + l->PyTypeObject.tp_mro,
		       heapimage_tuple(h, mro, countof(mro)));
	heapimage_hold(h, type + l->PyHeapTypeObject.ht_name, text);
	heapimage_hold(h, type + l->PyHeapTypeObject.ht_qualname, text);
	heapimage_put(h, type + l->PyHeapTypeObject.ht_cached_keys,
		      heapimage_keys(h, 2, NULL, 0));
	return type;
}

uint64_t heapimage_instance(struct heapimage *h, uint64_t type,
			    const char *name, uint64_t value)
{
	const struct coil_layout *l = h->layout;
	const uint64_t pair[] = {heapimage_str(h, name), value};
	uint64_t at = heapimage_object(h, type, 0);
	uint64_t offset = word_at(h, type + l->PyTypeObject.tp_dictoffset);

	heapimage_hold(h, at + offset, heapimage_dict(h, 1, pair, 1));
	return at;
}

uint64_t heapimage_weakref(struct heapimage *h, uint64_t referent,
			   uint64_t callback)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = heapimage_named(h, "weakref.ReferenceType", 0);

	heapimage_put(h, at + l->PyWeakReference.wr_object, referent);
	heapimage_hold(h, at + l->PyWeakReference.wr_callback, callback);
	return at;
}

void heapimage_keep(struct heapimage *h, uint64_t object)
{
	const struct coil_layout *l = h->layout;
	uint64_t size = h->kept + l->PyVarObject.ob_size;
	uint64_t items = word_at(h, h->kept + l->PyListObject.ob_item);
	uint64_t count = word_at(h, size);

	if (count == HEAPIMAGE_KEPT)
		abort();
	heapimage_hold(h, items + count * 8, object);
	heapimage_put(h, size, count + 1);
}
