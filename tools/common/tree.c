/* SPDX-License-Identifier: MIT */
/* Views of the dominators: biggest objects, tree, types. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tree.h"

static int by_retained(const void *a, const void *b, void *dominators)
{
	coil_node x = *(const coil_node *)a, y = *(const coil_node *)b;
	uint64_t bytes_x = coil_dominators_retained(dominators, x);
	uint64_t bytes_y = coil_dominators_retained(dominators, y);

	if (bytes_x != bytes_y)
		return bytes_x < bytes_y ? 1 : -1;
	return x < y ? -1 : x > y;
}

/* Move the root of the heap nodes[0, count) to its place: on top is what
 * comes last in the order of by_retained(). */
static void sift(const struct coil_dominators *dominators, coil_node *nodes,
		 size_t count)
{
	void *d = (void *)(uintptr_t)dominators;
	coil_node node = nodes[0];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < count) {
		if (child + 1 < count &&
		    by_retained(&nodes[child + 1], &nodes[child], d) > 0)
			child++;
		if (by_retained(&nodes[child], &node, d) <= 0)
			break;
		nodes[at] = nodes[child];
		at = child;
	}
	nodes[at] = node;
}

size_t tool_biggest_retained(const struct coil_dominators *dominators,
			     coil_node *nodes, size_t count, size_t limit)
{
	void *d = (void *)(uintptr_t)dominators;
	uint64_t least;

	if (!limit || limit > count)
		limit = count;
	if (limit < count) {
		/* A sorted array turned round is a heap. */
		qsort_r(nodes, limit, sizeof(*nodes), by_retained, d);
		for (size_t i = 0; i < limit / 2; i++) {
			coil_node node = nodes[i];

			nodes[i] = nodes[limit - 1 - i];
			nodes[limit - 1 - i] = node;
		}
		least = coil_dominators_retained(dominators, nodes[0]);
		for (size_t i = limit; i < count; i++) {
			/* Most are not bigger than the least of the heap. */
			if (coil_dominators_retained(dominators, nodes[i]) <
				    least ||
			    by_retained(&nodes[i], &nodes[0], d) > 0)
				continue;
			nodes[0] = nodes[i];
			sift(dominators, nodes, limit);
			least = coil_dominators_retained(dominators, nodes[0]);
		}
	}
	if (limit)
		qsort_r(nodes, limit, sizeof(*nodes), by_retained, d);
	return limit;
}

/* By parent, then the smallest first: the stack turns that round. */
static int by_parent(const void *a, const void *b, void *dominators)
{
	coil_node x = *(const coil_node *)a, y = *(const coil_node *)b;
	coil_node parent_x = coil_dominators_parent(dominators, x);
	coil_node parent_y = coil_dominators_parent(dominators, y);

	if (parent_x != parent_y)
		return parent_x < parent_y ? -1 : 1;
	return by_retained(b, a, dominators);
}

static void push(struct tool_tree *tree, coil_node node, uint64_t depth)
{
	tree->stack[tree->stack_size++] = (struct tool_tree_step){node, depth};
}

/* Push what @node dominates. */
static void push_children(struct tool_tree *tree, coil_node node,
			  uint64_t depth)
{
	size_t low = 0, high = tree->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tree->parents[middle] < node)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < tree->count && tree->parents[low] == node; low++)
		push(tree, tree->nodes[low], depth);
}

void tool_tree_start(struct tool_tree *tree, struct tool *tool,
		     const struct coil_dominators *dominators, uint64_t depth,
		     uint64_t least)
{
	struct coil_graph *graph = tool_graph(tool, 0);
	uint64_t nodes = coil_graph_nodes(graph);
	size_t count = 0;

	*tree = (struct tool_tree){
		.tool = tool, .dominators = dominators, .depth = depth};
	for (coil_node n = 0; n < nodes; n++)
		count +=
			coil_dominators_parent(dominators, n) != COIL_NO_NODE &&
			coil_dominators_retained(dominators, n) >= least;
	tree->nodes = tool_alloc(tool, count, sizeof(*tree->nodes));
	tree->parents = tool_alloc(tool, count, sizeof(*tree->parents));
	tree->stack = tool_alloc(tool, count + tool->node_count,
				 sizeof(*tree->stack));
	for (coil_node n = 0; n < nodes; n++)
		if (coil_dominators_parent(dominators, n) != COIL_NO_NODE &&
		    coil_dominators_retained(dominators, n) >= least)
			tree->nodes[tree->count++] = n;
	if (count)
		qsort_r(tree->nodes, count, sizeof(*tree->nodes), by_parent,
			(void *)(uintptr_t)dominators);
	for (size_t i = 0; i < count; i++)
		tree->parents[i] =
			coil_dominators_parent(dominators, tree->nodes[i]);
	for (size_t i = tool->node_count; i-- > 0;)
		push(tree, tool->nodes[i], 0);
	if (!tool->operand_count)
		push_children(tree, coil_graph_root(graph), 0);
}

