/* SPDX-License-Identifier: MIT */
/* From an address to the node that has it. */
#include "base/addrset.h"
#include "graph/graph.h"

coil_node coil_graph_find(const struct coil_graph *graph, uint64_t address)
{
	uint32_t node = graph->find ? coil_addrset_rank(graph->find, address)
				    : UINT32_MAX;

	return node == UINT32_MAX ? COIL_NO_NODE : node;
}
