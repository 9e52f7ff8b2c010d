/* SPDX-License-Identifier: MIT */
/* Iterating edges both ways, and what a graph says of its nodes and types. */
#include <stdlib.h>

#include "tests/graphmake.h"
#include "tests/unit.h"

START_TEST(kind_names)
{
	for (unsigned k = 0; k < COIL_REF_KINDS; k++)
		ck_assert_ptr_nonnull(
			coil_ref_kind_name((enum coil_ref_kind)k));
	ck_assert_str_eq(coil_ref_kind_name(COIL_REF_TYPE), "type");
	ck_assert_str_eq(coil_ref_kind_name(COIL_REF_OTHER), "other");
	ck_assert_ptr_null(coil_ref_kind_name(COIL_REF_KINDS));
}
END_TEST

static struct coil_graph *random_graph(uint64_t seed)
{
	uint64_t random = seed;
	uint32_t objects = 1 + (uint32_t)(graphmake_random(&random) % 20);
	struct graphmake *make = graphmake_new(objects);
	uint64_t edges = graphmake_random(&random) % (6 * objects);

	for (uint64_t i = 0; i < edges; i++) {
		uint64_t r = graphmake_random(&random);

		graphmake_edge(make, (uint32_t)(r % objects),
			       (uint32_t)((r >> 20) % objects),
			       (uint8_t)(r >> 40));
	}
	/* A row that is long enough to be sorted. */
	for (uint64_t i = 0; seed % 3 == 0 && i < 300; i++)
		graphmake_edge(make, objects / 2,
			       (uint32_t)(graphmake_random(&random) % objects),
			       COIL_REF_ITEM);
	return graphmake_finish(make, 3);
}

/* References out of all nodes are the rows; those into a node are the same
 * edges, by who refers and then by ordinal. */
START_TEST(both_ways)
{
	struct coil_graph *g = random_graph((uint64_t)_i);
	struct coil_edges it = coil_graph_in(g, 0);
	struct coil_edge e;
	uint64_t out = 0, in = 0;

	ck_assert(!coil_edges_next(&it, &e)); /* no index yet */
	ck_assert_int_eq(coil_graph_index_in(g), COIL_OK);
	ck_assert_int_eq(coil_graph_index_in(g), COIL_OK);
	for (uint32_t n = 0; n < g->node_count; n++) {
		struct coil_edge last = {0};
		uint64_t ordinal = 0;

		it = coil_graph_out(g, n);
		for (; coil_edges_next(&it, &e); out++) {
			ck_assert_uint_eq(e.from, n);
			ck_assert_uint_eq(e.ordinal, ordinal++);
			ck_assert_uint_eq(e.to, g->edge_target[out]);
			ck_assert_uint_eq(e.flags, g->edge_flags[out]);
		}
		it = coil_graph_in(g, n);
		for (; coil_edges_next(&it, &e); in++) {
			uint64_t at = g->edge_offset[e.from] + e.ordinal;

			ck_assert_uint_eq(e.to, n);
			ck_assert_uint_eq(g->edge_target[at], n);
			ck_assert_uint_eq(g->edge_flags[at], e.flags);
			ck_assert(!last.to || last.from < e.from ||
				  (last.from == e.from &&
				   last.ordinal < e.ordinal));
			last = e;
			last.to = 1;
		}
	}
	ck_assert_uint_eq(out, g->edge_count);
	ck_assert_uint_eq(in, g->edge_count);
	it = coil_graph_out(g, g->node_count);
	ck_assert(!coil_edges_next(&it, &e));
	coil_graph_free(g);
}
END_TEST

/* A list that holds one object a million times must not be read a million
 * times. */
START_TEST(one_referrer_repeats)
{
	struct graphmake *make = graphmake_new(2);
	struct coil_edges it;
	struct coil_graph *g;
	struct coil_edge e;
	uint64_t found = 0;

	for (uint32_t i = 0; i < 1000000; i++)
		graphmake_edge(make, 0, 1, EDGE_STRONG);
	g = graphmake_finish(make, 1);
	ck_assert_int_eq(coil_graph_index_in(g), COIL_OK);
	it = coil_graph_in(g, 1);
	while (coil_edges_next(&it, &e)) {
		if (e.ordinal != found++)
			ck_abort_msg("ordinal");
	}
	ck_assert_uint_eq(found, 1000000);
	coil_graph_free(g);
}
END_TEST

START_TEST(node_and_type)
{
	struct graphmake *make = graphmake_new(4);
	struct coil_graph *g = graphmake_finish(make, 3);
	struct coil_overflow big = {3, UINT64_C(1) << 33};
	struct coil_node_info node;
	struct coil_type_info type;

	g->allocated[3] = g->size[3] = g->refcount[3] = UINT32_MAX;
	g->allocated[2] = UINT32_MAX; /* exactly, not in the table */
	g->big_allocated = malloc(sizeof(big));
	g->big_sizes = malloc(sizeof(big));
	g->big_refcounts = malloc(sizeof(big));
	*g->big_allocated = *g->big_sizes = *g->big_refcounts = big;
	g->big_allocated_count = g->big_size_count = 1;
	g->big_refcount_count = 1;
	g->flags[3] = COIL_FLAG_GC | 3u << COIL_FLAGS_GEN_SHIFT |
		      COIL_NODE_KEYS << COIL_FLAGS_KIND_SHIFT;
	coil_graph_node(g, 3, &node);
	ck_assert_uint_eq(node.address, g->address[3]);
	ck_assert_int_eq(node.kind, COIL_NODE_KEYS);
	ck_assert_str_eq(node.type, "type0");
	ck_assert_uint_eq(node.type_address, 0x100);
	ck_assert_uint_eq(node.size, big.value);
	ck_assert_uint_eq(node.allocated, big.value);
	ck_assert_int_eq(node.refcount, (int64_t)big.value);
	ck_assert_uint_eq(node.flags, COIL_FLAG_GC);
	ck_assert_int_eq(node.generation, 2);
	ck_assert_uint_eq(coil_graph_allocated(g, 2), UINT32_MAX);
	coil_graph_node(g, 4, &node);
	ck_assert_int_eq(node.kind, COIL_NODE_ROOT);
	ck_assert_int_eq(node.generation, -1);
	coil_graph_node(g, COIL_NO_NODE, &node);
	ck_assert_str_eq(node.type, "");
	coil_graph_type(g, 1, &type);
	ck_assert_str_eq(type.name, "type1");
	ck_assert_uint_eq(type.node, COIL_NO_NODE);
	coil_graph_type(g, 3, &type);
	ck_assert_str_eq(type.name, "");
	ck_assert_uint_eq(coil_graph_node_count(g), 8);
	ck_assert_uint_eq(coil_graph_object_count(g), 4);
	ck_assert_uint_eq(coil_graph_root(g), 4);
	ck_assert_uint_eq(coil_graph_edge_count(g), 0);
	ck_assert_uint_eq(coil_graph_type_count(g), 3);
	coil_graph_free(g);
	coil_graph_free(NULL);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, kind_names);
	tcase_add_loop_test(tc, both_ways, 0, 100);
	tcase_add_test(tc, one_referrer_repeats);
	tcase_add_test(tc, node_and_type);
}
