/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_SHAPES_H
#define COIL_TOOLS_SHAPES_H

#include "tool.h"

/* Cycles that read the same. */
struct tool_shape {
	char *words;
	uint64_t first; /* index of its first cycle, the example */
	struct coil_cycle_info sum;
};

struct tool_shapes {
	struct tool_shape *rows;
	size_t count;
};

/**
 * The cycles of snapshot 0 whose example -t wants, with @garbage only those
 * that the collector would free; with @joined those of the same shape and
 * state in one row, most bytes first.
 */
void tool_shapes_find(struct tool_shapes *shapes, struct tool *tool,
		      const struct coil_cycles *cycles, bool garbage,
		      bool joined);
void tool_shapes_free(struct tool_shapes *shapes);

#endif
