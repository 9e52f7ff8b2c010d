/* SPDX-License-Identifier: MIT */
/* Words of which the subscripts may vary. */
#include <stdlib.h>
#include <string.h>

#include "words/varying.h"

#define OPEN  '\xfe'
#define CLOSE '\xff'

/* What follows the subscript that begins at @text. */
static const char *behind(const char *text)
{
	const char *end = strchr(text, CLOSE);

	return end ? end + 1 : text + strlen(text);
}

void coil_varying_append(struct coil_phrase *phrase, const char *words)
{
	static const char open = OPEN, close = CLOSE;
	bool varies = *words == '[';

	coil_phrase_append(phrase, &open, varies);
	coil_phrase_add(phrase, words);
	coil_phrase_append(phrase, &close, varies);
}

int coil_varying_compare(const char *x, const char *y)
{
	for (;;) {
		if (*x != *y)
			return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
		if (!*x)
			return 0;
		if (*x == OPEN) {
			x = behind(x);
			y = behind(y);
		} else {
			x++;
			y++;
		}
	}
}

void coil_varying_join(char *words, const char *other)
{
	char *out = words;
	const char *in = words;

	while (*in) {
		size_t size;

		if (*in != OPEN) {
			*out++ = *in++;
			other++;
			continue;
		}
		size = (size_t)(behind(in) - in);
		if (strncmp(in, other, size)) {
			*out++ = OPEN;
			*out++ = CLOSE;
		} else {
			memmove(out, in, size);
			out += size;
		}
		in += size;
		other = behind(other);
	}
	*out = 0;
}

char *coil_varying_text(const char *words)
{
	struct coil_phrase phrase = {0};

	coil_phrase_add(&phrase, "");
	for (; *words; words++) {
		if (words[0] == OPEN && words[1] == CLOSE)
			coil_phrase_add(&phrase, "[...]");
		else if (*words != OPEN && *words != CLOSE)
			coil_phrase_append(&phrase, words, 1);
	}
	if (phrase.failed)
		coil_phrase_free(&phrase);
	return phrase.text;
}
