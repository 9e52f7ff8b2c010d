/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_GROUPS_H
#define COIL_TOOLS_GROUPS_H

#include "merge.h"

/* Steps that read the same, below the same group. */
struct tool_merge_group {
	char *words;
	uint32_t parent, type, depth;
	uint32_t first_child, child_count; /* after sorting */
	uint32_t entries;		   /* that it joins */
	coil_node example;
	uint64_t count, own, size;
};

/** A group that is not looked for: the root. */
uint32_t tool_group_add(struct tool_merge *m, const char *words,
			uint32_t parent, uint32_t type);
/** The group of steps that read @words below @parent, made if need be. */
uint32_t tool_group_find(struct tool_merge *m, const char *words,
			 uint32_t parent, uint32_t type);

#endif
