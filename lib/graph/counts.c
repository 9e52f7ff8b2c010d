/* SPDX-License-Identifier: MIT */
/*
 * References that the rows account for, by target; and which of those that a
 * scan found can be any.
 */
#include <stdlib.h>

#include "graph/counts.h"

#define CLAIMS (COIL_EDGE_COUNTED | COIL_EDGE_INEXACT)

/* Whether the reference count of @node says how many references there are. */
static bool tells(const struct coil_graph *g, uint32_t node)
{
	const uint32_t says_nothing = COIL_FLAG_STATIC | COIL_FLAG_IMMORTAL |
				      15u << COIL_FLAGS_KIND_SHIFT;

	return !(g->flags[node] & says_nothing);
}

/*
 * Believe the references from a scan as far as there is room, those of nodes
 * with COIL_FLAG_INEXACT or those of nodes without.
 */
static void believe(struct coil_graph *g, uint32_t *counts, uint32_t inexact)
{
	const uint8_t doubted =
		(uint8_t) ~(COIL_EDGE_COUNTED | COIL_EDGE_TRAVERSED);

	for (uint32_t n = 0; n < g->object_count; n++) {
		if ((g->flags[n] & COIL_FLAG_INEXACT) != inexact)
			continue;
		for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1];
		     e++) {
			uint32_t to = g->edge_target[e];

			if ((g->edge_flags[e] & CLAIMS) != CLAIMS)
				continue;
			if (!tells(g, to) ||
			    counts[to] < coil_graph_refcount(g, to))
				counts[to]++;
			else
				g->edge_flags[e] &= doubted;
		}
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
	/* A module's state or a frame's stack before objects of unknown C
	 * types. */
	believe(g, counts, 0);
	believe(g, counts, COIL_FLAG_INEXACT);
	return counts;
}
