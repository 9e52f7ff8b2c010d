/* SPDX-License-Identifier: MIT */
/* A walk down the dominator tree.  No children are kept with a node: those of
 * one parent stand together in a list of all that are big enough. */
#include "config.h"

#include <stdlib.h>

#include "analysis/dominators.h"
#include "analysis/tree.h"
#include "base/base.h"
#include "base/bounds.h"

struct coil_tree {
	const struct coil_dominators *dominators;
	uint64_t depth;
	coil_node *nodes;   /* that are big enough, by parent, biggest last */
	coil_node *parents; /* of each of them */
	size_t count;
	struct coil_tree_step *stack;
	size_t stack_size;
};

/* By parent, then the smallest first: the stack turns that round. */
static int by_parent(const void *a, const void *b, void *dominators)
{
	coil_node x = *(const coil_node *)a, y = *(const coil_node *)b;
	coil_node parent_x = coil_dominators_parent(dominators, x);
	coil_node parent_y = coil_dominators_parent(dominators, y);

	if (parent_x != parent_y)
		return parent_x < parent_y ? -1 : 1;
	return coil_by_retained(b, a, dominators);
}

static void push(struct coil_tree *tree, coil_node node, uint64_t depth)
{
	tree->stack[tree->stack_size++] = (struct coil_tree_step){node, depth};
}

/* Push what @node dominates. */
static void push_children(struct coil_tree *tree, coil_node node,
			  uint64_t depth)
{
	size_t i = FIRST_WHERE(n, tree->count, tree->parents[n] >= node);

	for (; i < tree->count && tree->parents[i] == node; i++)
		push(tree, tree->nodes[i], depth);
}

static bool is_wanted(const struct coil_dominators *d, coil_node node,
		      uint64_t least)
{
	return coil_dominators_parent(d, node) != COIL_NO_NODE &&
	       coil_dominators_retained(d, node) >= least;
}

/* The nodes of the tree, in the order in which they are looked for. */
static bool list_nodes(struct coil_tree *tree, uint64_t least)
{
	const struct coil_dominators *d = tree->dominators;
	size_t count = 0, room;

	for (coil_node n = 0; n < d->graph->node_count; n++)
		count += is_wanted(d, n, least);
	room = count ? count : 1;
	tree->nodes = malloc(room * sizeof(*tree->nodes));
	tree->parents = malloc(room * sizeof(*tree->parents));
	if (!tree->nodes || !tree->parents)
		return false;
	for (coil_node n = 0; n < d->graph->node_count; n++)
		if (is_wanted(d, n, least))
			tree->nodes[tree->count++] = n;
	qsort_r(tree->nodes, count, sizeof(*tree->nodes), by_parent,
		(void *)(uintptr_t)d);
	for (size_t i = 0; i < count; i++)
		tree->parents[i] = coil_dominators_parent(d, tree->nodes[i]);
	return true;
}

enum coil_status coil_tree_start(const struct coil_dominators *d,
				 const coil_node *tops, size_t count,
				 uint64_t depth, uint64_t least,
				 struct coil_tree **out, struct coil_error *err)
{
	struct coil_tree *tree = calloc(1, sizeof(*tree));
	bool room = tree != NULL;

	if (room) {
		tree->dominators = d;
		tree->depth = depth;
		room = list_nodes(tree, least);
	}
	if (room) {
		tree->stack = malloc((tree->count + count + 1) *
				     sizeof(*tree->stack));
		room = tree->stack != NULL;
	}
	if (!room) {
		coil_tree_free(tree);
		return coil_fail(err, COIL_E_NOMEM, "no memory for %u nodes",
				 d->graph->node_count);
	}
	if (!tops)
		push_children(tree, coil_graph_root(d->graph), 0);
	for (size_t i = tops ? count : 0; i-- > 0;)
		push(tree, tops[i], 0);
	*out = tree;
	return COIL_OK;
}

bool coil_tree_next(struct coil_tree *tree, struct coil_tree_step *out)
{
	if (!tree->stack_size)
		return false;
	*out = tree->stack[--tree->stack_size];
	if (!tree->depth || out->depth + 1 < tree->depth)
		push_children(tree, out->node, out->depth + 1);
	return true;
}

void coil_tree_free(struct coil_tree *tree)
{
	if (!tree)
		return;
	free(tree->nodes);
	free(tree->parents);
	free(tree->stack);
	free(tree);
}
