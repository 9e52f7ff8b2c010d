/* SPDX-License-Identifier: MIT */
/* coil-show: one object in full, one fact a record. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/flags.h"
#include "common/tool.h"

#define TEXT_SIZE   256
#define VALUE_SIZE  200	 /* as everywhere */
#define WHOLE_SIZE  1024 /* the object itself: what is no longer is whole */
#define USUAL_EDGES 50

struct options {
	uint64_t edges;
};

static const struct tool_option options[] = {
	TOOL_OPTION(NUMBER, 0, "edges", "N", edges,
		    "at most N references each way; 0: no bound"),
};

enum { ADDRESS, SECTION, NAME, OBJECT, TYPE, VALUE };

static const struct tool_column columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[SECTION] = {"section", TOOL_WORDS, TOOL_BOTH},
	[NAME] = {"name", TOOL_WORDS, TOOL_BOTH},
	[OBJECT] = {"object", TOOL_ADDRESS, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[VALUE] = {"value", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {TOOL_TABLE(NULL, columns)};

TOOL_PROGRAM("show", .takes = TOOL_SOME_ADDRESSES,
	     .summary = "Show an object in full");

struct shower {
	struct tool *tool;
	struct coil_snapshot *snapshot;
	struct coil_graph *graph;
	const struct coil_dominators *dominators;
	const struct coil_paths *paths;
	struct coil_words *words;
	uint64_t address; /* of the object being shown */
	bool more;
};

static void begin(struct shower *s, const char *section, const char *name)
{
	tool_address(s->tool, ADDRESS, s->address);
	tool_text(s->tool, SECTION, section);
	tool_text(s->tool, NAME, name);
}

static void end(struct shower *s)
{
	s->more = s->more && tool_record(s->tool);
}

static void fact(struct shower *s, const char *section, const char *name,
		 const char *value)
{
	begin(s, section, name);
	tool_text(s->tool, VALUE, value);
	end(s);
}

static void count(struct shower *s, const char *section, const char *name,
		  int64_t n)
{
	begin(s, section, name);
	tool_signed(s->tool, VALUE, n);
	end(s);
}

static void bytes(struct shower *s, const char *section, const char *name,
		  uint64_t n)
{
	begin(s, section, name);
	tool_bytes(s->tool, VALUE, n);
	end(s);
}

/* A record about the object at the other end. */
static void other(struct shower *s, const char *section, const char *name,
		  coil_node node)
{
	struct coil_node_info info;
	char value[VALUE_SIZE];

	coil_graph_node(s->graph, node, &info);
	coil_snapshot_value(s->snapshot, node, value, sizeof(value));
	begin(s, section, name);
	tool_address(s->tool, OBJECT, info.address);
	tool_text(s->tool, TYPE, info.type);
	tool_text(s->tool, VALUE, value);
	end(s);
}

static void show_object(struct shower *s, coil_node node,
			const struct coil_node_info *info)
{
	char value[WHOLE_SIZE], flags[TEXT_SIZE];

	begin(s, "object", "type");
	tool_address(s->tool, OBJECT, info->type_address);
	tool_text(s->tool, VALUE, info->type);
	end(s);
	bytes(s, "object", "size", info->size);
	if (info->flags & COIL_FLAG_AT_LEAST)
		fact(s, "object", "allocated", "");
	else
		bytes(s, "object", "allocated", info->allocated);
	count(s, "object", "refcount", info->refcount);
	fact(s, "object", "flags",
	     tool_flags(info->flags, flags, sizeof(flags)));
	count(s, "object", "generation", info->generation);
	coil_snapshot_value(s->snapshot, node, value, sizeof(value));
	/* Full, but for a character that did not fit: it was cut. */
	if (strlen(value) + 4 >= sizeof(value))
		coil_snapshot_value(s->snapshot, node, value, VALUE_SIZE);
	fact(s, "object", "value", value);
}

static void show_edges(struct shower *s, const char *section, bool in,
		       coil_node node, uint64_t limit)
{
	struct coil_edges edges = in ? coil_graph_in(s->graph, node)
				     : coil_graph_out(s->graph, node);
	const struct coil_words_step *step;
	struct coil_edge edge;
	uint64_t n = 0;
	size_t steps;

	while (s->more && coil_edges_next(&edges, &edge)) {
		if (limit && n++ >= limit)
			continue;
		tool_check(s->tool, coil_words_chain(s->words, &edge, 1));
		step = coil_words_steps(s->words, &steps);
		other(s, section, step->text, in ? edge.from : edge.to);
	}
	if (limit && n > limit)
		count(s, section, "more", (int64_t)(n - limit));
}

static int by_type(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The counted references by type of holder, and what is left. */
static void show_refcount(struct shower *s, coil_node node, int64_t refcount)
{
	struct coil_edges edges = coil_graph_in(s->graph, node);
	struct coil_type_info type;
	struct coil_edge edge;
	uint32_t *types = NULL;
	size_t found = 0, room = 0;

	while (coil_edges_next(&edges, &edge)) {
		struct coil_node_info from;

		coil_graph_node(s->graph, edge.from, &from);
		if (!(edge.flags & COIL_EDGE_COUNTED) || !from.address)
			continue;
		if (!APPEND(types, found, room, from.type_index))
			tool_die(s->tool, "out of memory");
	}
	if (found)
		qsort(types, found, sizeof(*types), by_type);
	for (size_t i = 0, n; i < found; i += n) {
		for (n = 1; i + n < found && types[i + n] == types[i]; n++)
			;
		coil_graph_type(s->graph, types[i], &type);
		begin(s, "refcount", "held by");
		tool_text(s->tool, TYPE, type.name);
		tool_count(s->tool, VALUE, n);
		end(s);
	}
	count(s, "refcount", "found", (int64_t)found);
	count(s, "refcount", "unexplained", refcount - (int64_t)found);
	free(types);
}

static void show_steps(struct shower *s, const struct coil_words_step *steps,
		       size_t count)
{
	for (size_t i = 0; i < count && s->more; i++)
		other(s, "path", steps[i].text, steps[i].node);
}

/* Its steps; of what is repeated, the first and the last. */
static void show_path(struct shower *s, coil_node node)
{
	const struct coil_words_step *steps;
	size_t all, period, run;

	if (coil_paths_distance(s->paths, node) == UINT32_MAX) {
		fact(s, "path", "unreachable", "");
		return;
	}
	tool_check(s->tool, coil_words_path(s->words, s->paths, node));
	steps = coil_words_steps(s->words, &all);
	for (size_t i = 0; i < all && s->more; i += run) {
		run = coil_words_fold(s->words, i, &period);
		show_steps(s, steps + i, period ? period : 1);
		if (!period)
			continue;
		count(s, "path", "more", (int64_t)(run - 2 * period));
		show_steps(s, steps + i + run - period, period);
	}
}

static void show(struct shower *s, coil_node node, const struct options *o)
{
	coil_node above = coil_dominators_parent(s->dominators, node);
	struct coil_node_info info;

	coil_graph_node(s->graph, node, &info);
	s->address = info.address;
	show_object(s, node, &info);
	show_edges(s, "to", false, node, o->edges);
	show_edges(s, "from", true, node, o->edges);
	if (!(info.flags & COIL_FLAG_IMMORTAL) && info.kind == COIL_NODE_OBJECT)
		show_refcount(s, node, info.refcount);
	bytes(s, "retained", "bytes",
	      coil_dominators_retained(s->dominators, node));
	count(s, "retained", "objects",
	      (int64_t)coil_dominators_retained_count(s->dominators, node));
	if (above != COIL_NO_NODE)
		other(s, "retained", "dominator", above);
	show_path(s, node);
}

int main(int argc, char **argv)
{
	struct options o = {USUAL_EDGES};
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	if (!tool.operand_count)
		tool_die(&tool, "no address given; coil-objects lists them");
	struct shower s = {.tool = &tool,
			   .snapshot = tool_open(&tool, 0),
			   .graph = tool_graph(&tool, 0),
			   .more = true};

	tool_addresses(&tool, 0);
	tool_check(&tool, coil_graph_index_in(s.graph));
	s.dominators = tool_dominators(&tool, 0);
	s.paths = tool_paths(&tool, 0);
	s.words = tool_words(&tool);
	for (size_t i = 0; i < tool.node_count && s.more; i++)
		show(&s, tool.nodes[i], &o);
	coil_words_free(s.words);
	return tool_finish(&tool, TOOL_COMPLETE);
}
