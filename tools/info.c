/* SPDX-License-Identifier: MIT */
/* coil-info: what a snapshot is, and what is missing from it. */
#include "info.h"

struct options {
	int types;
};

static const struct tool_option options[] = {
	TOOL_FLAG(0, "types", types, 1,
		  "each type, and by which means its references are found"),
};

enum { KEY, VALUE };

static const struct tool_column columns[] = {
	[KEY] = {"key", TOOL_WORDS, TOOL_BOTH},
	[VALUE] = {"value", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {
	TOOL_TABLE(NULL, columns),
	{"--types", info_type_columns, INFO_TYPE_COLUMNS},
};

TOOL_PROGRAM("info", .takes = TOOL_SNAPSHOT,
	     .summary = "Tell what a snapshot is and what is missing from it",
	     .no_type = true, .lists_files = true);

static const char *const caches[] = {
	[COIL_CACHE_OFF] = "off",
	[COIL_CACHE_EMPTY] = "built",
	[COIL_CACHE_USED] = "used",
};

void info_text(struct tool *tool, const char *key, const char *value)
{
	tool_text(tool, KEY, key);
	tool_text(tool, VALUE, value);
	tool_record(tool);
}

void info_count(struct tool *tool, const char *key, uint64_t n)
{
	tool_text(tool, KEY, key);
	tool_count(tool, VALUE, n);
	tool_record(tool);
}

void info_bytes(struct tool *tool, const char *key, uint64_t n)
{
	tool_text(tool, KEY, key);
	tool_bytes(tool, VALUE, n);
	tool_record(tool);
}

static uint64_t used_modules(const struct coil_image *image)
{
	uint64_t n = 0;

	for (size_t i = 0; i < coil_image_module_count(image); i++)
		n += coil_image_module(image, i)->state == COIL_MODULE_USED;
	return n;
}

static void print_process(struct tool *tool, const struct coil_image *image)
{
	const struct coil_process *p = coil_image_process(image);
	struct coil_coverage coverage;

	coil_image_coverage(image, &coverage);
	info_text(tool, "source", tool->paths[0]);
	info_text(tool, "format", p->format);
	if (p->pid >= 0)
		info_count(tool, "pid", (uint64_t)p->pid);
	else
		info_text(tool, "pid", "");
	info_text(tool, "command", p->command);
	info_count(tool, "signal", (uint64_t)(p->signal > 0 ? p->signal : 0));
	info_bytes(tool, "file_size", coverage.file_size);
	info_bytes(tool, "memory", coverage.promised);
	info_bytes(tool, "memory_present", coverage.present);
	info_bytes(tool, "memory_from_files", coverage.from_modules);
	info_count(tool, "modules", coil_image_module_count(image));
	info_count(tool, "modules_used", used_modules(image));
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	tool_choose_table(&tool, (unsigned)o.types);
	struct coil_snapshot *snapshot = tool_open(&tool, 0);
	struct coil_graph *graph = tool_graph(&tool, 0);

	if (o.types) {
		info_types(&tool, graph);
		return tool_finish(&tool, TOOL_COMPLETE);
	}
	const struct coil_image *image = coil_snapshot_image(snapshot);
	const struct coil_walk_stats *walk = coil_snapshot_stats(snapshot);
	struct coil_missing_file files;

	print_process(&tool, image);
	info_runtime(&tool, snapshot);
	info_objects(&tool, graph);
	info_walk(&tool, walk);
	info_text(&tool, "cache", caches[coil_snapshot_cache(snapshot)]);
	info_compared(&tool, image);
	info_files(&tool, snapshot, &files);
	info_missing(&tool, snapshot, &files);
	return tool_finish(&tool, TOOL_COMPLETE);
}
