/* SPDX-License-Identifier: MIT */
/*
 * Shortest paths from the root, breadth first, in four rounds, each from where
 * the one before could not go on:
 *
 *	1. strong references, but for the nodes <native> and <unreachable>
 *	2. from <native>: what must be held by C code
 *	3. weak references, where they are asked for, and strong ones behind
 *	   them; before round 4, which would leave nothing to find
 *	4. from <unreachable>: what nothing holds
 *
 * Rows are read in order and nodes in the order in which they were reached, so
 * the tree is the same every time.
 */
#include <stdlib.h>

#include "analysis/saved.h"
#include "coil/analysis.h"
#include "graph/graph.h"

#define NO_EDGE UINT64_MAX

struct coil_paths {
	const struct coil_graph *graph; /* borrowed */
	uint32_t *distance;		/* UINT32_MAX: not reached */
	uint64_t *edge;			/* by which a node is reached */
	bool borrowed; /* both arrays are those of a file: saved.h */
};

struct walk {
	struct coil_paths *paths;
	uint32_t *queue; /* every node at most once */
	size_t head, tail;
	uint32_t native, unreachable;
};

/* Nodes already reached, [at, end) of the queue, by ascending distance. */
struct run {
	size_t at, end;
};

static void reach(struct walk *w, uint32_t node, uint32_t distance,
		  uint64_t edge)
{
	struct coil_paths *p = w->paths;

	if (p->distance[node] != UINT32_MAX)
		return;
	p->distance[node] = distance;
	p->edge[node] = edge;
	w->queue[w->tail++] = node;
}

static void scan(struct walk *w, uint32_t from, bool strong, bool weak)
{
	const struct coil_graph *g = w->paths->graph;
	uint32_t distance = w->paths->distance[from] + 1;

	for (uint64_t e = g->edge_offset[from]; e < g->edge_offset[from + 1];
	     e++) {
		uint32_t to = g->edge_target[e];
		uint8_t flags = g->edge_flags[e];

		if (to == w->native || to == w->unreachable)
			continue;
		if ((strong && coil_edge_strong(flags)) ||
		    (weak && (flags & COIL_EDGE_KIND) == COIL_REF_WEAK))
			reach(w, to, distance, e);
	}
}

static void scan_all(struct walk *w)
{
	while (w->head < w->tail)
		scan(w, w->queue[w->head++], true, false);
}

/* Start a round at @node, if the root refers to it. */
static void scan_root_node(struct walk *w, uint32_t node)
{
	const struct coil_graph *g = w->paths->graph;
	uint32_t root = coil_graph_root_index(g);
	uint64_t e = g->edge_offset[root], end = g->edge_offset[root + 1];

	while (e < end && (g->edge_target[e] != node ||
			   !coil_edge_strong(g->edge_flags[e])))
		e++;
	if (e < end)
		reach(w, node, 1, e);
	scan_all(w);
}

/* Nearest of the three runs' next nodes, first run first; false: all done. */
static bool take_nearest(const struct walk *w, struct run *runs, size_t count,
			 size_t *run, uint32_t *node)
{
	uint32_t nearest = UINT32_MAX;

	for (size_t i = 0; i < count; i++) {
		uint32_t n;

		if (runs[i].at == runs[i].end)
			continue;
		n = w->queue[runs[i].at];
		if (w->paths->distance[n] < nearest) {
			nearest = w->paths->distance[n];
			*run = i;
			*node = n;
		}
	}
	if (nearest == UINT32_MAX)
		return false;
	runs[*run].at++;
	return true;
}

/*
 * Weak references of all that rounds 1 (up to @first) and 2 have reached, and
 * all references of what they lead to.  The two rounds and the new nodes are
 * each sorted by distance, so taking the nearest of three is enough.
 */
static void scan_weak(struct walk *w, size_t first)
{
	struct run runs[3] = {
		{0, first},
		{first, w->tail},
		{w->tail, w->tail},
	};
	uint32_t node = 0;
	size_t run = 0;

	while (take_nearest(w, runs, countof(runs), &run, &node)) {
		scan(w, node, run == 2, true);
		runs[2].end = w->tail;
	}
	w->head = w->tail;
}

