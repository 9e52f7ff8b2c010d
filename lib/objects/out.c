/* SPDX-License-Identifier: MIT */
/*
 * Bounded text: what does not fit is left out, never within a character.
 */
#include <stdarg.h>
#include <stdio.h>

#include "objects/out.h"

void coil_out_string(struct coil_out *out, const char *s)
{
	coil_out_bounded(out, s, strlen(s));
}

void coil_out_bounded(struct coil_out *out, const char *s, size_t n)
{
	size_t room = (size_t)(out->end - out->at);

	if (out->full)
		return;
	if (n > room) {
		out->full = true;
		/* Not within a UTF-8 sequence. */
		for (n = room; n && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
			;
	}
	memcpy(out->at, s, n);
	out->at += n;
	*out->at = '\0';
}

void coil_out_char(struct coil_out *out, char c)
{
	coil_out_bounded(out, &c, 1);
}

void coil_out_format(struct coil_out *out, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	coil_out_string(out, text);
}
