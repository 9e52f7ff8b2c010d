/* SPDX-License-Identifier: MIT */
/*
 * The rows of the roots: what they hold is worked out from the rows of all
 * others.
 */
#include <stdlib.h>

#include "walk/builder.h"
#include "graph/counts.h"
#include "graph/reach.h"
#include "graph/verdict.h"

static void begin_root(struct coil_builder *b, enum coil_node_kind kind)
{
	struct coil_graph *g = b->graph;
	uint32_t node = g->object_count + (uint32_t)(kind - COIL_NODE_ROOT);

	g->edge_offset[node] = g->edge_count;
	g->type[node] = g->type_count - COIL_SPECIAL_TYPES + kind - 1;
	g->flags[node] =
		(uint32_t)kind << COIL_FLAGS_KIND_SHIFT | COIL_FLAG_REACHABLE;
}

/* Root, static, native: see architecture.md, "Roots". */
bool coil_build_roots(struct coil_builder *b)
{
	const unsigned holds = COIL_REF_OTHER | COIL_EDGE_COUNTED;
	struct coil_graph *g = b->graph;
	uint32_t root = g->object_count;
	uint32_t *counts = coil_graph_counts(g);

	if (!counts)
		return false;
	begin_root(b, COIL_NODE_ROOT);
	for (size_t i = 0; i < b->reader->runtime->interpreter_count; i++) {
		uint32_t to = coil_addrset_rank(
			g->find, b->reader->runtime->interpreters[i]);

		if (to != UINT32_MAX)
			coil_build_append(b, to, holds);
	}
	for (uint32_t i = 1; i < COIL_ROOT_NODES; i++)
		coil_build_append(b, root + i, holds);
	begin_root(b, COIL_NODE_STATIC);
	for (uint32_t i = 0; i < g->object_count; i++)
		if (g->flags[i] & (COIL_FLAG_STATIC | COIL_FLAG_IMMORTAL))
			coil_build_append(b, i, holds);
	begin_root(b, COIL_NODE_NATIVE);
	for (uint32_t i = 0; i < g->object_count; i++)
		if (!coil_graph_kind(g, i) &&
		    !(g->flags[i] & (COIL_FLAG_STATIC | COIL_FLAG_IMMORTAL)) &&
		    coil_graph_refcount(g, i) > counts[i])
			coil_build_append(b, i, holds);
	free(counts);
	/* Empty until it is known what the others reach. */
	begin_root(b, COIL_NODE_UNREACHABLE);
	g->edge_offset[g->node_count] = g->edge_count;
	return !b->nomem;
}

enum coil_status coil_build_unreachable(struct coil_builder *b)
{
	struct coil_graph *g = b->graph;
	uint32_t *heads = NULL;
	size_t count = 0;
	enum coil_status st = coil_reach(g);

	if (st == COIL_OK)
		st = coil_unreachable(g, &heads, &count);
	for (size_t i = 0; st == COIL_OK && i < count; i++)
		coil_build_append(b, heads[i],
				  COIL_REF_OTHER | COIL_EDGE_COUNTED);
	free(heads);
	g->edge_offset[g->node_count] = g->edge_count;
	if (st == COIL_OK)
		st = coil_verdict(g, NULL);
	if (st == COIL_OK)
		st = coil_reach_surely(g);
	return b->nomem ? COIL_E_NOMEM : st;
}
