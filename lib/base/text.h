/* SPDX-License-Identifier: MIT */
#ifndef COIL_BASE_TEXT_H
#define COIL_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * UTF-8, well-formed: no spelling longer than need be, no surrogates, nothing
 * past U+10FFFF.  The tools are linked with text.c, too: libcoil exports none
 * of it.
 */

/**
 * Make @text, which may be any bytes, UTF-8 without control characters: what is
 * none becomes '?', a sequence that was cut at the end is cut off.
 */
void coil_text_clean(char *text);
/* The character that @text begins with into *@c; its bytes are returned, 0
 * where they are not UTF-8. */
size_t coil_text_decode(const char *text, uint32_t *c);
/* The code point @c, at most 0x10ffff, as UTF-8: 1 to 4 bytes, how many is
 * returned.  No NUL behind them. */
size_t coil_text_encode(char *out, uint32_t c);

#endif
