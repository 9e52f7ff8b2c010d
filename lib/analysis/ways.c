/* SPDX-License-Identifier: MIT */
/* Paths that differ from the shortest one: the shortest path to another holder
 * of a node on it, then on along the shortest one. */
#include <stdlib.h>

#include "base/base.h"
#include "coil/analysis.h"

struct way {
	struct coil_edge edge; /* from that holder to a node of the first */
	uint64_t length;
	size_t left; /* edges of the first path after it */
	bool native; /* nothing but C code holds it there: last */
};

struct coil_ways {
	const struct coil_graph *graph;
	const struct coil_paths *paths;
	struct coil_edge *first, *edges; /* the shortest path; the one asked */
	size_t first_count;
	struct way *ways;
	size_t count, room, at;
};

static int by_length(const void *a, const void *b)
{
	const struct way *x = a, *y = b;

	if (x->native != y->native)
		return x->native ? 1 : -1;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	if (x->left != y->left)
		return x->left < y->left ? -1 : 1;
	return x->edge.from < y->edge.from ? -1 : x->edge.from > y->edge.from;
}

static bool add_way(struct coil_ways *w, struct way way)
{
	return APPEND(w->ways, w->count, w->room, way);
}

/* Every other holder of the node that edge @at of the first path leads to. */
static bool add_holders(struct coil_ways *w, size_t at)
{
	const struct coil_edge *here = &w->first[at];
	struct coil_edges edges = coil_graph_in(w->graph, here->to);
	size_t left = w->first_count - 1 - at;
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
		coil_graph_node(w->graph, edge.from, &from);
		if (!add_way(w, (struct way){edge, distance + 1 + left, left,
					     from.kind == COIL_NODE_NATIVE}))
			return false;
	}
	return true;
}

/* Fill @w, whose graph and paths are set; false: no memory. */
static bool find(struct coil_ways *w, coil_node node)
{
	uint32_t distance = coil_paths_distance(w->paths, node);
	uint64_t longest = 0;

	if (distance == UINT32_MAX)
		return true;
	distance = (uint32_t)min64(distance, coil_graph_node_count(w->graph));
	w->first = calloc((size_t)distance + 1, sizeof(*w->first));
	if (!w->first)
		return false;
	w->first_count = coil_paths_edges(w->paths, node, w->first, distance);
	for (size_t at = w->first_count; at-- > 0;)
		if (!add_holders(w, at))
			return false;
	for (size_t i = 0; i < w->count; i++)
		longest = max64(longest, w->ways[i].length);
	w->edges = calloc(longest + 1, sizeof(*w->edges));
	if (w->count)
		qsort(w->ways, w->count, sizeof(*w->ways), by_length);
	return w->edges != NULL;
}

enum coil_status coil_ways_find(const struct coil_graph *graph,
				const struct coil_paths *paths, coil_node node,
				struct coil_ways **out, struct coil_error *err)
{
	struct coil_ways *w = calloc(1, sizeof(*w));

	if (w) {
		w->graph = graph;
		w->paths = paths;
		if (find(w, node)) {
			*out = w;
			return COIL_OK;
		}
	}
	coil_ways_free(w);
	return coil_fail(err, COIL_E_NOMEM, "out of memory");
}

/* Whether the shortest path to @node leads through @through. */
static bool leads_through(const struct coil_paths *paths, coil_node node,
			  coil_node through)
{
	uint32_t left = coil_paths_distance(paths, node);
	struct coil_edge edge;

	while (node != through) {
		if (!left-- || !coil_paths_parent(paths, node, &edge))
			return false;
		node = edge.from;
	}
	return true;
}

const struct coil_edge *coil_ways_next(struct coil_ways *w, size_t *count)
{
	const struct way *way;
	size_t n;

	do {
		if (w->at == w->count)
			return NULL;
		way = &w->ways[w->at++];
	} while (leads_through(w->paths, way->edge.from, way->edge.to));
	n = coil_paths_edges(w->paths, way->edge.from, w->edges,
			     way->length - way->left - 1);
	w->edges[n++] = way->edge;
	memcpy(w->edges + n, w->first + w->first_count - way->left,
	       way->left * sizeof(*w->edges));
	*count = n + way->left;
	return w->edges;
}

void coil_ways_free(struct coil_ways *w)
{
	if (!w)
		return;
	free(w->first);
	free(w->edges);
	free(w->ways);
	free(w);
}
