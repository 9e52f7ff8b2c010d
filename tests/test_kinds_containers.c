/* SPDX-License-Identifier: MIT */
/*
 * Lists and sets: references and sizes, of sound objects and of those that lie.
 */
#include "tests/objectmake.h"
#include "tests/unit.h"

static const struct {
	const char *name;
	uint64_t size, items;
	unsigned count;
	uint64_t missing;
} lists[] = {
	{"empty, no array", 0, 0, 0, 0},
	{"empty, an array", 0, AT(DATA), 0, 0},
	{"three, one unset", 3, AT(DATA), 2, 0},
	{"no array", 3, 0, 0, 1},
	{"array not captured", 3, OUTSIDE, 0, 1},
	{"array partly captured", 3, AT(SIZE - 16), 0, 1},
	{"size beyond memory", 1u << 30, AT(DATA), 0, 1},
	{"bytes overflow", UINT64_MAX / 8 + 2, AT(DATA), 0, 1},
};

START_TEST(list)
{
	SET(PyVarObject, ob_size, lists[_i].size);
	SET(PyListObject, ob_item, lists[_i].items);
	objectmake_put(DATA, 0x7000);
	objectmake_put(DATA + 16, 0x7010);
	coil_kind_list.refs(&made.reader, &made.object, &made.sink);
	if (lists[_i].count)
		EXPECT(lists[_i].name, COIL_STRONG, 0, 0x7000, 0x7010);
	else
		NOTHING(lists[_i].name, lists[_i].missing);
}
END_TEST

START_TEST(list_size)
{
	SET(PyListObject, allocated, 5);
	ck_assert_uint_eq(coil_kind_list.size(&made.reader, &made.object), 240);
}
END_TEST

START_TEST(set)
{
	SET(PySetObject, mask, 3);
	SET(PySetObject, used, 1);
	SET(PySetObject, table, AT(DATA));
	objectmake_put(DATA, 0x7000);
	objectmake_put(DATA + 16, made.reader.set_dummy);
	objectmake_put(DATA + 32,
		       0x7020); /* the dummy of an interpreter unknown */
	objectmake_put(DATA + 40, UINT64_MAX);
	coil_kind_set.refs(&made.reader, &made.object, &made.sink);
	EXPECT("set", COIL_STRONG, 0, 0x7000);
	ck_assert_uint_eq(coil_kind_set.size(&made.reader, &made.object), 264);
	SET(PySetObject, table,
	    AT(OBJECT) + made.layout->PySetObject.smalltable);
	ck_assert_uint_eq(coil_kind_set.size(&made.reader, &made.object), 200);
}
END_TEST

START_TEST(set_lies)
{
	static const uint64_t masks[] = {UINT64_MAX, UINT64_MAX >> 1,
					 UINT64_MAX >> 4, SIZE};

	SET(PySetObject, mask, masks[_i]);
	SET(PySetObject, table, AT(DATA));
	coil_kind_set.refs(&made.reader, &made.object, &made.sink);
	NOTHING("set", 1);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, objectmake_setup, objectmake_teardown);
	tcase_add_loop_test(tc, list, 0, countof(lists));
	tcase_add_test(tc, list_size);
	tcase_add_test(tc, set);
	tcase_add_loop_test(tc, set_lies, 0, 4);
}
