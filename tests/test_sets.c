/* SPDX-License-Identifier: MIT */
/* Sets of addresses and groups of values, against a comparison of all pairs. */

#include "base/addrset.h"
#include "audit/content_groups.h"
#include "tests/unit.h"

#define GRANULE ((uint64_t)1 << COIL_PAGE_BITS)

static const struct {
	const char *name;
	uint64_t first, stride;
	uint32_t count;
} runs[] = {
	{"nothing", 0x1000, 8, 0},
	{"one", 0x1000, 8, 1},
	{"every bit of some words", 0x10000, 8, 500},
	{"from granule to granule", GRANULE - 64, 48, 6000},
	{"one a granule", 0, GRANULE, 40},
	{"farther than a granule", 7 * GRANULE + 8, GRANULE + 24, 20},
};

/* Whether row @row has @address. */
static bool has(unsigned row, uint64_t address)
{
	uint64_t from = address - runs[row].first;

	return address >= runs[row].first && from % runs[row].stride == 0 &&
	       from / runs[row].stride < runs[row].count;
}

START_TEST(rank_of_runs)
{
	struct coil_addrset set;
	uint32_t rank = 0;
	uint64_t end = runs[_i].first + runs[_i].stride * runs[_i].count + 640;

	ck_assert(coil_addrset_init(&set));
	/* Twice is once, and what is taken away again is not there. */
	ck_assert(coil_addrset_add_run(&set, runs[_i].first, runs[_i].stride,
				       runs[_i].count));
	ck_assert(coil_addrset_add_run(&set, runs[_i].first, runs[_i].stride,
				       runs[_i].count / 2));
	if (!has((unsigned)_i, 8)) {
		ck_assert_int_eq(coil_addrset_add(&set, 8), COIL_ADD_NEW);
		coil_addrset_remove(&set, 8);
	}
	ck_assert(coil_addrset_seal(&set));
	ck_assert_uint_eq(set.count, runs[_i].count);
	for (uint64_t at = 0; at < end; at += 8) {
		bool is = has((unsigned)_i, at);

		ck_assert_msg(
			coil_addrset_rank(&set, at) == (is ? rank : UINT32_MAX),
			"%s: 0x%llx", runs[_i].name, (unsigned long long)at);
		ck_assert(coil_addrset_has(&set, at) == is);
		rank += is;
	}
	coil_addrset_free(&set);
}
END_TEST

static const struct {
	const char *name;
	uint32_t values, distinct;
	bool alike; /* hashes that share a slot and its tag */
} mixes[] = {
	{"nothing", 0, 1, false},
	{"one", 1, 1, false},
	{"all equal", 1000, 1, false},
	{"all distinct", 3000, 1u << 30, false},
	{"few of many", 3000, 700, false},
	{"many of few, one slot", 2000, 300, true},
	{"fewer than are waited for", 9, 3, false},
};

static uint64_t mix(uint64_t n)
{
	n = (n ^ n >> 31) * 0x9e3779b97f4a7c15u;
	return (n ^ n >> 29) * 0xbf58476d1ce4e5b9u;
}

/* Which value number @i of row @row is. */
static uint32_t value_at(unsigned row, uint32_t i)
{
	return (uint32_t)(mix(i + 1) % mixes[row].distinct);
}

START_TEST(groups_of_values)
{
	struct coil_content_groups g;
	unsigned row = (unsigned)_i;
	uint32_t grouped = 0, repeats = 0;

	ck_assert(coil_content_groups_init(&g, mixes[row].values));
	for (uint32_t i = 0; i < mixes[row].values; i++) {
		uint64_t v = value_at(row, i);
		struct coil_content content = {mix(v), mix(~v)};

		if (mixes[row].alike)
			content = (struct coil_content){v << 40, 42};
		ck_assert(coil_content_groups_add(&g, i * 3, &content));
	}
	ck_assert(coil_content_groups_finish(&g));
	ck_assert_uint_eq(g.count, mixes[row].values);
	/* Repeats come in order, each in the group of the first equal one. */
	for (uint32_t i = 0; i < mixes[row].values; i++) {
		uint32_t first = 0;

		while (value_at(row, first) != value_at(row, i))
			first++;
		ck_assert_uint_eq(g.nodes[i], i * 3);
		if (first == i)
			continue;
		ck_assert_uint_lt(repeats, g.repeat_count);
		ck_assert_uint_eq(g.repeats[repeats].value, i);
		ck_assert_msg(g.groups[g.repeats[repeats].group].value == first,
			      "%s: value %u", mixes[row].name, i);
		repeats++;
	}
	ck_assert_uint_eq(repeats, g.repeat_count);
	for (size_t i = 0; i < g.group_count; i++) {
		ck_assert_uint_gt(g.groups[i].count, 1);
		grouped += g.groups[i].count;
	}
	ck_assert_uint_eq(grouped, repeats + g.group_count);
	coil_content_groups_free(&g);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, rank_of_runs, 0, countof(runs));
	tcase_add_loop_test(tc, groups_of_values, 0, countof(mixes));
}
