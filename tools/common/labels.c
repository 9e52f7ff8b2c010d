/* SPDX-License-Identifier: MIT */
/*
 * Labels of edges.  The library tells the label of one edge by telling all of
 * its row up to it; where a row is long and asked for again and again, its
 * labels are told once and kept.
 */
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define SHORT_ROW 64 /* edges; shorter ones are told each time */

/* Keeps the labels of one row; ends[i] is where that of ordinal i ends. */
struct keeper {
	struct tool *tool;
	struct tool_row *row;
};

static bool keep(void *ctx, const struct coil_edge *edge, const char *label)
{
	struct keeper *k = ctx;
	struct tool_row *row = k->row;

	if (edge->ordinal >= row->count)
		return false;
	row->starts[edge->ordinal] = row->text.size + 1;
	tool_buffer_append(&row->text, label, strlen(label) + 1);
	return !row->text.failed;
}

static struct tool_row *kept_row(struct tool *tool, unsigned index,
				 coil_node node, uint64_t count)
{
	struct keeper k = {tool, NULL};
	struct tool_row *row;

	for (size_t i = 0; i < countof(tool->rows); i++) {
		row = &tool->rows[i];
		if (row->starts && row->node == node && row->index == index)
			return row;
	}
	row = &tool->rows[tool->next_row++ % countof(tool->rows)];
	free(row->starts);
	tool_buffer_clear(&row->text);
	row->node = node;
	row->index = index;
	row->count = count;
	row->starts = tool_alloc(tool, count, sizeof(*row->starts));
	k.row = row;
	coil_snapshot_edges(tool_open(tool, index), node, keep, &k);
	if (row->text.failed)
		tool_die(tool, "out of memory");
	return row;
}

void tool_label(struct tool *tool, unsigned index, const struct coil_edge *edge,
		char *text, size_t size)
{
	struct coil_edges edges =
		coil_graph_out(tool_graph(tool, index), edge->from);
	uint64_t count = edges.end - edges.at;
	const struct tool_row *row;

	if (count <= SHORT_ROW) {
		coil_snapshot_label(tool_open(tool, index), edge, text, size);
		return;
	}
	row = kept_row(tool, index, edge->from, count);
	*text = '\0';
	if (edge->ordinal < row->count && row->starts[edge->ordinal])
		tool_copy(text,
			  row->text.data + (row->starts[edge->ordinal] - 1),
			  size);
}

void tool_copy(char *to, const char *from, size_t size)
{
	size_t n = strlen(from);

	if (n >= size) {
		/* Not within a UTF-8 sequence. */
		for (n = size - 1; n && ((unsigned char)from[n] & 0xc0) == 0x80;
		     n--)
			;
	}
	memcpy(to, from, n);
	to[n] = '\0';
}

void tool_labels_free(struct tool *tool)
{
	for (size_t i = 0; i < countof(tool->rows); i++) {
		free(tool->rows[i].starts);
		tool_buffer_free(&tool->rows[i].text);
	}
}
