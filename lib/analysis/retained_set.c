/* SPDX-License-Identifier: MIT */
/* What a set of nodes retains together: what the root reaches, less what it
 * still reaches when the set is taken away. */
#include <stdlib.h>

#include "coil/analysis.h"
#include "graph/graph.h"

struct flood {
	const struct coil_graph *graph;
	uint64_t *seen; /* a bit a node; those of the set before we start */
	uint32_t *stack;
	size_t depth;
	uint64_t bytes, objects;
};

static bool mark(uint64_t *bits, uint32_t node)
{
	uint64_t bit = UINT64_C(1) << (node & 63);
	bool was = bits[node >> 6] & bit;

	bits[node >> 6] |= bit;
	return !was;
}

static void push(struct flood *f, uint32_t node)
{
	if (!mark(f->seen, node))
		return;
	f->bytes += coil_graph_allocated(f->graph, node);
	f->objects++;
	f->stack[f->depth++] = node;
}

static void flood(struct flood *f)
{
	const struct coil_graph *g = f->graph;

	f->bytes = f->objects = 0;
	push(f, coil_graph_root_index(g));
	while (f->depth) {
		uint32_t n = f->stack[--f->depth];

		for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1];
		     e++) {
			if (coil_edge_strong(g->edge_flags[e]))
				push(f, g->edge_target[e]);
		}
	}
}

enum coil_status coil_retained_set(const struct coil_graph *graph,
				   const coil_node *nodes, size_t count,
				   uint64_t *bytes, uint64_t *objects,
				   struct coil_error *err)
{
	size_t words = ((size_t)graph->node_count >> 6) + 1;
	_cleanup_free_ uint64_t *seen = calloc(words, sizeof(*seen));
	_cleanup_free_ uint32_t *stack =
		malloc((size_t)graph->node_count * sizeof(*stack));
	struct flood f = {.graph = graph, .seen = seen, .stack = stack};

	if (!seen || !stack)
		return coil_fail(err, COIL_E_NOMEM, "no memory for %u nodes",
				 graph->node_count);
	flood(&f);
	*bytes = f.bytes;
	*objects = f.objects;
	memset(seen, 0, words * sizeof(*seen));
	for (size_t i = 0; i < count; i++) {
		if (nodes[i] >= graph->node_count)
			return coil_fail(err, COIL_E_INVALID, "no node %llu",
					 (unsigned long long)nodes[i]);
		mark(seen, (uint32_t)nodes[i]);
	}
	flood(&f);
	*bytes -= f.bytes;
	*objects -= f.objects;
	return COIL_OK;
}
