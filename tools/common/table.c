/* SPDX-License-Identifier: MIT */
/*
 * Records as people read them: on a terminal the first rows are held back
 * until the widths of their columns are known, the rest keeps those widths.
 */
#include <string.h>

#include "tool.h"

#define HELD_ROWS 1000

static bool is_human(const struct tool *tool)
{
	return tool->shared.human < 0 ? tool->terminal : tool->shared.human;
}

/* 512 B, 1.5 KiB, 20.0 MiB: one decimal, rounded to nearest. */
static void human_bytes(struct tool_buffer *out, bool negative, uint64_t n)
{
	static const char *const units[] = {" B",   " KiB", " MiB", " GiB",
					    " TiB", " PiB", " EiB"};
	unsigned unit = 0;
	uint64_t unit_size = 1;

	while (n / unit_size >= 1024) {
		unit_size *= 1024;
		unit++;
	}
	if (!unit) {
		tool_buffer_decimal(out, negative, n);
		tool_buffer_text(out, units[0]);
		return;
	}

	uint64_t whole = n / unit_size;
	uint64_t tenths = (n % unit_size) / (unit_size / 1024);

	tenths = (tenths * 10 + 512) / 1024;
	if (tenths == 10) {
		tenths = 0;
		whole++;
	}
	tool_buffer_decimal(out, negative, whole);
	tool_buffer_char(out, '.');
	tool_buffer_decimal(out, false, tenths);
	tool_buffer_text(out, units[unit]);
}

void tool_cell_text(const struct tool *tool, const struct tool_cell *cell,
		    struct tool_buffer *out)
{
	if (cell->state == CELL_NONE) {
		tool_buffer_char(out, '-');
		return;
	}
	switch (cell->kind) {
	case TOOL_ADDRESS:
		tool_paint(tool, out, "33");
		tool_buffer_address(out, cell->number);
		tool_paint(tool, out, "");
		break;
	case TOOL_BYTES:
		if (is_human(tool)) {
			human_bytes(out, cell->negative, cell->number);
			break;
		}
		/* fallthrough */
	case TOOL_COUNT:
	case TOOL_TRUTH:
		tool_buffer_decimal(out, cell->negative, cell->number);
		break;
	case TOOL_WORDS:
		for (uint64_t i = 0; tool->terminal && i < cell->indent; i++)
			tool_buffer_text(out, "  ");
		tool_escape(out, cell->text.data);
		break;
	}
}

void tool_paint(const struct tool *tool, struct tool_buffer *out,
		const char *code)
{
	if (!tool->paint)
		return;
	tool_buffer_text(out, "\033[");
	tool_buffer_text(out, code);
	tool_buffer_char(out, 'm');
}

/* Columns that @text takes, not counting what tool_paint() put in. */
static unsigned shown_width(const char *text)
{
	unsigned painted = 0;

	for (const char *at = text; (at = strchr(at, '\033')); at++)
		painted += (unsigned)strcspn(at, "m");
	return tool_text_width(text) - painted;
}

static void pad(struct tool_buffer *out, unsigned columns)
{
	while (columns--)
		tool_buffer_char(out, ' ');
}

static bool is_number(const struct tool *tool, unsigned i)
{
	enum tool_kind kind = tool->table->columns[tool->order[i]].kind;

	return kind == TOOL_BYTES || kind == TOOL_COUNT || kind == TOOL_TRUTH;
}

/* Print one row of NUL-terminated cells; returns where the next one starts. */
static const char *print_row(struct tool *tool, const char *at)
{
	struct tool_buffer *out = &tool->line;

	for (unsigned i = 0; i < tool->order_count; i++) {
		unsigned width = shown_width(at), room = tool->widths[i];
		unsigned padding = room > width ? room - width : 0;
		bool last = i + 1 == tool->order_count;

		if (is_number(tool, i))
			pad(out, padding);
		tool_buffer_text(out, at);
		if (!is_number(tool, i) && !last)
			pad(out, padding);
		tool_buffer_text(out, last ? "\n" : "  ");
		at += strlen(at) + 1;
	}
	return at;
}

static void measure(struct tool *tool, const char *at)
{
	for (unsigned i = 0; i < tool->order_count; i++) {
		unsigned width = shown_width(at);

		if (width > tool->widths[i])
			tool->widths[i] = width;
		at += strlen(at) + 1;
	}
}

static void header_row(struct tool *tool, struct tool_buffer *row)
{
	for (unsigned i = 0; i < tool->order_count; i++) {
		const char *name = tool->table->columns[tool->order[i]].name;

		for (const char *c = name; *c; c++)
			tool_buffer_char(row, (char)(*c >= 'a' && *c <= 'z'
							     ? *c - 'a' + 'A'
							     : *c));
		tool_buffer_append(row, tool->terminal ? "" : "\t", 1);
	}
}

/* The header goes out before the first row, or alone where there is none. */
static void table_header(struct tool *tool)
{
	struct tool_buffer row = {0};
	bool wanted =
		tool->shared.header < 0 ? tool->terminal : tool->shared.header;

	if (tool->header_done || !tool->table)
		return;
	tool->header_done = true;
	if (!wanted || tool->shared.json)
		return;
	header_row(tool, &row);
	if (tool->terminal && !row.failed) {
		measure(tool, row.data);
		tool_paint(tool, &tool->line, "1");
		print_row(tool, row.data);
		tool->line.size--; /* the newline goes after the paint */
		tool_paint(tool, &tool->line, "");
		tool_buffer_char(&tool->line, '\n');
	} else if (!row.failed) {
		row.data[row.size - 1] = '\n';
		tool_buffer_append(&tool->line, row.data, row.size);
	}
	tool_buffer_free(&row);
}

void tool_table_flush(struct tool *tool)
{
	const char *at = tool->pending.data;

	if (tool->pending.failed)
		tool_die(tool, "out of memory");
	table_header(tool);
	for (size_t i = 0; i < tool->pending_rows; i++)
		at = print_row(tool, at);
	tool->pending_rows = 0;
	tool_buffer_clear(&tool->pending);
	tool_write(tool, &tool->line);
}

void tool_table_row(struct tool *tool)
{
	size_t start = tool->pending.size;

	for (unsigned i = 0; i < tool->order_count; i++) {
		tool_cell_text(tool, &tool->cells[tool->order[i]],
			       &tool->pending);
		tool_buffer_append(&tool->pending, "", 1);
	}
	if (tool->pending.failed)
		tool_die(tool, "out of memory");
	tool->pending_rows++;
	if (!tool->header_done)
		measure(tool, tool->pending.data + start);
	if (tool->pending_rows >= HELD_ROWS)
		tool_table_flush(tool);
}
