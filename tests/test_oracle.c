/* SPDX-License-Identifier: MIT */
/* Dominators and components of larger graphs against igraph's (C library
 * 0.10: igraph_dominator_tree, igraph_connected_components). */
#include <stdio.h>
#include <stdlib.h>

#include <igraph/igraph.h>

#include "coil/analysis.h"
#include "coil/snapshot.h"
#include "tests/graphmake.h"
#include "tests/heapmake.h"
#include "tests/unit.h"

/* Only strong edges. */
static void load(igraph_t *out, const struct coil_graph *g)
{
	igraph_vector_int_t edges;

	igraph_vector_int_init(&edges, 0);
	igraph_vector_int_reserve(&edges,
				  (igraph_integer_t)(2 * g->edge_count));
	for (uint32_t n = 0; n < g->node_count; n++) {
		for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1];
		     e++) {
			if (!coil_edge_strong(g->edge_flags[e]))
				continue;
			igraph_vector_int_push_back(&edges, n);
			igraph_vector_int_push_back(&edges, g->edge_target[e]);
		}
	}
	igraph_create(out, &edges, g->node_count, IGRAPH_DIRECTED);
	igraph_vector_int_destroy(&edges);
}

/* igraph has -1 for the root and -2 for what it does not reach. */
static void check_tree(const igraph_t *graph, const struct coil_graph *g,
		       const struct coil_dominators *d)
{
	igraph_vector_int_t tree;

	igraph_vector_int_init(&tree, 0);
	igraph_dominator_tree(graph, coil_graph_root_index(g), &tree, NULL,
			      NULL, IGRAPH_OUT);
	for (uint32_t n = 0; n < g->node_count; n++) {
		igraph_integer_t theirs = VECTOR(tree)[n];
		coil_node ours = coil_dominators_parent(d, n);

		if (theirs < 0 ? ours != COIL_NO_NODE
			       : ours != (coil_node)theirs)
			ck_abort_msg("dominator of %u", n);
	}
	igraph_vector_int_destroy(&tree);
}

static bool refers_to_itself(const struct coil_graph *g, uint32_t n)
{
	for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1]; e++) {
		if (g->edge_target[e] == n &&
		    coil_edge_strong(g->edge_flags[e]))
			return true;
	}
	return false;
}

/* Components are numbered in another order: each of theirs must be one of
 * ours and the other way round; where the root reaches. */
static void check_components(const igraph_t *graph, const struct coil_graph *g,
			     const struct coil_dominators *d)
{
	igraph_vector_int_t member, size;
	uint32_t cycles = coil_dominators_cycle_count(d);
	igraph_integer_t *theirs = calloc(cycles + 1, sizeof(*theirs));
	uint32_t *ours;

	igraph_vector_int_init(&member, 0);
	igraph_vector_int_init(&size, 0);
	igraph_connected_components(graph, &member, &size, NULL, IGRAPH_STRONG);
	ours = calloc((size_t)igraph_vector_int_size(&size), sizeof(*ours));
	for (uint32_t n = 0; n < g->node_count; n++) {
		igraph_integer_t their = VECTOR(member)[n];
		uint32_t our = coil_dominators_cycle(d, n);
		bool cycle = VECTOR(size)[their] > 1 || refers_to_itself(g, n);

		if (!coil_dominators_retained_count(d, n))
			continue;
		if (cycle != (our != UINT32_MAX))
			ck_abort_msg("cycle of %u", n);
		if (!cycle)
			continue;
		if ((theirs[our] && theirs[our] != their + 1) ||
		    (ours[their] && ours[their] != our + 1))
			ck_abort_msg("component of %u", n);
		theirs[our] = their + 1;
		ours[their] = our + 1;
	}
	free(theirs);
	free(ours);
	igraph_vector_int_destroy(&member);
	igraph_vector_int_destroy(&size);
}

/* Retained sizes are sums over the tree. */
static void check_sums(const struct coil_graph *g,
		       const struct coil_dominators *d)
{
	uint64_t *sum = calloc(g->node_count, sizeof(*sum));
	uint64_t *count = calloc(g->node_count, sizeof(*count));

	for (uint32_t n = 0; n < g->node_count; n++) {
		coil_node up = coil_dominators_parent(d, n);

		if (up != COIL_NO_NODE) {
			sum[up] += coil_dominators_retained(d, n);
			count[up] += coil_dominators_retained_count(d, n);
		}
	}
	for (uint32_t n = 0; n < g->node_count; n++) {
		if (!coil_dominators_retained_count(d, n))
			continue;
		if (coil_dominators_retained(d, n) !=
			    sum[n] + coil_graph_allocated(g, n) ||
		    coil_dominators_retained_count(d, n) != count[n] + 1)
			ck_abort_msg("sums of %u", n);
	}
	free(sum);
	free(count);
}

