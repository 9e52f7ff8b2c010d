/* SPDX-License-Identifier: MIT */
/* Iterating the references from a node and to a node. */
#include "graph/graph.h"

/* The names that coil-refs(1) prints. */
static const char *const kind_names[COIL_REF_KINDS] = {
	[COIL_REF_TYPE] = "type",	[COIL_REF_BASE] = "base",
	[COIL_REF_ATTR] = "attr",	[COIL_REF_SLOT] = "slot",
	[COIL_REF_ITEM] = "item",	[COIL_REF_KEY] = "key",
	[COIL_REF_VALUE] = "value",	[COIL_REF_CELL] = "cell",
	[COIL_REF_GLOBAL] = "global",	[COIL_REF_LOCAL] = "local",
	[COIL_REF_CONST] = "const",	[COIL_REF_CODE] = "code",
	[COIL_REF_CLOSURE] = "closure", [COIL_REF_DEFAULT] = "default",
	[COIL_REF_MODULE] = "module",	[COIL_REF_METHOD] = "method",
	[COIL_REF_MEMBER] = "member",	[COIL_REF_WEAK] = "weak",
	[COIL_REF_KEYS] = "keys",	[COIL_REF_BUFFER] = "buffer",
	[COIL_REF_OTHER] = "other",
};

const char *coil_ref_kind_name(enum coil_ref_kind kind)
{
	return (size_t)kind < countof(kind_names) ? kind_names[kind] : NULL;
}

static struct coil_edges edges_of(const struct coil_graph *graph,
				  const uint64_t *offset, coil_node node)
{
	struct coil_edges it = {.graph = graph, .node = node};

	if (offset && node < graph->node_count) {
		it.at = offset[node];
		it.end = offset[node + 1];
	}
	return it;
}

struct coil_edges coil_graph_out(const struct coil_graph *graph, coil_node node)
{
	return edges_of(graph, graph->edge_offset, node);
}

struct coil_edges coil_graph_in(const struct coil_graph *graph, coil_node node)
{
	struct coil_edges it = edges_of(graph, graph->in_offset, node);

	it.in = true;
	return it;
}

static void edge_at(const struct coil_graph *g, coil_node from, uint64_t at,
		    struct coil_edge *out)
{
	out->from = from;
	out->to = g->edge_target[at];
	out->ordinal = at - g->edge_offset[from];
	out->flags = g->edge_flags[at];
}

/*
 * The index holds only who refers; which reference of it that is, its row
 * tells.  Several of one referrer are found one after the other.
 */
static bool next_in(struct coil_edges *edges, struct coil_edge *out)
{
	const struct coil_graph *g = edges->graph;
	uint64_t index = edges->at++;
	uint32_t from = g->in_from[index];
	uint64_t at = g->edge_offset[from];

	if (index > g->in_offset[edges->node] && g->in_from[index - 1] == from)
		at = edges->resume;
	at = coil_rows_find(g, from, (uint32_t)edges->node, at);
	if (at == UINT64_MAX)
		return false;
	edges->resume = at + 1;
	edge_at(g, from, at, out);
	return true;
}

bool coil_edges_next(struct coil_edges *edges, struct coil_edge *out)
{
	if (edges->at >= edges->end)
		return false;
	if (edges->in)
		return next_in(edges, out);
	edge_at(edges->graph, edges->node, edges->at++, out);
	return true;
}
