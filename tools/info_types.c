/* SPDX-License-Identifier: MIT */
/*
 * coil-info --types: every type that has objects, by which means coil found
 * what they refer to, and why by no better.
 */
#include <stdlib.h>
#include <string.h>

#include "info.h"

enum { TYPE_ADDRESS, MEANS, COUNT, TYPE, REASON };

const struct tool_column info_type_columns[INFO_TYPE_COLUMNS] = {
	[TYPE_ADDRESS] = {"type_address", TOOL_ADDRESS, TOOL_BOTH},
	[MEANS] = {"means", TOOL_WORDS, TOOL_BOTH},
	[COUNT] = {"count", TOOL_COUNT, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[REASON] = {"reason", TOOL_WORDS, TOOL_BOTH},
};

/* The least certain first. */
static const char *const order[] = {"scanned", "interpreted", "inferred",
				    "native", "none"};

struct row {
	struct coil_type_info type;
	uint64_t count;
};

static size_t rank(const char *means)
{
	size_t i = 0;

	while (i < countof(order) && strcmp(order[i], means))
		i++;
	return i;
}

static int by_means(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	size_t p = rank(x->type.means), q = rank(y->type.means);
	int names = strcmp(x->type.name, y->type.name);

	if (p != q)
		return p < q ? -1 : 1;
	if (names)
		return names;
	return (x->type.address > y->type.address) -
	       (x->type.address < y->type.address);
}

void info_types(struct tool *tool, const struct coil_graph *graph)
{
	uint64_t nodes = coil_graph_object_count(graph), kept = 0;
	uint64_t types = coil_graph_type_count(graph);
	struct row *rows = tool_alloc(tool, types, sizeof(*rows));

	for (uint32_t i = 0; i < types; i++)
		coil_graph_type(graph, i, &rows[i].type);
	for (coil_node node = 0; node < nodes; node++) {
		struct coil_node_info info;

		coil_graph_node(graph, node, &info);
		rows[info.type_index].count++;
	}
	for (uint64_t i = 0; i < types; i++)
		if (rows[i].count && rows[i].type.address)
			rows[kept++] = rows[i];
	qsort(rows, kept, sizeof(*rows), by_means);
	for (uint64_t i = 0; i < kept; i++) {
		tool_address(tool, TYPE_ADDRESS, rows[i].type.address);
		tool_text(tool, MEANS, rows[i].type.means);
		tool_count(tool, COUNT, rows[i].count);
		tool_text(tool, TYPE, rows[i].type.name);
		tool_text(tool, REASON, rows[i].type.reason);
		if (!tool_record(tool))
			break;
	}
	free(rows);
}
