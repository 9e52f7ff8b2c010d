/* SPDX-License-Identifier: MIT */
#ifndef COIL_WORDS_PHRASE_H
#define COIL_WORDS_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Words that grow, zero at first.  The text ends in a NUL once anything was
 * appended, be it "".  Being out of memory is remembered in failed, so that it
 * is asked for once.
 */
struct coil_phrase {
	char *text;
	size_t size, room; /* bytes; size is without the last NUL */
	bool failed;
};

void coil_phrase_append(struct coil_phrase *phrase, const char *text,
			size_t size);
void coil_phrase_add(struct coil_phrase *phrase, const char *string);
/** Cut it to @size bytes, no more than it has, and forget that it failed. */
void coil_phrase_cut(struct coil_phrase *phrase, size_t size);
void coil_phrase_free(struct coil_phrase *phrase);

#endif
