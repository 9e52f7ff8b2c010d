/* SPDX-License-Identifier: MIT */
/* Dominators, retained sizes and components against their definitions: take a
 * node away and see what is still reached. */
#include <stdlib.h>

#include "analysis/dominators.h"
#include "tests/graphmake.h"
#include "tests/heapmake.h"
#include "tests/unit.h"

#define MOST 64 /* nodes of a small graph: a bit each */

/* What is known of a small graph by brute force. */
struct truth {
	struct coil_graph *g;
	uint64_t row[MOST];	/* strong targets */
	uint64_t without[MOST]; /* reached when this node is taken away */
	uint64_t reached;
};

static uint64_t flood(const struct truth *t, uint32_t start, uint64_t away)
{
	uint64_t seen = UINT64_C(1) << start & ~away, todo = seen;

	while (todo) {
		uint64_t next = t->row[__builtin_ctzll(todo)] & ~away & ~seen;

		todo &= todo - 1;
		seen |= next;
		todo |= next;
	}
	return seen;
}

static void truth_init(struct truth *t, struct coil_graph *g)
{
	uint32_t root = coil_graph_root_index(g);

	memset(t, 0, sizeof(*t));
	t->g = g;
	for (uint32_t n = 0; n < g->node_count; n++) {
		for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1];
		     e++) {
			if (coil_edge_strong(g->edge_flags[e]))
				t->row[n] |= UINT64_C(1) << g->edge_target[e];
		}
	}
	t->reached = flood(t, root, 0);
	for (uint32_t n = 0; n < g->node_count; n++)
		t->without[n] = flood(t, root, UINT64_C(1) << n);
}

static uint64_t bytes_of(const struct coil_graph *g, uint64_t set)
{
	uint64_t sum = 0;

	for (; set; set &= set - 1)
		sum += coil_graph_allocated(g, (uint32_t)__builtin_ctzll(set));
	return sum;
}

/* The nodes that dominate @n, itself included. */
static uint64_t dominators(const struct truth *t, uint32_t n)
{
	uint64_t set = 0;

	for (uint32_t v = 0; v < t->g->node_count; v++) {
		if (!(t->without[v] >> n & 1))
			set |= UINT64_C(1) << v;
	}
	return set;
}

static coil_node parent(const struct truth *t, uint32_t n)
{
	uint64_t above = dominators(t, n) & ~(UINT64_C(1) << n);

	for (uint64_t left = above; left; left &= left - 1) {
		uint32_t v = (uint32_t)__builtin_ctzll(left);

		if (dominators(t, v) == above)
			return v;
	}
	return COIL_NO_NODE;
}

/* The nodes of the component of @n; 0 if it is no cycle. */
static uint64_t component(const struct truth *t, uint32_t n)
{
	uint64_t set = UINT64_C(1) << n;

	for (uint64_t left = flood(t, n, 0); left; left &= left - 1) {
		uint32_t v = (uint32_t)__builtin_ctzll(left);

		if (flood(t, v, 0) >> n & 1)
			set |= UINT64_C(1) << v;
	}
	return set & (set - 1) || t->row[n] >> n & 1 ? set : 0;
}

static void check_cycles(const struct truth *t, const struct coil_dominators *d)
{
	uint32_t next = 0;

	for (uint32_t n = 0; n < t->g->node_count; n++) {
		uint64_t set = t->reached >> n & 1 ? component(t, n) : 0;
		uint32_t low = set ? (uint32_t)__builtin_ctzll(set) : 0;

		if (!set)
			ck_assert_uint_eq(coil_dominators_cycle(d, n),
					  UINT32_MAX);
		else if (low == n)
			ck_assert_uint_eq(coil_dominators_cycle(d, n), next++);
		else
			ck_assert_uint_eq(coil_dominators_cycle(d, n),
					  coil_dominators_cycle(d, low));
	}
	ck_assert_uint_eq(coil_dominators_cycle_count(d), next);
}

static void check_types(const struct truth *t, const struct coil_dominators *d)
{
	const struct coil_graph *g = t->g;
	uint64_t sums[8] = {0}, found[8];

	ck_assert_uint_le(g->type_count, countof(sums));
	for (uint32_t n = 0; n < g->node_count; n++) {
		uint64_t above = dominators(t, n) & ~(UINT64_C(1) << n);
		bool nested = false;

		for (; above; above &= above - 1) {
			if (g->type[__builtin_ctzll(above)] == g->type[n])
				nested = true;
		}
		if (!nested && t->reached >> n & 1)
			sums[g->type[n]] +=
				bytes_of(g, t->reached & ~t->without[n]);
	}
	ck_assert_int_eq(coil_dominators_by_type(d, found, NULL), COIL_OK);
	for (uint32_t i = 0; i < g->type_count; i++)
		ck_assert_uint_eq(found[i], sums[i]);
}

