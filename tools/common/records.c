/* SPDX-License-Identifier: MIT */
/*
 * Records out: cells are filled by column, then printed as one line of
 * tab-separated values, as one JSON object, or by table.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define FLUSH_SIZE (64 * 1024)

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool same_name(const char *name, const char *given, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!name[i] || name[i] != lower(given[i]))
			return false;
	return !name[length];
}

static void add_column(struct tool *tool, const char *given, size_t length)
{
	const struct tool_table *t = tool->table;
	struct tool_buffer all = {0};

	for (unsigned i = 0; i < t->count; i++) {
		if (!same_name(t->columns[i].name, given, length))
			continue;
		if (tool->wanted[i])
			tool_die(tool, "column '%s' is given twice",
				 t->columns[i].name);
		tool->wanted[i] = true;
		tool->order[tool->order_count++] = i;
		return;
	}
	for (unsigned i = 0; i < t->count; i++) {
		tool_buffer_char(&all, ' ');
		tool_buffer_text(&all, t->columns[i].name);
	}
	tool_die(tool, "no column '%.*s'; there are:%s", (int)length, given,
		 all.data ? all.data : "");
}

void tool_choose_table(struct tool *tool, unsigned index)
{
	const struct tool_shared *shared = &tool->shared;
	const struct tool_table *t = &tool->program->tables[index];
	unsigned where = shared->json ? TOOL_JSON : TOOL_SHOWN;
	const char *at = shared->columns;

	tool->table = t;
	tool->order_count = 0;
	memset(tool->wanted, 0, sizeof(tool->wanted));
	if (!at) {
		for (unsigned i = 0; i < t->count; i++)
			if (t->columns[i].where & where)
				add_column(tool, t->columns[i].name,
					   strlen(t->columns[i].name));
		return;
	}
	while (*at) {
		size_t n = strcspn(at, ", ");

		if (n)
			add_column(tool, at, n);
		at += n + (at[n] != '\0');
	}
	if (!tool->order_count)
		tool_die(tool, "--columns names no column");
}

bool tool_wants(const struct tool *tool, unsigned column)
{
	return tool->wanted[column];
}

void tool_default_limit(struct tool *tool, uint64_t limit)
{
	if (tool->shared.limit == UINT64_MAX)
		tool->shared.limit = limit;
}

/* The cell of @column; nobody looks at it where the column is not printed. */
static struct tool_cell *set(struct tool *tool, unsigned column,
			     enum tool_kind kind, bool negative, uint64_t n)
{
	struct tool_cell *cell = &tool->cells[column];

	if (!tool->wanted[column])
		return cell;
	cell->state = CELL_SET;
	cell->kind = kind;
	cell->negative = negative;
	cell->is_number = false;
	cell->indent = 0;
	cell->number = n;
	return cell;
}

void tool_address(struct tool *tool, unsigned column, uint64_t address)
{
	if (address) /* 0: a node without one; the cell stays empty */
		set(tool, column, TOOL_ADDRESS, false, address);
}

void tool_count(struct tool *tool, unsigned column, uint64_t n)
{
	set(tool, column, TOOL_COUNT, false, n);
}

void tool_bytes(struct tool *tool, unsigned column, uint64_t n)
{
	set(tool, column, TOOL_BYTES, false, n);
}

void tool_signed(struct tool *tool, unsigned column, int64_t n)
{
	set(tool, column, TOOL_COUNT, n < 0,
	    n < 0 ? -(uint64_t)n : (uint64_t)n);
}

void tool_signed_bytes(struct tool *tool, unsigned column, int64_t n)
{
	set(tool, column, TOOL_BYTES, n < 0,
	    n < 0 ? -(uint64_t)n : (uint64_t)n);
}

void tool_truth(struct tool *tool, unsigned column, bool truth)
{
	set(tool, column, TOOL_TRUTH, false, truth);
}

void tool_text(struct tool *tool, unsigned column, const char *text)
{
	struct tool_cell *cell;

	if (!*text || !tool->wanted[column])
		return;
	cell = set(tool, column, TOOL_WORDS, false, 0);
	tool_buffer_clear(&cell->text);
	tool_buffer_text(&cell->text, text);
	if (cell->text.failed)
		tool_die(tool, "out of memory");
}

void tool_number(struct tool *tool, unsigned column, const char *digits)
{
	tool_text(tool, column, digits);
	tool->cells[column].is_number = true;
}

void tool_indent(struct tool *tool, unsigned column, uint64_t depth)
{
	tool->cells[column].indent = depth;
}

void tool_write(struct tool *tool, struct tool_buffer *b)
{
	if (b->failed)
		tool_die(tool, "out of memory");
	tool_progress_clear(tool);
	if (b->size && !tool->closed && !tool_put(b->data, b->size)) {
		if (errno != EPIPE)
			tool_die(tool, "write error: %s", strerror(errno));
		tool->closed = true;
	}
	tool_buffer_clear(b);
}

static void json_cell(const struct tool_cell *cell, struct tool_buffer *out)
{
	if (cell->state == CELL_NONE) {
		tool_buffer_text(out, "null");
		return;
	}
	switch (cell->kind) {
	case TOOL_ADDRESS:
		tool_buffer_char(out, '"');
		tool_buffer_address(out, cell->number);
		tool_buffer_char(out, '"');
		break;
	case TOOL_BYTES:
	case TOOL_COUNT:
		tool_buffer_decimal(out, cell->negative, cell->number);
		break;
	case TOOL_WORDS:
		if (cell->is_number)
			tool_buffer_text(out, cell->text.data);
		else
			tool_escape_json(out, cell->text.data);
		break;
	case TOOL_TRUTH:
		tool_buffer_text(out, cell->number ? "true" : "false");
		break;
	}
}

static void json_row(struct tool *tool)
{
	struct tool_buffer *out = &tool->line;

	for (unsigned i = 0; i < tool->order_count; i++) {
		unsigned column = tool->order[i];

		tool_buffer_char(out, i ? ',' : '{');
		tool_escape_json(out, tool->table->columns[column].name);
		tool_buffer_char(out, ':');
		json_cell(&tool->cells[column], out);
	}
	tool_buffer_text(out, "}\n");
}

static void tsv_row(struct tool *tool)
{
	struct tool_buffer *out = &tool->line;

	for (unsigned i = 0; i < tool->order_count; i++) {
		if (i)
			tool_buffer_char(out, '\t');
		tool_cell_text(tool, &tool->cells[tool->order[i]], out);
	}
	tool_buffer_char(out, '\n');
}

bool tool_record(struct tool *tool)
{
	uint64_t limit = tool->shared.limit;

	if (limit == UINT64_MAX)
		limit = 0;
	if (tool->closed || (limit && tool->records >= limit))
		return false;
	tool->records++;
	if (!tool->header_done && !tool->terminal)
		tool_table_flush(tool); /* the header, if any */
	if (tool->shared.json)
		json_row(tool);
	else if (tool->terminal)
		tool_table_row(tool);
	else
		tsv_row(tool);
	if (tool->line.size >= FLUSH_SIZE || tool->line.failed)
		tool_write(tool, &tool->line);
	for (unsigned i = 0; i < tool->order_count; i++)
		tool->cells[tool->order[i]].state = CELL_NONE;
	return !tool->closed && (!limit || tool->records < limit);
}
