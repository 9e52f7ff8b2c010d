/* SPDX-License-Identifier: MIT */
/* coil-info: what a snapshot is, and what is missing from it. */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/tool.h"
#include "info_types.h"

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

static const char *const found_by[] = {
	[COIL_VERSION_SYMBOL] = "symbol",
	[COIL_VERSION_COOKIE] = "cookie",
	[COIL_VERSION_STRUCTURE] = "structure",
};

static const char *const releases[] = {
	[COIL_RELEASE_PROVED] = "proved",
	[COIL_RELEASE_BETWEEN] = "between",
	[COIL_RELEASE_BEFORE] = "before",
	[COIL_RELEASE_BEYOND] = "beyond",
	[COIL_RELEASE_CANDIDATE] = "candidate",
	[COIL_RELEASE_BETA] = "beta",
	[COIL_RELEASE_ALPHA] = "alpha",
	[COIL_RELEASE_UNPROVED] = "unproved",
};

static const char *const allocators[] = {
	[COIL_ALLOCATOR_PYMALLOC] = "pymalloc",
	[COIL_ALLOCATOR_MALLOC] = "malloc",
	[COIL_ALLOCATOR_MIMALLOC] = "mimalloc",
};

static const char *const caches[] = {
	[COIL_CACHE_OFF] = "off",
	[COIL_CACHE_EMPTY] = "built",
	[COIL_CACHE_USED] = "used",
};

static void text(struct tool *tool, const char *key, const char *value)
{
	tool_text(tool, KEY, key);
	tool_text(tool, VALUE, value);
	tool_record(tool);
}

static void count(struct tool *tool, const char *key, uint64_t n)
{
	tool_text(tool, KEY, key);
	tool_count(tool, VALUE, n);
	tool_record(tool);
}

static void bytes(struct tool *tool, const char *key, uint64_t n)
{
	tool_text(tool, KEY, key);
	tool_bytes(tool, VALUE, n);
	tool_record(tool);
}

static void three(struct tool *tool, const char *key, const int32_t n[3])
{
	char value[64];

	snprintf(value, sizeof(value), "%" PRId32 " %" PRId32 " %" PRId32, n[0],
		 n[1], n[2]);
	text(tool, key, value);
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
	text(tool, "source", tool->paths[0]);
	text(tool, "format", p->format);
	if (p->pid >= 0)
		count(tool, "pid", (uint64_t)p->pid);
	else
		text(tool, "pid", "");
	text(tool, "command", p->command);
	count(tool, "signal", (uint64_t)(p->signal > 0 ? p->signal : 0));
	bytes(tool, "file_size", coverage.file_size);
	bytes(tool, "memory", coverage.promised);
	bytes(tool, "memory_present", coverage.present);
	bytes(tool, "memory_from_files", coverage.from_modules);
	count(tool, "modules", coil_image_module_count(image));
	count(tool, "modules_used", used_modules(image));
}

/* Whose malloc it is; and, once, what its sizes are worth. */
static void print_c_heap(struct tool *tool, struct coil_snapshot *snapshot)
{
	bool known;

	text(tool, "c_heap", coil_snapshot_c_heap(snapshot, &known));
	if (!known)
		text(tool, "c_heap_sizes",
		     "not known: sums take what was asked for");
}

/* How far the layout can be trusted with this release. */
static void print_layout(struct tool *tool, const struct coil_runtime_info *r)
{
	char agree[128];

	text(tool, "layout", r->layout);
	text(tool, "layout_proved_on", r->proved_on);
	text(tool, "layout_release", releases[r->release]);
	snprintf(agree, sizeof(agree),
		 "%" PRIu32 " sizes and %" PRIu32 " offsets of the process "
		 "agree",
		 r->sizes_agree, r->offsets_agree);
	text(tool, "layout_compared", agree);
	if (r->untested)
		text(tool, "layout_untested",
		     "its numbers are from headers; no interpreter of this "
		     "build was compared with what it says");
}

static void print_runtime(struct tool *tool, struct coil_snapshot *snapshot)
{
	const struct coil_runtime_info *r = coil_snapshot_runtime(snapshot);

	text(tool, "python", r->version);
	text(tool, "python_found_by", found_by[r->version_source]);
	print_layout(tool, r);
	text(tool, "build",
	     r->free_threaded ? r->debug ? "debug free-threaded"
					 : "release free-threaded"
	     : r->debug	      ? "debug"
			      : "release");
	text(tool, "allocator", allocators[r->allocator]);
	text(tool, "allocator_hooks", r->debug_hooks ? "debug" : "none");
	print_c_heap(tool, snapshot);
	count(tool, "interpreters", r->interpreters);
	count(tool, "threads", r->threads);
	text(tool, "gc",
	     r->gc_collecting ? "collecting"
	     : r->gc_enabled  ? "enabled"
			      : "disabled");
	three(tool, "gc_thresholds", r->gc_threshold);
	three(tool, "gc_counts", r->gc_count);
}

