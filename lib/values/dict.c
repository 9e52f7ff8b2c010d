/* SPDX-License-Identifier: MIT */
/*
 * Reads dicts and their keys objects.
 *
 * Source: Objects/dictobject.c and Include/internal/pycore_dict.h of 3.11 and
 * 3.13, Objects/dict-common.h of 3.8: a keys object is {refcnt, log2_size,
 * log2_index_bytes, kind, version, usable, nentries}, then 1 <<
 * log2_index_bytes bytes of indices, then room for the entries: not usable +
 * nentries of them, as shared keys use fewer and popitem() forgets some.
 */
#include "values/dict.h"
#include "values/field.h"
#include "values/str.h"

/* Entries of the dicts of modules that are looked through for a name. */
#define ITEMS_MAX 65536

enum { KEYS_GENERAL, KEYS_UNICODE, KEYS_SPLIT };

/* Keys of 3.8 to 3.10: dk_size slots; entries of one form. */
static uint64_t read_sized(const uint8_t *p, struct coil_dict *out)
{
	const struct coil_layout *l = out->layout;
	uint64_t size = load64(p + l->PyDictKeysObject.dk_size), entries;

	if (!size || size >> 40 || size & (size - 1))
		return 0;
	out->lookup = load64(p + l->PyDictKeysObject.dk_lookup);
	out->kind = KEYS_UNICODE;
	out->entry_size = l->PyDictKeyEntry.size;
	out->key_at = l->PyDictKeyEntry.me_key;
	out->value_at = l->PyDictKeyEntry.me_value;
	entries =
		l->PyDictKeysObject.dk_indices + size * coil_index_width(size);
	out->room = (size << 1) / 3;
	out->keys_bytes = entries + out->room * out->entry_size;
	return entries;
}

/* Those of 3.11 on: sizes as powers of two, and a kind. */
static uint64_t read_log2(const uint8_t *p, struct coil_dict *out)
{
	const struct coil_layout *l = out->layout;
	uint8_t log2_size = load8(p + l->PyDictKeysObject.dk_log2_size);
	uint8_t log2_index = load8(p + l->PyDictKeysObject.dk_log2_index_bytes);
	uint64_t entries;

	out->kind = load8(p + l->PyDictKeysObject.dk_kind);
	out->shared = out->kind == KEYS_SPLIT;
	if (out->kind > KEYS_SPLIT || log2_index > 47 || log2_size > 40)
		return 0;
	if (out->kind == KEYS_GENERAL) {
		out->entry_size = l->PyDictKeyEntry.size;
		out->key_at = l->PyDictKeyEntry.me_key;
		out->value_at = l->PyDictKeyEntry.me_value;
	} else {
		out->entry_size = l->PyDictUnicodeEntry.size;
		out->key_at = l->PyDictUnicodeEntry.me_key;
		out->value_at = l->PyDictUnicodeEntry.me_value;
	}
	entries = l->PyDictKeysObject.dk_indices + ((uint64_t)1 << log2_index);
	/* USABLE_FRACTION(): there is room for two thirds of the slots. */
	out->room = ((uint64_t)2 << log2_size) / 3;
	out->keys_bytes = entries + out->room * out->entry_size;
	return entries;
}

/* All but the entries of the keys object at @keys, which begin *@entries bytes
 * from it; false: it is not captured or contradicts itself. */
static bool read_head(const struct coil_image *image,
		      const struct coil_layout *layout, uint64_t keys,
		      struct coil_dict *out, uint64_t *entries)
{
	const uint8_t *p =
		coil_image_view(image, keys, layout->PyDictKeysObject.size);

	memset(out, 0, sizeof(*out));
	out->image = image;
	out->layout = layout;
	if (!p)
		return false;
	out->keys = keys;
	out->refcnt = (int64_t)load64(p + layout->PyDictKeysObject.dk_refcnt);
	out->count = load64(p + layout->PyDictKeysObject.dk_nentries);
	*entries = layout->strategy.dict_keys == COIL_DICT_KEYS_SIZED
			   ? read_sized(p, out)
			   : read_log2(p, out);
	return *entries != 0;
}

bool coil_dict_read_keys(const struct coil_image *image,
			 const struct coil_layout *layout, uint64_t keys,
			 struct coil_dict *out)
{
	uint64_t entries;

	if (!read_head(image, layout, keys, out, &entries) ||
	    out->count >> 41) {
		out->count = 0;
		return false;
	}
	if (!out->count)
		return true;
	out->entries = coil_image_view(image, keys + entries,
				       out->count * out->entry_size);
	if (!out->entries) {
		out->count = 0;
		return false;
	}
	return true;
}

bool coil_dict_read(const struct coil_image *image,
		    const struct coil_layout *layout, uint64_t address,
		    struct coil_dict *out)
{
	const uint8_t *p =
		coil_image_view(image, address, layout->PyDictObject.size);
	uint64_t values;

	if (!p) {
		memset(out, 0, sizeof(*out));
		return false;
	}
	values = load64(p + layout->PyDictObject.ma_values);
	if (!coil_dict_read_keys(image, layout,
				 load64(p + layout->PyDictObject.ma_keys), out))
		return false;
	out->used = load64(p + layout->PyDictObject.ma_used);
	if (!values)
		return true;
	out->values_object = values;
	out->values = values;
	if (layout->PyDictValues.values != COIL_NO_FIELD)
		out->values += layout->PyDictValues.values;
	if (!out->count)
		return true;
	out->split = coil_image_view(image, out->values, out->count * 8);
	return out->split != NULL;
}

uint64_t coil_dict_lookup(const struct coil_dict *dict, const char *name)
{
	for (uint64_t i = 0; i < dict->count; i++) {
		uint64_t value = coil_dict_value(dict, i);

		if (value && coil_str_equals(dict->image, dict->layout,
					     coil_dict_key(dict, i), name))
			return value;
	}
	return 0;
}

uint64_t coil_dict_item(const struct coil_image *image,
			const struct coil_layout *layout, uint64_t address,
			const char *name)
{
	struct coil_dict d;
	uint64_t keys =
		coil_field(image, address, layout->PyDictObject.ma_keys);
	uint64_t at = 0, count;

	if (!read_head(image, layout, keys, &d, &at))
		return 0;
	at += keys;
	count = min64(d.count, ITEMS_MAX);
	for (uint64_t i = 0; i < count; i++, at += d.entry_size) {
		const uint8_t *entry = coil_image_view(image, at, d.entry_size);

		if (!entry)
			return 0;
		if (load64(entry + d.value_at) &&
		    coil_str_equals(image, layout, load64(entry + d.key_at),
				    name))
			return load64(entry + d.value_at);
	}
	return 0;
}