static void walk(struct walk *w, bool weak)
{
	const struct coil_graph *g = w->paths->graph;
	uint32_t root = coil_graph_root_index(g);
	size_t first;

	w->native = root + 2;
	w->unreachable = root + 3;
	reach(w, root, 0, NO_EDGE);
	scan_all(w);
	first = w->tail;
	scan_root_node(w, w->native);
	if (weak)
		scan_weak(w, first);
	scan_root_node(w, w->unreachable);
}

enum coil_status coil_paths_compute(const struct coil_graph *graph, bool weak,
				    struct coil_paths **out,
				    struct coil_error *err)
{
	size_t nodes = graph->node_count;
	struct coil_paths *paths = calloc(1, sizeof(*paths));
	_cleanup_free_ uint32_t *queue = malloc(nodes * sizeof(*queue));
	struct walk w = {.paths = paths, .queue = queue};

	if (paths) {
		paths->graph = graph;
		paths->distance = malloc(nodes * sizeof(*paths->distance));
		paths->edge = malloc(nodes * sizeof(*paths->edge));
	}
	if (!paths || !paths->distance || !paths->edge || !queue) {
		coil_paths_free(paths);
		return coil_fail(err, COIL_E_NOMEM,
				 "no memory for the paths of %zu nodes", nodes);
	}
	memset(paths->distance, 0xff, nodes * sizeof(*paths->distance));
	walk(&w, weak);
	*out = paths;
	return COIL_OK;
}

void coil_paths_free(struct coil_paths *paths)
{
	if (!paths)
		return;
	if (!paths->borrowed) {
		free(paths->distance);
		free(paths->edge);
	}
	free(paths);
}

uint32_t coil_paths_distance(const struct coil_paths *paths, coil_node node)
{
	return node < paths->graph->node_count ? paths->distance[node]
					       : UINT32_MAX;
}

/* The node whose row holds edge @edge. */
static uint32_t row_of(const struct coil_graph *g, uint64_t edge)
{
	uint32_t low = 0, high = g->node_count - 1;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (g->edge_offset[mid + 1] <= edge)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool coil_paths_parent(const struct coil_paths *paths, coil_node node,
		       struct coil_edge *out)
{
	const struct coil_graph *g = paths->graph;
	uint32_t from;
	uint64_t e;

	if (coil_paths_distance(paths, node) == UINT32_MAX ||
	    paths->edge[node] == NO_EDGE)
		return false;
	e = paths->edge[node];
	from = row_of(g, e);
	*out = (struct coil_edge){
		.from = from,
		.to = node,
		.ordinal = e - g->edge_offset[from],
		.flags = g->edge_flags[e],
	};
	return true;
}

void coil_paths_to_sections(const struct coil_paths *paths,
			    struct coil_section *out)
{
	const uint64_t n = paths->graph->node_count;

	out[0] = (struct coil_section){paths->distance,
				       n * sizeof(*paths->distance)};
	out[1] = (struct coil_section){paths->edge, n * sizeof(*paths->edge)};
}

enum coil_status coil_paths_of_sections(const struct coil_graph *graph,
					const struct coil_section *sections,
					size_t count, struct coil_paths **out)
{
	const uint64_t n = graph->node_count;
	struct coil_paths *paths;

	if (count != COIL_PATHS_SECTIONS ||
	    sections[0].size != n * sizeof(*paths->distance) ||
	    sections[1].size != n * sizeof(*paths->edge))
		return COIL_E_BAD_DATA;
	paths = calloc(1, sizeof(*paths));
	if (!paths)
		return COIL_E_NOMEM;
	paths->graph = graph;
	paths->borrowed = true;
	paths->distance = (void *)(uintptr_t)sections[0].data;
	paths->edge = (void *)(uintptr_t)sections[1].data;
	*out = paths;
	return COIL_OK;
}
