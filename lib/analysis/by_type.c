/* SPDX-License-Identifier: MIT */
/*
 * Retained sizes by type: an instance counts where no other instance of its
 * type is above it in the dominator tree.
 *
 * Every node has a place in a walk down that tree, and those that go with it
 * come right after it, as many as its count says.  So the places are sums of
 * counts, given in the order of the numbers (a dominator has a lower one), and
 * no children are listed and no tree is walked: in the order of the places, an
 * instance is below another of its type where its place is before the end of
 * the last one that counted.
 */
#include <stdlib.h>

#include "analysis/bulk.h"
#include "analysis/dominators.h"

#define AHEAD 16

/* The node of each place; @next has room for a number each. */
static void order_nodes(const struct coil_dominators *d, uint32_t *next,
			uint32_t *order)
{
	const struct dom_tree *tree = d->tree;

	next[0] = 1;
	order[0] = d->vertex[0];
	for (uint32_t n = 1; n < d->numbered; n++) {
		uint32_t *up = &next[tree[n].dominator], place = *up;

		*up = place + tree[n].count;
		next[n] = place + 1;
		order[place] = d->vertex[n];
	}
	for (uint32_t n = 0; n < d->graph->node_count; n++) {
		uint32_t index = d->index[n];

		if (index == DOM_NOT_REACHED || !(index & DOM_PENDANT))
			continue;
		order[next[d->index[index & ~DOM_PENDANT]]++] = n;
	}
}

/* @ends: by type, where those below the last that counted end. */
static void add_up(const struct coil_dominators *d, const uint32_t *order,
		   uint32_t *ends, uint64_t *retained)
{
	const struct coil_graph *g = d->graph;
	uint32_t all = d->tree[0].count;

	for (uint32_t place = 0; place < all; place++) {
		uint32_t node = order[place], type = g->type[node];
		uint32_t index = d->index[node];

		if (place + AHEAD < all) {
			uint32_t later = order[place + AHEAD];

			__builtin_prefetch(&g->type[later]);
			__builtin_prefetch(&d->index[later]);
		}
		if (type >= g->type_count || place < ends[type])
			continue;
		if (index & DOM_PENDANT) {
			ends[type] = place + 1;
			retained[type] += coil_graph_allocated(g, node);
		} else {
			ends[type] = place + d->tree[index].count;
			retained[type] += d->slot[index].retained;
		}
	}
}

enum coil_status coil_dominators_by_type(const struct coil_dominators *d,
					 uint64_t *retained,
					 struct coil_error *err)
{
	size_t nodes = d->graph->node_count, types = d->graph->type_count;
	_cleanup_free_ uint32_t *ends = calloc(types + 1, sizeof(*ends));
	uint32_t *next = coil_bulk_new(d->numbered, sizeof(*next));
	uint32_t *order = coil_bulk_new(nodes, sizeof(*order));
	bool room = ends && next && order;

	if (room) {
		memset(retained, 0, types * sizeof(*retained));
		order_nodes(d, next, order);
		add_up(d, order, ends, retained);
	}
	coil_bulk_free(next, d->numbered, sizeof(*next));
	coil_bulk_free(order, nodes, sizeof(*order));
	return room ? COIL_OK
		    : coil_fail(err, COIL_E_NOMEM, "no memory for %zu nodes",
				nodes);
}
