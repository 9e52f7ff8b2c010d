/* SPDX-License-Identifier: MIT */
/* The index of references to a node: a counting sort of all edges by target,
 * stable, so that referrers ascend in every row. */
#include <stdlib.h>

#include "graph/graph.h"

enum coil_status coil_graph_index_in(struct coil_graph *graph)
{
	size_t nodes = graph->node_count;
	_cleanup_free_ uint64_t *offset = NULL;
	uint32_t *from;

	if (graph->in_offset)
		return COIL_OK;
	if (graph->edge_count > SIZE_MAX / sizeof(*from) - 1)
		return COIL_E_NOMEM;
	/* One more than the rows: while filling, the row of node n ends at
	 * offset[n + 1], and starts there before. */
	offset = calloc(nodes + 2, sizeof(*offset));
	from = malloc((size_t)(graph->edge_count + 1) * sizeof(*from));
	if (!offset || !from) {
		free(from);
		return COIL_E_NOMEM;
	}
	for (uint64_t e = 0; e < graph->edge_count; e++)
		offset[(size_t)graph->edge_target[e] + 2]++;
	for (size_t n = 2; n < nodes + 2; n++)
		offset[n] += offset[n - 1];
	for (uint32_t n = 0; n < nodes; n++) {
		for (uint64_t e = graph->edge_offset[n];
		     e < graph->edge_offset[n + 1]; e++)
			from[offset[(size_t)graph->edge_target[e] + 1]++] = n;
	}
	graph->rows = coil_rows_new(graph);
	if (!graph->rows) {
		free(from);
		return COIL_E_NOMEM;
	}
	graph->in_from = from;
	graph->in_offset = steal(offset);
	return COIL_OK;
}
