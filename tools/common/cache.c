/* SPDX-License-Identifier: MIT */
/*
 * Where the graph cache is and how much it may hold, from the environment.
 * Source: XDG Base Directory Specification: XDG_CACHE_HOME counts only where it
 * is absolute; else $HOME/.cache.
 */
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define USUAL_SIZE ((uint64_t)8 << 30)

/* The folder's path into @path; false where the user has none. */
static bool cache_dir(struct tool_buffer *path)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (path->size)
		return true; /* snapshots opened before borrow it */
	if (cache && *cache == '/') {
		tool_buffer_text(path, cache);
	} else if (home && *home == '/') {
		tool_buffer_text(path, home);
		tool_buffer_text(path, "/.cache");
	} else {
		return false;
	}
	tool_buffer_text(path, "/coil");
	return true;
}

void tool_cache_options(struct tool *tool, struct coil_options *options)
{
	const char *use = getenv("COIL_CACHE");
	const char *size = getenv("COIL_CACHE_SIZE");

	options->cache_size = USUAL_SIZE;
	if (size && *size && !tool_parse_size(size, &options->cache_size))
		tool_die(tool,
			 "COIL_CACHE_SIZE: '%s' is no size; give bytes, "
			 "or K, M, G after a number",
			 size);
	options->no_cache = tool->shared.no_cache ||
			    (use && !strcmp(use, "off")) ||
			    !cache_dir(&tool->cache_dir);
	if (tool->cache_dir.failed)
		tool_die(tool, "out of memory");
	if (!options->no_cache)
		options->cache_dir = tool->cache_dir.data;
}
