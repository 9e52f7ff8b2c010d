/* SPDX-License-Identifier: MIT */
/*
 * How a tool ends: standard output closed and checked, what was missing said,
 * the exit status chosen, everything freed.
 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

void tool_die(struct tool *tool, const char *format, ...)
{
	va_list ap;

	tool_progress_clear(tool);
	va_start(ap, format);
	tool_vsay(tool->program->name, format, ap);
	va_end(ap);
	exit(TOOL_TROUBLE);
}

void tool_note(struct tool *tool, const char *format, ...)
{
	va_list ap;

	if (tool->shared.quiet)
		return;
	tool_progress_clear(tool);
	va_start(ap, format);
	tool_vsay(tool->program->name, format, ap);
	va_end(ap);
}

void tool_check(struct tool *tool, enum coil_status status)
{
	if (status != COIL_OK)
		tool_die(tool, "%s",
			 tool->err.status == status && tool->err.text[0]
				 ? tool->err.text
				 : coil_status_string(status));
}

void tool_missing(struct tool *tool, const char *format, ...)
{
	char *text = NULL;
	va_list ap;
	int size;

	va_start(ap, format);
	size = vasprintf(&text, format, ap);
	va_end(ap);
	if (tool->missing.size)
		tool_buffer_text(&tool->missing, "; ");
	tool_buffer_text(&tool->missing, size < 0 ? "" : text);
	tool->partial = true;
	if (size >= 0)
		free(text);
}

void *tool_alloc(struct tool *tool, size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size);

	if (!p)
		tool_die(tool, "out of memory");
	return p;
}

static void close_stdout(struct tool *tool)
{
	if (tool->table)
		tool_table_flush(tool);
	tool_write(tool, &tool->line);
	if (!tool_put_end() && !tool->closed && errno != EPIPE)
		tool_die(tool, "write error: %s", strerror(errno));
}

static void free_all(struct tool *tool)
{
	for (unsigned i = 0; i < TOOL_MAX_SNAPSHOTS; i++)
		coil_snapshot_close(tool->snapshots[i]);
	for (unsigned i = 0; i < TOOL_MAX_COLUMNS; i++)
		tool_buffer_free(&tool->cells[i].text);
	tool_buffer_free(&tool->line);
	tool_buffer_free(&tool->pending);
	tool_buffer_free(&tool->missing);
	tool_buffer_free(&tool->cache_dir);
	free(tool->shared.types.items);
	free(tool->shared.module_paths.items);
	free(tool->addresses);
	free(tool->named);
	free(tool->nodes);
	free(tool->type_wanted);
	if (tool->spool >= 0)
		close(tool->spool);
}

int tool_finish(struct tool *tool, enum tool_status status)
{
	close_stdout(tool);
	if (tool->missing.size)
		tool_note(tool, "incomplete: %s", tool->missing.data);
	if (tool->partial || tool->unknown)
		status = TOOL_PARTIAL;
	free_all(tool);
	return (int)status;
}
