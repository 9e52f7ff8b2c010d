/* SPDX-License-Identifier: MIT */
/* Text that grows, and numbers appended to it without printf. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "buffer.h"

/* Make room for @size bytes and a NUL more. */
static bool make_room(struct tool_buffer *b, size_t size)
{
	size_t need;

	b->failed = b->failed ||
		    __builtin_add_overflow(b->size + 1, size, &need) ||
		    !RESERVE(b->data, b->room, need);
	return !b->failed;
}

void tool_buffer_append(struct tool_buffer *b, const char *data, size_t size)
{
	if (!make_room(b, size))
		return;
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
	if (!make_room(b, 1))
		return;
	b->data[b->size++] = c;
	b->data[b->size] = '\0';
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

/* Eight digits at once, a byte each. */
static void put_hex(char *text, uint32_t n)
{
	uint64_t x = n, letters;

	x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
	x = (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
	x = (x | x << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	/* 1 in the bytes of ten or more. */
	letters = (x + UINT64_C(0x0606060606060606)) >> 4 &
		  UINT64_C(0x0101010101010101);
	x += UINT64_C(0x3030303030303030) + letters * ('a' - '0' - 10);
	for (unsigned i = 0; i < 8; i++)
		text[i] = (char)(x >> 8 * (7 - i));
}

void tool_buffer_address(struct tool_buffer *b, uint64_t address)
{
	char *text;

	if (!make_room(b, 18))
		return;
	text = b->data + b->size;
	text[0] = '0';
	text[1] = 'x';
	put_hex(text + 2, (uint32_t)(address >> 32));
	put_hex(text + 10, (uint32_t)address);
	text[18] = '\0';
	b->size += 18;
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
