/* SPDX-License-Identifier: MIT */
/* coil-singletons: objects of which there should be one. */
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"

#define VALUE_SIZE 200

struct options {
	struct tool_list kinds;
	int summary;
};

static const struct tool_option options[] = {
	TOOL_OPTION(LIST, 0, "kind", "KIND", kinds,
		    "keep one kind (repeatable)"),
	TOOL_FLAG(0, "summary", summary, 1, "one record a kind"),
};

enum { ADDRESS, KIND, VALUE, REFCOUNT, STATE };

static const struct tool_column columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[KIND] = {"kind", TOOL_WORDS, TOOL_BOTH},
	[VALUE] = {"value", TOOL_WORDS, TOOL_BOTH},
	[REFCOUNT] = {"refcount", TOOL_COUNT, TOOL_BOTH},
	[STATE] = {"state", TOOL_WORDS, TOOL_BOTH},
};

enum { SUM_KIND, SUM_COUNT, SUM_DUPLICATES, SUM_SIZE };

static const struct tool_column summary_columns[] = {
	[SUM_KIND] = {"kind", TOOL_WORDS, TOOL_BOTH},
	[SUM_COUNT] = {"count", TOOL_COUNT, TOOL_BOTH},
	[SUM_DUPLICATES] = {"duplicates", TOOL_COUNT, TOOL_BOTH},
	[SUM_SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
};

static const struct tool_table tables[] = {
	TOOL_TABLE(NULL, columns),
	TOOL_TABLE("--summary", summary_columns),
};

TOOL_PROGRAM("singletons", .takes = TOOL_SNAPSHOT,
	     .summary = "List objects of which there should be one");

static const char *kind_name(unsigned kind)
{
	return coil_singleton_kind_name((enum coil_singleton_kind)kind);
}

struct sum {
	uint64_t count, duplicates, size;
};

static bool print(struct tool *tool, const struct coil_singleton *s,
		  const struct coil_node_info *info)
{
	char value[VALUE_SIZE];

	tool_address(tool, ADDRESS, s->address);
	tool_text(tool, KIND, coil_singleton_kind_name(s->kind));
	if (s->node != COIL_NO_NODE) {
		if (tool_wants(tool, VALUE)) {
			coil_snapshot_value(tool_open(tool, 0), s->node, value,
					    sizeof(value));
			tool_text(tool, VALUE, value);
		}
		tool_signed(tool, REFCOUNT, info->refcount);
	}
	tool_text(tool, STATE, coil_singleton_state_name(s->state));
	return tool_record(tool);
}

static void print_sums(struct tool *tool, const struct sum *sums)
{
	for (unsigned kind = 0; kind < COIL_SINGLETON_KINDS; kind++) {
		if (!sums[kind].count)
			continue;
		tool_text(tool, SUM_KIND, coil_singleton_kind_name(kind));
		tool_count(tool, SUM_COUNT, sums[kind].count);
		tool_count(tool, SUM_DUPLICATES, sums[kind].duplicates);
		tool_bytes(tool, SUM_SIZE, sums[kind].size);
		tool_record(tool);
	}
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct sum sums[COIL_SINGLETON_KINDS] = {{0}};
	struct coil_singletons *found = NULL;
	struct tool tool;
	bool more = true;

	tool_start(&tool, &program, &o, argc, argv);
	tool_check_kinds(&tool, &o.kinds, kind_name, COIL_SINGLETON_KINDS);
	tool_choose_table(&tool, o.summary ? 1 : 0);
	struct coil_graph *graph = tool_graph(&tool, 0);

	tool_check(&tool, coil_singletons_find(tool_open(&tool, 0), &found,
					       &tool.err));
	for (size_t i = 0; i < coil_singletons_count(found) && more; i++) {
		struct coil_node_info info = {0};
		struct coil_singleton s;

		coil_singletons_get(found, i, &s);
		if (!tool_wants_kind(&o.kinds,
				     coil_singleton_kind_name(s.kind)))
			continue;
		if (s.node != COIL_NO_NODE)
			coil_graph_node(graph, s.node, &info);
		if (tool.shared.types.count &&
		    (s.node == COIL_NO_NODE ||
		     !tool_wants_type(&tool, graph, info.type_index)))
			continue;
		sums[s.kind].count++;
		sums[s.kind].duplicates +=
			s.state == COIL_SINGLETON_DUPLICATE ||
			s.state == COIL_SINGLETON_STRAY;
		sums[s.kind].size += info.size;
		more = o.summary || print(&tool, &s, &info);
	}
	if (o.summary)
		print_sums(&tool, sums);
	coil_singletons_free(found);
	free(o.kinds.items);
	return tool_finish(&tool, TOOL_COMPLETE);
}
