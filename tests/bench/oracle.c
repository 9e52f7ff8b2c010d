/* SPDX-License-Identifier: MIT */
/* igraph's dominator tree and strongly connected components of a graph, timed:
 * igraph C library 0.10, igraph_dominator_tree, igraph_connected_components. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <igraph/igraph.h>

#include "tests/bench/oracle.h"

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void load(igraph_t *out, const struct coil_graph *g)
{
	igraph_vector_int_t edges;
	igraph_integer_t at = 0;

	igraph_vector_int_init(&edges, (igraph_integer_t)(2 * g->edge_count));
	for (uint32_t n = 0; n < g->node_count; n++) {
		for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1];
		     e++) {
			VECTOR(edges)[at++] = n;
			VECTOR(edges)[at++] = g->edge_target[e];
		}
	}
	igraph_create(out, &edges, g->node_count, IGRAPH_DIRECTED);
	igraph_vector_int_destroy(&edges);
}

void oracle_report(const struct coil_graph *g, double plain, double fused)
{
	igraph_vector_int_t dominators, members;
	igraph_integer_t components;
	double start, tree, strong;
	igraph_t graph;

	load(&graph, g);
	igraph_vector_int_init(&dominators, 0);
	igraph_vector_int_init(&members, 0);
	start = cpu_seconds();
	igraph_dominator_tree(&graph, coil_graph_root_index(g), &dominators,
			      NULL, NULL, IGRAPH_OUT);
	tree = cpu_seconds() - start;
	start = cpu_seconds();
	igraph_connected_components(&graph, &members, NULL, &components,
				    IGRAPH_STRONG);
	strong = cpu_seconds() - start;
	printf("igraph, dominator tree\t%.3f s (%.1f x plain)\n"
	       "igraph, components\t%.3f s (%.1f x plain)\n"
	       "igraph both / fused\t%.1f\n",
	       tree, tree / plain, strong, strong / plain,
	       (tree + strong) / fused);
	igraph_vector_int_destroy(&dominators);
	igraph_vector_int_destroy(&members);
	igraph_destroy(&graph);
}