static void check_sets(const struct truth *t, uint64_t *random)
{
	for (int i = 0; i < 4; i++) {
		coil_node set[5];
		uint64_t away = 0, bytes, objects;
		size_t count = graphmake_random(random) % 5;

		for (size_t k = 0; k < count; k++) {
			set[k] = graphmake_random(random) % t->g->node_count;
			away |= UINT64_C(1) << set[k];
		}
		away = t->reached &
		       ~flood(t, coil_graph_root_index(t->g), away);
		ck_assert_int_eq(coil_retained_set(t->g, set, count, &bytes,
						   &objects, NULL),
				 COIL_OK);
		ck_assert_uint_eq(bytes, bytes_of(t->g, away));
		ck_assert_uint_eq(objects,
				  (unsigned)__builtin_popcountll(away));
	}
}

static void check_graph(struct coil_graph *g, uint64_t *random)
{
	struct coil_dominators *d;
	struct truth t;

	truth_init(&t, g);
	ck_assert_int_eq(coil_dominators_find(g, &d, NULL), COIL_OK);
	for (uint32_t n = 0; n < g->node_count; n++) {
		bool reached = t.reached >> n & 1;
		uint64_t lost = reached ? t.reached & ~t.without[n] : 0;

		ck_assert_uint_eq(coil_dominators_parent(d, n),
				  reached ? parent(&t, n) : COIL_NO_NODE);
		ck_assert_uint_eq(coil_dominators_retained(d, n),
				  bytes_of(g, lost));
		ck_assert_uint_eq(coil_dominators_retained_count(d, n),
				  (unsigned)__builtin_popcountll(lost));
	}
	check_cycles(&t, d);
	check_types(&t, d);
	check_sets(&t, random);
	coil_dominators_free(d);
}

/* Small random graphs: sparse to dense, with weak edges, self-references,
 * repeated edges, nodes that nothing reaches. */
static struct coil_graph *random_graph(uint64_t *random)
{
	uint32_t objects = (uint32_t)(graphmake_random(random) % 28);
	struct graphmake *make = graphmake_new(objects);
	uint32_t nodes = objects + COIL_ROOT_NODES;
	uint64_t edges = graphmake_random(random) % (3 * nodes);
	uint64_t top = graphmake_random(random) % 6;
	uint64_t shape = graphmake_random(random) % 3;

	for (uint64_t i = 0; i < top; i++)
		graphmake_edge(make, graphmake_root(make),
			       (uint32_t)(graphmake_random(random) % nodes),
			       EDGE_STRONG);
	for (uint64_t i = 0; i < edges; i++) {
		uint32_t from = (uint32_t)(graphmake_random(random) % nodes);
		uint32_t to = (uint32_t)(graphmake_random(random) % nodes);
		uint8_t flags = EDGE_STRONG;

		if (shape == 1)
			to = (from + to % 4) % nodes;
		if (shape == 2 && to % 2)
			to = from ? from - 1 : nodes - 1;
		if (graphmake_random(random) % 8 == 0)
			flags = (uint8_t)graphmake_random(random);
		graphmake_edge(make, from, to, flags);
	}
	return graphmake_finish(make, 3);
}

START_TEST(random_small)
{
	uint64_t random = (uint64_t)_i;

	for (int i = 0; i < 400; i++) {
		struct coil_graph *g = random_graph(&random);

		check_graph(g, &random);
		coil_graph_free(g);
	}
}
END_TEST

/* Graphs by hand: edges as pairs, R is the root, ended by a dot. */
static const struct hand {
	const char *name;
	uint32_t objects;
	int edges[32][2];
} hands[] = {
#define R -1
#define END \
	{ \
		-2, 0 \
	}
	{"nothing", 0, {END}},
	{"no edges", 3, {END}},
	{"one pendant", 1, {{R, 0}, END}},
	{"a pendant of a pendant's size", 2, {{R, 0}, {0, 1}, END}},
	{"diamond", 4, {{R, 0}, {0, 1}, {0, 2}, {1, 3}, {2, 3}, END}},
	{"leaf referred to twice by one", 2, {{R, 0}, {0, 1}, {0, 1}, END}},
	{"self-reference", 1, {{R, 0}, {0, 0}, END}},
	{"self-reference nobody reaches", 1, {{0, 0}, END}},
	{"ring", 3, {{R, 1}, {0, 1}, {1, 2}, {2, 0}, END}},
	{"ring entered twice",
	 4,
	 {{R, 1}, {R, 3}, {3, 2}, {0, 1}, {1, 2}, {2, 0}, END}},
	{"ring inside a ring",
	 5,
	 {{R, 0}, {0, 1}, {1, 2}, {2, 1}, {2, 3}, {3, 4}, {4, 0}, END}},
	{"back to the root", 2, {{R, 0}, {0, 1}, {1, R}, END}},
	{"cross into an earlier subtree",
	 4,
	 {{R, 0}, {0, 1}, {1, 2}, {R, 3}, {3, 2}, END}},
	{"Lengauer and Tarjan's own",
	 12,
	 {{R, 0},  {R, 1},  {R, 2},  {0, 3},  {1, 0},  {1, 3}, {1, 4}, {2, 5},
	  {2, 6},  {3, 11}, {4, 7},  {5, 8},  {6, 8},  {6, 9}, {7, 4}, {7, 10},
	  {8, 10}, {9, 8},  {10, 8}, {10, R}, {11, 7}, END}},
};

