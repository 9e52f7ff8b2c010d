/* SPDX-License-Identifier: MIT */
/* Progress on standard error, where that is a terminal and work takes long. */
#include <inttypes.h>
#include <unistd.h>

#include "tool.h"

#define FIRST_MS 1000 /* nothing is said before */
#define EVERY_MS 200

static uint64_t elapsed_ms(const struct tool *tool)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)(now.tv_sec - tool->started.tv_sec) * 1000 +
	       (uint64_t)now.tv_nsec / 1000000 -
	       (uint64_t)tool->started.tv_nsec / 1000000;
}

void tool_progress(void *data, const char *what, uint64_t done, uint64_t total)
{
	struct tool *tool = data;
	uint64_t now = elapsed_ms(tool);

	if (tool->shared.quiet || now < FIRST_MS || now < tool->progress_next ||
	    !isatty(STDERR_FILENO))
		return;
	tool->progress_next = now + EVERY_MS;
	tool->progress_shown = true;
	if (total)
		tool_say_progress(
			tool->program->name, "%s %" PRIu64 " %%", what,
			(uint64_t)(100.0 * (double)done / (double)total));
	else
		tool_say_progress(tool->program->name, "%s", what);
}

void tool_progress_clear(struct tool *tool)
{
	if (tool->progress_shown)
		tool_say_clear();
	tool->progress_shown = false;
}
