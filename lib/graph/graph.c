/* SPDX-License-Identifier: MIT */
/* What a graph says of its nodes and types: unpacking of the arrays that
 * graph.h describes. */
#include <stdlib.h>

#include "base/addrset.h"
#include "base/bounds.h"
#include "graph/graph.h"

uint64_t coil_overflow_find(const struct coil_overflow *table, size_t count,
			    uint32_t node)
{
	const struct coil_overflow *row = FIND_SORTED(table, count, node, node);

	return row ? row->value : UINT32_MAX;
}

uint64_t coil_graph_node_count(const struct coil_graph *graph)
{
	return graph->node_count;
}

uint64_t coil_graph_edge_count(const struct coil_graph *graph)
{
	return graph->edge_count;
}

uint64_t coil_graph_type_count(const struct coil_graph *graph)
{
	return graph->type_count;
}

uint64_t coil_graph_object_count(const struct coil_graph *graph)
{
	return graph->object_count;
}

coil_node coil_graph_root(const struct coil_graph *graph)
{
	return coil_graph_root_index(graph);
}

static const char *name_at(const struct coil_graph *g, uint32_t offset)
{
	return offset < g->names_size ? g->names + offset : "";
}

void coil_graph_type(const struct coil_graph *graph, uint32_t index,
		     struct coil_type_info *out)
{
	const struct coil_graph_type *t;

	*out = (struct coil_type_info){
		.name = "",
		.node = COIL_NO_NODE,
		.means = "",
		.reason = "",
	};
	if (index >= graph->type_count)
		return;
	t = &graph->types[index];
	out->address = t->address;
	out->name = name_at(graph, t->name);
	out->means = name_at(graph, t->means);
	out->reason = name_at(graph, t->reason);
	if (t->node != UINT32_MAX)
		out->node = t->node;
}

void coil_graph_node(const struct coil_graph *graph, coil_node node,
		     struct coil_node_info *out)
{
	struct coil_type_info type;
	uint32_t i = (uint32_t)node, flags;

	*out = (struct coil_node_info){.type = "", .generation = -1};
	if (node >= graph->node_count)
		return;
	flags = graph->flags[i];
	coil_graph_type(graph, graph->type[i], &type);
	out->address = graph->address[i];
	out->kind = coil_graph_kind(graph, i);
	out->type_address = type.address;
	out->type = type.name;
	out->type_index = graph->type[i];
	out->size = coil_graph_size(graph, i);
	out->allocated = coil_graph_allocated(graph, i);
	out->refcount = (int64_t)coil_graph_refcount(graph, i);
	out->flags = flags & COIL_FLAGS_PUBLIC;
	out->generation = (int)(flags >> COIL_FLAGS_GEN_SHIFT & 7) - 1;
}

uint64_t coil_graph_address(const struct coil_graph *graph, coil_node node)
{
	return graph->address[node];
}

uint32_t coil_graph_type_index(const struct coil_graph *graph, coil_node node)
{
	return graph->type[node];
}

uint64_t coil_graph_unsure(const struct coil_graph *graph, uint64_t *out)
{
	uint64_t all = 0;

	memset(out, 0, graph->type_count * sizeof(*out));
	for (uint32_t n = 0; n < graph->object_count; n++)
		if (graph->flags[n] & COIL_FLAG_UNSURE) {
			out[graph->type[n]]++;
			all++;
		}
	return all;
}

void coil_graph_type_sums(const struct coil_graph *graph,
			  struct coil_type_sum *out)
{
	memset(out, 0, graph->type_count * sizeof(*out));
	for (uint32_t n = 0; n < graph->object_count; n++) {
		struct coil_type_sum *sum = &out[graph->type[n]];

		sum->count++;
		sum->size += coil_graph_size(graph, n);
		sum->allocated += coil_graph_allocated(graph, n);
	}
}

struct coil_graph *coil_graph_new(void)
{
	return calloc(1, sizeof(struct coil_graph));
}

void coil_graph_free(struct coil_graph *graph)
{
	if (!graph)
		return;
	if (!graph->borrowed) {
		free(graph->address);
		free(graph->type);
		free(graph->size);
		free(graph->allocated);
		free(graph->refcount);
		free(graph->flags);
		free(graph->edge_offset);
		free(graph->edge_target);
		free(graph->edge_flags);
		free(graph->types);
		free(graph->names);
		free(graph->big_sizes);
		free(graph->big_allocated);
		free(graph->big_refcounts);
		if (graph->find)
			coil_addrset_free(graph->find);
	}
	free(graph->find);
	free(graph->in_offset);
	free(graph->in_from);
	coil_rows_free(graph->rows);
	free(graph);
}
