/* SPDX-License-Identifier: MIT */
/* coil-duplicates: equal immutable values stored more than once. */
#include "common/tool.h"

#define VALUE_SIZE 200

struct options {
	int members;
};

static const struct tool_option options[] = {
	TOOL_FLAG(0, "members", members, 1, "one record a copy"),
};

enum { ADDRESS, COPIES, WASTED, TYPE, VALUE };

static const struct tool_column columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[COPIES] = {"copies", TOOL_COUNT, TOOL_BOTH},
	[WASTED] = {"wasted", TOOL_BYTES, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[VALUE] = {"value", TOOL_WORDS, TOOL_BOTH},
};

enum { M_ADDRESS, M_OF, M_REFCOUNT, M_SIZE, M_TYPE, M_VALUE };

static const struct tool_column member_columns[] = {
	[M_ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[M_OF] = {"of", TOOL_ADDRESS, TOOL_BOTH},
	[M_REFCOUNT] = {"refcount", TOOL_COUNT, TOOL_BOTH},
	[M_SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[M_TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[M_VALUE] = {"value", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {
	TOOL_TABLE(NULL, columns),
	TOOL_TABLE("--members", member_columns),
};

TOOL_PROGRAM(
	"duplicates", .takes = TOOL_SNAPSHOT,
	.summary =
		"List equal immutable values that are stored more than once");

struct printer {
	struct tool *tool;
	struct coil_graph *graph;
	struct coil_duplicates *found;
};

static void set_value(struct tool *tool, unsigned column, coil_node node)
{
	char value[VALUE_SIZE];

	if (!tool_wants(tool, column))
		return;
	coil_snapshot_value(tool_open(tool, 0), node, value, sizeof(value));
	tool_text(tool, column, value);
}

static bool print_value(struct printer *p, const struct coil_duplicate *d,
			const struct coil_node_info *info)
{
	tool_address(p->tool, ADDRESS, info->address);
	tool_count(p->tool, COPIES, d->copies);
	tool_bytes(p->tool, WASTED, d->wasted);
	tool_text(p->tool, TYPE, info->type);
	set_value(p->tool, VALUE, d->first);
	return tool_record(p->tool);
}

static bool print_members(struct printer *p, size_t index,
			  const struct coil_duplicate *d,
			  const struct coil_node_info *first)
{
	bool more = true;

	for (uint64_t i = 0; i < d->copies && more; i++) {
		coil_node member = coil_duplicates_member(p->found, index, i);
		struct coil_node_info info;

		coil_graph_node(p->graph, member, &info);
		tool_address(p->tool, M_ADDRESS, info.address);
		tool_address(p->tool, M_OF, first->address);
		tool_signed(p->tool, M_REFCOUNT, info.refcount);
		tool_bytes(p->tool, M_SIZE, info.size);
		tool_text(p->tool, M_TYPE, info.type);
		set_value(p->tool, M_VALUE, member);
		more = tool_record(p->tool);
	}
	return more;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct tool tool;
	bool more = true;

	tool_start(&tool, &program, &o, argc, argv);
	tool_choose_table(&tool, o.members ? 1 : 0);
	struct printer p = {.tool = &tool, .graph = tool_graph(&tool, 0)};

	tool_check(&tool, coil_duplicates_find(tool_open(&tool, 0), &p.found,
					       &tool.err));
	for (size_t i = 0; i < coil_duplicates_count(p.found) && more; i++) {
		struct coil_duplicate d;
		struct coil_node_info info;

		coil_duplicates_get(p.found, i, &d);
		coil_graph_node(p.graph, d.first, &info);
		if (!tool_wants_type(&tool, p.graph, info.type_index))
			continue;
		more = o.members ? print_members(&p, i, &d, &info)
				 : print_value(&p, &d, &info);
	}
	coil_duplicates_free(p.found);
	return tool_finish(&tool, TOOL_COMPLETE);
}
