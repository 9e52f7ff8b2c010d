/* SPDX-License-Identifier: MIT */
/*
 * The collector's own verdict: subtract from each candidate's reference count
 * the references that candidates hold; what is left over must come from
 * outside, and what those reach is alive.  References that are missing are
 * not subtracted: missing memory makes garbage look alive, never the reverse.
 * So does a count lower than the references found, which contradicts itself.
 *
 * Source: Modules/gcmodule.c of CPython 3.11: a full collection merges the
 * three generations and leaves the permanent one (gc.freeze) alone.
 */
#include <stdlib.h>

#include "graph/verdict.h"

#define PERMANENT_GENERATION 3

struct verdict {
	struct coil_graph *graph;
	uint32_t *inner; /* references from candidates; ALIVE, OUTSIDE */
	uint32_t *stack;
	size_t depth;
};

/* In place of a number of references. */
#define ALIVE	UINT32_MAX
#define OUTSIDE (UINT32_MAX - 1)
#define MANY	(UINT32_MAX - 2)

static bool is_candidate(uint32_t flags)
{
	int generation = (int)(flags >> COIL_FLAGS_GEN_SHIFT & 7) - 1;

	/* What an earlier interpreter left is on no list: nobody looks. */
	return (flags & COIL_FLAG_GC) && !(flags & COIL_FLAG_LEFT_OVER) &&
	       generation != PERMANENT_GENERATION;
}

/* A frame's reference that is not counted: the collector follows it and does
 * not subtract it. Source: CPython 3.14, Python/gc.c, _PyGC_VisitStackRef(). */
static bool is_borrowed(uint8_t flags)
{
	uint8_t kind = flags & COIL_EDGE_KIND;

	return !(flags & COIL_EDGE_COUNTED) &&
	       (kind == COIL_REF_LOCAL || kind == COIL_REF_CELL ||
		kind == COIL_REF_CODE || kind == COIL_REF_OTHER);
}

static void subtract(struct verdict *v)
{
	const struct coil_graph *g = v->graph;

	for (uint32_t n = 0; n < g->node_count; n++)
		v->inner[n] = is_candidate(g->flags[n]) ? 0 : OUTSIDE;
	for (uint32_t n = 0; n < g->node_count; n++) {
		if (v->inner[n] == OUTSIDE)
			continue;
		for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1];
		     e++) {
			uint32_t *to = &v->inner[g->edge_target[e]];

			if ((g->edge_flags[e] & COIL_EDGE_TRAVERSED) &&
			    *to < MANY && !is_borrowed(g->edge_flags[e]))
				++*to;
		}
	}
}

static void make_alive(struct verdict *v, uint32_t node)
{
	if (v->inner[node] < OUTSIDE) {
		v->inner[node] = ALIVE;
		v->stack[v->depth++] = node;
	}
}

static void spread(struct verdict *v)
{
	const struct coil_graph *g = v->graph;

	while (v->depth) {
		uint32_t n = v->stack[--v->depth];

		for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1];
		     e++) {
			if (g->edge_flags[e] & COIL_EDGE_TRAVERSED)
				make_alive(v, g->edge_target[e]);
		}
	}
}

enum coil_status coil_verdict(struct coil_graph *graph, uint64_t *garbage)
{
	size_t nodes = graph->node_count;
	_cleanup_free_ uint32_t *inner = calloc(nodes + 1, sizeof(*inner));
	_cleanup_free_ uint32_t *stack = calloc(nodes + 1, sizeof(*stack));
	struct verdict v = {.graph = graph, .inner = inner, .stack = stack};
	uint64_t found = 0;

	if (!inner || !stack)
		return COIL_E_NOMEM;
	subtract(&v);
	for (uint32_t n = 0; n < nodes; n++) {
		if (inner[n] < OUTSIDE &&
		    (graph->flags[n] & COIL_FLAG_IMMORTAL ||
		     inner[n] != coil_graph_refcount(graph, n)))
			make_alive(&v, n);
	}
	spread(&v);
	for (uint32_t n = 0; n < nodes; n++) {
		graph->flags[n] &= ~(uint32_t)COIL_FLAG_GARBAGE;
		if (inner[n] < OUTSIDE) {
			graph->flags[n] |= COIL_FLAG_GARBAGE;
			found++;
		}
	}
	if (garbage)
		*garbage = found;
	return COIL_OK;
}
