/* SPDX-License-Identifier: MIT */
/* coil-holders: references that no known object accounts for. */
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"

#define VALUE_SIZE 200
#define WHERE_SIZE 512

struct options {
	struct tool_list kinds;
};

static const struct tool_option options[] = {
	TOOL_OPTION(LIST, 0, "kind", "KIND", kinds,
		    "keep one kind: leak, heap, stack, static (repeatable)"),
};

enum {
	ADDRESS,
	EXCESS,
	TYPE,
	HOLDER,
	WHERE,
	REFCOUNT,
	FOUND,
	LEAKED,
	WORD,
	VALUE
};

static const struct tool_column columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[EXCESS] = {"excess", TOOL_COUNT, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[HOLDER] = {"holder", TOOL_WORDS, TOOL_BOTH},
	[WHERE] = {"where", TOOL_WORDS, TOOL_BOTH},
	[REFCOUNT] = {"refcount", TOOL_COUNT, TOOL_BOTH},
	[FOUND] = {"found", TOOL_COUNT, TOOL_BOTH},
	[LEAKED] = {"leaked", TOOL_COUNT, TOOL_JSON},
	[WORD] = {"word", TOOL_ADDRESS, TOOL_JSON},
	[VALUE] = {"value", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {TOOL_TABLE(NULL, columns)};

TOOL_PROGRAM("holders", .takes = TOOL_ADDRESSES,
	     .summary = "List references that no known object accounts for");

static const char *kind_name(unsigned kind)
{
	return coil_holder_kind_name((enum coil_holder_kind)kind);
}

static bool print(struct tool *tool, const struct coil_holders *holders,
		  const struct coil_holder *h,
		  const struct coil_node_info *info)
{
	char value[VALUE_SIZE], where[WHERE_SIZE];
	uint64_t word = h->first[h->kind];

	tool_address(tool, ADDRESS, info->address);
	tool_count(tool, EXCESS, h->excess);
	tool_text(tool, TYPE, info->type);
	tool_text(tool, HOLDER, coil_holder_kind_name(h->kind));
	if (word && tool_wants(tool, WHERE)) {
		coil_holders_where(holders, word, where, sizeof(where));
		tool_text(tool, WHERE, where);
	}
	tool_count(tool, REFCOUNT, h->refcount);
	tool_count(tool, FOUND, h->found);
	tool_count(tool, LEAKED, h->leaked);
	tool_address(tool, WORD, word);
	if (tool_wants(tool, VALUE)) {
		coil_snapshot_value(tool_open(tool, 0), h->node, value,
				    sizeof(value));
		tool_text(tool, VALUE, value);
	}
	return tool_record(tool);
}

int main(int argc, char **argv)
{
	struct options o = {{0}};
	struct coil_holders *holders = NULL;
	struct tool tool;
	bool more = true;

	tool_start(&tool, &program, &o, argc, argv);
	tool_check_kinds(&tool, &o.kinds, kind_name, COIL_HOLDER_KINDS);
	struct coil_graph *graph = tool_graph(&tool, 0);

	tool_addresses(&tool, 0);
	tool_check(&tool,
		   coil_holders_find(tool_open(&tool, 0), &holders, &tool.err));
	for (size_t i = 0; i < coil_holders_count(holders) && more; i++) {
		struct coil_node_info info;
		struct coil_holder h;

		coil_holders_get(holders, i, &h);
		coil_graph_node(graph, h.node, &info);
		if (tool_wants_kind(&o.kinds, coil_holder_kind_name(h.kind)) &&
		    tool_wants_type(&tool, graph, info.type_index) &&
		    (!tool.operand_count || tool_named(&tool, 0, h.node)))
			more = print(&tool, holders, &h, &info);
	}
	coil_holders_free(holders);
	free(o.kinds.items);
	return tool_finish(&tool, TOOL_COMPLETE);
}
