/* SPDX-License-Identifier: MIT */
/* coil-info: the interpreter, and how far what is known of it can be trusted.
 */
#include <inttypes.h>

#include "info.h"

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

static void three(struct tool *tool, const char *key, const int32_t n[3])
{
	char value[64];

	snprintf(value, sizeof(value), "%" PRId32 " %" PRId32 " %" PRId32, n[0],
		 n[1], n[2]);
	info_text(tool, key, value);
}

/* Whose malloc it is; and, once, what its sizes are worth. */
static void print_c_heap(struct tool *tool, struct coil_snapshot *snapshot)
{
	bool known;

	info_text(tool, "c_heap", coil_snapshot_c_heap(snapshot, &known));
	if (!known)
		info_text(tool, "c_heap_sizes",
			  "not known: sums take what was asked for");
}

/* How far the layout can be trusted with this release. */
static void print_layout(struct tool *tool, const struct coil_runtime_info *r)
{
	char agree[128];

	info_text(tool, "layout", r->layout);
	info_text(tool, "layout_proved_on", r->proved_on);
	info_text(tool, "layout_release", releases[r->release]);
	snprintf(agree, sizeof(agree),
		 "%" PRIu32 " sizes and %" PRIu32 " offsets of the process "
		 "agree",
		 r->sizes_agree, r->offsets_agree);
	info_text(tool, "layout_compared", agree);
	if (r->untested)
		info_text(
			tool, "layout_untested",
			"its numbers are from headers; no interpreter of this "
			"build was compared with what it says");
}

void info_runtime(struct tool *tool, struct coil_snapshot *snapshot)
{
	const struct coil_runtime_info *r = coil_snapshot_runtime(snapshot);

	info_text(tool, "python", r->version);
	info_text(tool, "python_found_by", found_by[r->version_source]);
	print_layout(tool, r);
	info_text(tool, "build",
		  r->free_threaded ? r->debug ? "debug free-threaded"
					      : "release free-threaded"
		  : r->debug	   ? "debug"
				   : "release");
	info_text(tool, "allocator", allocators[r->allocator]);
	info_text(tool, "allocator_hooks", r->debug_hooks ? "debug" : "none");
	print_c_heap(tool, snapshot);
	info_count(tool, "interpreters", r->interpreters);
	info_count(tool, "threads", r->threads);
	info_text(tool, "gc",
		  r->gc_collecting ? "collecting"
		  : r->gc_enabled  ? "enabled"
				   : "disabled");
	three(tool, "gc_thresholds", r->gc_threshold);
	three(tool, "gc_counts", r->gc_count);
}
