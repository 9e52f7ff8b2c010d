/* SPDX-License-Identifier: MIT */
/* Paths that differ from the shortest one. */
#include <stdlib.h>

#include "ways.h"

/* Another path: the shortest one to a holder, then on along the first. */
struct tool_way {
	struct coil_edge edge; /* from that holder to a node of the first */
	uint64_t length;
	size_t left; /* edges of the first path after it */
	bool native; /* nothing but C code holds it there: last */
};

static int by_length(const void *a, const void *b)
{
	const struct tool_way *x = a, *y = b;

	if (x->native != y->native)
		return x->native ? 1 : -1;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	if (x->left != y->left)
		return x->left < y->left ? -1 : 1;
	return x->edge.from < y->edge.from ? -1 : x->edge.from > y->edge.from;
}

static void add_way(struct tool_ways *w, struct tool_way way)
{
	if (w->count == w->room) {
		size_t room = w->room + w->room / 2 + 16;
		struct tool_way *bigger =
			realloc(w->ways, room * sizeof(*bigger));

		if (!bigger)
			tool_die(w->tool, "out of memory");
		w->ways = bigger;
		w->room = room;
	}
	w->ways[w->count++] = way;
}

/* Whether the shortest path to @node leads through @through. */
static bool leads_through(const struct tool_ways *p, coil_node node,
			  coil_node through)
{
	uint32_t left = coil_paths_distance(p->paths, node);
	struct coil_edge edge;

	while (node != through) {
		if (!left-- || !coil_paths_parent(p->paths, node, &edge))
			return false;
		node = edge.from;
	}
	return true;
}

/* Every other holder of the node that edge @at of the first path leads to. */
static void add_ways(struct tool_ways *w, size_t at)
{
	const struct coil_graph *graph = tool_graph(w->tool, 0);
	const struct coil_edge *here = &w->first.edges[at];
	struct coil_edges edges = coil_graph_in(graph, here->to);
	size_t left = w->first.count - 1 - at;
	struct coil_node_info from;
	coil_node last = here->from;
	struct coil_edge edge;

	while (coil_edges_next(&edges, &edge)) {
		uint32_t distance = coil_paths_distance(w->paths, edge.from);

		if (edge.from == here->from || edge.from == last ||
		    distance == UINT32_MAX ||
		    !(edge.flags & COIL_EDGE_COUNTED) ||
		    (edge.flags & COIL_EDGE_KIND) == COIL_REF_WEAK)
			continue;
		last = edge.from;
		coil_graph_node(graph, edge.from, &from);
		add_way(w, (struct tool_way){edge, distance + 1 + left, left,
					     from.kind == COIL_NODE_NATIVE});
	}
}

void tool_ways_find(struct tool_ways *w, struct tool *tool,
		    const struct coil_paths *paths,
		    const struct tool_chain *first)
{
	*w = (struct tool_ways){.tool = tool, .paths = paths};
	for (size_t i = 0; i < first->count; i++)
		tool_chain_add(tool, &w->first, &first->edges[i]);
	for (size_t at = first->count; at-- > 0;)
		add_ways(w, at);
	if (w->count)
		qsort(w->ways, w->count, sizeof(*w->ways), by_length);
}

bool tool_ways_next(struct tool_ways *w, struct tool_chain *chain)
{
	const struct tool_way *way;

	do {
		if (w->at == w->count)
			return false;
		way = &w->ways[w->at++];
	} while (leads_through(w, way->edge.from, way->edge.to));
	tool_chain_path(w->tool, w->paths, way->edge.from, chain);
	tool_chain_add(w->tool, chain, &way->edge);
	for (size_t i = w->first.count - way->left; i < w->first.count; i++)
		tool_chain_add(w->tool, chain, &w->first.edges[i]);
	return true;
}

void tool_ways_free(struct tool_ways *w)
{
	free(w->first.edges);
	free(w->ways);
}
