/* SPDX-License-Identifier: MIT */
/*
 * Lines of instructions.
 */
#include "objects/location.h"
#include "tests/unit.h"

#define TABLE(...) \
	(const uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__})

/* An entry's first byte: form, code units. */
#define ENTRY(form, units) (0x80 | (form) << 3 | ((units)-1))

static const struct {
	const char *name;
	const uint8_t *table;
	uint64_t size;
	uint64_t offset; /* bytes */
	int32_t line;	 /* the first line is 10 */
} lines[] = {
	{"empty table", NULL, 0, 0, COIL_NO_LINE},
	{"short: first unit", TABLE(ENTRY(0, 2), 0x12), 0, 10},
	{"short: last unit", TABLE(ENTRY(0, 2), 0x12), 2, 10},
	{"short: past the end", TABLE(ENTRY(0, 2), 0x12), 4, COIL_NO_LINE},
	{"one line on", TABLE(ENTRY(9, 1), 1, ENTRY(11, 1), 1, 2), 2, 11},
	{"two lines on", TABLE(ENTRY(12, 8), 1, 2), 15, 12},
	{"long number", TABLE(ENTRY(13, 1), 0x48, 0x03), 0, 110},
	{"backwards", TABLE(ENTRY(13, 1), 0x07), 0, 7},
	{"long form", TABLE(ENTRY(14, 1), 0x0a, 0, 1, 2), 0, 15},
	{"no line", TABLE(ENTRY(15, 1)), 0, COIL_NO_LINE},
	{"after no line",
	 TABLE(ENTRY(11, 1), 1, 2, ENTRY(15, 1), ENTRY(0, 1), 3), 4, 11},
	{"no entry", TABLE(0x12), 0, COIL_NO_LINE},
	{"number cut off", TABLE(ENTRY(13, 1), 0x42), 0, 11},
	{"number missing", TABLE(ENTRY(13, 1)), 0, 10},
	{"number without end",
	 TABLE(ENTRY(13, 1), 0x7e, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f,
	       0x7f, 0x7f, 0x7f, 0x3f),
	 0, COIL_NO_LINE},
};

START_TEST(line)
{
	int32_t n = coil_location_line(lines[_i].table, lines[_i].size, 10,
				       lines[_i].offset);

	ck_assert_msg(n == lines[_i].line, "%s: line %d", lines[_i].name, n);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, line, 0, countof(lines));
}
