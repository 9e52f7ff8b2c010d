/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_INFO_H
#define COIL_TOOLS_INFO_H

#include "common/tool.h"

/* coil-info in parts.  Each prints records, a key and what stands there. */

void info_text(struct tool *tool, const char *key, const char *value);
void info_count(struct tool *tool, const char *key, uint64_t n);
void info_bytes(struct tool *tool, const char *key, uint64_t n);

/** The interpreter, the layout that it was read by, its allocator. */
void info_runtime(struct tool *tool, struct coil_snapshot *snapshot);

/** What is on the heap, and what the walk through it met. */
void info_objects(struct tool *tool, const struct coil_graph *graph);
void info_walk(struct tool *tool, const struct coil_walk_stats *walk);

/** The files that were found without a build-id. */
void info_compared(struct tool *tool, const struct coil_image *image);
/** The files that are missing; the sums of their rows into @sum. */
void info_files(struct tool *tool, struct coil_snapshot *snapshot,
		struct coil_missing_file *sum);
/** What is missing, and which analyses that limits. */
void info_missing(struct tool *tool, struct coil_snapshot *snapshot,
		  const struct coil_missing_file *files);

/** --types: every type of which there are objects, least certain first. */
#define INFO_TYPE_COLUMNS 5
extern const struct tool_column info_type_columns[INFO_TYPE_COLUMNS];
void info_types(struct tool *tool, const struct coil_graph *graph);

#endif
