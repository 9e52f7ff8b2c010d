/* SPDX-License-Identifier: MIT */
/* coil-objects: objects, one a line. */
#include <fnmatch.h>
#include <string.h>

#include "common/flags.h"
#include "common/tool.h"

#define VALUE_SIZE 200

struct options {
	const char *attr, *value;
	int garbage, interned, unreachable;
	uint64_t generation, min_size;
};

static const struct tool_option options[] = {
	TOOL_OPTION(TEXT, 0, "attr", "NAME", attr,
		    "objects with an attribute of this name"),
	TOOL_FLAG(0, "garbage", garbage, 1,
		  "objects that the collector would free"),
	TOOL_OPTION(NUMBER, 0, "generation", "N", generation,
		    "objects of a generation"),
	TOOL_FLAG(0, "interned", interned, 1, "interned strings"),
	TOOL_OPTION(SIZE, 0, "min-size", "BYTES", min_size,
		    "objects of at least that size"),
	TOOL_FLAG(0, "unreachable", unreachable, 1,
		  "objects that no root reaches"),
	TOOL_OPTION(TEXT, 0, "value", "PATTERN", value,
		    "objects whose value matches a shell pattern"),
};

enum {
	ADDRESS,
	TYPE,
	TYPE_ADDRESS,
	SIZE,
	ALLOCATED,
	REFCOUNT,
	FLAGS,
	GC,
	GENERATION,
	IMMORTAL,
	INTERNED,
	STATIC,
	REACHABLE,
	WEAKREFS,
	VALUE
};

static const struct tool_column columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[TYPE_ADDRESS] = {"type_address", TOOL_ADDRESS, TOOL_JSON},
	[SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[ALLOCATED] = {"allocated", TOOL_BYTES, TOOL_JSON},
	[REFCOUNT] = {"refcount", TOOL_COUNT, TOOL_BOTH},
	[FLAGS] = {"flags", TOOL_WORDS, TOOL_SHOWN},
	[GC] = {"gc", TOOL_TRUTH, TOOL_JSON},
	[GENERATION] = {"generation", TOOL_COUNT, TOOL_JSON},
	[IMMORTAL] = {"immortal", TOOL_TRUTH, TOOL_JSON},
	[INTERNED] = {"interned", TOOL_TRUTH, TOOL_JSON},
	[STATIC] = {"static", TOOL_TRUTH, TOOL_JSON},
	[REACHABLE] = {"reachable", TOOL_TRUTH, TOOL_JSON},
	[WEAKREFS] = {"weakrefs", TOOL_TRUTH, TOOL_JSON},
	[VALUE] = {"value", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {TOOL_TABLE(NULL, columns)};

TOOL_PROGRAM("objects", .takes = TOOL_ADDRESSES, .summary = "List objects");

static bool keeps(const struct options *o, struct coil_snapshot *snapshot,
		  coil_node node, const struct coil_node_info *n)
{
	char value[VALUE_SIZE];

	if ((o->garbage && !(n->flags & COIL_FLAG_GARBAGE)) ||
	    (o->interned && !(n->flags & COIL_FLAG_INTERNED)) ||
	    (o->unreachable && n->flags & COIL_FLAG_REACHABLE) ||
	    (o->generation != UINT64_MAX &&
	     (n->generation < 0 || (uint64_t)n->generation != o->generation)) ||
	    n->size < o->min_size)
		return false;
	if (o->attr &&
	    coil_snapshot_attribute(snapshot, node, o->attr) == COIL_NO_NODE)
		return false;
	if (!o->value)
		return true;
	coil_snapshot_value(snapshot, node, value, sizeof(value));
	return !fnmatch(o->value, value, 0);
}

static bool print(struct tool *tool, struct coil_snapshot *snapshot,
		  coil_node node, const struct coil_node_info *n)
{
	char text[VALUE_SIZE];

	tool_address(tool, ADDRESS, n->address);
	tool_text(tool, TYPE, n->type);
	tool_address(tool, TYPE_ADDRESS, n->type_address);
	tool_bytes(tool, SIZE, n->size);
	if (!(n->flags & COIL_FLAG_AT_LEAST))
		tool_bytes(tool, ALLOCATED, n->allocated);
	tool_signed(tool, REFCOUNT, n->refcount);
	if (tool_wants(tool, FLAGS))
		tool_text(tool, FLAGS,
			  tool_flags(n->flags, text, sizeof(text)));
	tool_truth(tool, GC, n->flags & COIL_FLAG_GC);
	tool_signed(tool, GENERATION, n->generation);
	tool_truth(tool, IMMORTAL, n->flags & COIL_FLAG_IMMORTAL);
	tool_truth(tool, INTERNED, n->flags & COIL_FLAG_INTERNED);
	tool_truth(tool, STATIC, n->flags & COIL_FLAG_STATIC);
	tool_truth(tool, REACHABLE, n->flags & COIL_FLAG_REACHABLE);
	tool_truth(tool, WEAKREFS, n->flags & COIL_FLAG_WEAKREFS);
	if (tool_wants(tool, VALUE)) {
		coil_snapshot_value(snapshot, node, text, sizeof(text));
		tool_text(tool, VALUE, text);
	}
	return tool_record(tool);
}

/* A type in angle brackets is asked for by a pattern that begins like one. */
static bool wants_others(const struct tool *tool)
{
	for (size_t i = 0; i < tool->shared.types.count; i++)
		if (tool->shared.types.items[i][0] == '<')
			return true;
	return false;
}

int main(int argc, char **argv)
{
	struct options o = {.generation = UINT64_MAX};
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	struct coil_snapshot *snapshot = tool_open(&tool, 0);
	struct coil_graph *graph = tool_graph(&tool, 0);
	bool listed = tool.operand_count > 0;
	bool others = listed || wants_others(&tool), more = true;

	if (listed)
		tool_addresses(&tool, 0);
	uint64_t count =
		listed ? tool.node_count : coil_graph_object_count(graph);

	for (uint64_t i = 0; i < count && more; i++) {
		coil_node node = listed ? tool.nodes[i] : i;
		struct coil_node_info info;

		coil_graph_node(graph, node, &info);
		if ((others || info.kind == COIL_NODE_OBJECT) &&
		    tool_wants_type(&tool, graph, info.type_index) &&
		    keeps(&o, snapshot, node, &info))
			more = print(&tool, snapshot, node, &info);
	}
	if (o.garbage)
		tool_tell_verdict(&tool, 0);
	return tool_finish(&tool, TOOL_COMPLETE);
}
