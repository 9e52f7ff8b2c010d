/* SPDX-License-Identifier: MIT */
/* Shortest paths: distances by relaxing all edges until nothing changes, in
 * the rounds that lib/analysis/paths.c promises. */

#include "coil/analysis.h"
#include "tests/graphmake.h"
#include "tests/unit.h"

#define FAR UINT32_MAX

enum round { STRONG, STACK, NATIVE, WEAK, UNREACHABLE, ROUNDS };

/* What is known by brute force. */
struct truth {
	const struct coil_graph *g;
	uint32_t distance[64];
	enum round round[64]; /* in which a node is reached */
};

static bool is_weak(uint8_t flags)
{
	return (flags & COIL_EDGE_KIND) == COIL_REF_WEAK;
}

/* On the stack of a frame that executes. */
static bool is_doubtful(const struct coil_graph *g, uint32_t from,
			uint64_t edge)
{
	return g->flags[from] & COIL_FLAG_EXECUTING &&
	       g->edge_flags[edge] & COIL_EDGE_INEXACT;
}

/* Whether the edge may be followed in @round, @from being known. */
static bool follows(const struct truth *t, enum round round, uint32_t from,
		    uint64_t edge)
{
	uint32_t root = coil_graph_root_index(t->g);
	uint32_t to = t->g->edge_target[edge];
	bool strong = coil_edge_strong(t->g->edge_flags[edge]);
	bool weak = is_weak(t->g->edge_flags[edge]);
	bool doubtful = is_doubtful(t->g, from, edge);

	if (to == root + 2)
		return round == NATIVE && from == root && strong;
	if (to == root + 3)
		return round == UNREACHABLE && from == root && strong;
	if (t->round[from] < round)
		return (round == STACK && strong && doubtful) ||
		       (round == WEAK && weak);
	return (strong && !(round == STRONG && doubtful)) ||
	       (round == WEAK && weak);
}

/* One round: relax until nothing changes. */
static void relax(struct truth *t, enum round round)
{
	const struct coil_graph *g = t->g;
	bool changed = true;

	while (changed) {
		changed = false;
		for (uint32_t n = 0; n < g->node_count; n++) {
			for (uint64_t e = g->edge_offset[n];
			     t->distance[n] != FAR && e < g->edge_offset[n + 1];
			     e++) {
				uint32_t to = g->edge_target[e];

				if (!follows(t, round, n, e) ||
				    t->distance[n] + 1 >= t->distance[to] ||
				    (t->distance[to] != FAR &&
				     t->round[to] < round))
					continue;
				t->distance[to] = t->distance[n] + 1;
				t->round[to] = round;
				changed = true;
			}
		}
	}
}

static void truth_init(struct truth *t, const struct coil_graph *g, bool weak)
{
	t->g = g;
	for (uint32_t n = 0; n < g->node_count; n++)
		t->distance[n] = FAR;
	t->distance[coil_graph_root_index(g)] = 0;
	t->round[coil_graph_root_index(g)] = STRONG;
	for (enum round r = STRONG; r < ROUNDS; r++) {
		if (r != WEAK || weak)
			relax(t, r);
	}
}

static void check_graph(const struct coil_graph *g, bool weak)
{
	struct coil_paths *paths;
	struct truth t;

	truth_init(&t, g, weak);
	ck_assert_int_eq(coil_paths_find(g, weak, &paths, NULL), COIL_OK);
	for (uint32_t n = 0; n < g->node_count; n++) {
		struct coil_edge e;
		bool parent = coil_paths_parent(paths, n, &e);

		ck_assert_uint_eq(coil_paths_distance(paths, n), t.distance[n]);
		ck_assert_int_eq(parent, t.distance[n] && t.distance[n] != FAR);
		if (!parent)
			continue;
		ck_assert_uint_eq(e.to, n);
		ck_assert_uint_eq(t.distance[e.from] + 1, t.distance[n]);
		ck_assert_uint_eq(
			g->edge_target[g->edge_offset[e.from] + e.ordinal], n);
		ck_assert_uint_eq(
			g->edge_flags[g->edge_offset[e.from] + e.ordinal],
			e.flags);
		ck_assert(follows(&t, t.round[n], (uint32_t)e.from,
				  g->edge_offset[e.from] + e.ordinal));
	}
	ck_assert_uint_eq(coil_paths_distance(paths, g->node_count), FAR);
	ck_assert(!coil_paths_parent(paths, COIL_NO_NODE,
				     &(struct coil_edge){0}));
	coil_paths_free(paths);
}

