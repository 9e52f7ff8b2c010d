/* SPDX-License-Identifier: MIT */
/* What the objects of each type are, and what they retain together. */
#include <stdlib.h>

#include "base/base.h"
#include "coil/analysis.h"
#include "graph/graph.h"

/* By what is retained where that was asked for, else by size; then by type. */
static int by_bytes(const void *a, const void *b)
{
	const struct coil_type_total *x = a, *y = b;
	int names = strcmp(x->type.name, y->type.name);

	if (x->retained != y->retained)
		return x->retained < y->retained ? 1 : -1;
	return names ? names
		     : (x->type.address > y->type.address) -
			       (x->type.address < y->type.address);
}

static int by_size(const void *a, const void *b)
{
	const struct coil_type_total *x = a, *y = b;

	if (x->sum.size != y->sum.size)
		return x->sum.size < y->sum.size ? 1 : -1;
	return by_bytes(a, b);
}

/* Put @nodes into @same, those of type t at [ends[t - 1], ends[t]). */
static void order_by_type(const struct coil_graph *graph,
			  const coil_node *nodes, size_t count, coil_node *same,
			  size_t *ends)
{
	size_t next = 0;

	for (size_t i = 0; i < count; i++)
		ends[graph->type[nodes[i]]]++;
	/* Where each begins, then where it ends. */
	for (uint32_t type = 0; type < graph->type_count; type++) {
		size_t n = ends[type];

		ends[type] = next;
		next += n;
	}
	for (size_t i = 0; i < count; i++)
		same[ends[graph->type[nodes[i]]]++] = nodes[i];
}

/* What the given nodes of each type retain together. */
static enum coil_status retain_given(const struct coil_graph *graph,
				     const coil_node *nodes, size_t count,
				     struct coil_type_total *rows,
				     struct coil_error *err)
{
	_cleanup_free_ coil_node *same = malloc((count + 1) * sizeof(*same));
	_cleanup_free_ size_t *ends =
		calloc((size_t)graph->type_count + 1, sizeof(*ends));
	enum coil_status st = COIL_OK;
	uint64_t objects;

	if (!same || !ends)
		return coil_fail(err, COIL_E_NOMEM, "no memory for %zu nodes",
				 count);
	order_by_type(graph, nodes, count, same, ends);
	for (uint32_t t = 0; t < graph->type_count && st == COIL_OK; t++) {
		size_t start = t ? ends[t - 1] : 0;

		if (ends[t] > start)
			st = coil_retained_set(
				graph, same + start, ends[t] - start,
				&rows[t].retained, &objects, err);
	}
	return st;
}

static enum coil_status retain_all(const struct coil_dominators *d,
				   uint32_t types, struct coil_type_total *rows,
				   struct coil_error *err)
{
	_cleanup_free_ uint64_t *retained =
		malloc(((size_t)types + 1) * sizeof(*retained));
	enum coil_status st;

	if (!retained)
		return coil_fail(err, COIL_E_NOMEM, "no memory for %u types",
				 types);
	st = coil_dominators_by_type(d, retained, err);
	for (uint32_t t = 0; t < types && st == COIL_OK; t++)
		rows[t].retained = retained[t];
	return st;
}

/* One row a type: how many of the nodes it has, and their bytes. */
static enum coil_status count_nodes(const struct coil_graph *graph,
				    const coil_node *nodes, size_t count,
				    struct coil_type_total *rows,
				    struct coil_error *err)
{
	_cleanup_free_ struct coil_type_sum *sums =
		calloc((size_t)graph->type_count + 1, sizeof(*sums));

	if (!sums)
		return coil_fail(err, COIL_E_NOMEM, "no memory for %u types",
				 graph->type_count);
	if (!nodes)
		coil_graph_type_sums(graph, sums);
	for (size_t i = 0; nodes && i < count; i++) {
		struct coil_node_info info;

		if (nodes[i] >= graph->node_count)
			return coil_fail(err, COIL_E_INVALID, "no node %llu",
					 (unsigned long long)nodes[i]);
		coil_graph_node(graph, nodes[i], &info);
		sums[info.type_index].count++;
		sums[info.type_index].size += info.size;
		sums[info.type_index].allocated += info.allocated;
	}
	for (uint32_t t = 0; t < graph->type_count; t++) {
		rows[t] = (struct coil_type_total){.type_index = t,
						   .sum = sums[t]};
		coil_graph_type(graph, t, &rows[t].type);
	}
	return COIL_OK;
}

enum coil_status coil_type_totals(const struct coil_graph *graph,
				  const struct coil_dominators *d,
				  const coil_node *nodes, size_t count,
				  struct coil_type_total *rows,
				  size_t *row_count, struct coil_error *err)
{
	enum coil_status st = count_nodes(graph, nodes, count, rows, err);
	size_t kept = 0;

	if (st == COIL_OK && d)
		st = nodes ? retain_given(graph, nodes, count, rows, err)
			   : retain_all(d, graph->type_count, rows, err);
	if (st != COIL_OK)
		return st;
	for (uint32_t t = 0; t < graph->type_count; t++)
		if (rows[t].sum.count)
			rows[kept++] = rows[t];
	if (kept)
		qsort(rows, kept, sizeof(*rows), d ? by_bytes : by_size);
	*row_count = kept;
	return COIL_OK;
}
