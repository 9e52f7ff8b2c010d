/* SPDX-License-Identifier: MIT */
/* What strong references reach from the root. */
#include <stdlib.h>

#include "graph/reach.h"

enum coil_status coil_reach(struct coil_graph *graph)
{
	uint32_t root = coil_graph_root_index(graph);
	uint32_t *flags = graph->flags;
	_cleanup_free_ uint32_t *stack = NULL;
	size_t depth = 0;

	/* A node is pushed once, when it is marked. */
	stack = malloc(((size_t)graph->node_count + 1) * sizeof(*stack));
	if (!stack)
		return COIL_E_NOMEM;
	for (uint32_t n = 0; n < graph->node_count; n++)
		flags[n] &= ~(uint32_t)COIL_FLAG_REACHABLE;
	flags[root] |= COIL_FLAG_REACHABLE;
	stack[depth++] = root;
	while (depth) {
		uint32_t n = stack[--depth];

		for (uint64_t e = graph->edge_offset[n];
		     e < graph->edge_offset[n + 1]; e++) {
			uint32_t to = graph->edge_target[e];

			if (!coil_edge_strong(graph->edge_flags[e]) ||
			    flags[to] & COIL_FLAG_REACHABLE)
				continue;
			flags[to] |= COIL_FLAG_REACHABLE;
			stack[depth++] = to;
		}
	}
	return COIL_OK;
}
