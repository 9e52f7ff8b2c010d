/* SPDX-License-Identifier: MIT */
/* coil-weakrefs: weak references, and the weak containers they are in. */
#include "common/tool.h"

struct options {
	int dead, live;
};

static const struct tool_option options[] = {
	TOOL_FLAG(0, "dead", dead, 1, "only those whose referent is gone"),
	TOOL_FLAG(0, "live", live, 1, "only those whose referent lives"),
};

enum { REF, REFERENT, CALLBACK, STATE, TYPE, OWNER, OWNER_TYPE, REFERENT_TYPE };

static const struct tool_column columns[] = {
	[REF] = {"ref", TOOL_ADDRESS, TOOL_BOTH},
	[REFERENT] = {"referent", TOOL_ADDRESS, TOOL_BOTH},
	[CALLBACK] = {"callback", TOOL_ADDRESS, TOOL_BOTH},
	[STATE] = {"state", TOOL_WORDS, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[OWNER] = {"owner", TOOL_ADDRESS, TOOL_BOTH},
	[OWNER_TYPE] = {"owner_type", TOOL_WORDS, TOOL_BOTH},
	[REFERENT_TYPE] = {"referent_type", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {TOOL_TABLE(NULL, columns)};

TOOL_PROGRAM("weakrefs", .takes = TOOL_ADDRESSES,
	     .summary = "List weak references");

/* A reference is asked for by its own address, its referent's, its owner's. */
static bool keeps(struct tool *tool, const struct options *o,
		  const struct coil_weakref *w)
{
	if (o->dead != o->live && (w->referent != 0) != (o->live != 0))
		return false;
	return !tool->operand_count || tool_named(tool, 0, w->ref) ||
	       tool_named(tool, 0, w->referent_node) ||
	       tool_named(tool, 0, w->owner);
}

static void set_type(struct tool *tool, unsigned column,
		     const struct coil_graph *graph, coil_node node)
{
	struct coil_node_info info;

	if (node == COIL_NO_NODE)
		return;
	coil_graph_node(graph, node, &info);
	tool_text(tool, column, info.type);
}

static bool print(struct tool *tool, const struct coil_graph *graph,
		  const struct coil_weakref *w)
{
	struct coil_node_info info, owner = {0};

	coil_graph_node(graph, w->ref, &info);
	if (!tool_wants_type(tool, graph, info.type_index))
		return true;
	if (w->owner != COIL_NO_NODE)
		coil_graph_node(graph, w->owner, &owner);
	tool_address(tool, REF, info.address);
	tool_address(tool, REFERENT, w->referent);
	tool_address(tool, CALLBACK, w->callback);
	tool_text(tool, STATE, w->referent ? "live" : "dead");
	tool_text(tool, TYPE, info.type);
	tool_address(tool, OWNER, owner.address);
	set_type(tool, OWNER_TYPE, graph, w->owner);
	set_type(tool, REFERENT_TYPE, graph, w->referent_node);
	return tool_record(tool);
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct coil_weakrefs *found = NULL;
	struct tool tool;
	bool more = true;

	tool_start(&tool, &program, &o, argc, argv);
	struct coil_graph *graph = tool_graph(&tool, 0);

	tool_any_addresses(&tool, 0);
	tool_check(&tool,
		   coil_weakrefs_find(tool_open(&tool, 0), &found, &tool.err));
	for (size_t i = 0; i < coil_weakrefs_count(found) && more; i++) {
		struct coil_weakref w;

		coil_weakrefs_get(found, i, &w);
		if (keeps(&tool, &o, &w))
			more = print(&tool, graph, &w);
	}
	coil_weakrefs_free(found);
	return tool_finish(&tool, TOOL_COMPLETE);
}
