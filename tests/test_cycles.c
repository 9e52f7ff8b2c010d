/* SPDX-License-Identifier: MIT */
/* Cycles: members, verdict and shapes against brute force, and the two
 * extremes: one cycle of a million nodes, a million cycles. */
#include <stdlib.h>

#include "coil/analysis.h"
#include "tests/graphmake.h"
#include "tests/unit.h"

struct cycles {
	struct coil_graph *g;
	struct coil_dominators *d;
	struct coil_cycles *c;
};

static void open_cycles(struct cycles *all, struct coil_graph *g)
{
	all->g = g;
	ck_assert_int_eq(coil_dominators_find(g, &all->d, NULL), COIL_OK);
	ck_assert_int_eq(coil_cycles_find(g, all->d, &all->c, NULL), COIL_OK);
}

static void close_cycles(struct cycles *all)
{
	coil_cycles_free(all->c);
	coil_dominators_free(all->d);
	coil_graph_free(all->g);
}

/* Steps of the shortest way from @from back to itself, over strong edges: a
 * level of nodes at a time. */
static size_t shortest(const struct coil_graph *g, uint32_t from)
{
	uint64_t level = UINT64_C(1) << from;

	for (size_t steps = 1; steps <= g->node_count; steps++) {
		uint64_t next = 0;

		for (; level; level &= level - 1) {
			uint32_t n = (uint32_t)__builtin_ctzll(level);

			for (uint64_t e = g->edge_offset[n];
			     e < g->edge_offset[n + 1]; e++) {
				if (coil_edge_strong(g->edge_flags[e]))
					next |= UINT64_C(1)
						<< g->edge_target[e];
			}
		}
		if (next >> from & 1)
			return steps;
		level = next;
	}
	return 0;
}

static void check_shape(const struct cycles *all, uint64_t index)
{
	struct coil_cycle_info info;
	struct coil_edge edges[64];
	size_t steps = coil_cycles_shape(all->c, index, edges, 64);
	size_t cut = coil_cycles_shape(all->c, index, edges + 32, 1);

	coil_cycles_get(all->c, index, &info);
	ck_assert_uint_eq(steps, shortest(all->g, (uint32_t)info.example));
	ck_assert_uint_eq(cut, 1);
	ck_assert_uint_eq(edges[32].to, edges[0].to);
	ck_assert_uint_eq(edges[0].from, info.example);
	ck_assert_uint_eq(edges[steps - 1].to, info.example);
	for (size_t i = 0; i < steps; i++) {
		uint64_t e =
			all->g->edge_offset[edges[i].from] + edges[i].ordinal;

		ck_assert(coil_edge_strong(edges[i].flags));
		ck_assert_uint_eq(all->g->edge_target[e], edges[i].to);
		ck_assert_uint_eq(all->g->edge_flags[e], edges[i].flags);
		if (i)
			ck_assert_uint_eq(edges[i - 1].to, edges[i].from);
	}
}

static void check_members(const struct cycles *all, uint64_t index)
{
	struct coil_cycle_info info;
	uint64_t size = 0;
	bool garbage = true;
	coil_node last = COIL_NO_NODE;

	coil_cycles_get(all->c, index, &info);
	ck_assert_uint_eq(info.example, coil_cycles_member(all->c, index, 0));
	for (uint64_t i = 0; i < info.objects; i++) {
		coil_node member = coil_cycles_member(all->c, index, i);

		if (i)
			ck_assert_uint_lt(last, member);
		last = member;
		ck_assert_uint_eq(coil_dominators_cycle(all->d, member), index);
		size += coil_graph_allocated(all->g, (uint32_t)member);
		if (!(all->g->flags[member] & COIL_FLAG_GARBAGE))
			garbage = false;
	}
	ck_assert_uint_eq(info.cycles, 1);
	ck_assert_uint_eq(info.size, size);
	ck_assert_int_eq(info.garbage, garbage);
}

