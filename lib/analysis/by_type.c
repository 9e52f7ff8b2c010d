/* SPDX-License-Identifier: MIT */
/* Retained sizes by type: a walk down the dominator tree that counts an
 * instance where no other instance of its type is above it. */
#include <stdlib.h>

#include "analysis/dominators.h"

#define NONE UINT32_MAX

struct tree_walk {
	const struct coil_dominators *d;
	uint32_t *child;   /* first child of a node */
	uint32_t *sibling; /* next child of the same node */
	uint32_t *above;   /* by type: instances on the way down to here */
	uint64_t *retained;
};

static void link_children(struct tree_walk *w)
{
	uint32_t nodes = w->d->graph->node_count;

	for (uint32_t n = 0; n < nodes; n++)
		w->child[n] = w->sibling[n] = NONE;
	for (uint32_t n = nodes; n-- > 0;) {
		coil_node up = coil_dominators_parent(w->d, n);

		if (up == COIL_NO_NODE)
			continue;
		w->sibling[n] = w->child[up];
		w->child[up] = n;
	}
}

static void enter(struct tree_walk *w, uint32_t node)
{
	uint32_t type = w->d->graph->type[node];

	if (type < w->d->graph->type_count && !w->above[type]++)
		w->retained[type] += coil_dominators_retained(w->d, node);
}

static void leave(struct tree_walk *w, uint32_t node)
{
	uint32_t type = w->d->graph->type[node];

	if (type < w->d->graph->type_count)
		w->above[type]--;
}

static void walk(struct tree_walk *w)
{
	uint32_t root = coil_graph_root_index(w->d->graph);
	uint32_t node = root;

	enter(w, node);
	for (;;) {
		if (w->child[node] != NONE) {
			node = w->child[node];
			enter(w, node);
			continue;
		}
		leave(w, node);
		while (node != root && w->sibling[node] == NONE) {
			node = (uint32_t)coil_dominators_parent(w->d, node);
			leave(w, node);
		}
		if (node == root)
			return;
		node = w->sibling[node];
		enter(w, node);
	}
}

enum coil_status coil_dominators_by_type(const struct coil_dominators *d,
					 uint64_t *retained,
					 struct coil_error *err)
{
	size_t nodes = d->graph->node_count, types = d->graph->type_count;
	_cleanup_free_ uint32_t *child = malloc(nodes * sizeof(*child));
	_cleanup_free_ uint32_t *sibling = malloc(nodes * sizeof(*sibling));
	_cleanup_free_ uint32_t *above = calloc(types + 1, sizeof(*above));
	struct tree_walk w = {d, child, sibling, above, retained};

	if (!child || !sibling || !above)
		return coil_fail(err, COIL_E_NOMEM, "no memory for %zu nodes",
				 nodes);
	memset(retained, 0, types * sizeof(*retained));
	link_children(&w);
	walk(&w);
	return COIL_OK;
}
