/* SPDX-License-Identifier: MIT */
/* Graphs made by hand, for tests of analyses. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/graphmake.h"

struct made_edge {
	uint32_t from, to;
	uint8_t flags;
};

struct graphmake {
	uint32_t objects;
	struct made_edge *edges;
	size_t count, room;
};

static void *need(void *p)
{
	if (!p)
		abort();
	return p;
}

struct graphmake *graphmake_new(uint32_t objects)
{
	struct graphmake *make = need(calloc(1, sizeof(*make)));

	make->objects = objects;
	return make;
}

uint32_t graphmake_root(const struct graphmake *make)
{
	return make->objects;
}

uint32_t graphmake_static(const struct graphmake *make)
{
	return make->objects + 1;
}

uint32_t graphmake_native(const struct graphmake *make)
{
	return make->objects + 2;
}

uint32_t graphmake_unreachable(const struct graphmake *make)
{
	return make->objects + 3;
}

void graphmake_edge(struct graphmake *make, uint32_t from, uint32_t to,
		    uint8_t flags)
{
	if (!APPEND(make->edges, make->count, make->room,
		    (struct made_edge){from, to, flags}))
		abort();
}

static void fill_rows(struct coil_graph *g, const struct graphmake *make)
{
	uint64_t *offset = need(calloc((size_t)g->node_count + 2, 8));

	g->edge_count = make->count;
	g->edge_target = need(malloc(make->count * 4 + 4));
	g->edge_flags = need(malloc(make->count + 1));
	for (size_t i = 0; i < make->count; i++)
		offset[make->edges[i].from + 2]++;
	for (size_t n = 2; n < g->node_count + 2u; n++)
		offset[n] += offset[n - 1];
	for (size_t i = 0; i < make->count; i++) {
		uint64_t at = offset[make->edges[i].from + 1]++;

		g->edge_target[at] = make->edges[i].to;
		g->edge_flags[at] = make->edges[i].flags;
	}
	g->edge_offset = offset;
}

static void fill_types(struct coil_graph *g, uint32_t types)
{
	size_t at = 0;

	g->type_count = types;
	g->types = need(calloc(types, sizeof(*g->types)));
	g->names = need(calloc(types + 1, 24));
	at = (size_t)sprintf(g->names, "native") + 1;
	for (uint32_t i = 0; i < types; i++) {
		g->types[i] = (struct coil_graph_type){
			.address = 0x100 + i,
			.name = (uint32_t)at,
			.node = UINT32_MAX,
		};
		at += (size_t)sprintf(g->names + at, "type%u", i) + 1;
	}
	g->names_size = at;
}

struct coil_graph *graphmake_finish(struct graphmake *make, uint32_t types)
{
	static const enum coil_node_kind root_kinds[COIL_ROOT_NODES] = {
		COIL_NODE_ROOT,
		COIL_NODE_STATIC,
		COIL_NODE_NATIVE,
		COIL_NODE_UNREACHABLE,
	};
	struct coil_graph *g = need(coil_graph_new());
	size_t nodes = (size_t)make->objects + COIL_ROOT_NODES;

	g->object_count = make->objects;
	g->node_count = (uint32_t)nodes;
	g->address = need(calloc(nodes, sizeof(*g->address)));
	g->type = need(calloc(nodes, sizeof(*g->type)));
	g->size = need(calloc(nodes, sizeof(*g->size)));
	g->allocated = need(calloc(nodes, sizeof(*g->allocated)));
	g->refcount = need(calloc(nodes, sizeof(*g->refcount)));
	g->flags = need(calloc(nodes, sizeof(*g->flags)));
	for (uint32_t n = 0; n < make->objects; n++) {
		g->address[n] = 0x1000 + 16 * (uint64_t)n;
		g->type[n] = n % types;
		g->size[n] = 8 * (n % 1000 + 1);
		g->allocated[n] = 16 * (n % 97 + 1);
	}
	for (uint32_t i = 0; i < COIL_ROOT_NODES; i++)
		g->flags[make->objects + i] = (uint32_t)root_kinds[i]
					      << COIL_FLAGS_KIND_SHIFT;
	fill_rows(g, make);
	fill_types(g, types);
	free(make->edges);
	free(make);
	return g;
}

uint64_t graphmake_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}
