/* SPDX-License-Identifier: MIT */
/* coil-types: objects counted by type. */
#include <stdlib.h>

#include "common/tool.h"

struct options {
	int retained;
};

static const struct tool_option options[] = {
	TOOL_FLAG('r', "retained", retained, 1, "compute retained sizes"),
};

enum { TYPE_ADDRESS, COUNT, SIZE, RETAINED, TYPE, ALLOCATED, MEANS, REASON };

static const struct tool_column columns[] = {
	[TYPE_ADDRESS] = {"type_address", TOOL_ADDRESS, TOOL_BOTH},
	[COUNT] = {"count", TOOL_COUNT, TOOL_BOTH},
	[SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[RETAINED] = {"retained", TOOL_BYTES, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[ALLOCATED] = {"allocated", TOOL_BYTES, 0},
	[MEANS] = {"means", TOOL_WORDS, 0},
	[REASON] = {"reason", TOOL_WORDS, 0},
};

static const struct tool_table tables[] = {TOOL_TABLE(NULL, columns)};

TOOL_PROGRAM("types", .takes = TOOL_SNAPSHOT,
	     .summary = "Count objects by type, biggest first");

int main(int argc, char **argv)
{
	struct options o = {0};
	struct tool tool;
	size_t count;

	tool_start(&tool, &program, &o, argc, argv);
	struct coil_graph *graph = tool_graph(&tool, 0);
	const struct coil_dominators *dominators =
		o.retained ? tool_dominators(&tool, 0) : NULL;
	struct coil_type_total *rows =
		tool_alloc(&tool, coil_graph_type_count(graph), sizeof(*rows));

	tool_check(&tool, coil_type_totals(graph, dominators, NULL, 0, rows,
					   &count, &tool.err));
	for (size_t i = 0; i < count; i++) {
		const struct coil_type_total *r = &rows[i];

		if (!tool_wants_type(&tool, graph, r->type_index))
			continue;
		tool_address(&tool, TYPE_ADDRESS, r->type.address);
		tool_count(&tool, COUNT, r->sum.count);
		tool_bytes(&tool, SIZE, r->sum.size);
		if (o.retained)
			tool_bytes(&tool, RETAINED, r->retained);
		tool_text(&tool, TYPE, r->type.name);
		tool_bytes(&tool, ALLOCATED, r->sum.allocated);
		tool_text(&tool, MEANS, r->type.means);
		tool_text(&tool, REASON, r->type.reason);
		if (!tool_record(&tool))
			break;
	}
	free(rows);
	return tool_finish(&tool, TOOL_COMPLETE);
}
