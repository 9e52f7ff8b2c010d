/* SPDX-License-Identifier: MIT */
/* coil-cycles: reference cycles, those of the same shape in one record. */
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"

struct options {
	int each, garbage, members;
};

static const struct tool_option options[] = {
	TOOL_FLAG(0, "each", each, 1, "one record a cycle"),
	TOOL_FLAG(0, "garbage", garbage, 1,
		  "only what the collector would free"),
	TOOL_FLAG(0, "members", members, 1, "one record an object"),
};

enum { ADDRESS, CYCLES, OBJECTS, SIZE, STATE, SHAPE };

static const struct tool_column columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[CYCLES] = {"cycles", TOOL_COUNT, TOOL_BOTH},
	[OBJECTS] = {"objects", TOOL_COUNT, TOOL_BOTH},
	[SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[STATE] = {"state", TOOL_WORDS, TOOL_BOTH},
	[SHAPE] = {"shape", TOOL_WORDS, TOOL_BOTH},
};

enum { CYCLE = 1, TYPE };

static const struct tool_column member_columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[CYCLE] = {"cycle", TOOL_ADDRESS, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {
	TOOL_TABLE(NULL, columns),
	TOOL_TABLE("--members", member_columns),
};

TOOL_PROGRAM("cycles", .takes = TOOL_SNAPSHOT,
	     .summary = "List reference cycles by shape");

struct finder {
	struct tool *tool;
	struct coil_graph *graph;
	const struct coil_dominators *dominators;
	struct coil_cycles *cycles;
};

static bool print_shape(struct finder *f, const struct coil_cycle_shape *shape)
{
	struct tool *tool = f->tool;
	struct coil_node_info info;

	coil_graph_node(f->graph, shape->sum.example, &info);
	tool_address(tool, ADDRESS, info.address);
	tool_count(tool, CYCLES, shape->sum.cycles);
	tool_count(tool, OBJECTS, shape->sum.objects);
	tool_bytes(tool, SIZE, shape->sum.size);
	tool_text(tool, STATE, shape->sum.garbage ? "garbage" : "alive");
	tool_text(tool, SHAPE, shape->words);
	return tool_record(tool);
}

static void print_shapes(struct finder *f, const struct options *o)
{
	const struct coil_shape_options wanted = {
		.types = tool_wanted_types(f->tool, f->graph),
		.garbage = o->garbage,
		.each = o->each,
	};
	struct coil_shapes *shapes;
	struct coil_cycle_shape shape;
	bool more = true;

	tool_check(f->tool, coil_shapes_find(tool_open(f->tool, 0), f->cycles,
					     &wanted, &shapes, &f->tool->err));
	for (size_t i = 0; i < coil_shapes_count(shapes) && more; i++) {
		coil_shapes_get(shapes, i, &shape);
		more = print_shape(f, &shape);
	}
	coil_shapes_free(shapes);
}

/* The lowest node of each cycle, by its number in the dominators. */
static coil_node *lowest_nodes(struct finder *f)
{
	uint32_t count = coil_dominators_cycle_count(f->dominators);
	coil_node *lowest = tool_alloc(f->tool, count, sizeof(*lowest));

	for (coil_node node = coil_graph_object_count(f->graph); node-- > 0;) {
		uint32_t cycle = coil_dominators_cycle(f->dominators, node);

		if (cycle < count)
			lowest[cycle] = node;
	}
	return lowest;
}

static void print_members(struct finder *f, const struct options *o)
{
	uint64_t count = coil_graph_object_count(f->graph);
	coil_node *lowest = lowest_nodes(f);
	bool more = true;

	for (coil_node node = 0; node < count && more; node++) {
		uint32_t cycle = coil_dominators_cycle(f->dominators, node);
		struct coil_node_info info, first;

		coil_graph_node(f->graph, node, &info);
		if (o->garbage ? !(info.flags & COIL_FLAG_GARBAGE)
			       : cycle == UINT32_MAX)
			continue;
		if (!tool_wants_type(f->tool, f->graph, info.type_index))
			continue;
		tool_address(f->tool, ADDRESS, info.address);
		if (cycle != UINT32_MAX) {
			coil_graph_node(f->graph, lowest[cycle], &first);
			tool_address(f->tool, CYCLE, first.address);
		}
		tool_text(f->tool, TYPE, info.type);
		more = tool_record(f->tool);
	}
	free(lowest);
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	tool_choose_table(&tool, o.members ? 1 : 0);
	struct finder f = {.tool = &tool, .graph = tool_graph(&tool, 0)};

	f.dominators = tool_dominators(&tool, 0);
	tool_check(&tool, coil_cycles_find(f.graph, f.dominators, &f.cycles,
					   &tool.err));
	if (o.members)
		print_members(&f, &o);
	else
		print_shapes(&f, &o);
	coil_cycles_free(f.cycles);
	tool_tell_verdict(&tool, 0);
	return tool_finish(&tool, TOOL_COMPLETE);
}
