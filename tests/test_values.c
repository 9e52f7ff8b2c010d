/* SPDX-License-Identifier: MIT */
/*
 * Values as text: what Python's repr() writes, within the room there is.
 */
#include <math.h>

#include "base/text.h"
#include "objects/kind.h"
#include "tests/unit.h"

static char text[1000];

static struct coil_out room(size_t bytes)
{
	memset(text, '#', sizeof(text));
	text[0] = '\0';
	return (struct coil_out){.at = text, .end = text + bytes - 1};
}

/* What is written fits, is ended, and says whether something was left out. */
static void check(const char *name, const struct coil_out *out,
		  const char *expected, size_t bytes)
{
	size_t n = (size_t)(out->at - text);

	ck_assert_msg(n < bytes && text[n] == '\0', "%s: not ended", name);
	ck_assert_msg(text[n + 1] == '#' || n + 1 == sizeof(text),
		      "%s: written beyond its end", name);
	ck_assert_msg(!strcmp(text, expected), "%s: %s", name, text);
}

static const struct {
	const char *name;
	double value;
	bool point;
	const char *text;
} floats[] = {
	{"zero", 0.0, true, "0.0"},
	{"minus zero", -0.0, true, "-0.0"},
	{"no point", 3.0, false, "3"},
	{"one", 1.0, true, "1.0"},
	{"shortest", 0.1, true, "0.1"},
	{"17 digits", 0.1 + 0.2, true, "0.30000000000000004"},
	{"16 digits", 1.0 / 3, true, "0.3333333333333333"},
	{"smallest before exponent", 0.0001, true, "0.0001"},
	{"small exponent", 0.00001, true, "1e-05"},
	{"small with digits", 1.25e-7, true, "1.25e-07"},
	{"largest before exponent", 9999999999999998.0, true,
	 "9999999999999998.0"},
	{"large exponent", 1e16, true, "1e+16"},
	{"three digits of exponent", -1e300, true, "-1e+300"},
	{"ends with zeros", 1230000.0, true, "1230000.0"},
	{"two decimals", 1234.25, true, "1234.25"},
	{"more decimals than are tried", 0.1234567, true, "0.1234567"},
	{"largest that is divided", 99999999999999.0, true, "99999999999999.0"},
	{"next to a short one", 0.30000000000000004, true,
	 "0.30000000000000004"},
	{"subnormal", 5e-324, true, "5e-324"},
	{"largest", 1.7976931348623157e308, true, "1.7976931348623157e+308"},
	{"smallest normal", 2.2250738585072014e-308, true,
	 "2.2250738585072014e-308"},
	{"infinite", -INFINITY, true, "-inf"},
	{"not a number", NAN, true, "nan"},
};

START_TEST(write_float)
{
	struct coil_out out = room(100);

	coil_out_float(&out, floats[_i].value, floats[_i].point);
	check(floats[_i].name, &out, floats[_i].text, 100);
}
END_TEST

#define ONES 0x3fffffff

static const struct {
	const char *name;
	uint32_t digits[4];
	uint64_t count;
	bool negative;
	const char *text;
} ints[] = {
	{"zero", {0}, 0, false, "0"},
	{"one", {1}, 1, false, "1"},
	{"minus five", {5}, 1, true, "-5"},
	{"a whole digit", {ONES}, 1, false, "1073741823"},
	{"2 ** 30", {0, 1}, 2, false, "1073741824"},
	{"zeros within", {0, 0, 1}, 3, false, "1152921504606846976"},
	{"-(2 ** 64)", {0, 0, 16}, 3, true, "-18446744073709551616"},
	{"2 ** 120 - 1",
	 {ONES, ONES, ONES, ONES},
	 4,
	 false,
	 "1329227995784915872903807060280344575"},
	{"bits above the digit", {0xc0000001}, 1, false, "1"},
};

START_TEST(write_int)
{
	struct coil_out out = room(100);
	struct coil_int value = {
		.digits = (const uint8_t *)ints[_i].digits,
		.count = ints[_i].count,
		.negative = ints[_i].negative,
	};

	coil_out_int(&out, &value);
	check(ints[_i].name, &out, ints[_i].text, 100);
}
END_TEST

START_TEST(write_large_int)
{
	uint32_t digits[100];
	struct coil_int value = {.digits = (const uint8_t *)digits};
	struct coil_out out = room(1000);

	for (size_t i = 0; i < countof(digits); i++)
		digits[i] = ONES;
	value.count = 72; /* the most that is written out */
	coil_out_int(&out, &value);
	ck_assert_uint_eq(strlen(text), 651);
	out = room(100);
	coil_out_int(&out, &value);
	check("no room", &out, "<int, 2160 bits>", 100);
	out = room(1000);
	value.count = 73;
	coil_out_int(&out, &value);
	check("too long", &out, "<int, 2190 bits>", 1000);
}
END_TEST

