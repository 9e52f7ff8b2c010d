/* SPDX-License-Identifier: MIT */
/* coil-arenas: how full pymalloc's memory is, and what keeps it. */
#include <stdlib.h>

#include "common/tool.h"

#define VALUE_SIZE  200
#define USUAL_BELOW 10.0 /* percent */

enum mode { ARENAS, CLASSES, MAP, PINNED };

struct options {
	int mode;
	double below;
};

static const struct tool_option options[] = {
	TOOL_OPTION(SHARE, 0, "below", "PERCENT", below,
		    "--pinned: arenas of which less than that is in use"),
	TOOL_FLAG(0, "classes", mode, CLASSES, "one record a size of blocks"),
	TOOL_FLAG(0, "map", mode, MAP, "draw the pools of each arena"),
	TOOL_FLAG(0, "pinned", mode, PINNED,
		  "what stands in nearly empty arenas"),
};

enum { ARENA, POOLS, USED, FREE, SIZE, SHARE, BLOCKS, PICTURE };

static const struct tool_column columns[] = {
	[ARENA] = {"arena", TOOL_ADDRESS, TOOL_BOTH},
	[POOLS] = {"pools", TOOL_COUNT, TOOL_BOTH},
	[USED] = {"used", TOOL_BYTES, TOOL_BOTH},
	[FREE] = {"free", TOOL_BYTES, TOOL_BOTH},
	[SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[SHARE] = {"share", TOOL_COUNT, TOOL_BOTH},
	[BLOCKS] = {"blocks", TOOL_COUNT, TOOL_JSON},
};

static const struct tool_column map_columns[] = {
	[ARENA] = {"arena", TOOL_ADDRESS, TOOL_BOTH},
	[POOLS] = {"pools", TOOL_COUNT, TOOL_BOTH},
	[USED] = {"used", TOOL_BYTES, TOOL_JSON},
	[FREE] = {"free", TOOL_BYTES, TOOL_JSON},
	[SIZE] = {"size", TOOL_BYTES, TOOL_JSON},
	[SHARE] = {"share", TOOL_COUNT, TOOL_BOTH},
	[BLOCKS] = {"blocks", TOOL_COUNT, TOOL_JSON},
	[PICTURE] = {"map", TOOL_WORDS, TOOL_BOTH},
};

enum { C_BLOCK, C_POOLS, C_USED, C_FREE, C_SIZE, C_SHARE };

static const struct tool_column class_columns[] = {
	[C_BLOCK] = {"block", TOOL_COUNT, TOOL_BOTH},
	[C_POOLS] = {"pools", TOOL_COUNT, TOOL_BOTH},
	[C_USED] = {"used", TOOL_COUNT, TOOL_BOTH},
	[C_FREE] = {"free", TOOL_COUNT, TOOL_BOTH},
	[C_SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[C_SHARE] = {"share", TOOL_COUNT, TOOL_BOTH},
};

enum { P_ADDRESS, P_TYPE, P_SIZE, P_USE, P_BLOCK, P_ARENA, P_VALUE };

static const struct tool_column pinned_columns[] = {
	[P_ADDRESS] = {"address", TOOL_ADDRESS, TOOL_BOTH},
	[P_TYPE] = {"type", TOOL_WORDS, TOOL_BOTH},
	[P_SIZE] = {"size", TOOL_BYTES, TOOL_BOTH},
	[P_USE] = {"use", TOOL_WORDS, TOOL_BOTH},
	[P_BLOCK] = {"block", TOOL_ADDRESS, TOOL_BOTH},
	[P_ARENA] = {"arena", TOOL_ADDRESS, TOOL_BOTH},
	[P_VALUE] = {"value", TOOL_WORDS, TOOL_BOTH},
};

static const struct tool_table tables[] = {
	[ARENAS] = TOOL_TABLE(NULL, columns),
	[CLASSES] = TOOL_TABLE("--classes", class_columns),
	[MAP] = TOOL_TABLE("--map", map_columns),
	[PINNED] = TOOL_TABLE("--pinned", pinned_columns),
};

TOOL_PROGRAM("arenas", .takes = TOOL_SNAPSHOT,
	     .summary = "Tell how full the memory of the allocator is");

static void set_share(struct tool *tool, unsigned column, uint64_t part,
		      uint64_t whole)
{
	char text[32];

	snprintf(text, sizeof(text), "%.1f",
		 whole ? 100 * (double)part / (double)whole : 0);
	tool_number(tool, column, text);
}

/* One character a pool: '.' not in use, '0' to '9' tenths, '#' full. */
static char pool_character(const struct coil_pool_info *pool)
{
	switch (pool->state) {
	case COIL_POOL_FREE:
		return '.';
	case COIL_POOL_MISSING:
		return '?';
	case COIL_POOL_BROKEN:
		return '!';
	case COIL_POOL_USED:
		break;
	}
	return (char)(pool->used >= pool->blocks
			      ? '#'
			      : '0' + 10 * pool->used / pool->blocks);
}

static void set_map(struct tool *tool, const struct coil_pymalloc *arenas,
		    size_t index, uint64_t pools)
{
	struct tool_buffer map = {0};

	for (size_t i = 0; i < pools; i++) {
		struct coil_pool_info pool;

		coil_pymalloc_pool(arenas, index, i, &pool);
		tool_buffer_char(&map, pool_character(&pool));
	}
	if (map.failed)
		tool_die(tool, "out of memory");
	tool_text(tool, PICTURE, map.data ? map.data : "");
	tool_buffer_free(&map);
}

static void print_arenas(struct tool *tool, const struct coil_pymalloc *arenas,
			 bool map)
{
	for (size_t i = 0; i < coil_pymalloc_arena_count(arenas); i++) {
		struct coil_arena_info info;

		coil_pymalloc_arena(arenas, i, &info);
		tool_address(tool, ARENA, info.address);
		tool_count(tool, POOLS, info.pools);
		tool_bytes(tool, USED, info.used_bytes);
		tool_bytes(tool, FREE, info.free_bytes);
		tool_bytes(tool, SIZE, info.size);
		set_share(tool, SHARE, info.used_bytes, info.size);
		tool_count(tool, BLOCKS, info.used_blocks);
		if (map)
			set_map(tool, arenas, i, info.total_pools);
		if (!tool_record(tool))
			break;
	}
}

static void print_classes(struct tool *tool, const struct coil_pymalloc *arenas)
{
	for (size_t i = 0; i < coil_pymalloc_class_count(arenas); i++) {
		struct coil_class_info info;

		coil_pymalloc_class(arenas, i, &info);
		tool_count(tool, C_BLOCK, info.block);
		tool_count(tool, C_POOLS, info.pools);
		tool_count(tool, C_USED, info.used);
		tool_count(tool, C_FREE, info.free);
		tool_bytes(tool, C_SIZE, info.used * info.block);
		set_share(tool, C_SHARE, info.used, info.used + info.free);
		if (!tool_record(tool))
			break;
	}
}

static bool print_block(struct tool *tool, const struct coil_graph *graph,
			uint64_t arena, const struct coil_block_info *block)
{
	static const char *const uses[] = {
		[COIL_BLOCK_UNKNOWN] = "unknown",
		[COIL_BLOCK_OBJECT] = "object",
		[COIL_BLOCK_BUFFER] = "buffer",
	};
	struct coil_node_info info = {.type = ""};
	char value[VALUE_SIZE];

	if (block->node != COIL_NO_NODE)
		coil_graph_node(graph, block->node, &info);
	if (tool->shared.types.count &&
	    (block->node == COIL_NO_NODE ||
	     !tool_wants_type(tool, graph, info.type_index)))
		return true;
	tool_address(tool, P_ADDRESS, info.address);
	tool_text(tool, P_TYPE, info.type);
	tool_bytes(tool, P_SIZE, block->size);
	tool_text(tool, P_USE, uses[block->use]);
	tool_address(tool, P_BLOCK, block->address);
	tool_address(tool, P_ARENA, arena);
	if (block->node != COIL_NO_NODE && tool_wants(tool, P_VALUE)) {
		coil_snapshot_value(tool_open(tool, 0), block->node, value,
				    sizeof(value));
		tool_text(tool, P_VALUE, value);
	}
	return tool_record(tool);
}

/* Of the arenas that are nearly empty, the emptiest first. */
struct sparse {
	size_t index;
	struct coil_arena_info info;
};

static int by_used(const void *a, const void *b)
{
	const struct sparse *x = a, *y = b;

	if (x->info.used_bytes != y->info.used_bytes)
		return x->info.used_bytes < y->info.used_bytes ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void print_pinned(struct tool *tool, const struct coil_pymalloc *arenas,
			 double below)
{
	size_t arena_count = coil_pymalloc_arena_count(arenas), found = 0,
	       count = 0;
	struct sparse *sparse = tool_alloc(tool, arena_count, sizeof(*sparse));
	bool *wanted = tool_alloc(tool, arena_count, sizeof(*wanted));
	struct coil_block_info *blocks = NULL;
	struct coil_graph *graph = tool_graph(tool, 0);
	bool more = true;

	for (size_t i = 0; i < arena_count; i++) {
		struct sparse *s = &sparse[found];

		coil_pymalloc_arena(arenas, i, &s->info);
		s->index = i;
		wanted[i] = (double)s->info.used_bytes <
			    below / 100 * (double)s->info.size;
		found += wanted[i];
	}
	tool_check(tool, coil_pymalloc_blocks(arenas, wanted, &blocks, &count,
					      &tool->err));
	qsort(sparse, found, sizeof(*sparse), by_used);
	for (size_t s = 0; s < found && more; s++)
		for (size_t i = 0; i < count && more; i++)
			if (blocks[i].arena == sparse[s].index)
				more = print_block(tool, graph,
						   sparse[s].info.address,
						   &blocks[i]);
	free(blocks);
	free(wanted);
	free(sparse);
}

static void tell_broken(struct tool *tool, const struct coil_pymalloc *arenas)
{
	uint64_t broken = 0;

	for (size_t i = 0; i < coil_pymalloc_arena_count(arenas); i++) {
		struct coil_arena_info info;

		coil_pymalloc_arena(arenas, i, &info);
		broken += info.broken_pools;
	}
	if (broken)
		tool_missing(tool,
			     "%s: %llu pools were not captured or contradict "
			     "themselves; see coil-check(1)",
			     tool->paths[0], (unsigned long long)broken);
}

/* Why there is nothing to tell. */
static const char *other_allocator(const struct coil_runtime_info *runtime)
{
	if (runtime->allocator == COIL_ALLOCATOR_MIMALLOC)
		return "mimalloc, of whose segments and pages nothing is told "
		       "here; coil-info tells how many blocks are in use";
	return "another allocator than pymalloc";
}

int main(int argc, char **argv)
{
	struct options o = {ARENAS, USUAL_BELOW};
	struct coil_pymalloc *arenas = NULL;
	struct tool tool;

	tool_start(&tool, &program, &o, argc, argv);
	if (tool.shared.types.count && o.mode != PINNED)
		tool_die(&tool, "--type is of what --pinned lists");
	tool_choose_table(&tool, (unsigned)o.mode);
	tool_check(&tool,
		   coil_pymalloc_find(tool_open(&tool, 0), &arenas, &tool.err));
	if (!coil_pymalloc_arena_count(arenas))
		tool_note(&tool, "%s: no arenas: the process used %s",
			  tool.paths[0],
			  other_allocator(
				  coil_snapshot_runtime(tool_open(&tool, 0))));
	if (o.mode == PINNED)
		print_pinned(&tool, arenas, o.below);
	else if (o.mode == CLASSES)
		print_classes(&tool, arenas);
	else
		print_arenas(&tool, arenas, o.mode == MAP);
	tell_broken(&tool, arenas);
	coil_pymalloc_free(arenas);
	return tool_finish(&tool, TOOL_COMPLETE);
}
