/* SPDX-License-Identifier: MIT */
/* coil-paths: why an object is alive. */
#include <inttypes.h>

#include "common/tool.h"

struct options {
	int merge, weak;
	uint64_t k;
};

static const struct tool_option options[] = {
	TOOL_FLAG(0, "merge", merge, 1, "one tree for all objects"),
	TOOL_OPTION(NUMBER, 'k', "paths", "K", k,
		    "up to K paths of each object"),
	TOOL_FLAG(0, "weak", weak, 1, "follow weak references too"),
};

enum { ADDRESS, OF, PATH, STEP, WORDS, TYPE };

static const struct tool_column columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[OF] = {"of", TOOL_ADDRESS, TOOL_BOTH},
	[PATH] = {"path", TOOL_COUNT, TOOL_BOTH},
	[STEP] = {"step", TOOL_COUNT, TOOL_BOTH},
	[WORDS] = {"words", TOOL_WORDS, TOOL_BOTH},
	[TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
};

enum { COUNT = 1, DEPTH, MERGED_WORDS, MERGED_TYPE };

static const struct tool_column merged_columns[] = {
	[ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[COUNT] = {"count", TOOL_COUNT, TOOL_BOTH},
	[DEPTH] = {"depth", TOOL_COUNT, TOOL_BOTH},
	[MERGED_WORDS] = {"words", TOOL_WORDS, TOOL_BOTH},
	[MERGED_TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {
	TOOL_TABLE(NULL, columns),
	TOOL_TABLE("--merge", merged_columns),
};

TOOL_PROGRAM(
	"paths", .takes = TOOL_SOME_ADDRESSES,
	.summary = "Tell why an object is alive: a shortest path from a root");

struct printer {
	struct tool *tool;
	struct coil_graph *graph;
	const struct coil_paths *paths;
	struct coil_paths *weak; /* with --weak: ours to free */
	struct coil_words *words;
};

/* Print the words made last as path number @number of the object at @of. */
static bool print_path(struct printer *p, uint64_t of, uint64_t number)
{
	const struct coil_words_step *steps;
	size_t count;
	bool more = true;

	steps = coil_words_steps(p->words, &count);
	for (size_t i = 0; i < count && more; i++) {
		struct coil_node_info info;

		coil_graph_node(p->graph, steps[i].node, &info);
		tool_address(p->tool, ADDRESS, info.address);
		tool_address(p->tool, OF, of);
		tool_count(p->tool, PATH, number);
		tool_count(p->tool, STEP, i + 1);
		tool_text(p->tool, WORDS, steps[i].text);
		tool_text(p->tool, TYPE, info.type);
		more = tool_record(p->tool);
	}
	return more;
}

/* Up to @k - 1 more paths of @node, which leave the first at one place. */
static bool print_others(struct printer *p, coil_node node, uint64_t of,
			 uint64_t k)
{
	const struct coil_edge *edges;
	struct coil_ways *ways;
	bool more = true;
	size_t count;

	tool_check(p->tool, coil_ways_find(p->graph, p->paths, node, &ways,
					   &p->tool->err));
	for (uint64_t number = 2; number <= k && more; number++) {
		edges = coil_ways_next(ways, &count);
		if (!edges)
			break;
		tool_check(p->tool, coil_words_chain(p->words, edges, count));
		more = print_path(p, of, number);
	}
	coil_ways_free(ways);
	return more;
}

static void print_paths(struct printer *p, uint64_t k)
{
	struct tool *tool = p->tool;
	bool more = true;

	if (k > 1)
		tool_check(tool, coil_graph_index_in(p->graph));
	for (size_t i = 0; i < tool->node_count && more; i++) {
		coil_node node = tool->nodes[i];

		tool_check(tool, coil_words_path(p->words, p->paths, node));
		more = print_path(p, tool->addresses[i], 1);
		if (more && k > 1)
			more = print_others(p, node, tool->addresses[i], k);
	}
}

static void print_merged(struct printer *p)
{
	struct tool *tool = p->tool;
	struct coil_merged *merged;
	struct coil_merged_step step;
	bool more = true;

	tool_check(tool,
		   coil_merged_find(tool_open(tool, 0), p->paths, tool->nodes,
				    tool->node_count, &merged, &tool->err));
	while (more && coil_merged_next(merged, &step)) {
		struct coil_node_info info;

		coil_graph_node(p->graph, step.example, &info);
		tool_address(tool, ADDRESS, info.address);
		tool_count(tool, COUNT, step.count);
		tool_count(tool, DEPTH, step.depth);
		tool_text(tool, MERGED_WORDS, step.words);
		tool_text(tool, MERGED_TYPE, info.type);
		more = tool_record(tool);
	}
	coil_merged_free(merged);
}

/* Of the objects asked for, how many no root reaches. */
static uint64_t count_unreached(const struct printer *p)
{
	uint64_t count = 0;

	for (size_t i = 0; i < p->tool->node_count; i++)
		count += coil_paths_distance(p->paths, p->tool->nodes[i]) ==
			 UINT32_MAX;
	return count;
}

int main(int argc, char **argv)
{
	struct options o = {.k = 1};
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	if (!tool.operand_count && !tool.shared.types.count)
		tool_die(&tool, "no address given; nor a type with -t");
	tool_choose_table(&tool, o.merge ? 1 : 0);
	struct printer p = {.tool = &tool, .graph = tool_graph(&tool, 0)};

	if (tool.operand_count)
		tool_addresses(&tool, 0);
	else
		tool_all_of_type(&tool, 0);
	if (o.weak)
		tool_check(&tool,
			   coil_paths_find(p.graph, true, &p.weak, &tool.err));
	p.words = tool_words(&tool);
	p.paths = o.weak ? p.weak : tool_paths(&tool, 0);
	if (o.merge)
		print_merged(&p);
	else
		print_paths(&p, o.k);
	uint64_t unreached = count_unreached(&p);

	if (unreached)
		tool_note(&tool,
			  "%" PRIu64 " objects are reached from no "
			  "root; see coil-cycles --garbage",
			  unreached);
	coil_paths_free(p.weak);
	coil_words_free(p.words);
	return tool_finish(&tool, TOOL_COMPLETE);
}