static uint32_t any(uint64_t *random, uint32_t bound)
{
	return (uint32_t)(graphmake_random(random) % bound);
}

static struct coil_graph *random_graph(uint64_t *random)
{
	uint32_t objects = 1 + any(random, 40);
	struct graphmake *make = graphmake_new(objects);
	uint32_t root = graphmake_root(make);
	struct coil_graph *g;

	for (uint32_t i = 0; i < COIL_ROOT_NODES; i++) {
		if (i && any(random, 3))
			graphmake_edge(make, root, root + i, EDGE_STRONG);
		for (uint32_t k = any(random, 3); k; k--)
			graphmake_edge(make, root + i, any(random, objects),
				       EDGE_STRONG);
	}
	for (uint32_t k = any(random, 2 * objects); k; k--)
		graphmake_edge(
			make, any(random, objects), any(random, objects),
			(uint8_t)((any(random, 4) ? EDGE_STRONG : EDGE_WEAK) |
				  (any(random, 3) ? 0 : COIL_EDGE_INEXACT)));
	g = graphmake_finish(make, 1);
	for (uint32_t n = 0; n < objects; n++)
		g->flags[n] |= any(random, 4) ? 0 : COIL_FLAG_EXECUTING;
	return g;
}

START_TEST(random_small)
{
	uint64_t random = (uint64_t)_i;

	for (int i = 0; i < 400; i++) {
		struct coil_graph *g = random_graph(&random);

		check_graph(g, false);
		check_graph(g, true);
		coil_graph_free(g);
	}
}
END_TEST

/* Of two shortest paths the one is taken whose row says it first. */
START_TEST(first_in_row)
{
	struct graphmake *make = graphmake_new(4);
	uint32_t root = graphmake_root(make);
	struct coil_paths *paths;
	struct coil_graph *g;
	struct coil_edge e;

	graphmake_edge(make, root, 2, EDGE_STRONG);
	graphmake_edge(make, root, 1, EDGE_STRONG);
	graphmake_edge(make, 1, 3, EDGE_STRONG);
	graphmake_edge(make, 2, 0, EDGE_STRONG);
	graphmake_edge(make, 2, 3, EDGE_STRONG);
	graphmake_edge(make, 2, 3, EDGE_STRONG);
	g = graphmake_finish(make, 1);
	ck_assert_int_eq(coil_paths_find(g, false, &paths, NULL), COIL_OK);
	ck_assert(coil_paths_parent(paths, 3, &e));
	ck_assert_uint_eq(e.from, 2);
	ck_assert_uint_eq(e.ordinal, 1);
	coil_paths_free(paths);
	coil_graph_free(g);
}
END_TEST

START_TEST(long_list)
{
	uint32_t links = 1000000;
	struct graphmake *make = graphmake_new(links);
	struct coil_paths *paths;
	struct coil_graph *g;

	graphmake_edge(make, graphmake_root(make), 0, EDGE_STRONG);
	for (uint32_t i = 0; i + 1 < links; i++)
		graphmake_edge(make, i, i + 1, EDGE_STRONG);
	g = graphmake_finish(make, 1);
	ck_assert_int_eq(coil_paths_find(g, true, &paths, NULL), COIL_OK);
	ck_assert_uint_eq(coil_paths_distance(paths, links - 1), links);
	coil_paths_free(paths);
	coil_graph_free(g);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, random_small, 0, 5);
	tcase_add_test(tc, first_in_row);
	tcase_add_test(tc, long_list);
}
