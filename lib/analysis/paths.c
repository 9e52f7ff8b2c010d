/* SPDX-License-Identifier: MIT */
/*
 * Shortest paths from the root, breadth first, in five rounds, each from where
 * the one before could not go on:
 *
 *	1. strong references, but for the nodes <native> and <unreachable>, and
 *	   for what is on the stack of a frame that executes
 *	2. from those stacks: what is there may be stale
 *	3. from <native>: what must be held by C code
 *	4. weak references, where they are asked for, and strong ones behind
 *	   them; before round 5, which would leave nothing to find
 *	5. from <unreachable>: what nothing holds
 *
 * Rows are read in order and nodes in the order in which they were reached, so
 * the tree is the same every time.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "analysis/saved.h"
#include "base/bounds.h"
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

/* Which references a node is followed by. */
enum follow { SURE = 1, DOUBTFUL = 2, WEAK = 4 };

/* Nodes already reached, nodes[at, end), by ascending distance. */
struct run {
	const uint32_t *nodes;
	size_t at, end;
	unsigned follow; /* enum follow, of each */
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

/* What a reference from a node with the flags @from is. */
static unsigned sort_of(uint32_t from, uint8_t edge)
{
	if ((edge & COIL_EDGE_KIND) == COIL_REF_WEAK)
		return WEAK;
	if (!coil_edge_strong(edge))
		return 0;
	return edge & COIL_EDGE_INEXACT && from & COIL_FLAG_EXECUTING ? DOUBTFUL
								      : SURE;
}

static void scan(struct walk *w, uint32_t from, unsigned follow)
{
	const struct coil_graph *g = w->paths->graph;
	uint32_t distance = w->paths->distance[from] + 1;
	uint32_t of = g->flags[from];

	for (uint64_t e = g->edge_offset[from]; e < g->edge_offset[from + 1];
	     e++) {
		uint32_t to = g->edge_target[e];

		if (to != w->native && to != w->unreachable &&
		    sort_of(of, g->edge_flags[e]) & follow)
			reach(w, to, distance, e);
	}
}

static void scan_all(struct walk *w, unsigned follow)
{
	while (w->head < w->tail)
		scan(w, w->queue[w->head++], follow);
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
	scan_all(w, SURE | DOUBTFUL);
}

/* The run whose next node is nearest, the first of equals; NULL: all done. */
static struct run *nearest(const struct walk *w, struct run *runs, size_t count)
{
	uint32_t least = UINT32_MAX;
	struct run *found = NULL;

	for (size_t i = 0; i < count; i++) {
		uint32_t distance;

		if (runs[i].at == runs[i].end)
			continue;
		distance = w->paths->distance[runs[i].nodes[runs[i].at]];
		if (distance < least) {
			least = distance;
			found = &runs[i];
		}
	}
	return found;
}

/*
 * Go on from @runs, the last of which is the empty one that what is reached now
 * goes to.  Each is sorted by distance, and so is what is reached if the
 * nearest node is always the next.
 */
static void scan_runs(struct walk *w, struct run *runs, size_t count)
{
	struct run *last = &runs[count - 1], *run;

	last->nodes = w->queue;
	last->at = last->end = w->tail;
	while ((run = nearest(w, runs, count))) {
		scan(w, run->nodes[run->at++], run->follow);
		last->end = w->tail;
	}
	w->head = w->tail;
}

static int by_distance(const void *a, const void *b, void *ctx)
{
	const uint32_t *distance = ctx;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (distance[x] != distance[y])
		return distance[x] < distance[y] ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* From the stacks of frames that execute; false: out of memory. */
static bool scan_stacks(struct walk *w)
{
	const struct coil_graph *g = w->paths->graph;
	uint32_t *distance = w->paths->distance;
	_cleanup_free_ uint32_t *nodes = NULL;
	struct run runs[2] = {{.follow = DOUBTFUL},
			      {.follow = SURE | DOUBTFUL}};
	size_t count = 0, room = 0;

	for (uint32_t n = 0; n < g->object_count; n++) {
		if (!(g->flags[n] & COIL_FLAG_EXECUTING) ||
		    distance[n] == UINT32_MAX)
			continue;
		if (!APPEND(nodes, count, room, n))
			return false;
	}
	if (count)
		qsort_r(nodes, count, sizeof(*nodes), by_distance, distance);
	runs[0].nodes = nodes;
	runs[0].end = count;
	scan_runs(w, runs, countof(runs));
	return true;
}

static bool walk(struct walk *w, bool weak)
{
	const struct coil_graph *g = w->paths->graph;
	uint32_t root = coil_graph_root_index(g);
	size_t first, second;

	w->native = root + 2;
	w->unreachable = root + 3;
	reach(w, root, 0, NO_EDGE);
	scan_all(w, SURE);
	first = w->tail;
	if (!scan_stacks(w))
		return false;
	second = w->tail;
	scan_root_node(w, w->native);
	if (weak) {
		struct run runs[] = {
			{w->queue, 0, first, WEAK},
			{w->queue, first, second, WEAK},
			{w->queue, second, w->tail, WEAK},
			{.follow = SURE | DOUBTFUL | WEAK},
		};

		scan_runs(w, runs, countof(runs));
	}
	scan_root_node(w, w->unreachable);
	return true;
}

enum coil_status coil_paths_find(const struct coil_graph *graph, bool weak,
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
	if (paths && paths->distance)
		memset(paths->distance, 0xff, nodes * sizeof(*paths->distance));
	if (!paths || !paths->distance || !paths->edge || !queue ||
	    !walk(&w, weak)) {
		coil_paths_free(paths);
		return coil_fail(err, COIL_E_NOMEM,
				 "no memory for the paths of %zu nodes", nodes);
	}
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
	return (uint32_t)FIRST_WHERE(n, g->node_count - 1,
				     g->edge_offset[n + 1] > edge);
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

size_t coil_paths_edges(const struct coil_paths *paths, coil_node node,
			struct coil_edge *edges, size_t room)
{
	uint32_t distance = coil_paths_distance(paths, node);
	size_t n = 0, most;

	if (distance == UINT32_MAX)
		return 0;
	most = min64(room, distance);
	for (; n < most; n++) {
		struct coil_edge *edge = &edges[most - 1 - n];

		if (!coil_paths_parent(paths, node, edge))
			break;
		node = edge->from;
	}
	memmove(edges, edges + most - n, n * sizeof(*edges));
	return n;
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
