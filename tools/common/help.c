/* SPDX-License-Identifier: MIT */
/* --help and --version: they go where records go, into tool->line. */
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "tool.h"

static void add(struct tool *tool, const char *text)
{
	tool_buffer_text(&tool->line, text);
}

static void help_option(struct tool *tool, const struct tool_option *option)
{
	char left[64], line[256];

	snprintf(left, sizeof(left), "  %c%c%s --%s%s%s",
		 option->letter ? '-' : ' ',
		 option->letter ? option->letter : ' ',
		 option->letter ? "," : " ", option->name,
		 option->argument ? "=" : "",
		 option->argument ? option->argument : "");
	snprintf(line, sizeof(line), "%-31s %s\n", left, option->help);
	add(tool, line);
}

static void help_columns(struct tool *tool, const struct tool_table *table)
{
	add(tool, "\nColumns");
	add(tool, table->when ? " with " : "");
	add(tool, table->when ? table->when : "");
	add(tool, ":");
	for (size_t i = 0; i < table->count; i++) {
		add(tool, " ");
		add(tool, table->columns[i].name);
		add(tool, table->columns[i].where & TOOL_SHOWN ? "" : "*");
	}
	add(tool, "\n");
}

bool tool_applies(const struct tool_program *program,
		  const struct tool_option *option)
{
	return !(program->no_type && !strcmp(option->name, "type"));
}

void tool_help(struct tool *tool, const struct tool_option *shared,
	       size_t count)
{
	const struct tool_program *program = tool->program;
	const char *const usage[] = {"Usage: ",
				     program->name,
				     " [OPTION]... ",
				     tool_operands(program),
				     "\n",
				     program->summary,
				     ".\n\n"};

	for (size_t i = 0; i < countof(usage); i++)
		add(tool, usage[i]);
	for (size_t i = 0; i < program->option_count; i++)
		help_option(tool, &program->options[i]);
	add(tool, program->option_count ? "\n" : "");
	add(tool, "Options of all tools:\n");
	for (size_t i = 0; i < count; i++)
		if (tool_applies(program, &shared[i]))
			help_option(tool, &shared[i]);
	for (size_t i = 0; i < program->table_count; i++)
		help_columns(tool, &program->tables[i]);
	add(tool, "(*: on request, with -c.)  See ");
	add(tool, program->name);
	add(tool, "(1), coil(7).\n");
}

void tool_version(struct tool *tool)
{
	add(tool, tool->program->name);
	add(tool, " (coil) " PACKAGE_VERSION "\n");
}
