/* SPDX-License-Identifier: MIT */
/*
 * Text that comes from the target and has to be UTF-8 without control
 * characters; and code points to UTF-8.
 *
 * Source: RFC 3629, sections 3 and 4: the well-formed sequences.
 */
#include "base/text.h"

/* Bytes of the sequence that @lead begins, 0: none; *low and *high bound the
 * byte that follows it. */
static unsigned sequence(unsigned char lead, unsigned char *low,
			 unsigned char *high)
{
	*low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	*high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

void coil_text_clean(char *text)
{
	unsigned char *p = (unsigned char *)text;

	while (*p) {
		unsigned char low, high;
		unsigned n = 1,
			 length = *p < 0x80 ? 1 : sequence(*p, &low, &high);

		if (length > 1 && p[1] >= low && p[1] <= high)
			for (n = 2; n < length && (p[n] & 0xc0) == 0x80; n++)
				;
		if (n == length && (*p >= 0x20 && *p != 0x7f)) {
			p += n;
		} else if (length > 1 && !p[n]) {
			*p = '\0';
		} else {
			*p++ = '?';
		}
	}
}

size_t coil_text_decode(const char *text, uint32_t *c)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned char low, high;
	unsigned length = sequence(*p, &low, &high);

	*c = *p;
	if (*p < 0x80)
		return 1;
	if (!length || p[1] < low || p[1] > high)
		return 0;
	*c = *p & (0xffu >> (length + 1));
	for (unsigned i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3fu);
	}
	return length;
}

size_t coil_text_encode(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | (c >> 18 & 7));
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}
