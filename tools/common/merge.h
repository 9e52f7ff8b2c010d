/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_MERGE_H
#define COIL_TOOLS_MERGE_H

#include "words.h"

/*
 * The shortest paths of many objects as one tree.  Steps that read the same
 * and lead to objects of one type are one; indices and keys read "[...]".
 */
struct tool_merge {
	struct tool *tool;
	unsigned snapshot;
	bool all; /* made by tool_merge_all() */
	struct coil_graph *graph;
	const struct coil_paths *paths;

	/* The nodes on the paths, by distance from the root, then node. */
	struct tool_merge_entry *entries;
	size_t entry_count, entry_room;
	uint32_t *entry_of; /* by node; 0: none, else 1 + entry */

	struct tool_merge_group *groups;
	size_t group_count, group_room;
	uint32_t *slots; /* hash of groups; 0: empty, else 1 + group */
	size_t slot_count;

	struct tool_words words;
	uint32_t *stack; /* groups still to be told */
	size_t stack_size;
};

struct tool_merge_step {
	coil_node example;
	uint64_t count; /* of the objects reached through it */
	uint64_t own;	/* of the objects that it leads to itself */
	uint64_t size;	/* theirs, in bytes */
	uint32_t depth;
	const char *words; /* borrowed */
};

/**
 * Merge the paths of tool->nodes.  Returns how many of them are not reached.
 * Exits where memory does not suffice.
 */
uint64_t tool_merge_start(struct tool_merge *merge, struct tool *tool,
			  const struct coil_paths *paths);
/**
 * The same for all objects of snapshot @index: every index and key reads
 * "[...]", and what is deeper than TOOL_MERGE_DEPTH counts where it is cut.
 */
void tool_merge_all(struct tool_merge *merge, struct tool *tool, unsigned index,
		    const struct coil_paths *paths);
#define TOOL_MERGE_DEPTH 16

/** The steps, each before what hangs from it, biggest first. */
bool tool_merge_next(struct tool_merge *merge, struct tool_merge_step *out);
void tool_merge_end(struct tool_merge *merge);

#endif
