/* SPDX-License-Identifier: MIT */
/* Words that grow. */
#include <stdlib.h>

#include "base/base.h"
#include "words/phrase.h"

void coil_phrase_append(struct coil_phrase *phrase, const char *text,
			size_t size)
{
	if (phrase->failed ||
	    !RESERVE(phrase->text, phrase->room, phrase->size + size + 1)) {
		phrase->failed = true;
		return;
	}
	memcpy(phrase->text + phrase->size, text, size);
	phrase->size += size;
	phrase->text[phrase->size] = '\0';
}

void coil_phrase_add(struct coil_phrase *phrase, const char *string)
{
	coil_phrase_append(phrase, string, strlen(string));
}

void coil_phrase_cut(struct coil_phrase *phrase, size_t size)
{
	phrase->failed = false;
	phrase->size = size;
	if (phrase->text)
		phrase->text[size] = '\0';
}

void coil_phrase_free(struct coil_phrase *phrase)
{
	free(phrase->text);
	*phrase = (struct coil_phrase){0};
}