static void print_objects(struct tool *tool, const struct coil_graph *graph)
{
	static const char *const keys[] = {
		"gc_untracked",	   "gc_generation_0", "gc_generation_1",
		"gc_generation_2", "gc_permanent",
	};
	uint64_t by_generation[countof(keys)] = {0};
	uint64_t size = 0, allocated = 0, objects = 0, tracked = 0, left = 0;

	for (coil_node n = 0; n < coil_graph_object_count(graph); n++) {
		struct coil_node_info info;
		size_t at;

		coil_graph_node(graph, n, &info);
		if (info.kind != COIL_NODE_OBJECT)
			continue;
		tracked += info.generation < 0 && info.flags & COIL_FLAG_GC;
		left += (info.flags & COIL_FLAG_LEFT_OVER) != 0;
		at = (size_t)(info.generation + 1);
		by_generation[at < countof(keys) ? at : 0]++;
		objects++;
		size += info.size;
		allocated += info.allocated;
	}
	for (size_t i = 1; i < countof(keys); i++)
		count(tool, keys[i], by_generation[i]);
	if (tracked)
		count(tool, "gc_no_generation", tracked);
	if (left)
		count(tool, "gc_left_over", left);
	count(tool, keys[0], by_generation[0] - tracked);
	count(tool, "objects", objects);
	bytes(tool, "objects_bytes", size);
	bytes(tool, "allocated_bytes", allocated);
	count(tool, "types", coil_graph_type_count(graph));
	count(tool, "references", coil_graph_edge_count(graph));
}

static void print_walk(struct tool *tool, const struct coil_walk_stats *w)
{
	char share[32];
	uint64_t per_mille =
		w->used_bytes ? (uint64_t)(1000.0 * (double)w->explained_bytes /
					   (double)w->used_bytes)
			      : 0;

	count(tool, "objects_certain", w->certain);
	count(tool, "objects_uncertain", w->uncertain);
	count(tool, "arenas", w->arenas);
	count(tool, "pools", w->pools);
	count(tool, "used_blocks", w->used_blocks);
	bytes(tool, "used_bytes", w->used_bytes);
	count(tool, "explained_blocks", w->explained_blocks);
	bytes(tool, "explained_bytes", w->explained_bytes);
	snprintf(share, sizeof(share), "%" PRIu64 ".%" PRIu64 " %%",
		 per_mille / 10, per_mille % 10);
	text(tool, "coverage", w->used_bytes ? share : "");
	for (uint64_t i = 0; i < w->size_classes; i++) {
		char key[32];

		snprintf(key, sizeof(key), "blocks_%" PRIu64, w->class_size[i]);
		count(tool, key, w->class_used[i]);
	}
	count(tool, "inexact_types", w->inexact_types);
	count(tool, "inexact_objects", w->inexact_objects);
	count(tool, "overlapping_objects", w->overlapping);
	count(tool, "missing_targets", w->missing_targets);
	count(tool, "missing_objects", w->incomplete);
	count(tool, "dangling", w->dangling);
	count(tool, "broken_lists", w->broken_lists);
}

/* Files that no build-id told. */
static void print_compared(struct tool *tool, const struct coil_image *image)
{
	char value[PATH_MAX + 64];

	for (size_t i = 0; i < coil_image_module_count(image); i++) {
		const struct coil_module *m = coil_image_module(image, i);

		if (!m->compared)
			continue;
		snprintf(value, sizeof(value),
			 "%s: no build-id; %" PRIu64 " bytes agree", m->file,
			 m->compared);
		text(tool, "file_compared", value);
	}
}

static const char *const file_states[] = {
	[COIL_MODULE_USED] = "",
	[COIL_MODULE_NO_FILE] = "not found",
	[COIL_MODULE_OTHER] = "another build, not used",
	[COIL_MODULE_NO_BUILDID] = "no build-id to know it by",
	[COIL_MODULE_FAILED] = "not read",
};

/* The files that are missing; the sums of their rows into @sum. */
static void print_files(struct tool *tool, struct coil_snapshot *snapshot,
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
		text(tool, "missing_file", value);
		sum->types += file->types;
		sum->derived += file->derived;
		sum->unnamed += file->unnamed;
		sum->scanned += file->scanned;
	}
	if (!n)
		return;
	count(tool, "types_told", sum->derived);
	count(tool, "types_unnamed", sum->unnamed);
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

/* What is missing, and which analyses that limits. */
static void print_missing(struct tool *tool, struct coil_snapshot *snapshot,
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
			text(tool, "missing", rows[i].words);
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
		info_print_types(&tool, graph);
		return tool_finish(&tool, TOOL_COMPLETE);
	}
	const struct coil_image *image = coil_snapshot_image(snapshot);
	const struct coil_walk_stats *walk = coil_snapshot_stats(snapshot);
	struct coil_missing_file files;

	print_process(&tool, image);
	print_runtime(&tool, snapshot);
	print_objects(&tool, graph);
	print_walk(&tool, walk);
	text(&tool, "cache", caches[coil_snapshot_cache(snapshot)]);
	print_compared(&tool, image);
	print_files(&tool, snapshot, &files);
	print_missing(&tool, snapshot, &files);
	return tool_finish(&tool, TOOL_COMPLETE);
}