static const struct {
	const char *name;
	uint8_t width;
	uint64_t length;
	uint32_t units[4]; /* the data, as bytes in memory */
	size_t room;
	bool full;
	const char *text;
} strs[] = {
	{"empty", 1, 0, {0}, 100, false, "''"},
	{"plain", 1, 3, {0x636261}, 100, false, "'abc'"},
	{"single quote", 1, 3, {0x612762}, 100, false, "\"b'a\""},
	{"both quotes", 1, 3, {0x222762}, 100, false, "'b\\'\"'"},
	{"control", 1, 4, {0x0d0a095c}, 100, false, "'\\\\\\t\\n\\r'"},
	{"other control", 1, 2, {0x7f00}, 100, false, "'\\x00\\x7f'"},
	{"latin", 1, 2, {0xa0e9}, 100, false, "'\xc3\xa9\\xa0'"},
	{"two bytes", 2, 2, {0x202820ac}, 100, false, "'\xe2\x82\xac\\u2028'"},
	{"surrogate", 2, 1, {0xd800}, 100, false, "'\\ud800'"},
	{"four bytes",
	 4,
	 2,
	 {0x1f600, 0x10ffff},
	 100,
	 false,
	 "'\xf0\x9f\x98\x80\\U0010ffff'"},
	{"beyond Unicode", 4, 1, {0xffffffff}, 100, false, "'\\Uffffffff'"},
	{"cut", 1, 8, {0x64636261, 0x68676665}, 6, true, "'abcd"},
	{"just no room", 1, 3, {0x636261}, 5, true, "'abc"},
	{"just room", 1, 3, {0x636261}, 6, false, "'abc'"},
	{"cut within a character",
	 2,
	 2,
	 {0x20ac20ac},
	 7,
	 true,
	 "'\xe2\x82\xac"},
	{"no room at all", 1, 3, {0x636261}, 1, true, ""},
};

START_TEST(write_str)
{
	struct coil_out out = room(strs[_i].room);
	struct coil_str s = {
		.data = (const uint8_t *)strs[_i].units,
		.width = strs[_i].width,
		.length = strs[_i].length,
	};

	coil_out_str(&out, &s);
	check(strs[_i].name, &out, strs[_i].text, strs[_i].room);
	ck_assert_msg(out.full == strs[_i].full, "%s", strs[_i].name);
}
END_TEST

static const struct {
	const char *name;
	const char *data;
	uint64_t count;
	const char *text;
} many_bytes[] = {
	{"empty", "", 0, "b''"},
	{"plain", "abc", 3, "b'abc'"},
	{"quote", "'", 1, "b\"'\""},
	{"both quotes", "'\"", 2, "b'\\'\"'"},
	{"escapes", "\0\xff\n\\", 4, "b'\\x00\\xff\\n\\\\'"},
};

START_TEST(write_bytes)
{
	struct coil_out out = room(100);

	coil_out_bytes(&out, (const uint8_t *)many_bytes[_i].data,
		       many_bytes[_i].count);
	check(many_bytes[_i].name, &out, many_bytes[_i].text, 100);
}
END_TEST

START_TEST(nothing_after_full)
{
	struct coil_out out = room(4);

	coil_out_string(&out, "abcdef");
	coil_out_char(&out, 'x');
	coil_out_format(&out, "%d", 5);
	check("full", &out, "abc", 4);
	ck_assert(out.full);
}
END_TEST

/* Text of the target that is hostile. */
static const struct {
	const char *name, *before, *after;
} cleaned[] = {
	{"empty", "", ""},
	{"plain", "app.Node", "app.Node"},
	{"control characters", "a\x01\x1b[m\x7f", "a??[m?"},
	{"well-formed", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x8d",
	 "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x8d"},
	{"a lone continuation", "a\x80z", "a?z"},
	{"overlong", "\xc0\xaf\xe0\x80\xaf", "?????"},
	{"a surrogate", "\xed\xa0\x80", "???"},
	{"beyond Unicode", "\xf4\x90\x80\x80\xff", "?????"},
	{"broken off", "\xe2\x82z", "??z"},
	{"cut at the end", "ab\xe2\x82", "ab"},
	{"cut after the first byte", "ab\xf0", "ab"},
};

START_TEST(clean)
{
	char buf[32];

	strcpy(buf, cleaned[_i].before);
	coil_text_clean(buf);
	ck_assert_msg(!strcmp(buf, cleaned[_i].after), "%s: %s",
		      cleaned[_i].name, buf);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, write_float, 0, countof(floats));
	tcase_add_loop_test(tc, write_int, 0, countof(ints));
	tcase_add_test(tc, write_large_int);
	tcase_add_loop_test(tc, write_str, 0, countof(strs));
	tcase_add_loop_test(tc, write_bytes, 0, countof(many_bytes));
	tcase_add_test(tc, nothing_after_full);
	tcase_add_loop_test(tc, clean, 0, countof(cleaned));
}
