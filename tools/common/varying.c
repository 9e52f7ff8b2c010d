/* SPDX-License-Identifier: MIT */
/* Words of which the subscripts may vary. */
#include <stdlib.h>
#include <string.h>

#include "varying.h"

#define OPEN  '\xfe'
#define CLOSE '\xff'

/* What follows the subscript that begins at @text. */
static const char *behind(const char *text)
{
	const char *end = strchr(text, CLOSE);

	return end ? end + 1 : text + strlen(text);
}

void tool_varying_append(struct tool_buffer *b, const char *words)
{
	bool varies = *words == '[';

	if (varies)
		tool_buffer_char(b, OPEN);
	tool_buffer_text(b, words);
	if (varies)
		tool_buffer_char(b, CLOSE);
}

int tool_varying_compare(const char *x, const char *y)
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

void tool_varying_join(char *words, const char *other)
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

char *tool_varying_text(const char *words)
{
	struct tool_buffer text = {0};

	for (; *words; words++) {
		if (words[0] == OPEN && words[1] == CLOSE)
			tool_buffer_text(&text, "[...]");
		else if (*words != OPEN && *words != CLOSE)
			tool_buffer_char(&text, *words);
	}
	tool_buffer_char(&text, 0);
	if (text.failed) {
		tool_buffer_free(&text);
		return NULL;
	}
	return text.data;
}
