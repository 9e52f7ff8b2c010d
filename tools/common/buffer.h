/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_BUFFER_H
#define COIL_TOOLS_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Text that grows.  Always NUL-terminated once something was appended; being
 * out of memory is remembered in failed, so that it is checked once a record.
 */
struct tool_buffer {
	char *data;
	size_t size, room;
	bool failed;
};

void tool_buffer_append(struct tool_buffer *b, const char *data, size_t size);
void tool_buffer_text(struct tool_buffer *b, const char *text);
void tool_buffer_char(struct tool_buffer *b, char c);
void tool_buffer_decimal(struct tool_buffer *b, bool negative, uint64_t n);
/* "0x" and sixteen digits. */
void tool_buffer_address(struct tool_buffer *b, uint64_t address);
void tool_buffer_clear(struct tool_buffer *b);
void tool_buffer_free(struct tool_buffer *b);

#endif
