/* SPDX-License-Identifier: MIT */
/* What differs between graphs, against a comparison of all pairs. */

#include "coil/diff.h"
#include "tests/graphmake.h"
#include "tests/unit.h"

/* Changes to a graph of @objects nodes of @types types, and what is expected
 * of the diff with graph 0. */
struct change {
	uint32_t node, type; /* the node becomes one of this type */
};

static const struct {
	const char *name;
	uint32_t objects[3];	  /* of each graph; [2] 0: two graphs */
	struct change changes[3]; /* one a graph, type UINT32_MAX: none */
	size_t born, gone;
} rows[] = {
	{"nothing in either",
	 {0, 0, 0},
	 {{0, UINT32_MAX}, {0, UINT32_MAX}, {0, UINT32_MAX}},
	 0,
	 0},
	{"the same",
	 {9, 9, 0},
	 {{0, UINT32_MAX}, {0, UINT32_MAX}, {0, UINT32_MAX}},
	 0,
	 0},
	{"from nothing",
	 {0, 4, 0},
	 {{0, UINT32_MAX}, {0, UINT32_MAX}, {0, UINT32_MAX}},
	 4,
	 0},
	{"to nothing",
	 {4, 0, 0},
	 {{0, UINT32_MAX}, {0, UINT32_MAX}, {0, UINT32_MAX}},
	 0,
	 4},
	{"two more",
	 {5, 7, 0},
	 {{0, UINT32_MAX}, {0, UINT32_MAX}, {0, UINT32_MAX}},
	 2,
	 0},
	{"another type at an address",
	 {5, 5, 0},
	 {{0, UINT32_MAX}, {2, 0}, {0, UINT32_MAX}},
	 1,
	 1},
	{"born and still there",
	 {5, 8, 9},
	 {{0, UINT32_MAX}, {0, UINT32_MAX}, {0, UINT32_MAX}},
	 3,
	 0},
	{"born and gone again",
	 {5, 8, 6},
	 {{0, UINT32_MAX}, {0, UINT32_MAX}, {0, UINT32_MAX}},
	 1,
	 0},
	{"born, then replaced",
	 {5, 8, 8},
	 {{0, UINT32_MAX}, {0, UINT32_MAX}, {7, 0}},
	 2,
	 0},
};

#define TYPES 3

static struct coil_graph *make(uint32_t objects, const struct change *c)
{
	struct coil_graph *g = graphmake_finish(graphmake_new(objects), TYPES);

	if (c->type != UINT32_MAX)
		g->type[c->node] = c->type;
	return g;
}

/* The graphs of a row: two or three. */
static void make_row(int row, struct coil_graph *g[3])
{
	for (unsigned i = 0; i < 3; i++)
		if (i < 2 || rows[row].objects[i])
			g[i] = make(rows[row].objects[i],
				    &rows[row].changes[i]);
}

START_TEST(born_and_gone)
{
	struct coil_graph *g[3] = {NULL};
	struct coil_diff *diff;
	size_t born, gone, types;
	int64_t count = 0;

	make_row(_i, g);
	ck_assert_int_eq(coil_diff_find(g[0], g[1], g[2], NULL, &diff, NULL),
			 COIL_OK);
	born = coil_diff_born_count(diff);
	gone = coil_diff_gone_count(diff);
	ck_assert_msg(born == rows[_i].born && gone == rows[_i].gone,
		      "%s: born %zu, gone %zu", rows[_i].name, born, gone);

	/* By type the same sums come out. */
	types = coil_diff_type_count(diff);
	for (size_t i = 0; i < types; i++) {
		struct coil_growth c;

		coil_diff_type(diff, i, &c);
		count += c.count_change;
		ck_assert(c.count_change || c.size_change);
	}
	ck_assert_int_eq(count, g[2] ? (int64_t)rows[_i].born
				     : (int64_t)rows[_i].objects[1] -
						(int64_t)rows[_i].objects[0]);
	coil_diff_free(diff);
	for (unsigned i = 0; i < 3; i++)
		coil_graph_free(g[i]);
}
END_TEST

static bool never(void *data, unsigned i, coil_node x, unsigned j, coil_node y)
{
	(void)i, (void)j, (void)x, (void)y;
	++*(size_t *)data;
	return false;
}

START_TEST(contents)
{
	static const struct change none = {0, UINT32_MAX};
	struct coil_graph *a = make(6, &none), *b = make(6, &none);
	size_t asked = 0, born;
	struct coil_diff_options options = {.same = never, .data = &asked};
	struct coil_diff *diff;

	ck_assert_int_eq(coil_diff_find(a, b, NULL, &options, &diff, NULL),
			 COIL_OK);
	born = coil_diff_born_count(diff);
	ck_assert_uint_eq(born, 6);
	ck_assert_uint_gt(asked, 0);
	coil_diff_free(diff);
	coil_diff_free(NULL);
	coil_graph_free(a);
	coil_graph_free(b);
}
END_TEST

/* Types alone: the same counts, and nobody is asked of a pair of two. */
START_TEST(types_only)
{
	struct coil_graph *g[3] = {NULL};
	size_t asked = 0, born, gone;
	struct coil_diff_options options = {
		.same = never, .data = &asked, .types_only = true};
	struct coil_diff *diff, *full;

	make_row(_i, g);
	ck_assert_int_eq(
		coil_diff_find(g[0], g[1], g[2], &options, &diff, NULL),
		COIL_OK);
	options.types_only = false;
	ck_assert_msg(g[2] || !asked, "%s: asked", rows[_i].name);
	ck_assert_int_eq(
		coil_diff_find(g[0], g[1], g[2], &options, &full, NULL),
		COIL_OK);
	born = coil_diff_born_count(diff);
	gone = coil_diff_gone_count(diff);
	ck_assert(g[2] || (!born && !gone));
	ck_assert_uint_eq(coil_diff_type_count(diff),
			  coil_diff_type_count(full));
	for (size_t i = 0; i < coil_diff_type_count(diff); i++) {
		struct coil_growth c, of_full;

		coil_diff_type(diff, i, &c);
		coil_diff_type(full, i, &of_full);
		ck_assert_str_eq(c.words, of_full.words);
		ck_assert_int_eq(c.count_change, of_full.count_change);
		ck_assert_int_eq(c.size_change, of_full.size_change);
		ck_assert_uint_eq(c.count, of_full.count);
		ck_assert_uint_eq(c.size, of_full.size);
	}
	coil_diff_free(diff);
	coil_diff_free(full);
	for (unsigned i = 0; i < 3; i++)
		coil_graph_free(g[i]);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, born_and_gone, 0, countof(rows));
	tcase_add_test(tc, contents);
	tcase_add_loop_test(tc, types_only, 0, countof(rows));
}
