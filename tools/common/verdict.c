/* SPDX-License-Identifier: MIT */
/* How far the collector's verdict can be trusted, in one remark. */
#include <inttypes.h>
#include <stdlib.h>

#include "tool.h"

#define TYPES_NAMED 3

/* The type with the most objects left, the first of equals; they are then
 * taken. */
static uint32_t take_most(uint64_t *counts, uint64_t types, uint64_t *count)
{
	uint32_t most = 0;

	for (uint32_t i = 1; i < types; i++)
		if (counts[i] > counts[most])
			most = i;
	*count = counts[most];
	counts[most] = 0;
	return most;
}

void tool_tell_verdict(struct tool *tool, unsigned index)
{
	struct tool_buffer names = {0};
	struct coil_graph *graph;
	uint64_t types, *counts, all, left = 0;

	/* Not by tool_graph(): what else is missing is told elsewhere. */
	tool_check(tool, coil_snapshot_graph(tool_open(tool, index), &graph,
					     &tool->err));
	types = coil_graph_type_count(graph);
	counts = tool_alloc(tool, types, sizeof(*counts));
	all = coil_graph_unsure(graph, counts);

	for (unsigned n = 0; all && n < TYPES_NAMED; n++) {
		struct coil_type_info info;
		char text[32];
		uint64_t count;

		coil_graph_type(graph, take_most(counts, types, &count), &info);
		if (!count)
			break;
		snprintf(text, sizeof(text), "%s%" PRIu64 " ", n ? ", " : "",
			 count);
		tool_buffer_text(&names, text);
		tool_buffer_text(&names, info.name);
	}
	for (uint64_t i = 0; i < types; i++)
		left += counts[i] != 0;
	if (left) {
		char text[48];

		snprintf(text, sizeof(text), " and %" PRIu64 " more types",
			 left);
		tool_buffer_text(&names, text);
	}
	if (all)
		tool_missing(tool,
			     "%s: more than is told may be garbage: what the "
			     "collector visits is not known of %s "
			     "(coil-info --types says why)",
			     tool->paths[index], names.data);
	tool_buffer_free(&names);
	free(counts);
}
