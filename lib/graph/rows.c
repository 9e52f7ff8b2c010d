/* SPDX-License-Identifier: MIT */
/*
 * Where in a row the references to a node stand: one object after the other
 * may be asked who refers to it, all of which a list of a million items holds.
 *
 * Which rows are long is known from the start; the order of one is made when it
 * is first asked for, and published at once, so that a graph can be asked by
 * several threads: the one that comes second lets its own go.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/order.h"
#include "base/bounds.h"
#include "graph/graph.h"

#define SHORT_ROW 64 /* edges; shorter ones are searched each time */

struct coil_rows {
	uint32_t *row; /* by node: one more than the index of its row; 0: it
			* is short */
	/* By row: its edges' targets << 32 | ordinals, ascending; NULL: not
	 * asked for. */
	_Atomic(uint64_t *) *sorted;
	size_t count;
};

static bool is_long(const struct coil_graph *g, uint32_t node)
{
	uint64_t count = g->edge_offset[node + 1] - g->edge_offset[node];

	return count > SHORT_ROW && count <= UINT32_MAX;
}

struct coil_rows *coil_rows_new(const struct coil_graph *graph)
{
	struct coil_rows *rows = calloc(1, sizeof(*rows));

	if (!rows)
		return NULL;
	rows->row = calloc((size_t)graph->node_count + 1, sizeof(*rows->row));
	for (uint32_t i = 0; rows->row && i < graph->node_count; i++)
		if (is_long(graph, i))
			rows->row[i] = (uint32_t)++rows->count;
	rows->sorted = calloc(rows->count + 1, sizeof(*rows->sorted));
	if (!rows->row || !rows->sorted) {
		coil_rows_free(rows);
		return NULL;
	}
	return rows;
}

void coil_rows_free(struct coil_rows *rows)
{
	if (!rows)
		return;
	for (size_t i = 0; rows->sorted && i < rows->count; i++)
		free(rows->sorted[i]);
	free(rows->sorted);
	free(rows->row);
	free(rows);
}

/* The row of @node, sorted; NULL: it is short, or there is no memory. */
static const uint64_t *sorted_row(const struct coil_graph *g, uint32_t node)
{
	uint64_t start = g->edge_offset[node];
	uint64_t count = g->edge_offset[node + 1] - start;
	uint32_t number = g->rows->row[node];
	_Atomic(uint64_t *) *slot;
	uint64_t *row, *first = NULL;

	if (!number)
		return NULL;
	slot = &g->rows->sorted[number - 1];
	row = atomic_load_explicit(slot, memory_order_acquire);
	if (row)
		return row;
	row = malloc(count * sizeof(*row));
	if (!row)
		return NULL;
	for (uint64_t i = 0; i < count; i++)
		row[i] = (uint64_t)g->edge_target[start + i] << 32 | i;
	qsort(row, count, sizeof(*row), coil_by_word);
	if (atomic_compare_exchange_strong(slot, &first, row))
		return row;
	free(row);
	return first;
}

uint64_t coil_rows_find(const struct coil_graph *g, uint32_t from, uint32_t to,
			uint64_t at)
{
	uint64_t start = g->edge_offset[from], end = g->edge_offset[from + 1];
	uint64_t wanted = (uint64_t)to << 32 | (at - start);
	const uint64_t count = end - start;
	const uint64_t *row = sorted_row(g, from);
	uint64_t found;

	if (!row) {
		while (at < end && g->edge_target[at] != to)
			at++;
		return at < end ? at : UINT64_MAX;
	}
	found = FIRST_WHERE(i, count, row[i] >= wanted);
	if (found == count || row[found] >> 32 != to)
		return UINT64_MAX;
	return start + (uint32_t)row[found];
}
