/* SPDX-License-Identifier: MIT */
/*
 * An item of a dict by its name, before anything is known of types: for the
 * dicts of sys, of builtins and of modules.
 *
 * Source: CPython 3.11, Include/internal/pycore_dict.h, Objects/dictobject.c.
 */

#include "runtime/internal.h"

bool coil_is_ascii(const struct coil_image *image,
		   const struct coil_layout *layout, uint64_t object,
		   const char *text)
{
	size_t length = strlen(text);
	const uint8_t *p = coil_image_view(image, object,
					   layout->PyASCIIObject.size + length);

	return p && load64(p + layout->PyASCIIObject.length) == length &&
	       memcmp(p + layout->PyASCIIObject.size, text, length) == 0;
}

uint64_t coil_dict_item(const struct coil_image *image,
			const struct coil_layout *layout, uint64_t dict,
			const char *name)
{
	uint64_t keys = coil_field(image, dict, layout->PyDictObject.ma_keys);
	const uint8_t *head =
		coil_image_view(image, keys, layout->PyDictKeysObject.size);
	uint32_t key_at = layout->PyDictUnicodeEntry.me_key;
	uint32_t value_at = layout->PyDictUnicodeEntry.me_value;
	uint32_t stride = layout->PyDictUnicodeEntry.size;
	uint64_t entries, count;

	if (!head)
		return 0;
	if (layout->strategy.dict_keys == COIL_DICT_KEYS_SIZED) {
		uint64_t size = load64(head + layout->PyDictKeysObject.dk_size);

		if (size >> 32)
			return 0;
		key_at = layout->PyDictKeyEntry.me_key;
		value_at = layout->PyDictKeyEntry.me_value;
		stride = layout->PyDictKeyEntry.size;
		entries = keys + layout->PyDictKeysObject.dk_indices +
			  size * coil_index_width(size);
	} else {
		uint8_t bytes =
			head[layout->PyDictKeysObject.dk_log2_index_bytes];

		if (bytes > 32)
			return 0;
		if (head[layout->PyDictKeysObject.dk_kind] == 0) {
			key_at = layout->PyDictKeyEntry.me_key;
			value_at = layout->PyDictKeyEntry.me_value;
			stride = layout->PyDictKeyEntry.size;
		}
		entries = keys + layout->PyDictKeysObject.dk_indices +
			  (1ull << bytes);
	}
	count = min64(load64(head + layout->PyDictKeysObject.dk_nentries),
		      65536);
	for (uint64_t i = 0; i < count; i++) {
		const uint8_t *e =
			coil_image_view(image, entries + i * stride, stride);

		if (!e)
			return 0;
		if (load64(e + value_at) &&
		    coil_is_ascii(image, layout, load64(e + key_at), name))
			return load64(e + value_at);
	}
	return 0;
}
