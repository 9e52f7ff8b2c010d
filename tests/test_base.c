/* SPDX-License-Identifier: MIT */
/* Arrays that grow, bisection, maps, UTF-8. */
#include <stdlib.h>

#include "base/base.h"
#include "base/bounds.h"
#include "base/map.h"
#include "base/text.h"
#include "tests/unit.h"

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

#define KEYS 5000

/* Keys that a hash by multiplication, which others know, puts into one place:
 * multiples of the inverse of its factor. */
static uint64_t chosen(uint64_t i)
{
	const uint64_t factor = 0x9e3779b97f4a7c15u;
	uint64_t inverse = factor;

	for (unsigned n = 0; n < 5; n++)
		inverse *= 2 - factor * inverse;
	return (i + 1) * inverse;
}

static uint64_t in_a_row(uint64_t i)
{
	return 0x7f0000000000u + i * 4096;
}

static uint64_t high_bits(uint64_t i)
{
	return (i + 1) << 48;
}

static const struct {
	const char *name;
	uint64_t (*key)(uint64_t i);
} keys[] = {
	{"chosen", chosen},
	{"in a row", in_a_row},
	{"high bits alone", high_bits},
};

/* The most slots that lie full in a row: what a search takes at worst. */
static uint64_t longest_run(const struct coil_map *map)
{
	uint64_t longest = 0, run = 0;

	for (uint64_t i = 0; i <= map->mask; i++) {
		run = map->slots[i].key ? run + 1 : 0;
		longest = max64(longest, run);
	}
	return longest;
}

START_TEST(maps)
{
	struct coil_map map;

	ck_assert(coil_map_init(&map, 0));
	/* The same run each time: of random seeds one in some hundreds puts
	 * keys at equal distances close together, up to a search of 818 slots
	 * among 5,000 keys, which no snapshot can choose. */
	map.seed[0] = UINT64_C(0xa0761d6478bd642f);
	map.seed[1] = UINT64_C(0xe7037ed1a0b428db);
	ck_assert_ptr_null(coil_map_find(&map, 0));
	ck_assert_ptr_null(coil_map_put(&map, 0));
	for (uint64_t i = 0; i < KEYS; i++) {
		uint64_t *value;

		ck_assert_ptr_null(coil_map_find(&map, keys[_i].key(i)));
		value = coil_map_put(&map, keys[_i].key(i));
		ck_assert_ptr_nonnull(value);
		ck_assert_uint_eq(*value, 0);
		*value = i + 1;
		ck_assert_ptr_eq(coil_map_put(&map, keys[_i].key(i)), value);
	}
	ck_assert_uint_eq(map.count, KEYS);
	for (uint64_t i = 0; i < KEYS; i++)
		ck_assert_uint_eq(*coil_map_find(&map, keys[_i].key(i)), i + 1);
	ck_assert_ptr_null(coil_map_find(&map, 0));
	ck_assert_ptr_null(coil_map_find(&map, keys[_i].key(KEYS)));
	/* Of random places in a table that is a third full, 200 are out of the
	 * question. */
	ck_assert_msg(longest_run(&map) < 200, "%s: %u slots in a row",
		      keys[_i].name, (unsigned)longest_run(&map));
	coil_map_free(&map);
}
END_TEST

/* Who has seen one map knows nothing of another. */
START_TEST(seeds)
{
	struct coil_map a, b;

	ck_assert(coil_map_init(&a, 100));
	ck_assert(coil_map_init(&b, 100));
	ck_assert(a.seed[0] != b.seed[0] || a.seed[1] != b.seed[1]);
	ck_assert_uint_eq(a.mask, 255);
	coil_map_free(&a);
	coil_map_free(&b);
}
END_TEST

/* Each character, written and read again, and each of its beginnings. */
START_TEST(characters)
{
	uint32_t wrong = 0;

	for (uint32_t c = 1; c <= 0x10ffff; c++) {
		bool is = c < 0xd800 || c > 0xdfff;
		size_t bytes = c < 0x80	     ? 1
			       : c < 0x800   ? 2
			       : c < 0x10000 ? 3
					     : 4;
		char text[5] = "";
		uint32_t read = c;

		wrong += coil_text_encode(text, c) != bytes;
		wrong += coil_text_decode(text, &read) != (is ? bytes : 0);
		wrong += is && read != c;
		text[bytes - 1] = '\0';
		wrong += coil_text_decode(text, &read) != (bytes == 1);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* Source: RFC 3629, section 4: what is not in its table. */
static const char *const ill_formed[] = {
	"\x80",
	"\xbf",
	"\xc0\x80",
	"\xc1\xbf",
	"\xe0\x9f\xbf",
	"\xed\xa0\x80",
	"\xed\xbf\xbf",
	"\xf0\x8f\xbf\xbf",
	"\xf4\x90\x80\x80",
	"\xf5\x80\x80\x80",
	"\xff",
	"\xc3z",
	"\xe2\x82z",
	"\xf0\x9f\x90z",
};

START_TEST(no_characters)
{
	uint32_t c;

	ck_assert_uint_eq(coil_text_decode(ill_formed[_i], &c), 0);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_test(tc, append);
	tcase_add_loop_test(tc, reserve, 0, countof(reserved));
	tcase_add_test(tc, bisect);
	tcase_add_loop_test(tc, maps, 0, countof(keys));
	tcase_add_test(tc, seeds);
	tcase_add_test(tc, characters);
	tcase_add_loop_test(tc, no_characters, 0, countof(ill_formed));
}
