/* SPDX-License-Identifier: MIT */
#ifndef COIL_VALUES_STR_H
#define COIL_VALUES_STR_H

#include "image/image.h"
#include "layout/layout.h"

/*
 * Strings.
 */
struct coil_str {
	const uint8_t *data; /* @length code units of @width bytes */
	uint64_t length;     /* code points */
	uint8_t width;	     /* 1, 2, 4; 0: a legacy string without data */
	bool ascii, compact;
	uint8_t interned;	    /* SSTATE_*: 0 none, else interned */
	bool is_static;		    /* says so itself (3.12 and later) */
	uint64_t utf8, utf8_length; /* cached UTF-8: address; 0: none */
	bool utf8_shared;	    /* it is the string's own data */
	uint64_t wstr;		    /* legacy representation, 0: none */
	uint64_t data_address;
};

/* The state of the str at @p, its PyASCIIObject in view: the interned state in
 * bits 0-1, the others above as str.c tells. */
static inline uint32_t coil_str_state(const struct coil_layout *layout,
				      const uint8_t *p)
{
	uint32_t state = load32(p + layout->PyASCIIObject.state);

	if (layout->strategy.strings != COIL_STRINGS_BYTES)
		return state;
	return (state & 3) | (state >> 8 & 0x3f) << 2;
}

/* The code point @i of @s, which has data; @i is below its length. */
static inline uint32_t coil_str_at(const struct coil_str *s, uint64_t i)
{
	return s->width == 1   ? s->data[i]
	       : s->width == 2 ? load16(s->data + i * 2)
			       : load32(s->data + i * 4);
}

/* False where its memory is missing or it contradicts itself. */
bool coil_str_read(const struct coil_image *image,
		   const struct coil_layout *layout, uint64_t address,
		   struct coil_str *out);

/** Whether the str at @address equals the ASCII string @text. */
bool coil_str_equals(const struct coil_image *image,
		     const struct coil_layout *layout, uint64_t address,
		     const char *text);

#endif
