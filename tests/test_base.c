/* SPDX-License-Identifier: MIT */
/* Arrays that grow, and bisection. */
#include <check.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/bounds.h"

START_TEST(append)
{
	uint64_t *squares = NULL;
	size_t count = 0, room = 0, moves = 0;

	for (uint64_t i = 0; i < 10000; i++) {
		size_t before = room;

		ck_assert(APPEND(squares, count, room, i * i));
		moves += room != before;
	}
	ck_assert_uint_eq(count, 10000);
	ck_assert_uint_ge(room, count);
	/* By half again each time, else appending would not be O(1). */
	ck_assert_uint_le(moves, 20);
	for (uint64_t i = 0; i < count; i++)
		ck_assert_uint_eq(squares[i], i * i);
	free(squares);
}
END_TEST

static const struct {
	const char *name;
	size_t before, need;
	bool fits;
} reserved[] = {
	{"nothing", 0, 0, true},
	{"what is there", 16, 16, true},
	{"one more", 16, 17, true},
	{"far more", 16, 4000, true},
	{"more bytes than there are", 16, SIZE_MAX / 8 + 1, false},
	{"more elements than there are", 16, SIZE_MAX, false},
};

START_TEST(reserve)
{
	uint64_t *array = NULL, *old;
	size_t room = 0, had;

	ck_assert(RESERVE(array, room, reserved[_i].before));
	old = array;
	had = room;
	ck_assert_msg(RESERVE(array, room, reserved[_i].need) ==
			      reserved[_i].fits,
		      "%s", reserved[_i].name);
	if (reserved[_i].fits) {
		ck_assert_uint_ge(room, reserved[_i].need);
	} else {
		ck_assert_ptr_eq(array, old);
		ck_assert_uint_eq(room, had);
	}
	for (size_t i = 0; i < room; i++)
		array[i] = i;
	free(array);
}
END_TEST

static const struct row {
	unsigned key, value;
} rows[] = {{2, 0}, {4, 1}, {4, 2}, {4, 3}, {9, 4}};

/* Every wish and every length, against a search from the front. */
START_TEST(bisect)
{
	for (size_t count = 0; count <= countof(rows); count++)
		for (unsigned key = 0; key < 11; key++) {
			const struct row *row =
				FIND_SORTED(rows, count, key, key);
			size_t first = 0;

			while (first < count && rows[first].key < key)
				first++;
			ck_assert_uint_eq(
				FIRST_WHERE(i, count, rows[i].key >= key),
				first);
			if (first < count && rows[first].key == key)
				ck_assert_ptr_eq(row, &rows[first]);
			else
				ck_assert_ptr_null(row);
		}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tc = tcase_create("base");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, append);
	tcase_add_loop_test(tc, reserve, 0, countof(reserved));
	tcase_add_test(tc, bisect);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
