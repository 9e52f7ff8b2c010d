/* SPDX-License-Identifier: MIT */
/*
 * References that the rows account for, by target; and which of those that
 * nobody vouches for can be any.
 */
#include <stdlib.h>

#include "graph/counts.h"

#define CLAIMS (COIL_EDGE_COUNTED | COIL_EDGE_INEXACT)
#define WHENCE (COIL_FLAG_INEXACT | COIL_FLAG_EXECUTING)

/*
 * Whose inexact references are believed first, by the flags of the node that
 * has them: a module's state and members that a type names, then the words of
 * objects of unknown C types; the stack of a frame that executes comes last,
 * since what stands above its top is stale, and never explains a count that
 * something else does.
 */
static const uint32_t order[] = {
	0,
	COIL_FLAG_INEXACT,
	COIL_FLAG_EXECUTING,
	COIL_FLAG_EXECUTING | COIL_FLAG_INEXACT,
};

/* Whether the reference count of @node says how many references there are. */
static bool tells(const struct coil_graph *g, uint32_t node)
{
	const uint32_t says_nothing = COIL_FLAG_STATIC | COIL_FLAG_IMMORTAL |
				      15u << COIL_FLAGS_KIND_SHIFT;

	return !(g->flags[node] & says_nothing);
}

/* Whether a reference to @to can be one: there is room in its count, or its
 * count says nothing; then a word of a stack is not worth a path. */
static bool has_room(const struct coil_graph *g, const uint32_t *counts,
		     uint32_t from, uint32_t to)
{
	if (!tells(g, to))
		return !(g->flags[from] & COIL_FLAG_EXECUTING);
	return counts[to] < coil_graph_refcount(g, to);
}

/* Believe the inexact references of @node as far as there is room in the
 * counts of what they lead to. */
static void believe(struct coil_graph *g, uint32_t *counts, uint32_t node)
{
	const uint8_t doubted =
		(uint8_t) ~(COIL_EDGE_COUNTED | COIL_EDGE_TRAVERSED);

	for (uint64_t e = g->edge_offset[node]; e < g->edge_offset[node + 1];
	     e++) {
		uint32_t to = g->edge_target[e];

		if ((g->edge_flags[e] & CLAIMS) != CLAIMS)
			continue;
		if (has_room(g, counts, node, to))
			counts[to]++;
		else
			g->edge_flags[e] &= doubted;
	}
}

uint32_t *coil_graph_counts(struct coil_graph *g)
{
	uint32_t *counts = calloc((size_t)g->node_count + 1, sizeof(*counts));

	if (!counts)
		return NULL;
	for (uint64_t e = 0; e < g->edge_count; e++)
		if ((g->edge_flags[e] & CLAIMS) == COIL_EDGE_COUNTED)
			counts[g->edge_target[e]]++;
	for (size_t i = 0; i < countof(order); i++)
		for (uint32_t n = 0; n < g->object_count; n++)
			if ((g->flags[n] & WHENCE) == order[i])
				believe(g, counts, n);
	return counts;
}
