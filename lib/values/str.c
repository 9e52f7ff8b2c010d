/* SPDX-License-Identifier: MIT */
/*
 * Reads str objects: compact ones, whose characters follow the header, and the
 * others, which point to them.
 *
 * Source: Include/cpython/unicodeobject.h.  The state word: interned in bits
 * 0-1, kind 2-4, compact 5, ascii 6, and bit 7 is `ready` up to 3.11,
 * `statically_allocated` from 3.12.  The bits above are not initialised.
 * Free-threaded builds from 3.14 on set the interned state at any time, and
 * have it in a byte of its own.
 */
#include "values/str.h"

bool coil_str_read(const struct coil_image *image,
		   const struct coil_layout *layout, uint64_t address,
		   struct coil_str *out)
{
	const uint8_t *p =
		coil_image_view(image, address, layout->PyASCIIObject.size);
	uint32_t state;
	uint64_t bytes;
	bool bit7;

	memset(out, 0, sizeof(*out));
	if (!p)
		return false;
	state = coil_str_state(layout, p);
	out->interned = state & 3;
	out->width = (uint8_t)(state >> 2 & 7);
	out->compact = state >> 5 & 1;
	out->ascii = state >> 6 & 1;
	bit7 = state >> 7 & 1;
	out->is_static = layout->strategy.strings != COIL_STRINGS_READY && bit7;
	out->length = load64(p + layout->PyASCIIObject.length);
	if (out->length >> 47)
		return false;
	if (layout->PyASCIIObject.wstr != COIL_NO_FIELD)
		out->wstr = load64(p + layout->PyASCIIObject.wstr);

	if (out->compact && out->ascii) {
		out->data_address = address + layout->PyASCIIObject.size;
	} else {
		uint32_t size = out->compact
					? layout->PyCompactUnicodeObject.size
					: layout->PyUnicodeObject.size;

		p = coil_image_view(image, address, size);
		if (!p)
			return false;
		out->utf8 = load64(p + layout->PyCompactUnicodeObject.utf8);
		out->utf8_length =
			load64(p + layout->PyCompactUnicodeObject.utf8_length);
		out->data_address =
			out->compact ? address + size
				     : load64(p + layout->PyUnicodeObject.data);
		out->utf8_shared = out->utf8 && out->utf8 == out->data_address;
	}
	if (layout->strategy.strings == COIL_STRINGS_READY && !bit7)
		out->width = 0;
	if (!out->width)
		return true;
	if (out->width != 1 && out->width != 2 && out->width != 4)
		return false;
	bytes = out->length * out->width;
	out->data = coil_image_view(image, out->data_address, bytes);
	return out->data != NULL || !bytes;
}

bool coil_str_equals(const struct coil_image *image,
		     const struct coil_layout *layout, uint64_t address,
		     const char *text)
{
	struct coil_str s;
	size_t n = strlen(text);
	const uint8_t *p =
		coil_image_view(image, address, layout->PyASCIIObject.size);

	/* Most calls end here: the lengths differ. */
	if (!p || load64(p + layout->PyASCIIObject.length) != n)
		return false;
	return coil_str_read(image, layout, address, &s) && s.width == 1 &&
	       s.length == n && !memcmp(s.data, text, n);
}
