/* SPDX-License-Identifier: MIT */
/* The collector's verdict, and what roots reach or must hold up. */
#include <stdlib.h>

#include "graph/reach.h"
#include "graph/verdict.h"
#include "tests/graphmake.h"
#include "tests/unit.h"

#define NODES 64

static uint32_t any(uint64_t *random, uint32_t bound)
{
	return (uint32_t)(graphmake_random(random) % bound);
}

static void set_generation(struct coil_graph *g, uint32_t node, int generation)
{
	g->flags[node] &= ~(UINT32_C(7) << COIL_FLAGS_GEN_SHIFT);
	g->flags[node] |= (uint32_t)(generation + 1) << COIL_FLAGS_GEN_SHIFT;
	if (generation >= 0)
		g->flags[node] |= COIL_FLAG_GC;
}

/* Every reference counts; then a few nodes are held from outside, a few are
 * not tracked, frozen or immortal. */
static struct coil_graph *random_heap(uint64_t *random)
{
	uint32_t objects = 1 + any(random, 40);
	struct graphmake *make = graphmake_new(objects);
	struct coil_graph *g;

	for (uint32_t k = any(random, 3 * objects); k; k--)
		graphmake_edge(make, any(random, objects), any(random, objects),
			       any(random, 5)
				       ? EDGE_STRONG
				       : COIL_REF_SLOT | COIL_EDGE_COUNTED);
	g = graphmake_finish(make, 1);
	for (uint64_t e = 0; e < g->edge_count; e++)
		g->refcount[g->edge_target[e]]++;
	for (uint32_t n = 0; n < objects; n++) {
		if (any(random, 5))
			set_generation(g, n, (int)any(random, 3));
		if (!any(random, 20))
			set_generation(g, n, 3);
		if (!any(random, 30))
			g->flags[n] |= COIL_FLAG_IMMORTAL;
		if (!any(random, 8))
			g->refcount[n]++;
	}
	return g;
}

static bool is_candidate(const struct coil_graph *g, uint32_t n)
{
	uint32_t generation = (g->flags[n] >> COIL_FLAGS_GEN_SHIFT & 7) - 1;

	return g->flags[n] & COIL_FLAG_GC && generation != 3;
}

/*
 * The same by another road: garbage is the largest set of candidates, none
 * immortal, none of which is referred to more often than from inside the
 * set.  Take away who is, until nobody is.
 */
static uint64_t brute_garbage(const struct coil_graph *g)
{
	uint64_t set = 0, before;

	for (uint32_t n = 0; n < g->node_count; n++) {
		if (is_candidate(g, n) && !(g->flags[n] & COIL_FLAG_IMMORTAL))
			set |= UINT64_C(1) << n;
	}
	do {
		uint64_t inner[NODES] = {0};

		before = set;
		for (uint64_t left = set; left; left &= left - 1) {
			uint32_t n = (uint32_t)__builtin_ctzll(left);

			for (uint64_t e = g->edge_offset[n];
			     e < g->edge_offset[n + 1]; e++)
				inner[g->edge_target[e]] +=
					g->edge_flags[e] & COIL_EDGE_TRAVERSED
						? 1
						: 0;
		}
		for (uint64_t left = set; left; left &= left - 1) {
			uint32_t n = (uint32_t)__builtin_ctzll(left);

			if (inner[n] != g->refcount[n])
				set &= ~(UINT64_C(1) << n);
		}
	} while (set != before);
	return set;
}

START_TEST(random_verdicts)
{
	uint64_t random = (uint64_t)_i;

	for (int i = 0; i < 1000; i++) {
		struct coil_graph *g = random_heap(&random);
		uint64_t expected = brute_garbage(g), found;

		g->flags[0] |= COIL_FLAG_GARBAGE; /* of an earlier verdict */
		ck_assert_int_eq(coil_verdict(g, &found), COIL_OK);
		ck_assert_uint_eq(found,
				  (unsigned)__builtin_popcountll(expected));
		for (uint32_t n = 0; n < g->node_count; n++)
			ck_assert_int_eq(!!(g->flags[n] & COIL_FLAG_GARBAGE),
					 (int)(expected >> n & 1));
		coil_graph_free(g);
	}
}
END_TEST

/* A ring of two, node 0 and 1, and node 2 that it refers to; then a twist. */
static const struct twist {
	const char *name;
	uint32_t node;
	uint32_t refcount; /* added to what the references say */
	uint32_t flags;	   /* added */
	int generation;
	uint64_t garbage;
} twists[] = {
	{"a ring and what hangs from it", 0, 0, 0, 0, 3},
	{"held from outside", 0, 1, 0, 0, 0},
	{"held at the end of the way", 2, 1, 0, 0, 2},
	{"count below the references", 1, UINT32_MAX, 0, 0, 0},
	{"immortal", 0, 0, COIL_FLAG_IMMORTAL, 0, 0},
	{"frozen", 0, 0, 0, 3, 0},
	{"not tracked", 2, 0, 0, -1, 2},
	{"oldest generation", 1, 0, 0, 2, 3},
};

