/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_WAYS_H
#define COIL_TOOLS_WAYS_H

#include "words.h"

/* Other paths to an object than its shortest one. */
struct tool_ways {
	struct tool *tool;
	const struct coil_paths *paths;
	struct tool_chain first;
	struct tool_way *ways;
	size_t count, room, at;
};

/**
 * Find the paths that leave the shortest one, @first, at one place: by the
 * shortest path to another holder of an object on it.  Needs
 * coil_graph_index_in().
 */
void tool_ways_find(struct tool_ways *ways, struct tool *tool,
		    const struct coil_paths *paths,
		    const struct tool_chain *first);
/** The next one, shortest first, into @chain; false: there are no more. */
bool tool_ways_next(struct tool_ways *ways, struct tool_chain *chain);
void tool_ways_free(struct tool_ways *ways);

#endif
