/* SPDX-License-Identifier: MIT */
/*
 * Text on its way out: escapes, and how wide a terminal shows it, by an own
 * table, so that output depends neither on the locale nor on which release of
 * Unicode a library knows.
 *
 * Source: RFC 8259 (JSON strings), Unicode (width.def).
 */
#include <stddef.h>

#include "base/bounds.h"
#include "base/text.h"
#include "tool.h"

struct width_range {
	uint32_t first, last;
	int columns;
};

static const struct width_range ranges[] = {
#include "width.def"
};

int tool_width(uint32_t code)
{
	size_t i;

	if (code >= 0x20 && code < 0x7f)
		return 1;
	i = FIRST_WHERE(n, countof(ranges), ranges[n].last >= code);
	return i < countof(ranges) && ranges[i].first <= code
		       ? ranges[i].columns
		       : 1;
}

/* \t and so on, \xHH for each byte that has no letter. */
static void escape_bytes(struct tool_buffer *out, const char *text, size_t n)
{
	static const char letters[] = "\tt\nn\\\\";

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		char hex[] = {'\\', 'x', "0123456789abcdef"[c >> 4],
			      "0123456789abcdef"[c & 15]};
		size_t at = 0;

		while (letters[at] && letters[at] != text[i])
			at += 2;
		if (letters[at]) {
			tool_buffer_char(out, '\\');
			tool_buffer_char(out, letters[at + 1]);
		} else {
			tool_buffer_append(out, hex, sizeof(hex));
		}
	}
}

/* How many bytes at @text need no decoding and no escape in any form. */
static size_t plain_ascii(const char *text)
{
	size_t n = 0;

	while (text[n] >= 0x20 && text[n] < 0x7f && text[n] != '\\' &&
	       text[n] != '"')
		n++;
	return n;
}

void tool_escape(struct tool_buffer *out, const char *text)
{
	while (*text) {
		size_t plain = plain_ascii(text), n = 0;
		uint32_t code;

		while ((n = coil_text_decode(text + plain, &code)) && code &&
		       code != '\\' && tool_width(code) >= 0)
			plain += n;
		tool_buffer_append(out, text, plain);
		text += plain;
		if (!*text)
			break;
		n = n ? n : 1;
		escape_bytes(out, text, n);
		text += n;
	}
}

static void escape_json_char(struct tool_buffer *out, uint32_t code)
{
	static const char letters[] = "\tt\nn\\\\\"\"\rr";
	char text[8];
	size_t at = 0;

	while (letters[at] && (uint32_t)letters[at] != code)
		at += 2;
	if (letters[at]) {
		tool_buffer_char(out, '\\');
		tool_buffer_char(out, letters[at + 1]);
		return;
	}
	if (code >= 0x10000) {
		snprintf(text, sizeof(text), "\\u%04x",
			 0xd800u + ((code - 0x10000) >> 10 & 0x3ff));
		tool_buffer_text(out, text);
		code = 0xdc00u + (code & 0x3ff);
	}
	snprintf(text, sizeof(text), "\\u%04x", code & 0xffff);
	tool_buffer_text(out, text);
}

void tool_escape_json(struct tool_buffer *out, const char *text)
{
	tool_buffer_char(out, '"');
	while (*text) {
		uint32_t code;
		size_t n = plain_ascii(text);

		if (n) {
			tool_buffer_append(out, text, n);
			text += n;
			continue;
		}
		n = coil_text_decode(text, &code);
		if (!n) {
			/* JSON has no word for a byte: the replacement
			 * character stands for it. */
			tool_buffer_text(out, "\\ufffd");
			n = 1;
		} else if (code == '\\' || code == '"' ||
			   tool_width(code) < 0) {
			escape_json_char(out, code);
		} else {
			tool_buffer_append(out, text, n);
		}
		text += n;
	}
	tool_buffer_char(out, '"');
}

unsigned tool_text_width(const char *text)
{
	unsigned columns = 0;

	while (*text) {
		uint32_t code;
		size_t n = coil_text_decode(text, &code);
		int width = n ? tool_width(code) : 1;

		columns += width > 0 ? (unsigned)width : 0;
		text += n ? n : 1;
	}
	return columns;
}
