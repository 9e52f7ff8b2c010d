/* SPDX-License-Identifier: MIT */
/*
 * What holds up the nodes that no root reaches: components that no other
 * refers to.
 *
 * Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972)
 * closes a component after all those that it refers to.  So a reference to a
 * closed component always comes from another one, and marks it as held.
 */
#include <stdlib.h>

#include "graph/reach.h"

#define CLOSED UINT32_MAX

struct frame {
	uint64_t at; /* the next edge */
	uint32_t node;
	uint32_t low; /* lowest open order that was met */
};

struct unreachable {
	const struct coil_graph *graph;
	uint32_t *order;  /* from 1; 0: not seen; CLOSED */
	uint32_t *lowest; /* of a closed node: lowest of its component */
	uint8_t *held;	  /* by lowest: another component refers to it */
	uint32_t *open;	  /* nodes whose component is not closed */
	size_t open_count;
	struct frame *frames;
	size_t depth, room;
	uint32_t next;
};

static bool left_out(const struct coil_graph *g, uint32_t node)
{
	return node >= g->object_count || g->flags[node] & COIL_FLAG_REACHABLE;
}

static bool enter(struct unreachable *u, uint32_t node)
{
	if (!RESERVE(u->frames, u->room, u->depth + 1))
		return false;
	u->order[node] = ++u->next;
	u->open[u->open_count++] = node;
	u->frames[u->depth++] = (struct frame){
		.at = u->graph->edge_offset[node],
		.node = node,
		.low = u->next,
	};
	return true;
}

static void close_component(struct unreachable *u, uint32_t root)
{
	size_t first = u->open_count;
	uint32_t lowest = root;

	do {
		uint32_t member = u->open[--first];

		lowest = member < lowest ? member : lowest;
	} while (u->open[first] != root);
	for (size_t i = first; i < u->open_count; i++) {
		u->order[u->open[i]] = CLOSED;
		u->lowest[u->open[i]] = lowest;
	}
	u->open_count = first;
}

/* The top frame is done: close what it is the root of, return to the one
 * below. */
static void leave(struct unreachable *u)
{
	struct frame top = u->frames[--u->depth];
	struct frame *below = u->depth ? &u->frames[u->depth - 1] : NULL;
	bool root = top.low == u->order[top.node];

	if (root)
		close_component(u, top.node);
	if (below && root)
		u->held[u->lowest[top.node]] = 1;
	else if (below && top.low < below->low)
		below->low = top.low;
}

/* Follow the top frame's row to the first node not seen; false: no memory. */
static bool step(struct unreachable *u)
{
	const struct coil_graph *g = u->graph;
	struct frame *top = &u->frames[u->depth - 1];
	uint64_t end = g->edge_offset[top->node + 1];

	while (top->at < end) {
		uint64_t e = top->at++;
		uint32_t to = g->edge_target[e];

		if (!coil_edge_strong(g->edge_flags[e]) || left_out(g, to))
			continue;
		if (!u->order[to])
			return enter(u, to);
		if (u->order[to] == CLOSED)
			u->held[u->lowest[to]] = 1;
		else if (u->order[to] < top->low)
			top->low = u->order[to];
	}
	leave(u);
	return true;
}

static bool search(struct unreachable *u)
{
	for (uint32_t n = 0; n < u->graph->object_count; n++) {
		if (left_out(u->graph, n) || u->order[n])
			continue;
		if (!enter(u, n))
			return false;
		while (u->depth) {
			if (!step(u))
				return false;
		}
	}
	return true;
}

static bool is_source(const struct unreachable *u, uint32_t node)
{
	return u->order[node] == CLOSED && u->lowest[node] == node &&
	       !u->held[node];
}

static enum coil_status collect(const struct unreachable *u, uint32_t **out,
				size_t *count)
{
	uint32_t *nodes;
	size_t found = 0;

	for (uint32_t n = 0; n < u->graph->object_count; n++)
		found += is_source(u, n);
	if (!found)
		return COIL_OK;
	nodes = malloc(found * sizeof(*nodes));
	if (!nodes)
		return COIL_E_NOMEM;
	*count = 0;
	for (uint32_t n = 0; n < u->graph->object_count; n++) {
		if (is_source(u, n))
			nodes[(*count)++] = n;
	}
	*out = nodes;
	return COIL_OK;
}

enum coil_status coil_unreachable(const struct coil_graph *graph,
				  uint32_t **out, size_t *count)
{
	size_t n = (size_t)graph->object_count + 1;
	_cleanup_free_ uint32_t *order = calloc(n, sizeof(*order));
	_cleanup_free_ uint32_t *lowest = calloc(n, sizeof(*lowest));
	_cleanup_free_ uint8_t *held = calloc(n, sizeof(*held));
	_cleanup_free_ uint32_t *open = calloc(n, sizeof(*open));
	struct unreachable u = {
		.graph = graph,
		.order = order,
		.lowest = lowest,
		.held = held,
		.open = open,
	};
	bool searched;

	*out = NULL;
	*count = 0;
	if (!order || !lowest || !held || !open)
		return COIL_E_NOMEM;
	searched = search(&u);
	free(u.frames);
	return searched ? collect(&u, out, count) : COIL_E_NOMEM;
}
