/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_TEXT_H
#define COIL_TOOLS_TEXT_H

#include "buffer.h"

/** Append @text with what would break a record or a terminal escaped. */
void tool_escape(struct tool_buffer *out, const char *text);
/** Append @text as a JSON string. */
void tool_escape_json(struct tool_buffer *out, const char *text);
/** Terminal columns of UTF-8 that tool_escape() wrote. */
unsigned tool_text_width(const char *text);
/** Columns that a character takes: 0, 1, 2; -1: it does not print. */
int tool_width(uint32_t code);

#endif
