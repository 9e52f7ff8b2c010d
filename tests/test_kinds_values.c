/* SPDX-License-Identifier: MIT */
/*
 * str and int: sizes, and the memory that they own.
 */
#include "tests/objectmake.h"
#include "tests/unit.h"

static const struct {
	const char *name;
	uint32_t state;
	uint64_t length, wstr, utf8, utf8_length, data;
	uint64_t size, buffers, buffer_bytes;
} strs[] = {
	{"empty", 0xe4, 0, 0, 0, 0, 0, 49, 0, 0},
	{"ascii", 0xe4, 5, 0, 0, 0, 0, 54, 0, 0},
	{"ascii and wide", 0xe4, 5, AT(0x40), 0, 0, 0, 78, 1, 24},
	{"latin", 0xa4, 5, 0, 0, 0, 0, 78, 0, 0},
	{"latin and utf-8", 0xa4, 5, 0, AT(0x40), 7, 0, 86, 1, 8},
	{"two bytes", 0xa8, 5, 0, 0, 0, 0, 84, 0, 0},
	{"four bytes, wide shared", 0xb0, 5, AT(OBJECT + 72), 0, 0, 0, 96, 0,
	 0},
	{"of a subclass", 0x84, 5, 0, 0, 0, AT(DATA), 86, 1, 6},
	{"of a subclass, ascii", 0xc4, 5, 0, AT(DATA), 5, AT(DATA), 86, 1, 6},
	{"not ready", 0x00, 0, AT(0x40), 0, 0, 0, 84, 1, 4},
};

START_TEST(str)
{
	struct coil_buffers buffers = {objectmake_take};

	SET(PyASCIIObject, length, strs[_i].length);
	SET(PyASCIIObject, state, strs[_i].state);
	SET(PyASCIIObject, wstr, strs[_i].wstr);
	SET(PyCompactUnicodeObject, utf8, strs[_i].utf8);
	SET(PyCompactUnicodeObject, utf8_length, strs[_i].utf8_length);
	SET(PyUnicodeObject, data, strs[_i].data);
	ck_assert_msg(
		coil_kind_str.size(&made.reader, &made.object) == strs[_i].size,
		"%s: %lu", strs[_i].name,
		(unsigned long)coil_kind_str.size(&made.reader, &made.object));
	coil_kind_str.buffers(&made.reader, &made.object, &buffers);
	ck_assert_msg(made.taken == strs[_i].buffers &&
			      made.taken_bytes == strs[_i].buffer_bytes,
		      "%s: %lu buffers, %lu bytes", strs[_i].name,
		      (unsigned long)made.taken,
		      (unsigned long)made.taken_bytes);
}
END_TEST

START_TEST(int_size)
{
	static const struct {
		uint64_t ob_size, size;
	} ints[] = {
		{0, 28}, {1, 28}, {2, 32}, {UINT64_MAX - 2, 36}, {100, 424},
	};

	SET(PyVarObject, ob_size, ints[_i].ob_size);
	ck_assert_uint_eq(coil_kind_int.size(&made.reader, &made.object),
			  ints[_i].size);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, objectmake_setup, objectmake_teardown);
	tcase_add_loop_test(tc, str, 0, countof(strs));
	tcase_add_loop_test(tc, int_size, 0, 5);
}
