/* SPDX-License-Identifier: MIT */
/* Text as the tools print it: escapes, JSON strings, widths, numbers. */
#include <string.h>

#include "tools/common/tool.h"
#include "tests/unit.h"

static const struct {
	const char *name, *text, *escaped, *json;
	unsigned width; /* of what is escaped */
} texts[] = {
	{"empty", "", "", "\"\"", 0},
	{"plain", "dict", "dict", "\"dict\"", 4},
	{"tab, newline", "a\tb\nc", "a\\tb\\nc", "\"a\\tb\\nc\"", 7},
	{"backslash", "a\\b", "a\\\\b", "\"a\\\\b\"", 4},
	{"quote", "\"", "\"", "\"\\\"\"", 1},
	{"escape", "\033[1m", "\\x1b[1m", "\"\\u001b[1m\"", 7},
	{"delete", "\177", "\\x7f", "\"\\u007f\"", 4},
	{"C1 control", "\xc2\x9b", "\\xc2\\x9b", "\"\\u009b\"", 8},
	{"two bytes", "\xc3\xa9", "\xc3\xa9", "\"\xc3\xa9\"", 1},
	{"wide", "\xe6\xbc\xa2", "\xe6\xbc\xa2", "\"\xe6\xbc\xa2\"", 2},
	{"combining", "e\xcc\x81", "e\xcc\x81", "\"e\xcc\x81\"", 1},
	{"right-to-left override", "\xe2\x80\xae", "\\xe2\\x80\\xae",
	 "\"\\u202e\"", 12},
	{"tag, beyond 16 bits", "\xf3\xa0\x80\xa1", "\\xf3\\xa0\\x80\\xa1",
	 "\"\\udb40\\udc21\"", 16},
	{"stray continuation", "\x80", "\\x80", "\"\\ufffd\"", 4},
	{"cut sequence", "a\xe2\x82", "a\\xe2\\x82", "\"a\\ufffd\\ufffd\"", 9},
	{"overlong", "\xc0\xaf", "\\xc0\\xaf", "\"\\ufffd\\ufffd\"", 8},
	{"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80",
	 "\"\\ufffd\\ufffd\\ufffd\"", 12},
	{"beyond Unicode", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80",
	 "\"\\ufffd\\ufffd\\ufffd\\ufffd\"", 16},
};

START_TEST(escapes)
{
	struct tool_buffer plain = {0}, json = {0};

	tool_buffer_text(&plain, "");
	tool_escape(&plain, texts[_i].text);
	tool_escape_json(&json, texts[_i].text);
	ck_assert_msg(!strcmp(plain.data, texts[_i].escaped), "%s: %s",
		      texts[_i].name, plain.data);
	ck_assert_msg(!strcmp(json.data, texts[_i].json), "%s: %s",
		      texts[_i].name, json.data);
	ck_assert_msg(tool_text_width(plain.data) == texts[_i].width,
		      "%s: width %u", texts[_i].name,
		      tool_text_width(plain.data));
	tool_buffer_free(&plain);
	tool_buffer_free(&json);
}
END_TEST

static const struct {
	const char *name;
	enum tool_kind kind;
	bool negative;
	uint64_t number;
	const char *text, *human;
} cells[] = {
	{"zero", TOOL_BYTES, false, 0, "0", "0 B"},
	{"below a KiB", TOOL_BYTES, false, 1023, "1023", "1023 B"},
	{"a KiB", TOOL_BYTES, false, 1024, "1024", "1.0 KiB"},
	{"rounded", TOOL_BYTES, false, 1126, "1126", "1.1 KiB"},
	{"rounded up to one", TOOL_BYTES, false, 2047, "2047", "2.0 KiB"},
	{"a MiB", TOOL_BYTES, false, 1 << 20, "1048576", "1.0 MiB"},
	{"less", TOOL_BYTES, true, 3072, "-3072", "-3.0 KiB"},
	{"most", TOOL_BYTES, false, UINT64_MAX, "18446744073709551615",
	 "16.0 EiB"},
	{"count", TOOL_COUNT, false, 4096, "4096", "4096"},
	{"lowest", TOOL_COUNT, true, UINT64_C(1) << 63, "-9223372036854775808",
	 "-9223372036854775808"},
	{"address", TOOL_ADDRESS, false, 0x7f31c2a04d40, "0x00007f31c2a04d40",
	 "0x00007f31c2a04d40"},
	{"truth", TOOL_TRUTH, false, 1, "1", "1"},
};

START_TEST(numbers)
{
	struct tool_cell cell = {.state = CELL_SET,
				 .kind = cells[_i].kind,
				 .negative = cells[_i].negative,
				 .number = cells[_i].number};
	struct tool tool = {0};

	for (int human = 0; human < 2; human++) {
		const char *want = human ? cells[_i].human : cells[_i].text;
		struct tool_buffer out = {0};

		tool.shared.human = human;
		tool_cell_text(&tool, &cell, &out);
		ck_assert_msg(!strcmp(out.data, want), "%s: %s", cells[_i].name,
			      out.data);
		tool_buffer_free(&out);
	}
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, escapes, 0, countof(texts));
	tcase_add_loop_test(tc, numbers, 0, countof(cells));
}