static void check_borrowed(const struct coil_graph *g)
{
	struct coil_dominators *d;
	igraph_t graph;

	ck_assert_int_eq(coil_dominators_find(g, &d, NULL), COIL_OK);
	load(&graph, g);
	check_tree(&graph, g, d);
	check_components(&graph, g, d);
	check_sums(g, d);
	igraph_destroy(&graph);
	coil_dominators_free(d);
}

static void check_graph(struct coil_graph *g)
{
	ck_assert_ptr_nonnull(g);
	check_borrowed(g);
	coil_graph_free(g);
}

/* The core that oracle_real.sh made; NULL: made graphs are checked. */
static const char *real_core;

START_TEST(real_heap)
{
	struct coil_error err = {.status = COIL_OK};
	struct coil_snapshot *snapshot;
	struct coil_graph *g;

	ck_assert_msg(coil_snapshot_open(real_core, NULL, &snapshot, &err) ==
			      COIL_OK,
		      "%s", err.text);
	ck_assert_int_eq(coil_snapshot_graph(snapshot, &g, &err), COIL_OK);
	printf("%llu nodes, %llu references of a real heap\n",
	       (unsigned long long)coil_graph_node_count(g),
	       (unsigned long long)coil_graph_edge_count(g));
	check_borrowed(g);
	coil_snapshot_close(snapshot);
}
END_TEST

static const uint32_t sizes[] = {17, 1000, 30000, 200000};

START_TEST(heaps)
{
	check_graph(heapmake(sizes[_i], false));
	check_graph(heapmake(sizes[_i], true));
}
END_TEST

/* All kinds of edges, many roots, much that nothing reaches. */
START_TEST(random_graphs)
{
	uint64_t random = (uint64_t)_i;
	uint32_t objects = 20000;
	struct graphmake *make = graphmake_new(objects);
	uint32_t nodes = objects + COIL_ROOT_NODES;
	uint64_t edges = objects / 2 * (uint64_t)(_i + 1);

	for (uint32_t i = 0; i < 5; i++)
		graphmake_edge(make, graphmake_root(make),
			       (uint32_t)(graphmake_random(&random) % nodes),
			       EDGE_STRONG);
	for (uint64_t i = 0; i < edges; i++) {
		uint64_t r = graphmake_random(&random);
		uint32_t from = (uint32_t)(r % nodes);
		uint32_t to = (uint32_t)((r >> 24) % nodes);

		if (r >> 62)
			to = (from + (to % 64)) % nodes;
		graphmake_edge(make, from, to,
			       r >> 48 & 15 ? EDGE_STRONG : (uint8_t)(r >> 52));
	}
	check_graph(graphmake_finish(make, 1));
}
END_TEST

static struct coil_graph *chain(uint32_t objects, bool ring)
{
	struct graphmake *make = graphmake_new(objects);

	graphmake_edge(make, graphmake_root(make), 7, EDGE_STRONG);
	for (uint32_t i = 0; i + 1 < objects + ring; i++)
		graphmake_edge(make, i, (i + 1) % objects, EDGE_STRONG);
	return graphmake_finish(make, 1);
}

START_TEST(a_million_links)
{
	check_graph(chain(1000000, _i));
}
END_TEST

START_TEST(trap)
{
	check_graph(heapmake_trap(100000));
}
END_TEST

/* The trap with leaves shared by any two links and the tail, and links that
 * refer on or back to any other: jump pointers over an irregular tree. */
START_TEST(tangled_trap)
{
	uint64_t random = (uint64_t)_i;
	uint32_t links = 30000;
	struct graphmake *make = graphmake_new(2 * links);

	graphmake_edge(make, graphmake_root(make), 0, EDGE_STRONG);
	for (uint32_t i = 0; i < links; i++) {
		uint64_t r = graphmake_random(&random);

		if (i + 1 < links)
			graphmake_edge(make, i, i + 1, EDGE_STRONG);
		if (r % 64 == 0)
			graphmake_edge(make, i, (uint32_t)(r >> 40) % links,
				       EDGE_STRONG);
		graphmake_edge(make, i, links + i, EDGE_STRONG);
		graphmake_edge(make, (uint32_t)(r >> 32) % links, links + i,
			       EDGE_STRONG);
		graphmake_edge(make, links - 1, links + i, EDGE_STRONG);
	}
	check_graph(graphmake_finish(make, 1));
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_set_timeout(tc, 300);
	real_core = getenv("COIL_ORACLE_CORE");
	if (real_core) {
		tcase_add_test(tc, real_heap);
	} else {
		tcase_add_loop_test(tc, heaps, 0, countof(sizes));
		tcase_add_loop_test(tc, random_graphs, 0, 8);
		tcase_add_loop_test(tc, a_million_links, 0, 2);
		tcase_add_test(tc, trap);
		tcase_add_loop_test(tc, tangled_trap, 0, 3);
	}
}
