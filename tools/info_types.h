/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_INFO_TYPES_H
#define TOOLS_INFO_TYPES_H

#include "common/tool.h"

/* coil-info --types: by which means each type's references were found. */
extern const struct tool_column info_type_columns[];
#define INFO_TYPE_COLUMNS 5

void info_print_types(struct tool *tool, const struct coil_graph *graph);

#endif
