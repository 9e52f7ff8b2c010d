/* SPDX-License-Identifier: MIT */
/*
 * A shortest cycle through the example of a component: breadth first from it
 * over the component's own references, until one leads back.  The work is
 * bounded by the rows of the component's members.
 */
#include <stdlib.h>

#include "analysis/cycles.h"
#include "base/bounds.h"

struct step {
	uint64_t edge; /* by which the member is reached */
	uint32_t from; /* place of the member it comes from */
	bool seen;
};

struct shape {
	const struct coil_graph *graph;
	const uint32_t *members; /* ascending; the example is the first */
	size_t count;
	struct step *steps; /* by place */
	uint32_t *queue;    /* places */
	size_t tail;
};

/* The place of @node among the members; count where it is none. */
static size_t place_of(const struct shape *s, uint32_t node)
{
	size_t at = FIRST_WHERE(i, s->count, s->members[i] >= node);

	return at < s->count && s->members[at] == node ? at : s->count;
}

/* The edge from the member at @place back to the example, if it has one;
 * members not seen before are put in the queue. */
static bool scan(struct shape *s, uint32_t place, uint64_t *back)
{
	const struct coil_graph *g = s->graph;
	uint32_t from = s->members[place];

	for (uint64_t e = g->edge_offset[from]; e < g->edge_offset[from + 1];
	     e++) {
		size_t to;

		if (!coil_edge_strong(g->edge_flags[e]))
			continue;
		to = place_of(s, g->edge_target[e]);
		if (to == s->count)
			continue;
		if (to == 0) {
			*back = e;
			return true;
		}
		if (!s->steps[to].seen) {
			s->steps[to] = (struct step){e, place, true};
			s->queue[s->tail++] = (uint32_t)to;
		}
	}
	return false;
}

static void put(const struct shape *s, struct coil_edge *out, uint32_t place,
		uint64_t edge)
{
	const struct coil_graph *g = s->graph;

	out->from = s->members[place];
	out->to = g->edge_target[edge];
	out->ordinal = edge - g->edge_offset[s->members[place]];
	out->flags = g->edge_flags[edge];
}

/* Write the way to the member at @last and @back, which closes the cycle. */
static size_t write_edges(const struct shape *s, uint32_t last, uint64_t back,
			  struct coil_edge *edges, size_t room)
{
	size_t length = 1, at;

	for (uint32_t p = last; p; p = s->steps[p].from)
		length++;
	at = length - 1;
	if (at < room)
		put(s, &edges[at], last, back);
	for (uint32_t p = last; p; p = s->steps[p].from) {
		if (--at < room)
			put(s, &edges[at], s->steps[p].from, s->steps[p].edge);
	}
	return length < room ? length : room;
}

/* Without memory for a search: the first reference that stays inside. */
static size_t write_first(const struct shape *s, struct coil_edge *edges)
{
	const struct coil_graph *g = s->graph;
	uint64_t e = g->edge_offset[s->members[0]];

	while (e + 1 < g->edge_offset[s->members[0] + 1] &&
	       (!coil_edge_strong(g->edge_flags[e]) ||
		place_of(s, g->edge_target[e]) == s->count))
		e++;
	put(s, edges, 0, e);
	return 1;
}

size_t coil_cycles_shape(const struct coil_cycles *cycles, uint64_t index,
			 struct coil_edge *edges, size_t room)
{
	struct shape s = {.graph = cycles->graph};
	_cleanup_free_ struct step *steps = NULL;
	_cleanup_free_ uint32_t *queue = NULL;
	uint64_t back;

	if (index >= cycles->count || !room)
		return 0;
	s.members = cycles->members + cycles->first[index];
	s.count = cycles->first[index + 1] - cycles->first[index];
	s.steps = steps = calloc(s.count, sizeof(*steps));
	s.queue = queue = malloc(s.count * sizeof(*queue));
	if (!steps || !queue)
		return write_first(&s, edges);
	s.queue[s.tail++] = 0;
	for (size_t head = 0; head < s.tail; head++) {
		if (scan(&s, queue[head], &back))
			return write_edges(&s, queue[head], back, edges, room);
	}
	return write_first(&s, edges); /* it is no cycle: not reached */
}
