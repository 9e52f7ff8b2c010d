/* SPDX-License-Identifier: MIT */
/*
 * Where in a row the references to a node stand: one object after the other
 * may be asked who refers to it, all of which a list of a million items holds.
 */
#include <stdlib.h>

#include "graph/graph.h"

#define SHORT_ROW 64 /* edges; shorter ones are searched each time */

struct coil_rows {
	uint32_t *row; /* by node: one more than the index of its row */
	/* By row: its edges' targets << 32 | ordinals, ascending. */
	uint64_t **sorted;
	size_t count, room;
};

struct coil_rows *coil_rows_new(const struct coil_graph *graph)
{
	struct coil_rows *rows = calloc(1, sizeof(*rows));

	if (rows)
		rows->row = calloc((size_t)graph->node_count + 1,
				   sizeof(*rows->row));
	if (rows && !rows->row) {
		free(rows);
		return NULL;
	}
	return rows;
}

void coil_rows_free(struct coil_rows *rows)
{
	if (!rows)
		return;
	for (size_t i = 0; i < rows->count; i++)
		free(rows->sorted[i]);
	free(rows->sorted);
	free(rows->row);
	free(rows);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The row of @node, sorted; NULL: no memory, or it is too long. */
static const uint64_t *sorted_row(const struct coil_graph *g, uint32_t node)
{
	struct coil_rows *rows = g->rows;
	uint64_t start = g->edge_offset[node];
	uint64_t count = g->edge_offset[node + 1] - start;
	uint64_t *row, **sorted;

	if (rows->row[node])
		return rows->sorted[rows->row[node] - 1];
	sorted = coil_grow(rows->sorted, &rows->room, rows->count + 1,
			   sizeof(*sorted));
	if (!sorted)
		return NULL;
	rows->sorted = sorted;
	row = count > UINT32_MAX ? NULL : malloc(count * sizeof(*row));
	if (!row)
		return NULL;
	for (uint64_t i = 0; i < count; i++)
		row[i] = (uint64_t)g->edge_target[start + i] << 32 | i;
	qsort(row, count, sizeof(*row), by_value);
	sorted[rows->count] = row;
	rows->row[node] = (uint32_t)++rows->count;
	return row;
}

uint64_t coil_rows_find(const struct coil_graph *g, uint32_t from, uint32_t to,
			uint64_t at)
{
	uint64_t start = g->edge_offset[from], end = g->edge_offset[from + 1];
	uint64_t wanted = (uint64_t)to << 32 | (at - start);
	uint64_t low = 0, high = end - start;
	const uint64_t *row = high > SHORT_ROW ? sorted_row(g, from) : NULL;

	if (!row) {
		while (at < end && g->edge_target[at] != to)
			at++;
		return at < end ? at : UINT64_MAX;
	}
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (row[middle] < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == end - start || row[low] >> 32 != to)
		return UINT64_MAX;
	return start + (uint32_t)row[low];
}
