/* SPDX-License-Identifier: MIT */
/*
 * Writes a graph: its types, its rows, the collector's lists, the roots.  Each
 * pass is a file of its own, build_*.c.
 */
#include <stdlib.h>

#include "walk/build.h"
#include "walk/builder.h"

static bool allocate(struct coil_graph *g)
{
	size_t n = g->node_count;

	g->address = calloc(n, sizeof(*g->address));
	g->type = calloc(n, sizeof(*g->type));
	g->size = calloc(n, sizeof(*g->size));
	g->allocated = calloc(n, sizeof(*g->allocated));
	g->refcount = calloc(n, sizeof(*g->refcount));
	g->flags = calloc(n, sizeof(*g->flags));
	g->edge_offset = calloc(n + 1, sizeof(*g->edge_offset));
	return g->address && g->type && g->size && g->allocated &&
	       g->refcount && g->flags && g->edge_offset;
}

enum coil_status coil_graph_build(struct coil_reader *reader,
				  struct coil_walk *walk,
				  coil_progress_fn *progress,
				  void *progress_data, struct coil_graph **out,
				  struct coil_error *err)
{
	struct coil_builder b = {
		.reader = reader,
		.walk = walk,
		.graph = coil_graph_new(),
		.c_heap = coil_c_heap_find(reader->image),
	};
	struct coil_graph *g = b.graph;
	enum coil_status st;

	if (g)
		g->find = calloc(1, sizeof(*g->find));
	if (!g || !g->find) {
		coil_graph_free(g);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	*g->find = walk->nodes;
	memset(&walk->nodes, 0, sizeof(walk->nodes));
	g->object_count = (uint32_t)g->find->count;
	g->node_count = g->object_count + COIL_ROOT_NODES;
	st = coil_addrset_init(&b.shared) && allocate(g) && coil_build_types(&b)
		     ? COIL_OK
		     : COIL_E_NOMEM;
	if (st == COIL_OK) {
		coil_build_rows(&b, progress, progress_data);
		if (!b.nomem && !coil_build_nothing(&b))
			b.nomem = true;
		coil_build_generations(&b);
		st = !b.nomem && coil_build_roots(&b) ? COIL_OK : COIL_E_NOMEM;
	}
	if (st == COIL_OK)
		st = coil_build_unreachable(&b);
	coil_addrset_free(&b.shared);
	free(b.type_rank);
	coil_claims_free(&b.claims);
	if (st != COIL_OK) {
		coil_graph_free(g);
		return coil_fail(err, st, "out of memory for the graph");
	}
	*out = g;
	return COIL_OK;
}
