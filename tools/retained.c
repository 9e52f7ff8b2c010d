/* SPDX-License-Identifier: MIT */
/* coil-retained: what would be freed with an object. */
#include <inttypes.h>
#include <stdlib.h>

#include "common/tool.h"

#define USUAL_LIMIT 100
#define USUAL_DEPTH 4

enum mode { OBJECTS, BY_TYPE, SET, TREE };

struct options {
	int mode;
	uint64_t depth;
	double min_share;
};

static const struct tool_option options[] = {
	TOOL_FLAG(0, "by-type", mode, BY_TYPE, "one record a type"),
	TOOL_OPTION(NUMBER, 0, "depth", "N", depth,
		    "how deep --tree goes; 0: to its end"),
	TOOL_OPTION(SHARE, 0, "min-share", "PERCENT", min_share,
		    "the least share that --tree shows"),
	TOOL_FLAG(0, "set", mode, SET, "what all the objects together retain"),
	TOOL_FLAG(0, "tree", mode, TREE, "the dominator tree"),
};

enum { ADDRESS, RETAINED, SIZE, COUNT, TYPE, LABEL, DEPTH, SHARE };

static const struct tool_column columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[RETAINED] = {"retained", TOOL_BYTES, TOOL_BOTH},
	[SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[COUNT] = {"count", TOOL_COUNT, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[LABEL] = {"label", TOOL_WORDS, TOOL_BOTH},
	/* Of a tree alone. */
	[DEPTH] = {"depth", TOOL_COUNT, TOOL_BOTH},
	[SHARE] = {"share", TOOL_COUNT, TOOL_BOTH},
};

static const struct tool_column type_columns[] = {
	[ADDRESS] = {"type_address", TOOL_ADDRESS, TOOL_BOTH},
	[RETAINED] = {"retained", TOOL_BYTES, TOOL_BOTH},
	[SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[COUNT] = {"count", TOOL_COUNT, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {
	[OBJECTS] = {NULL, columns, DEPTH},
	[BY_TYPE] = TOOL_TABLE("--by-type", type_columns),
	[SET] = {"--set", columns, DEPTH},
	[TREE] = TOOL_TABLE("--tree", columns),
};

TOOL_PROGRAM("retained", .takes = TOOL_ADDRESSES,
	     .summary = "Tell what would be freed with an object");

struct asker {
	struct tool *tool;
	struct coil_graph *graph;
	const struct coil_dominators *dominators;
	const struct coil_paths *paths; /* NULL: no labels wanted */
	struct coil_words *words;
};

static void fill(struct asker *a, coil_node node)
{
	struct coil_node_info info;
	struct tool *tool = a->tool;
	const char *label;

	coil_graph_node(a->graph, node, &info);
	tool_address(tool, ADDRESS, info.address);
	tool_bytes(tool, RETAINED,
		   coil_dominators_retained(a->dominators, node));
	tool_bytes(tool, SIZE, info.size);
	tool_count(tool, COUNT,
		   coil_dominators_retained_count(a->dominators, node));
	tool_text(tool, TYPE, info.type);
	if (!a->paths)
		return;
	tool_check(tool, coil_words_label(a->words, a->paths, node, &label));
	tool_text(tool, LABEL, label);
}

static void print_objects(struct asker *a)
{
	struct tool *tool = a->tool;

	for (size_t i = 0; i < tool->node_count; i++) {
		fill(a, tool->nodes[i]);
		if (!tool_record(tool))
			break;
	}
}

#define CHUNK 65536u

/* The biggest of all nodes, as many as are printed, without a list of all. */
static void keep_biggest(struct asker *a)
{
	struct tool *tool = a->tool;
	size_t limit = tool->shared.limit, count = 0, room = limit + CHUNK;
	coil_node *nodes = tool_alloc(tool, room, sizeof(*nodes));

	for (coil_node n = 0; n < coil_graph_object_count(a->graph); n++) {
		if (!tool_wants_type(tool, a->graph,
				     coil_graph_type_index(a->graph, n)))
			continue;
		if (count == room)
			count = coil_dominators_biggest(a->dominators, nodes,
							count, limit);
		nodes[count++] = n;
	}
	tool->nodes = nodes;
	tool->node_count =
		coil_dominators_biggest(a->dominators, nodes, count, limit);
}

static void print_tree(struct asker *a, const struct options *o)
{
	struct tool *tool = a->tool;
	coil_node root = coil_graph_root(a->graph);
	uint64_t all = coil_dominators_retained(a->dominators, root);
	struct coil_tree_step step;
	struct coil_tree *tree;
	bool more = true;

	tool_check(tool,
		   coil_tree_start(a->dominators, tool_given(tool),
				   tool->node_count, o->depth,
				   (uint64_t)(o->min_share / 100 * (double)all),
				   &tree, &tool->err));
	while (more && coil_tree_next(tree, &step)) {
		double share = 100 *
			       (double)coil_dominators_retained(a->dominators,
								step.node) /
			       (all ? (double)all : 1);
		char text[32];

		fill(a, step.node);
		tool_count(tool, DEPTH, step.depth);
		snprintf(text, sizeof(text), "%.1f", share);
		tool_number(tool, SHARE, text);
		tool_indent(tool, TYPE, step.depth);
		more = tool_record(tool);
	}
	coil_tree_free(tree);
}

static void print_set(struct asker *a)
{
	struct tool *tool = a->tool;
	uint64_t bytes = 0, objects = 0, size = 0;
	char label[64];

	tool_check(tool,
		   coil_retained_set(a->graph, tool->nodes, tool->node_count,
				     &bytes, &objects, &tool->err));
	for (size_t i = 0; i < tool->node_count; i++) {
		struct coil_node_info info;

		coil_graph_node(a->graph, tool->nodes[i], &info);
		size += info.size;
	}
	tool_bytes(tool, RETAINED, bytes);
	tool_bytes(tool, SIZE, size);
	tool_count(tool, COUNT, objects);
	snprintf(label, sizeof(label), "set of %zu", tool->node_count);
	tool_text(tool, LABEL, label);
	tool_record(tool);
}

static void print_types(struct asker *a)
{
	struct tool *tool = a->tool;
	struct coil_type_total *rows = tool_alloc(
		tool, coil_graph_type_count(a->graph), sizeof(*rows));
	size_t count;

	tool_check(tool, coil_type_totals(a->graph, a->dominators,
					  tool_given(tool), tool->node_count,
					  rows, &count, &tool->err));
	for (size_t i = 0; i < count; i++) {
		const struct coil_type_total *r = &rows[i];

		if (!tool_wants_type(tool, a->graph, r->type_index))
			continue;
		tool_address(tool, ADDRESS, r->type.address);
		tool_bytes(tool, RETAINED, r->retained);
		tool_bytes(tool, SIZE, r->sum.size);
		tool_count(tool, COUNT, r->sum.count);
		tool_text(tool, TYPE, r->type.name);
		if (!tool_record(tool))
			break;
	}
	free(rows);
}

int main(int argc, char **argv)
{
	struct options o = {OBJECTS, USUAL_DEPTH, 1};
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	tool_choose_table(&tool, (unsigned)o.mode);
	bool all = !tool.operand_count;
	struct asker a = {.tool = &tool, .graph = tool_graph(&tool, 0)};

	if (all && o.mode == OBJECTS)
		tool_default_limit(&tool, USUAL_LIMIT);
	/* Some of all need no list of all. */
	bool some = all && o.mode == OBJECTS && tool.shared.limit &&
		    tool.shared.limit < coil_graph_object_count(a.graph);
	if (!all)
		tool_addresses(&tool, 0);
	else if (o.mode != TREE && o.mode != BY_TYPE && !some)
		tool_all_of_type(&tool, 0);
	if (o.mode != SET)
		a.dominators = tool_dominators(&tool, 0);
	if (o.mode != SET && o.mode != BY_TYPE && tool_wants(&tool, LABEL)) {
		a.paths = tool_paths(&tool, 0);
		a.words = tool_words(&tool);
	}
	switch ((enum mode)o.mode) {
	case OBJECTS:
		if (some)
			keep_biggest(&a);
		else if (all)
			tool.node_count = coil_dominators_biggest(
				a.dominators, tool.nodes, tool.node_count, 0);
		print_objects(&a);
		break;
	case BY_TYPE:
		print_types(&a);
		break;
	case SET:
		print_set(&a);
		break;
	case TREE:
		print_tree(&a, &o);
		break;
	}
	coil_words_free(a.words);
	return tool_finish(&tool, TOOL_COMPLETE);
}
