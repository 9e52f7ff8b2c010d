/* SPDX-License-Identifier: MIT */
/* A graph as sections of a file, and back: one row an array. */
#include <stdlib.h>

#include "base/addrset.h"
#include "graph/sections.h"

/* Which length an array has. */
enum length { OBJECTS, NODES, NODES_AND_ONE, EDGES, TYPES, FREE, SLOTS };

/* Section 1 and following: where the pointer is, the size of an element. */
static const struct row {
	size_t at, size;
	enum length length;
} rows[] = {
#define ROW(field, length) \
	{ \
		offsetof(struct coil_graph, field), \
			sizeof(*((struct coil_graph *)0)->field), length \
	}
	ROW(address, NODES),
	ROW(type, NODES),
	ROW(size, NODES),
	ROW(allocated, NODES),
	ROW(refcount, NODES),
	ROW(flags, NODES),
	ROW(edge_offset, NODES_AND_ONE),
	ROW(edge_target, EDGES),
	ROW(edge_flags, EDGES),
	ROW(types, TYPES),
	ROW(names, FREE),
	ROW(big_sizes, FREE),
	ROW(big_allocated, FREE),
	ROW(big_refcounts, FREE),
#undef ROW
};

/* Names, then the three overflow tables; after the rows, the set of nodes. */
#define NAMES	   (countof(rows) - 3)
#define FIND_PAGES (countof(rows) + 1)
#define FIND_SLOTS (countof(rows) + 2)
_Static_assert(countof(rows) + 3 == COIL_GRAPH_SECTIONS, "one row an array");

static void **place(const struct coil_graph *graph, const struct row *row)
{
	return (void **)((char *)(uintptr_t)graph + row->at);
}

/* Elements that @head promises; UINT64_MAX: any number. */
static uint64_t expected(const struct coil_graph_head *head, enum length length)
{
	const uint64_t counts[] = {
		[OBJECTS] = head->object_count,
		[NODES] = head->node_count,
		[NODES_AND_ONE] = (uint64_t)head->node_count + 1,
		[EDGES] = head->edge_count,
		[TYPES] = head->type_count,
		[FREE] = UINT64_MAX,
		[SLOTS] = head->find_mask + 1,
	};

	return counts[length];
}

void coil_graph_to_sections(const struct coil_graph *graph,
			    struct coil_graph_head *head,
			    struct coil_section out[COIL_GRAPH_SECTIONS])
{
	const uint64_t free_counts[] = {
		graph->names_size, graph->big_size_count,
		graph->big_allocated_count, graph->big_refcount_count};
	const struct coil_map *map = &graph->find->by_key;
	size_t next = 0;

	*head = (struct coil_graph_head){
		.node_count = graph->node_count,
		.object_count = graph->object_count,
		.type_count = graph->type_count,
		.edge_count = graph->edge_count,
		.find_count = graph->find->count,
		.find_mask = map->mask,
		.find_seed = {map->seed[0], map->seed[1]},
	};
	out[0] = (struct coil_section){head, sizeof(*head)};
	for (size_t i = 0; i < countof(rows); i++) {
		uint64_t n = rows[i].length == FREE
				     ? free_counts[next++]
				     : expected(head, rows[i].length);

		out[i + 1] = (struct coil_section){*place(graph, &rows[i]),
						   n * rows[i].size};
	}
	out[FIND_PAGES] = (struct coil_section){
		graph->find->pages,
		graph->find->page_count * sizeof(*graph->find->pages)};
	out[FIND_SLOTS] = (struct coil_section){
		map->slots, expected(head, SLOTS) * sizeof(*map->slots)};
}

static bool sizes_agree(const struct coil_section *sections, size_t count,
			const struct coil_graph_head *head)
{
	if (head->node_count != head->object_count + COIL_ROOT_NODES)
		return false;
	for (size_t i = 0; i < countof(rows); i++) {
		uint64_t n = expected(head, rows[i].length);

		if (n == UINT64_MAX ? sections[i + 1].size % rows[i].size != 0
				    : sections[i + 1].size != n * rows[i].size)
			return false;
	}
	return count == COIL_GRAPH_SECTIONS &&
	       sections[FIND_PAGES].size % sizeof(struct coil_addrset_page) ==
		       0 &&
	       sections[FIND_SLOTS].size ==
		       expected(head, SLOTS) * sizeof(struct coil_map_slot);
}

enum coil_status coil_graph_of_sections(const struct coil_section *sections,
					size_t count, struct coil_graph **out)
{
	const struct coil_graph_head *head = sections[0].data;
	struct coil_graph *g;

	if (count != COIL_GRAPH_SECTIONS || sections[0].size != sizeof(*head) ||
	    !sizes_agree(sections, count, head))
		return COIL_E_BAD_DATA;
	g = coil_graph_new();
	if (g)
		g->find = calloc(1, sizeof(*g->find));
	if (!g || !g->find) {
		coil_graph_free(g);
		return COIL_E_NOMEM;
	}
	g->borrowed = true;
	g->node_count = head->node_count;
	g->object_count = head->object_count;
	g->type_count = head->type_count;
	g->edge_count = head->edge_count;
	for (size_t i = 0; i < countof(rows); i++)
		*place(g, &rows[i]) = (void *)(uintptr_t)sections[i + 1].data;
	g->names_size = sections[NAMES].size;
	g->big_size_count = sections[NAMES + 1].size / sizeof(*g->big_sizes);
	g->big_allocated_count =
		sections[NAMES + 2].size / sizeof(*g->big_sizes);
	g->big_refcount_count =
		sections[NAMES + 3].size / sizeof(*g->big_sizes);
	g->find->pages = (void *)(uintptr_t)sections[FIND_PAGES].data;
	g->find->page_count =
		sections[FIND_PAGES].size / sizeof(*g->find->pages);
	g->find->by_key = (struct coil_map){
		.slots = (void *)(uintptr_t)sections[FIND_SLOTS].data,
		.seed = {head->find_seed[0], head->find_seed[1]},
		.mask = head->find_mask,
		.count = g->find->page_count,
	};
	g->find->count = head->find_count;
	*out = g;
	return COIL_OK;
}
