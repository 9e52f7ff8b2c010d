/* SPDX-License-Identifier: MIT */
/* coil-types: objects counted by type. */
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"

struct types_options {
	int retained;
};

static const struct tool_option options[] = {
	{"retained", 'r', TOOL_SET, NULL, "compute retained sizes",
	 offsetof(struct types_options, retained), 1},
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

static const struct tool_program program = {
	.name = "coil-types",
	.operands = "SNAPSHOT",
	.summary = "Count objects by type, biggest first",
	.options = options,
	.option_count = countof(options),
	.tables = tables,
	.table_count = countof(tables),
	.snapshots_min = 1,
	.snapshots_max = 1,
};

struct row {
	struct coil_type_info type;
	struct coil_type_sum sum;
	uint64_t retained, key;
};

static int by_key(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int names = strcmp(x->type.name, y->type.name);

	if (x->key != y->key)
		return x->key < y->key ? 1 : -1;
	return names ? names
		     : (x->type.address > y->type.address) -
			       (x->type.address < y->type.address);
}

/* One row a type of @graph, as long as coil_graph_types(). */
static struct row *count_types(struct tool *tool,
			       const struct coil_graph *graph)
{
	uint64_t types = coil_graph_types(graph);
	struct row *rows = tool_alloc(tool, types, sizeof(*rows));
	struct coil_type_sum *sums = tool_alloc(tool, types, sizeof(*sums));

	coil_graph_type_sums(graph, sums);
	for (uint32_t i = 0; i < types; i++) {
		coil_graph_type(graph, i, &rows[i].type);
		rows[i].sum = sums[i];
	}
	free(sums);
	return rows;
}

static void add_retained(struct tool *tool, const struct coil_graph *graph,
			 struct row *rows)
{
	uint64_t types = coil_graph_types(graph);
	uint64_t *sums = tool_alloc(tool, types, sizeof(*sums));
	struct coil_error err = {.status = COIL_OK};

	tool_check(
		tool,
		coil_dominators_by_type(tool_dominators(tool, 0), sums, &err),
		&err);
	for (uint64_t i = 0; i < types; i++)
		rows[i].retained = sums[i];
	free(sums);
}

int main(int argc, char **argv)
{
	struct types_options o = {0};
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	struct coil_graph *graph = tool_graph(&tool, 0);
	struct row *rows = count_types(&tool, graph);
	uint64_t types = coil_graph_types(graph), kept = 0;

	if (o.retained)
		add_retained(&tool, graph, rows);
	for (uint32_t i = 0; i < types; i++) {
		if (!rows[i].sum.count || !tool_wants_type(&tool, graph, i))
			continue;
		rows[i].key = o.retained ? rows[i].retained : rows[i].sum.size;
		rows[kept++] = rows[i];
	}
	qsort(rows, kept, sizeof(*rows), by_key);
	for (uint64_t i = 0; i < kept; i++) {
		const struct row *r = &rows[i];

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