bool tool_tree_next(struct tool_tree *tree, struct tool_tree_step *out)
{
	if (!tree->stack_size)
		return false;
	*out = tree->stack[--tree->stack_size];
	if (!tree->depth || out->depth + 1 < tree->depth)
		push_children(tree, out->node, out->depth + 1);
	return true;
}

void tool_tree_end(struct tool_tree *tree)
{
	free(tree->nodes);
	free(tree->parents);
	free(tree->stack);
}

static int by_bytes(const void *a, const void *b)
{
	const struct tool_type_sum *x = a, *y = b;
	int names = strcmp(x->type.name, y->type.name);

	if (x->retained != y->retained)
		return x->retained < y->retained ? 1 : -1;
	return names ? names
		     : (x->type.address > y->type.address) -
			       (x->type.address < y->type.address);
}

/* What the given nodes of each type retain together. */
static void sum_given(struct tool *tool, const struct coil_graph *graph,
		      struct tool_type_sum *rows, uint64_t types)
{
	coil_node *same = tool_alloc(tool, tool->node_count, sizeof(*same));
	size_t *ends = tool_alloc(tool, types, sizeof(*ends)), next = 0;
	struct coil_error err = {.status = COIL_OK};

	/* In order of their types: where each begins, then where it ends. */
	for (size_t i = 0; i < tool->node_count; i++)
		ends[coil_graph_type_index(graph, tool->nodes[i])]++;
	for (uint64_t type = 0; type < types; type++) {
		size_t count = ends[type];

		ends[type] = next;
		next += count;
	}
	for (size_t i = 0; i < tool->node_count; i++)
		same[ends[coil_graph_type_index(graph, tool->nodes[i])]++] =
			tool->nodes[i];
	for (uint64_t type = 0; type < types; type++) {
		size_t start = type ? ends[type - 1] : 0;
		uint64_t objects;

		if (rows[type].count)
			tool_check(tool,
				   coil_retained_set(graph, same + start,
						     ends[type] - start,
						     &rows[type].retained,
						     &objects, &err),
				   &err);
	}
	free(ends);
	free(same);
}

/* The same of all nodes of the types that --type names. */
static void sum_all(struct tool *tool, const struct coil_graph *graph,
		    const struct coil_dominators *dominators,
		    struct tool_type_sum *rows, uint64_t types)
{
	uint64_t *retained = tool_alloc(tool, types, sizeof(*retained));
	struct coil_type_sum *sums = tool_alloc(tool, types, sizeof(*sums));
	struct coil_error err = {.status = COIL_OK};

	tool_check(tool, coil_dominators_by_type(dominators, retained, &err),
		   &err);
	coil_graph_type_sums(graph, sums);
	for (uint32_t i = 0; i < types; i++) {
		if (!tool_wants_type(tool, graph, i))
			continue;
		rows[i].retained = retained[i];
		rows[i].count = sums[i].count;
		rows[i].size = sums[i].size;
	}
	free(retained);
	free(sums);
}

void tool_type_sums(struct tool_type_sums *sums, struct tool *tool,
		    const struct coil_dominators *dominators)
{
	struct coil_graph *graph = tool_graph(tool, 0);
	uint64_t types = coil_graph_types(graph);
	struct tool_type_sum *rows = tool_alloc(tool, types, sizeof(*rows));

	for (uint32_t i = 0; i < types; i++)
		coil_graph_type(graph, i, &rows[i].type);
	for (size_t i = 0; i < tool->node_count; i++) {
		struct coil_node_info info;

		coil_graph_node(graph, tool->nodes[i], &info);
		rows[info.type_index].count++;
		rows[info.type_index].size += info.size;
	}
	if (tool->operand_count)
		sum_given(tool, graph, rows, types);
	else
		sum_all(tool, graph, dominators, rows, types);
	*sums = (struct tool_type_sums){rows, 0};
	for (uint64_t i = 0; i < types; i++)
		if (rows[i].count)
			rows[sums->count++] = rows[i];
	qsort(rows, sums->count, sizeof(*rows), by_bytes);
}
