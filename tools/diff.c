/* SPDX-License-Identifier: MIT */
/* coil-diff: what grew between two snapshots. */
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"

#define VALUE_SIZE 200

enum mode { TYPES, OBJECTS, GONE, PATHS };

struct options {
	int mode;
};

static const struct tool_option options[] = {
	TOOL_FLAG(0, "gone", mode, GONE, "the objects that vanished"),
	TOOL_FLAG(0, "objects", mode, OBJECTS, "the new objects"),
	TOOL_FLAG(0, "paths", mode, PATHS, "growth by the path that holds it"),
};

enum { COUNT_CHANGE, SIZE_CHANGE, COUNT, SIZE, TYPE };

static const struct tool_column columns[] = {
	[COUNT_CHANGE] = {"count_change", TOOL_COUNT, TOOL_BOTH},
	[SIZE_CHANGE] = {"size_change", TOOL_BYTES, TOOL_BOTH},
	[COUNT] = {"count", TOOL_COUNT, TOOL_BOTH},
	[SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_column path_columns[] = {
	[COUNT_CHANGE] = {"count_change", TOOL_COUNT, TOOL_BOTH},
	[SIZE_CHANGE] = {"size_change", TOOL_BYTES, TOOL_BOTH},
	[COUNT] = {"count", TOOL_COUNT, TOOL_BOTH},
	[SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[TYPE] = {"words", TOOL_WORDS, TOOL_BOTH},
};

enum { ADDRESS, OBJECT_TYPE, OBJECT_SIZE, REFCOUNT, VALUE };

static const struct tool_column object_columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[OBJECT_TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[OBJECT_SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[REFCOUNT] = {"refcount", TOOL_COUNT, TOOL_BOTH},
	[VALUE] = {"value", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {
	[TYPES] = TOOL_TABLE(NULL, columns),
	[OBJECTS] = TOOL_TABLE("--objects", object_columns),
	[GONE] = TOOL_TABLE("--gone", object_columns),
	[PATHS] = TOOL_TABLE("--paths", path_columns),
};

TOOL_PROGRAM("diff", .takes = TOOL_SNAPSHOTS,
	     .summary = "Tell what grew between two snapshots");

static bool same_content(void *data, unsigned before_graph, coil_node before,
			 unsigned after_graph, coil_node after)
{
	struct coil_snapshot *const *snapshots = data;

	return coil_snapshot_same_value(snapshots[before_graph], before,
					snapshots[after_graph], after);
}

static bool print_change(struct tool *tool, const struct coil_growth *g)
{
	tool_signed(tool, COUNT_CHANGE, g->count_change);
	tool_signed_bytes(tool, SIZE_CHANGE, g->size_change);
	tool_count(tool, COUNT, g->count);
	tool_bytes(tool, SIZE, g->size);
	tool_text(tool, TYPE, g->words);
	return tool_record(tool);
}

static void print_types(struct tool *tool, const struct coil_diff *diff)
{
	struct coil_growth g;
	bool more = true;

	for (size_t i = 0; i < coil_diff_type_count(diff) && more; i++) {
		coil_diff_type(diff, i, &g);
		if (tool_wants_name(tool, g.words))
			more = print_change(tool, &g);
	}
}

/* @node of snapshot number @index; false where no more are wanted. */
static bool print_object(struct tool *tool, unsigned index, coil_node node)
{
	struct coil_node_info info;
	char value[VALUE_SIZE];

	coil_graph_node(tool_graph(tool, index), node, &info);
	if (!tool_wants_name(tool, info.type))
		return true;
	tool_address(tool, ADDRESS, info.address);
	tool_text(tool, OBJECT_TYPE, info.type);
	tool_bytes(tool, OBJECT_SIZE, info.size);
	tool_signed(tool, REFCOUNT, info.refcount);
	if (tool_wants(tool, VALUE)) {
		coil_snapshot_value(tool_open(tool, index), node, value,
				    sizeof(value));
		tool_text(tool, VALUE, value);
	}
	return tool_record(tool);
}

static void print_born(struct tool *tool, const struct coil_diff *diff)
{
	size_t count = coil_diff_born_count(diff);

	for (size_t i = 0; i < count; i++)
		if (!print_object(tool, tool->path_count - 1,
				  coil_diff_born(diff, i)))
			break;
}

static void print_gone(struct tool *tool, const struct coil_diff *diff)
{
	size_t count = coil_diff_gone_count(diff);

	for (size_t i = 0; i < count; i++)
		if (!print_object(tool, 0, coil_diff_gone(diff, i)))
			break;
}

static void print_paths(struct tool *tool)
{
	struct coil_growths *growths;
	struct coil_growth g;
	bool more = true;

	tool_check(tool,
		   coil_growths_find(tool_open(tool, 0),
				     tool_open(tool, tool->path_count - 1),
				     &growths, &tool->err));
	for (size_t i = 0; i < coil_growths_count(growths) && more; i++) {
		coil_growths_get(growths, i, &g);
		more = print_change(tool, &g);
	}
	coil_growths_free(growths);
}

/* Addresses compare only within one process. */
static bool same_process(struct tool *tool, unsigned a, unsigned b)
{
	struct coil_snapshot *x = tool_open(tool, a), *y = tool_open(tool, b);
	const struct coil_image *i = coil_snapshot_image(x);
	const struct coil_image *j = coil_snapshot_image(y);

	return coil_image_process(i)->pid == coil_image_process(j)->pid &&
	       coil_snapshot_runtime(x)->runtime ==
		       coil_snapshot_runtime(y)->runtime &&
	       coil_snapshot_runtime(x)->hexversion ==
		       coil_snapshot_runtime(y)->hexversion;
}

int main(int argc, char **argv)
{
	static void (*const prints[])(struct tool * tool,
				      const struct coil_diff *diff) = {
		[TYPES] = print_types,
		[OBJECTS] = print_born,
		[GONE] = print_gone,
	};
	struct options o = {TYPES};
	struct coil_diff *diff = NULL;
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	tool_choose_table(&tool, (unsigned)o.mode);
	unsigned last = tool.path_count - 1;
	struct coil_graph *graphs[TOOL_MAX_SNAPSHOTS] = {NULL};

	for (unsigned i = 0; i <= last; i++)
		graphs[i] = tool_graph(&tool, i);
	bool same = same_process(&tool, 0, 1) && same_process(&tool, 0, last);

	if (!same && (o.mode == OBJECTS || o.mode == GONE || last == 2))
		tool_die(&tool,
			 "%s and %s are not of one process: objects do "
			 "not compare, only types and --paths of two",
			 tool.paths[0], tool.paths[last]);
	if (o.mode == PATHS) {
		print_paths(&tool);
	} else {
		struct coil_diff_options how = {same_content, tool.snapshots,
						o.mode == TYPES};

		tool_check(&tool,
			   coil_diff_find(graphs[0], graphs[1], graphs[2], &how,
					  &diff, &tool.err));
		prints[o.mode](&tool, diff);
		coil_diff_free(diff);
	}
	return tool_finish(&tool, tool.records ? TOOL_YES : TOOL_COMPLETE);
}