START_TEST(by_hand)
{
	const struct hand *h = &hands[_i];
	struct graphmake *make = graphmake_new(h->objects);
	uint64_t random = 1;
	struct coil_graph *g;

	for (int i = 0; h->edges[i][0] > -2; i++) {
		int from = h->edges[i][0], to = h->edges[i][1];

		graphmake_edge(make,
			       from < 0 ? graphmake_root(make) : (uint32_t)from,
			       to < 0 ? graphmake_root(make) : (uint32_t)to,
			       EDGE_STRONG);
	}
	g = graphmake_finish(make, 2);
	check_graph(g, &random);
	coil_graph_free(g);
}
END_TEST

/* The flags that are strong in the search are those of coil_edge_strong(). */
START_TEST(every_flag)
{
	struct graphmake *make = graphmake_new(256);
	struct coil_dominators *d;
	struct coil_graph *g;

	for (uint32_t i = 0; i < 256; i++)
		graphmake_edge(make, graphmake_root(make), i, (uint8_t)i);
	g = graphmake_finish(make, 1);
	ck_assert_int_eq(coil_dominators_find(g, &d, NULL), COIL_OK);
	for (uint32_t i = 0; i < 256; i++)
		ck_assert_int_eq(coil_dominators_retained(d, i) != 0,
				 coil_edge_strong((uint8_t)i));
	coil_dominators_free(d);
	coil_graph_free(g);
}
END_TEST

/* Sizes over 32 bits. */
START_TEST(large_sizes)
{
	struct graphmake *make = graphmake_new(2);
	struct coil_overflow big[] = {{0, UINT64_C(1) << 40},
				      {1, UINT64_C(1) << 50}};
	struct coil_dominators *d;
	struct coil_graph *g;

	graphmake_edge(make, graphmake_root(make), 0, EDGE_STRONG);
	graphmake_edge(make, 0, 1, EDGE_STRONG);
	g = graphmake_finish(make, 1);
	g->allocated[0] = g->allocated[1] = UINT32_MAX;
	g->big_allocated = malloc(sizeof(big));
	memcpy(g->big_allocated, big, sizeof(big));
	g->big_allocated_count = 2;
	ck_assert_int_eq(coil_dominators_find(g, &d, NULL), COIL_OK);
	ck_assert_uint_eq(coil_dominators_retained(d, 1), UINT64_C(1) << 50);
	ck_assert_uint_eq(coil_dominators_retained(d, 0),
			  (UINT64_C(1) << 50) + (UINT64_C(1) << 40));
	coil_dominators_free(d);
	coil_graph_free(g);
}
END_TEST

#define MILLION 1000000u

/* A list of a million links, or a ring. */
static struct coil_graph *chain(uint32_t objects, bool ring)
{
	struct graphmake *make = graphmake_new(objects);

	graphmake_edge(make, graphmake_root(make), 0, EDGE_STRONG);
	for (uint32_t i = 0; i + 1 < objects; i++)
		graphmake_edge(make, i, i + 1, EDGE_STRONG);
	if (ring)
		graphmake_edge(make, objects - 1, 0, EDGE_STRONG);
	return graphmake_finish(make, 1);
}

START_TEST(long_chain)
{
	bool ring = _i;
	struct coil_graph *g = chain(MILLION, ring);
	struct coil_dominators *d;
	uint64_t sum = 0;

	ck_assert_int_eq(coil_dominators_find(g, &d, NULL), COIL_OK);
	for (uint32_t n = MILLION; n-- > 0;) {
		sum += coil_graph_allocated(g, n);
		if (coil_dominators_retained(d, n) != sum ||
		    coil_dominators_retained_count(d, n) != MILLION - n ||
		    coil_dominators_parent(d, n) !=
			    (n ? n - 1 : coil_graph_root(g)) ||
		    coil_dominators_cycle(d, n) != (ring ? 0 : UINT32_MAX))
			ck_abort_msg("node %u", n);
	}
	coil_dominators_free(d);
	coil_graph_free(g);
}
END_TEST

/* Every leaf hangs below the list's tail in the depth-first tree and below its
 * own node in the dominator tree. */
START_TEST(quadratic_trap)
{
	uint32_t links = 200000;
	struct coil_graph *g = heapmake_trap(links);
	struct coil_dominators *d;

	ck_assert_int_eq(coil_dominators_find(g, &d, NULL), COIL_OK);
	for (uint32_t i = 0; i < links; i++) {
		if (coil_dominators_parent(d, links + i) != i)
			ck_abort_msg("leaf %u", i);
	}
	coil_dominators_free(d);
	coil_graph_free(g);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, by_hand, 0, countof(hands));
	tcase_add_loop_test(tc, random_small, 0, 10);
	tcase_add_test(tc, every_flag);
	tcase_add_test(tc, large_sizes);
	tcase_add_loop_test(tc, long_chain, 0, 2);
	tcase_add_test(tc, quadratic_trap);
}
