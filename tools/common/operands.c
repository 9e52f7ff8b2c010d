/* SPDX-License-Identifier: MIT */
/* Operands: snapshots, then addresses. */
#include <string.h>

#include "tool.h"

static const struct takes {
	const char *usage;
	unsigned least, most; /* snapshots */
	bool addresses;
} takes[] = {
	[TOOL_SNAPSHOT] = {"SNAPSHOT", 1, 1, false},
	[TOOL_ADDRESSES] = {"SNAPSHOT [ADDRESS]...", 1, 1, true},
	[TOOL_SOME_ADDRESSES] = {"SNAPSHOT ADDRESS...", 1, 1, true},
	[TOOL_SNAPSHOTS] = {"BEFORE AFTER [LATER]", 2, 3, false},
};

const char *tool_operands(const struct tool_program *program)
{
	return takes[program->takes].usage;
}

void tool_set_operands(struct tool *tool, char **operands, size_t count)
{
	const struct takes *t = &takes[tool->program->takes];
	bool stdin_taken = false;

	if (count < t->least || (count > t->most && !t->addresses))
		tool_die(tool, "too %s arguments; usage: %s [OPTION]... %s",
			 count < t->least ? "few" : "many", tool->program->name,
			 t->usage);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(operands[i], "-"))
			continue;
		if (stdin_taken)
			tool_die(tool, "'-' can be given only once");
		stdin_taken = true;
	}
	tool->path_count = (unsigned)(count < t->most ? count : t->most);
	memcpy(tool->paths, operands, tool->path_count * sizeof(*operands));
	tool->operands = operands + tool->path_count;
	tool->operand_count = count - tool->path_count;
}
