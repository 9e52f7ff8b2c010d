/* SPDX-License-Identifier: MIT */
/*
 * Reads int objects: 30-bit digits and a sign.
 *
 * Source: Include/internal/pycore_long.h.  Up to 3.11 the sign is that of
 * ob_size; from 3.12 lv_tag holds the number of digits above three bits, of
 * which the low two are the sign: 0 positive, 1 zero, 2 negative.
 */
#include "values/int.h"

bool coil_int_read(const struct coil_image *image,
		   const struct coil_layout *layout, uint64_t address,
		   struct coil_int *out)
{
	const uint8_t *p =
		coil_image_view(image, address, layout->PyVarObject.size);
	uint64_t word;

	memset(out, 0, sizeof(*out));
	if (!p)
		return false;
	if (layout->strategy.ints == COIL_INTS_LV_TAG) {
		word = load64(p + layout->PyLongObject.lv_tag);
		out->count = (word & 3) == 1 ? 0 : word >> 3;
		out->negative = (word & 3) == 2;
	} else {
		word = load64(p + layout->PyVarObject.ob_size);
		out->negative = (int64_t)word < 0;
		out->count = out->negative ? 0 - word : word;
	}
	if (out->count >> 44) {
		out->count = 0;
		return false;
	}
	if (!out->count)
		return true;
	out->digits = coil_image_view(
		image, address + layout->PyLongObject.ob_digit, out->count * 4);
	if (!out->digits)
		out->count = 0;
	return out->digits != NULL;
}

bool coil_int_small(const struct coil_int *value, int64_t *out)
{
	uint64_t v = 0;

	*out = 0;
	if (value->count > 2)
		return false;
	for (uint64_t i = value->count; i-- > 0;)
		v = v << 30 | load32(value->digits + i * 4);
	*out = value->negative ? -(int64_t)v : (int64_t)v;
	return true;
}
