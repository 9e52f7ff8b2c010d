/* SPDX-License-Identifier: MIT */
#ifndef COIL_WORDS_VARYING_H
#define COIL_WORDS_VARYING_H

#include "words/phrase.h"

/*
 * Words of which the subscripts may vary: "list[0] → Node.parent" and
 * "list[7] → Node.parent" say the same, "list[...] → Node.parent".  While such
 * words are compared and joined, subscripts stand between two bytes that no
 * UTF-8 has.
 */

/* Append @words of one step; a step in brackets may vary. */
void coil_varying_append(struct coil_phrase *phrase, const char *words);

/* As strcmp(), of two texts without their subscripts. */
int coil_varying_compare(const char *x, const char *y);

/*
 * Of two texts that compare as the same, keep in @words the subscripts that
 * are in @other too; the rest are left out from now on.
 */
void coil_varying_join(char *words, const char *other);

/* The text to print, "[...]" for what was left out; the caller's to free.
 * NULL without memory. */
char *coil_varying_text(const char *words);

#endif
