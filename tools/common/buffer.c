/* SPDX-License-Identifier: MIT */
/* Text that grows, and numbers appended to it without printf. */
#include <stdlib.h>
#include <string.h>

#include "buffer.h"

void tool_buffer_append(struct tool_buffer *b, const char *data, size_t size)
{
	if (b->failed)
		return;
	if (size >= b->room - b->size) {
		size_t room = b->room + b->room / 2 + size + 64;
		char *bigger = room > size ? realloc(b->data, room) : NULL;

		if (!bigger) {
			b->failed = true;
			return;
		}
		b->data = bigger;
		b->room = room;
	}
	memcpy(b->data + b->size, data, size);
	b->size += size;
	b->data[b->size] = '\0';
}

void tool_buffer_text(struct tool_buffer *b, const char *text)
{
	tool_buffer_append(b, text, strlen(text));
}

void tool_buffer_char(struct tool_buffer *b, char c)
{
	tool_buffer_append(b, &c, 1);
}

void tool_buffer_decimal(struct tool_buffer *b, bool negative, uint64_t n)
{
	char digits[21];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	if (negative)
		digits[--at] = '-';
	tool_buffer_append(b, digits + at, sizeof(digits) - at);
}

void tool_buffer_address(struct tool_buffer *b, uint64_t address)
{
	char text[18] = {'0', 'x'};

	for (unsigned i = 0; i < 16; i++)
		text[17 - i] = "0123456789abcdef"[address >> 4 * i & 15];
	tool_buffer_append(b, text, sizeof(text));
}

void tool_buffer_clear(struct tool_buffer *b)
{
	b->size = 0;
	if (b->data)
		b->data[0] = '\0';
}

void tool_buffer_free(struct tool_buffer *b)
{
	free(b->data);
	*b = (struct tool_buffer){0};
}
