/* SPDX-License-Identifier: MIT */
/*
 * Text on its way out: UTF-8, escapes, and how wide a terminal shows it, by an
 * own table, so that output never depends on the locale.
 *
 * Source: RFC 3629 (UTF-8), RFC 8259 (JSON strings), Unicode (width.def).
 */
#include <stddef.h>

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
	size_t low = 0, high = countof(ranges);

	if (code >= 0x20 && code < 0x7f)
		return 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (code > ranges[middle].last)
			low = middle + 1;
		else if (code < ranges[middle].first)
			high = middle;
		else
			return ranges[middle].columns;
	}
	return 1;
}

size_t tool_decode(const char *text, uint32_t *code)
{
	/* The least code of each length: shorter spellings are refused. */
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)text;
	size_t n = *s < 0x80   ? 1
		   : *s < 0xc2 ? 0
		   : *s < 0xe0 ? 2
		   : *s < 0xf0 ? 3
		   : *s < 0xf5 ? 4
			       : 0;

	if (n <= 1) {
		*code = *s;
		return n;
	}
	*code = *s & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3fu);
	}
	if (*code < least[n] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return n;
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

		while ((n = tool_decode(text + plain, &code)) && code &&
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
		n = tool_decode(text, &code);
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
		size_t n = tool_decode(text, &code);
		int width = n ? tool_width(code) : 1;

		columns += width > 0 ? (unsigned)width : 0;
		text += n ? n : 1;
	}
	return columns;
}
