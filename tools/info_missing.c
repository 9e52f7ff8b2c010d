/* SPDX-License-Identifier: MIT */
/* coil-info: files and memory that are missing, and what that limits. */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#include "info.h"

void info_compared(struct tool *tool, const struct coil_image *image)
{
	char value[PATH_MAX + 64];

	for (size_t i = 0; i < coil_image_module_count(image); i++) {
		const struct coil_module *m = coil_image_module(image, i);

		if (!m->compared)
			continue;
		snprintf(value, sizeof(value),
			 "%s: no build-id; %" PRIu64 " bytes agree", m->file,
			 m->compared);
		info_text(tool, "file_compared", value);
	}
}

static const char *const file_states[] = {
	[COIL_MODULE_USED] = "",
	[COIL_MODULE_NO_FILE] = "not found",
	[COIL_MODULE_OTHER] = "another build, not used",
	[COIL_MODULE_NO_BUILDID] = "no build-id to know it by",
	[COIL_MODULE_FAILED] = "not read",
};

void info_files(struct tool *tool, struct coil_snapshot *snapshot,
		struct coil_missing_file *sum)
{
	size_t n = coil_snapshot_missing_count(snapshot);
	char value[2 * PATH_MAX];

	*sum = (struct coil_missing_file){0};
	for (size_t i = 0; i < n; i++) {
		const struct coil_missing_file *file =
			coil_snapshot_missing(snapshot, i);
		const struct coil_module *m = file->module;

		snprintf(value, sizeof(value), "%s: %s%s%s", m->path,
			 m->reason ? m->reason : file_states[m->state],
			 m->file ? ": " : "", m->file ? m->file : "");
		info_text(tool, "missing_file", value);
		sum->types += file->types;
		sum->derived += file->derived;
		sum->unnamed += file->unnamed;
		sum->scanned += file->scanned;
	}
	if (!n)
		return;
	info_count(tool, "types_told", sum->derived);
	info_count(tool, "types_unnamed", sum->unnamed);
}

/* Objects whose references might make more garbage than is told. */
static uint64_t count_unsure(struct tool *tool)
{
	struct coil_graph *graph = tool_graph(tool, 0);
	uint64_t *counts =
		tool_alloc(tool, coil_graph_type_count(graph), sizeof(*counts));
	uint64_t all = coil_graph_unsure(graph, counts);

	free(counts);
	return all;
}

void info_missing(struct tool *tool, struct coil_snapshot *snapshot,
		  const struct coil_missing_file *files)
{
	const struct coil_image *image = coil_snapshot_image(snapshot);
	const struct coil_walk_stats *w = coil_snapshot_stats(snapshot);
	struct coil_coverage c;
	const struct {
		bool holds;
		const char *words;
	} rows[] = {
		{(coil_image_coverage(image, &c), c.present < c.promised),
		 "the file is cut off: objects are missing; every answer "
		 "is a lower bound"},
		{files->derived > 0,
		 "files with the names of types: they are told by what holds "
		 "the type or by its structure"},
		{files->unnamed > 0,
		 "names of types that nothing tells: they are printed as "
		 "<type 0x...>; answers by type name leave them out"},
		{files->scanned > 0,
		 "files with the code of types: their references come from a "
		 "scan; paths and retained sizes may follow what is none"},
		{coil_snapshot_runtime(snapshot)->allocator ==
			 COIL_ALLOCATOR_MALLOC,
		 "arenas, for malloc has none: untracked objects to which "
		 "nothing known refers are not found; blocks are not counted"},
		{w->incomplete > 0,
		 "parts of objects: their references are missing; garbage "
		 "may look alive, retained sizes may be too small"},
		{w->overlapping > 0,
		 "items of objects that stand in memory of others: the "
		 "snapshot is damaged"},
		{w->missing_targets > 0,
		 "objects that are referred to: paths may be missing; "
		 "retained sizes may be too small"},
		{w->broken_lists > 0,
		 "lists of the collector: generations and garbage are "
		 "not certain"},
		{count_unsure(tool) > 0,
		 "what the collector visits of some objects that may be "
		 "garbage: more than is told may be"},
		{w->inexact_objects > 0,
		 "the layout of some types: their references come from a "
		 "scan; coil-info --types names them"},
	};

	for (size_t i = 0; i < countof(rows); i++)
		if (rows[i].holds)
			info_text(tool, "missing", rows[i].words);
}
