/* SPDX-License-Identifier: MIT */
/* coil-refs: references between objects. */
#include "common/tool.h"

#define LABEL_SIZE 200

enum direction { OUT, IN, ALL };

struct options {
	int direction;
};

static const struct tool_option options[] = {
	TOOL_FLAG(0, "all", direction, ALL, "every reference"),
	TOOL_FLAG(0, "in", direction, IN, "references to the objects"),
	TOOL_FLAG(0, "out", direction, OUT,
		  "references from the objects (usual)"),
};

enum { FROM, TO, KIND, LABEL, TRAVERSED, COUNTED, EXACT, FROM_TYPE, TO_TYPE };

static const struct tool_column columns[] = {
	[FROM] = {"from", TOOL_ADDRESS, TOOL_BOTH},
	[TO] = {"to", TOOL_ADDRESS, TOOL_BOTH},
	[KIND] = {"kind", TOOL_WORDS, TOOL_BOTH},
	[LABEL] = {"label", TOOL_WORDS, TOOL_BOTH},
	[TRAVERSED] = {"traversed", TOOL_TRUTH, TOOL_JSON},
	[COUNTED] = {"counted", TOOL_TRUTH, TOOL_JSON},
	[EXACT] = {"exact", TOOL_TRUTH, TOOL_JSON},
	[FROM_TYPE] = {"from_type", TOOL_WORDS, 0},
	[TO_TYPE] = {"to_type", TOOL_WORDS, 0},
};

static const struct tool_table tables[] = {TOOL_TABLE(NULL, columns)};

TOOL_PROGRAM("refs", .takes = TOOL_ADDRESSES,
	     .summary = "List references from (with --in: to) objects");

struct printer {
	struct tool *tool;
	const struct coil_graph *graph;
	bool more;
};

static bool print(void *ctx, const struct coil_edge *edge, const char *label)
{
	struct printer *p = ctx;
	struct tool *tool = p->tool;
	const char *kind = coil_ref_kind_name(edge->flags & COIL_EDGE_KIND);
	struct coil_node_info from, to;

	coil_graph_node(p->graph, edge->from, &from);
	coil_graph_node(p->graph, edge->to, &to);
	tool_address(tool, FROM, from.address);
	tool_address(tool, TO, to.address);
	tool_text(tool, KIND, kind ? kind : "other");
	tool_text(tool, LABEL, label);
	tool_truth(tool, TRAVERSED, edge->flags & COIL_EDGE_TRAVERSED);
	tool_truth(tool, COUNTED, edge->flags & COIL_EDGE_COUNTED);
	tool_truth(tool, EXACT, !(edge->flags & COIL_EDGE_INEXACT));
	tool_text(tool, FROM_TYPE, from.type);
	tool_text(tool, TO_TYPE, to.type);
	p->more = tool_record(tool);
	return p->more;
}

static void print_out(struct printer *p, coil_node node)
{
	struct coil_snapshot *snapshot = tool_open(p->tool, 0);
	struct coil_edges edges;
	struct coil_edge edge;

	if (tool_wants(p->tool, LABEL)) {
		coil_snapshot_edges(snapshot, node, print, p);
		return;
	}
	edges = coil_graph_out(p->graph, node);
	while (p->more && coil_edges_next(&edges, &edge))
		print(p, &edge, "");
}

static void print_in(struct printer *p, coil_node node)
{
	struct coil_snapshot *snapshot = tool_open(p->tool, 0);
	struct coil_edges edges = coil_graph_in(p->graph, node);
	struct coil_edge edge;
	char label[LABEL_SIZE] = "";

	while (p->more && coil_edges_next(&edges, &edge)) {
		if (tool_wants(p->tool, LABEL))
			coil_snapshot_label(snapshot, &edge, label,
					    sizeof(label));
		print(p, &edge, label);
	}
}

static void print_all(struct printer *p)
{
	uint64_t count = coil_graph_node_count(p->graph);
	struct coil_node_info info;

	for (coil_node node = 0; node < count && p->more; node++) {
		coil_graph_node(p->graph, node, &info);
		if (tool_wants_type(p->tool, p->graph, info.type_index))
			print_out(p, node);
	}
}

int main(int argc, char **argv)
{
	struct options o = {OUT};
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	if (!tool.operand_count && o.direction != ALL)
		tool_die(&tool, "no address given; --all lists every "
				"reference");
	if (tool.operand_count && o.direction == ALL)
		tool_die(&tool, "--all takes no addresses");
	struct coil_graph *graph = tool_graph(&tool, 0);
	struct printer p = {&tool, graph, true};

	tool_addresses(&tool, 0);
	if (o.direction == ALL)
		print_all(&p);
	if (o.direction == IN)
		tool_check(&tool, coil_graph_index_in(graph));
	for (size_t i = 0; i < tool.node_count && p.more; i++) {
		if (o.direction == IN)
			print_in(&p, tool.nodes[i]);
		else
			print_out(&p, tool.nodes[i]);
	}
	return tool_finish(&tool, TOOL_COMPLETE);
}