static void check_all(const struct cycles *all)
{
	uint64_t found = coil_cycles_count(all->c), members = 0, in = 0;
	struct coil_cycle_info info;

	ck_assert_uint_eq(found, coil_dominators_cycle_count(all->d));
	for (uint64_t i = 0; i < found; i++) {
		check_members(all, i);
		check_shape(all, i);
		coil_cycles_get(all->c, i, &info);
		members += info.objects;
	}
	for (uint32_t n = 0; n < all->g->node_count; n++)
		in += coil_dominators_cycle(all->d, n) != UINT32_MAX;
	ck_assert_uint_eq(in, members);
	coil_cycles_get(all->c, found, &info);
	ck_assert_uint_eq(info.example, COIL_NO_NODE);
}

START_TEST(random_small)
{
	uint64_t random = (uint64_t)_i;

	for (int i = 0; i < 400; i++) {
		uint32_t objects =
			1 + (uint32_t)(graphmake_random(&random) % 24);
		struct graphmake *make = graphmake_new(objects);
		uint64_t edges = graphmake_random(&random) % (2 * objects);
		struct cycles all;

		for (uint32_t n = 0; n < objects; n += 2)
			graphmake_edge(make, graphmake_root(make), n,
				       EDGE_STRONG);
		for (uint64_t e = 0; e < edges; e++) {
			uint64_t r = graphmake_random(&random);

			graphmake_edge(make, (uint32_t)(r % objects),
				       (uint32_t)(r / 64 % objects),
				       r >> 61 ? EDGE_STRONG : EDGE_WEAK);
		}
		open_cycles(&all, graphmake_finish(make, 1));
		for (uint32_t n = 0; n < objects; n++) {
			if (graphmake_random(&random) % 4)
				all.g->flags[n] |= COIL_FLAG_GARBAGE;
		}
		coil_cycles_free(all.c);
		ck_assert_int_eq(coil_cycles_find(all.g, all.d, &all.c, NULL),
				 COIL_OK);
		check_all(&all);
		close_cycles(&all);
	}
}
END_TEST

#define MILLION 1000000u

START_TEST(one_long_ring)
{
	struct graphmake *make = graphmake_new(MILLION);
	struct coil_edge edges[8];
	struct coil_edge *whole = malloc(MILLION * sizeof(*whole));
	struct cycles all;

	graphmake_edge(make, graphmake_root(make), 5, EDGE_STRONG);
	for (uint32_t i = 0; i < MILLION; i++)
		graphmake_edge(make, i, (i + 1) % MILLION, EDGE_STRONG);
	open_cycles(&all, graphmake_finish(make, 1));
	ck_assert_uint_eq(coil_cycles_count(all.c), 1);
	ck_assert_uint_eq(coil_cycles_shape(all.c, 0, edges, 8), 8);
	for (uint32_t i = 0; i < 8; i++)
		ck_assert_uint_eq(edges[i].from, i);
	ck_assert_uint_eq(coil_cycles_shape(all.c, 0, whole, MILLION), MILLION);
	ck_assert_uint_eq(whole[MILLION - 1].to, 0);
	free(whole);
	close_cycles(&all);
}
END_TEST

/* Two nodes that refer to each other, a million times. */
START_TEST(a_million_rings)
{
	struct graphmake *make = graphmake_new(2 * MILLION);
	struct coil_edge edges[4];
	struct cycles all;

	for (uint32_t i = 0; i < MILLION; i++) {
		graphmake_edge(make, graphmake_root(make), 2 * i, EDGE_STRONG);
		graphmake_edge(make, 2 * i, 2 * i + 1, EDGE_STRONG);
		graphmake_edge(make, 2 * i + 1, 2 * i, EDGE_STRONG);
	}
	open_cycles(&all, graphmake_finish(make, 1));
	ck_assert_uint_eq(coil_cycles_count(all.c), MILLION);
	for (uint32_t i = 0; i < MILLION; i++) {
		struct coil_cycle_info info;

		coil_cycles_get(all.c, i, &info);
		if (info.objects != 2 ||
		    coil_cycles_member(all.c, i, 0) != 2 * i ||
		    coil_cycles_shape(all.c, i, edges, 4) != 2 ||
		    edges[1].to != 2 * i)
			ck_abort_msg("ring %u", i);
	}
	close_cycles(&all);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, random_small, 0, 5);
	tcase_add_test(tc, one_long_ring);
	tcase_add_test(tc, a_million_rings);
}
