/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_TREE_H
#define COIL_TOOLS_TREE_H

#include "tool.h"

/* The dominator tree in the order in which it is printed. */
struct tool_tree {
	struct tool *tool;
	const struct coil_dominators *dominators;
	coil_node *nodes;   /* that are big enough, by parent, biggest last */
	coil_node *parents; /* of each of them */
	size_t count;
	struct tool_tree_step *stack;
	size_t stack_size;
	uint64_t depth, least;
};

struct tool_tree_step {
	coil_node node;
	uint64_t depth;
};

/**
 * The tree below tool->nodes, or where there are none below the root, of nodes
 * that retain at least @least bytes, @depth levels of it (0: all).
 */
void tool_tree_start(struct tool_tree *tree, struct tool *tool,
		     const struct coil_dominators *dominators, uint64_t depth,
		     uint64_t least);
/** The steps, each before what hangs from it, biggest first. */
bool tool_tree_next(struct tool_tree *tree, struct tool_tree_step *out);
void tool_tree_end(struct tool_tree *tree);

/**
 * Put the @limit nodes that retain most (0: all) first, biggest first, then by
 * node, whatever becomes of the rest.  Returns how many these are.
 */
size_t tool_biggest_retained(const struct coil_dominators *dominators,
			     coil_node *nodes, size_t count, size_t limit);

/* What types retain. */
struct tool_type_sum {
	struct coil_type_info type;
	uint64_t retained, size, count;
};

struct tool_type_sums {
	struct tool_type_sum *rows; /* biggest first; the caller's to free */
	size_t count;
};

/**
 * Of the types of tool->nodes, and of those alone, or where no address was
 * given of all nodes of the graph whose types are wanted.
 */
void tool_type_sums(struct tool_type_sums *sums, struct tool *tool,
		    const struct coil_dominators *dominators);

#endif
