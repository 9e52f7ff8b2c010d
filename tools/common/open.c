/* SPDX-License-Identifier: MIT */
/*
 * Snapshots in: opening them, from standard input too, and saying once what
 * memory they lack.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

/* What to do about a failure, where the library's words do not say. */
static const char *const hints[] = {
	[COIL_E_NOMEM] = "; close other programs or use a bigger machine",
	[COIL_E_UNSUPPORTED] = "",
	[COIL_E_NOT_PYTHON] = "; if it is one, name its binary with --exe",
};

/* Copy standard input into a file without a name. */
static int spool_stdin(struct tool *tool)
{
	const char *dir = getenv("TMPDIR");
	char buffer[64 * 1024];
	struct stat st;
	ssize_t n;
	int fd;

	if (!fstat(STDIN_FILENO, &st) && S_ISREG(st.st_mode))
		return dup(STDIN_FILENO);
	tool->spool_copy = true;
	fd = open(dir && *dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC,
		  0600);
	if (fd < 0)
		tool_die(tool,
			 "no place to keep standard input: %s; "
			 "set TMPDIR",
			 strerror(errno));
	while ((n = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0) {
		for (ssize_t at = 0, w; at < n; at += w) {
			w = write(fd, buffer + at, (size_t)(n - at));
			if (w < 0)
				tool_die(tool,
					 "keeping standard input: %s; "
					 "set TMPDIR",
					 strerror(errno));
		}
	}
	if (n < 0)
		tool_die(tool, "standard input: %s", strerror(errno));
	return fd;
}

/* A file that was cut is the first thing to know of a snapshot. */
static void check_cut(struct tool *tool, unsigned index)
{
	char text[400];

	if (coil_image_shortage(coil_snapshot_image(tool->snapshots[index]), "",
				text, sizeof(text)))
		tool_missing(tool, "%s: %s", tool->paths[index], text);
}

struct coil_snapshot *tool_open(struct tool *tool, unsigned index)
{
	const struct tool_shared *shared = &tool->shared;
	const char *given = tool->paths[index], *path = given;
	struct coil_options options = {
		.sysroot = shared->sysroot,
		.exe = shared->exe,
		.module_paths = shared->module_paths.items,
		.module_path_count = shared->module_paths.count,
		.max_unpacked = shared->max_unpacked,
		.layout = shared->layout,
		.progress = tool_progress,
		.progress_data = tool,
	};
	struct coil_error err = {.status = COIL_OK};
	enum coil_status st;
	char fd_path[32];

	if (!tool->table)
		tool_choose_table(tool, 0);
	if (tool->snapshots[index])
		return tool->snapshots[index];
	if (!strcmp(given, "-")) {
		tool->spool = spool_stdin(tool);
		snprintf(fd_path, sizeof(fd_path), "/proc/self/fd/%d",
			 tool->spool);
		path = fd_path;
	}
	/* A copy of standard input is never seen again. */
	if (!tool->spool_copy)
		tool_cache_options(tool, &options);
	options.no_cache |= path != given && tool->spool_copy;
	st = coil_snapshot_open(path, &options, &tool->snapshots[index], &err);
	if (st != COIL_OK) {
		const char *words =
			err.text[0] ? err.text : coil_status_string(st);
		bool named = !strncmp(words, path, strlen(path));
		const char *hint = (size_t)st < countof(hints) && hints[st]
					   ? hints[st]
					   : "";

		words += named ? strlen(path) : 0;
		tool_die(tool, "%s%s%s%s", given, named ? "" : ": ", words,
			 strchr(words, ';') ? "" : hint);
	}
	check_cut(tool, index);
	return tool->snapshots[index];
}

/* Whether another tool of the pipeline feeds this one. */
static bool is_fed(const struct tool *tool)
{
	struct stat st;

	for (size_t i = 0; i < tool->operand_count; i++)
		if (!strcmp(tool->operands[i], "-"))
			return !fstat(STDIN_FILENO, &st) &&
			       S_ISFIFO(st.st_mode);
	return false;
}

/*
 * What a graph lacks for want of files is said once, where it is built: tools
 * that find it in the cache need not repeat it.  Without a cache each builds
 * its own; then those that another one feeds leave it to that.
 */
static bool says_files(const struct tool *tool, unsigned index)
{
	enum coil_cache_use use = coil_snapshot_cache(tool->snapshots[index]);

	if (tool->shared.verbose || tool->program->lists_files)
		return true;
	return use != COIL_CACHE_USED &&
	       !(use == COIL_CACHE_OFF && is_fed(tool));
}

/* Files that are not there, and what became of the types in them. */
static void check_files(struct tool *tool, unsigned index)
{
	const struct coil_snapshot *snapshot = tool->snapshots[index];
	size_t count = coil_snapshot_missing_count(snapshot), others = 0;
	uint64_t derived = 0, unnamed = 0;
	const struct coil_module *why = NULL;
	char other[300] = "";

	if (!count)
		return;
	tool->partial = true;
	if (!says_files(tool, index))
		return;
	for (size_t i = 0; i < count; i++) {
		const struct coil_missing_file *file =
			coil_snapshot_missing(snapshot, i);

		derived += file->derived;
		unnamed += file->unnamed;
		others += file->module->state == COIL_MODULE_OTHER;
		if (file->module->reason && !why)
			why = file->module;
	}
	if (others)
		snprintf(other, sizeof(other), "; %zu: another build, not used",
			 others);
	/* The first that has more to say than that; coil-info has all. */
	if (why)
		snprintf(other, sizeof(other), "; %s: %s",
			 why->file ? why->file : why->path, why->reason);
	tool_missing(tool,
		     "%s: %zu file%s missing (%s%s%s): %" PRIu64
		     " types are named by what holds them or by their "
		     "structure, %" PRIu64
		     " have no name; --sysroot, --module-path and "
		     "--exe say where files are, coil-info lists them",
		     tool->paths[index], count, count > 1 ? "s are" : " is",
		     coil_snapshot_missing(snapshot, 0)->module->path,
		     count > 1 ? ", ..." : "", other, derived, unnamed);
}

/* Tell finish what this snapshot lacks. */
static void check_complete(struct tool *tool, unsigned index)
{
	struct coil_snapshot *snapshot = tool->snapshots[index];
	const struct coil_walk_stats *walk = coil_snapshot_stats(snapshot);
	const char *path = tool->paths[index];

	if (tool->shared.verbose)
		tool_note(tool, "%s: %" PRIu64 " objects; the graph was %s",
			  path, walk->objects,
			  coil_snapshot_cache(snapshot) == COIL_CACHE_USED
				  ? "in the cache"
				  : "built");
	check_files(tool, index);
	if (walk->incomplete)
		tool_missing(tool,
			     "%s: parts of %" PRIu64
			     " objects were not captured",
			     path, walk->incomplete);
	if (walk->overlapping)
		tool_missing(tool,
			     "%s is damaged: the items of %" PRIu64
			     " objects stand in memory of others and are left "
			     "out",
			     path, walk->overlapping);
	if (walk->missing_targets)
		tool_missing(tool,
			     "%s: %" PRIu64
			     " references lead to memory that was not captured",
			     path, walk->missing_targets);
	if (walk->broken_lists)
		tool_missing(tool,
			     "%s: %" PRIu64
			     " of the collector's lists do not close",
			     path, walk->broken_lists);
}

struct coil_graph *tool_graph(struct tool *tool, unsigned index)
{
	struct coil_snapshot *snapshot = tool_open(tool, index);
	struct coil_error err = {.status = COIL_OK};
	struct coil_graph *graph = NULL;
	enum coil_status st;

	st = coil_snapshot_graph(snapshot, &graph, &err);
	if (st != COIL_OK)
		tool_die(tool, "%s: %s", tool->paths[index],
			 err.text[0] ? err.text : coil_status_string(st));
	if (!tool->checked[index])
		check_complete(tool, index);
	tool->checked[index] = true;
	return graph;
}

const struct coil_dominators *tool_dominators(struct tool *tool, unsigned index)
{
	const struct coil_dominators *dominators = NULL;

	tool_check(tool, coil_snapshot_dominators(tool_open(tool, index),
						  &dominators, &tool->err));
	return dominators;
}

struct coil_words *tool_words(struct tool *tool)
{
	struct coil_words *words = NULL;

	tool_check(tool,
		   coil_words_new(tool_open(tool, 0), &words, &tool->err));
	return words;
}

const struct coil_paths *tool_paths(struct tool *tool, unsigned index)
{
	const struct coil_paths *paths = NULL;

	tool_check(tool, coil_snapshot_paths(tool_open(tool, index), &paths,
					     &tool->err));
	return paths;
}
