/* SPDX-License-Identifier: MIT */
/*
 * Of the objects whose own references the collector alone knows, those that are
 * alive for certain: then so is what they refer to, and the verdict is right
 * without them.
 */
#include <stdlib.h>

#include "graph/reach.h"

struct search {
	const struct coil_graph *graph;
	uint8_t *seen;
	uint32_t *stack; /* a node is pushed once, when it is seen first */
	size_t depth;
};

static bool any_unsure(const struct coil_graph *g)
{
	uint32_t flags = 0;

	for (uint32_t n = 0; n < g->object_count; n++)
		flags |= g->flags[n];
	return flags & COIL_FLAG_UNSURE;
}

/* What <native> and <unreachable> hold is not certain. */
static bool is_certain(const struct coil_graph *g, uint64_t edge)
{
	return coil_edge_strong(g->edge_flags[edge]) &&
	       !(g->edge_flags[edge] & COIL_EDGE_INEXACT) &&
	       g->edge_target[edge] < coil_graph_root_index(g) + 2;
}

static void search(struct search *s)
{
	const struct coil_graph *g = s->graph;

	while (s->depth) {
		uint32_t n = s->stack[--s->depth];

		for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1];
		     e++) {
			uint32_t to = g->edge_target[e];

			if (s->seen[to] || !is_certain(g, e))
				continue;
			s->seen[to] = 1;
			s->stack[s->depth++] = to;
		}
	}
}

enum coil_status coil_reach_surely(struct coil_graph *graph)
{
	size_t n = (size_t)graph->node_count + 1;
	_cleanup_free_ uint8_t *seen = NULL;
	_cleanup_free_ uint32_t *stack = NULL;
	struct search s = {.graph = graph};

	if (!any_unsure(graph))
		return COIL_OK;
	seen = calloc(n, sizeof(*seen));
	stack = malloc(n * sizeof(*stack));
	if (!seen || !stack)
		return COIL_E_NOMEM;
	s.seen = seen;
	s.stack = stack;
	seen[coil_graph_root_index(graph)] = 1;
	stack[s.depth++] = coil_graph_root_index(graph);
	search(&s);
	for (uint32_t i = 0; i < graph->object_count; i++)
		if (seen[i])
			graph->flags[i] &= ~(uint32_t)COIL_FLAG_UNSURE;
	return COIL_OK;
}
