/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_GROWTH_H
#define COIL_TOOLS_GROWTH_H

#include "tool.h"

/* What grew: a type, or a path. */
struct tool_growth {
	int64_t count_change, size_change;
	uint64_t count, size; /* afterwards */
	const char *words;
};

struct tool_growths {
	struct tool_growth *rows;
	size_t count, room;
	char **owned; /* the words */
	size_t owned_count;
};

/** Most grown first: by size, then count, then words. */
void tool_growth_sort(struct tool_growth *rows, size_t count);

/**
 * Growth by path between two of the tool's snapshots: objects count where
 * their shortest path ends, indices and keys left out.
 */
void tool_growth_paths(struct tool_growths *growths, struct tool *tool,
		       unsigned before, unsigned after);
void tool_growth_free(struct tool_growths *growths);

#endif
