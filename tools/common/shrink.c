/* SPDX-License-Identifier: MIT */
/*
 * Snapshots are mapped, not copied.  Where the file becomes shorter while it
 * is read, or its disk fails, the kernel sends SIGBUS: the tool ends with a
 * line that says so, and with the status that says "discard the output".
 *
 * The library leaves signals alone: they belong to the program.
 *
 * Source: sigaction(2), "BUS_ADRERR"; mmap(2), "SIGBUS"; signal-safety(7).
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

/* A handler is given no argument of ours: the one variable of its kind. */
static const struct tool *watched;

static void on_bus(int number, siginfo_t *info, void *context)
{
	(void)context;
	/* Memory that fails, or a signal sent by someone: as without us. */
	if (info->si_code != BUS_ADRERR) {
		signal(number, SIG_DFL);
		raise(number);
		return;
	}
	if (watched->progress_shown)
		tool_say_clear();
	tool_say_constant(watched->program->name);
	tool_say_constant(
		": a file that is being read (the snapshot, a module or the "
		"cache) became shorter or cannot be read further; copy the "
		"snapshot once it is complete and try again\n");
	_exit(TOOL_TROUBLE);
}

void tool_watch_shrink(const struct tool *tool)
{
	struct sigaction action;

	watched = tool;
	memset(&action, 0, sizeof(action));
	sigemptyset(&action.sa_mask);
	action.sa_sigaction = on_bus;
	action.sa_flags = SA_SIGINFO;
	sigaction(SIGBUS, &action, NULL);
}