START_TEST(twisted_ring)
{
	const struct twist *t = &twists[_i];
	struct graphmake *make = graphmake_new(3);
	struct coil_graph *g;
	uint64_t garbage;

	graphmake_edge(make, 0, 1, EDGE_STRONG);
	graphmake_edge(make, 1, 0, EDGE_STRONG);
	graphmake_edge(make, 1, 2, EDGE_STRONG);
	g = graphmake_finish(make, 1);
	for (uint32_t n = 0; n < 3; n++) {
		g->refcount[n] = 1;
		set_generation(g, n, 0);
	}
	g->refcount[t->node] += t->refcount;
	g->flags[t->node] |= t->flags;
	g->flags[t->node] &=
		t->generation < 0 ? ~(uint32_t)COIL_FLAG_GC : UINT32_MAX;
	set_generation(g, t->node, t->generation);
	ck_assert_int_eq(coil_verdict(g, &garbage), COIL_OK);
	ck_assert_msg(garbage == t->garbage, "%s: %u", t->name,
		      (unsigned)garbage);
	coil_graph_free(g);
}
END_TEST

/* What @from reaches. */
static uint64_t closure(const struct coil_graph *g, uint64_t from)
{
	uint64_t before;

	do {
		before = from;
		for (uint64_t left = before; left; left &= left - 1) {
			uint32_t n = (uint32_t)__builtin_ctzll(left);

			for (uint64_t e = g->edge_offset[n];
			     e < g->edge_offset[n + 1]; e++) {
				if (coil_edge_strong(g->edge_flags[e]))
					from |= UINT64_C(1)
						<< g->edge_target[e];
			}
		}
	} while (from != before);
	return from;
}

static struct coil_graph *random_graph(uint64_t *random)
{
	uint32_t objects = 1 + any(random, 40);
	struct graphmake *make = graphmake_new(objects);

	for (uint32_t k = any(random, 4); k; k--)
		graphmake_edge(make, graphmake_root(make), any(random, objects),
			       EDGE_STRONG);
	for (uint32_t k = any(random, 2 * objects); k; k--)
		graphmake_edge(make, any(random, objects), any(random, objects),
			       any(random, 5) ? EDGE_STRONG : EDGE_WEAK);
	return graphmake_finish(make, 1);
}

/* The lowest node of every component that nothing outside of it reaches. */
static uint64_t brute_sources(const struct coil_graph *g, uint64_t reached)
{
	uint64_t sources = 0;

	for (uint32_t n = 0; n < g->object_count; n++) {
		bool source = !(reached >> n & 1);

		for (uint32_t v = 0; source && v < g->object_count; v++) {
			bool there = closure(g, UINT64_C(1) << v) >> n & 1;
			bool back = closure(g, UINT64_C(1) << n) >> v & 1;

			if (there && (!back || v < n))
				source = false;
		}
		sources |= (uint64_t)source << n;
	}
	return sources;
}

START_TEST(random_reach)
{
	uint64_t random = (uint64_t)_i;

	for (int i = 0; i < 200; i++) {
		struct coil_graph *g = random_graph(&random);
		uint64_t root = UINT64_C(1) << coil_graph_root_index(g);
		uint64_t reached = closure(g, root), sources = 0;
		uint32_t *nodes;
		size_t count;

		g->flags[0] |= COIL_FLAG_REACHABLE; /* of an earlier round */
		ck_assert_int_eq(coil_reach(g), COIL_OK);
		for (uint32_t n = 0; n < g->node_count; n++)
			ck_assert_int_eq(!!(g->flags[n] & COIL_FLAG_REACHABLE),
					 (int)(reached >> n & 1));
		ck_assert_int_eq(coil_unreachable(g, &nodes, &count), COIL_OK);
		for (size_t k = 0; k < count; k++) {
			if (k)
				ck_assert_uint_lt(nodes[k - 1], nodes[k]);
			sources |= UINT64_C(1) << nodes[k];
		}
		ck_assert_uint_eq(sources, brute_sources(g, reached));
		free(nodes);
		coil_graph_free(g);
	}
}
END_TEST

/* A list or a ring of a million that no root reaches. */
START_TEST(long_unreachable)
{
	uint32_t links = 1000000;
	struct graphmake *make = graphmake_new(links);
	struct coil_graph *g;
	uint64_t garbage;
	uint32_t *nodes;
	size_t count;

	for (uint32_t i = 0; i + 1 < links + (uint32_t)_i; i++)
		graphmake_edge(make, i, (i + 1) % links, EDGE_STRONG);
	g = graphmake_finish(make, 1);
	for (uint32_t i = 0; i < links; i++) {
		set_generation(g, i, 0);
		g->refcount[i] = i || _i;
	}
	ck_assert_int_eq(coil_reach(g), COIL_OK);
	ck_assert_int_eq(coil_unreachable(g, &nodes, &count), COIL_OK);
	ck_assert_uint_eq(count, 1);
	ck_assert_uint_eq(nodes[0], 0);
	ck_assert_int_eq(coil_verdict(g, &garbage), COIL_OK);
	ck_assert_uint_eq(garbage, links);
	free(nodes);
	coil_graph_free(g);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, random_verdicts, 0, 5);
	tcase_add_loop_test(tc, twisted_ring, 0, countof(twists));
	tcase_add_loop_test(tc, random_reach, 0, 5);
	tcase_add_loop_test(tc, long_unreachable, 0, 2);
}
