/* SPDX-License-Identifier: MIT */
/* coil-info: what is on the heap, and what the walk through it met. */
#include <inttypes.h>

#include "info.h"

void info_objects(struct tool *tool, const struct coil_graph *graph)
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
		info_count(tool, keys[i], by_generation[i]);
	if (tracked)
		info_count(tool, "gc_no_generation", tracked);
	if (left)
		info_count(tool, "gc_left_over", left);
	info_count(tool, keys[0], by_generation[0] - tracked);
	info_count(tool, "objects", objects);
	info_bytes(tool, "objects_bytes", size);
	info_bytes(tool, "allocated_bytes", allocated);
	info_count(tool, "types", coil_graph_type_count(graph));
	info_count(tool, "references", coil_graph_edge_count(graph));
}

void info_walk(struct tool *tool, const struct coil_walk_stats *w)
{
	char share[32];
	uint64_t per_mille =
		w->used_bytes ? (uint64_t)(1000.0 * (double)w->explained_bytes /
					   (double)w->used_bytes)
			      : 0;

	info_count(tool, "objects_certain", w->certain);
	info_count(tool, "objects_uncertain", w->uncertain);
	info_count(tool, "arenas", w->arenas);
	info_count(tool, "pools", w->pools);
	info_count(tool, "used_blocks", w->used_blocks);
	info_bytes(tool, "used_bytes", w->used_bytes);
	info_count(tool, "explained_blocks", w->explained_blocks);
	info_bytes(tool, "explained_bytes", w->explained_bytes);
	snprintf(share, sizeof(share), "%" PRIu64 ".%" PRIu64 " %%",
		 per_mille / 10, per_mille % 10);
	info_text(tool, "coverage", w->used_bytes ? share : "");
	for (uint64_t i = 0; i < w->size_classes; i++) {
		char key[32];

		snprintf(key, sizeof(key), "blocks_%" PRIu64, w->class_size[i]);
		info_count(tool, key, w->class_used[i]);
	}
	info_count(tool, "inexact_types", w->inexact_types);
	info_count(tool, "inexact_objects", w->inexact_objects);
	info_count(tool, "overlapping_objects", w->overlapping);
	info_count(tool, "missing_targets", w->missing_targets);
	info_count(tool, "missing_objects", w->incomplete);
	info_count(tool, "dangling", w->dangling);
	info_count(tool, "broken_lists", w->broken_lists);
}
