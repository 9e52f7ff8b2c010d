/* SPDX-License-Identifier: MIT */
/*
 * Walks the heap of a core in several orders and compares the graphs, byte for
 * byte: what is found must not depend on what is met first.
 *
 *	orders CORE
 *
 * Prints a line an order, and for one that differs what it differs in; the
 * status is 1 then.
 */
#include <stdio.h>
#include <stdlib.h>

#include "walk/build.h"
#include "walk/walk.h"

static uint64_t seed;

static uint64_t any(void)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static int up(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int down(const void *a, const void *b)
{
	return up(b, a);
}

static void arrange_up(void *ctx, uint64_t *items, size_t count)
{
	(void)ctx;
	qsort(items, count, sizeof(*items), up);
}

static void arrange_down(void *ctx, uint64_t *items, size_t count)
{
	(void)ctx;
	qsort(items, count, sizeof(*items), down);
}

static void as_met(void *ctx, uint64_t *items, size_t count)
{
	(void)ctx;
	(void)items;
	(void)count;
}

static void shuffle(void *ctx, uint64_t *items, size_t count)
{
	seed = *(const uint64_t *)ctx;
	for (size_t i = count; i > 1; i--) {
		size_t k = any() % i;
		uint64_t item = items[k];

		items[k] = items[i - 1];
		items[i - 1] = item;
	}
}

static uint64_t seeds[] = {1, 2, 3};

/* The sources are those of lib/objects/walk.c: interpreters, symbols, lists,
 * blocks, what is built in. */
static const struct {
	const char *name;
	struct coil_walk_order order;
} orders[] = {
	{"the quickest", {NULL, NULL, 0}},
	{"symbols first", {NULL, NULL, 1}},
	{"lists first", {NULL, NULL, 2}},
	{"blocks first", {NULL, NULL, 3}},
	{"built-in objects first", {NULL, NULL, 4}},
	{"breadth first", {as_met, NULL, 0}},
	{"by address up", {arrange_up, NULL, 0}},
	{"by address down", {arrange_down, NULL, 0}},
	{"by address down, lists first", {arrange_down, NULL, 2}},
	{"shuffled, seed 1", {shuffle, &seeds[0], 0}},
	{"shuffled, seed 2", {shuffle, &seeds[1], 2}},
	{"shuffled, seed 3", {shuffle, &seeds[2], 3}},
};

/* Reads nothing of what another order left behind. */
static struct coil_graph *build(const struct coil_runtime *runtime,
				const struct coil_walk_order *order,
				struct coil_walk_stats *stats)
{
	struct coil_graph *graph = NULL;
	struct coil_reader reader = {0};
	struct coil_walk walk = {0};
	struct coil_error err;

	if (coil_reader_open(runtime, &reader, &err) ||
	    coil_walk_heap(&reader, &walk, order, NULL, NULL, &err) ||
	    coil_graph_build(&reader, &walk, NULL, NULL, &graph, &err)) {
		fprintf(stderr, "orders: %s\n", err.text);
		exit(2);
	}
	*stats = walk.stats;
	coil_walk_free(&walk);
	coil_reader_close(&reader);
	return graph;
}

/* What two graphs differ in; NULL: nothing. */
static const char *compare(const struct coil_graph *a,
			   const struct coil_graph *b)
{
	const size_t n = a->node_count, e = a->edge_count;

	if (n != b->node_count || a->object_count != b->object_count)
		return "nodes";
	if (memcmp(a->address, b->address, n * sizeof(*a->address)))
		return "addresses";
	if (a->type_count != b->type_count || a->names_size != b->names_size)
		return "number of types";
	if (memcmp(a->names, b->names, a->names_size) ||
	    memcmp(a->types, b->types, a->type_count * sizeof(*a->types)))
		return "types";
	if (memcmp(a->type, b->type, n * sizeof(*a->type)))
		return "types of nodes";
	if (memcmp(a->flags, b->flags, n * sizeof(*a->flags)))
		return "flags";
	if (memcmp(a->size, b->size, n * sizeof(*a->size)) ||
	    memcmp(a->allocated, b->allocated, n * sizeof(*a->allocated)) ||
	    memcmp(a->refcount, b->refcount, n * sizeof(*a->refcount)))
		return "sizes or counts";
	if (e != b->edge_count || memcmp(a->edge_offset, b->edge_offset,
					 (n + 1) * sizeof(*a->edge_offset)))
		return "rows";
	if (memcmp(a->edge_target, b->edge_target,
		   e * sizeof(*a->edge_target)) ||
	    memcmp(a->edge_flags, b->edge_flags, e))
		return "references";
	return NULL;
}

/* The first node that one graph has without the other, or that differs. */
static void show(const struct coil_graph *a, const struct coil_graph *b)
{
	for (uint32_t i = 0, k = 0, shown = 0; shown < 5;) {
		uint64_t x = i < a->object_count ? a->address[i] : UINT64_MAX;
		uint64_t y = k < b->object_count ? b->address[k] : UINT64_MAX;
		const struct coil_graph *has = x < y ? a : b;
		uint32_t node = x < y ? i : k;

		if (x == UINT64_MAX && y == UINT64_MAX)
			return;
		if (x != y) {
			printf("    only %s: 0x%016llx %s\n",
			       x < y ? "before" : "now",
			       (unsigned long long)has->address[node],
			       has->names + has->types[has->type[node]].name);
			shown++;
		} else if (a->flags[i] != b->flags[k]) {
			printf("    0x%016llx %s: flags %x, now %x\n",
			       (unsigned long long)x,
			       a->names + a->types[a->type[i]].name,
			       a->flags[i], b->flags[k]);
			shown++;
		}
		i += x <= y;
		k += y <= x;
	}
}

int main(int argc, char **argv)
{
	struct coil_image_options options = {0};
	struct coil_walk_stats first = {0}, stats;
	struct coil_graph *graph = NULL;
	struct coil_runtime *runtime;
	struct coil_image *image;
	struct coil_error err;
	int status = 0;

	if (argc != 2 || coil_image_open(argv[1], &options, &image, &err) ||
	    coil_runtime_open(image, NULL, &runtime, &err)) {
		fprintf(stderr, "usage: orders CORE\n");
		return 2;
	}
	for (size_t i = 0; i < countof(orders); i++) {
		struct coil_graph *other =
			build(runtime, &orders[i].order, &stats);
		const char *what = graph ? compare(graph, other) : NULL;

		if (!graph)
			first = stats;
		if (!what && memcmp(&first, &stats, sizeof(stats)))
			what = "statistics";
		printf("%s\t%u\t%s%s\n", orders[i].name, other->node_count,
		       what ? "differs: " : "ok", what ? what : "");
		if (what) {
			status = 1;
			show(graph, other);
		}
		if (graph)
			coil_graph_free(other);
		else
			graph = other;
	}
	coil_graph_free(graph);
	coil_runtime_close(runtime);
	coil_image_close(image);
	return status;
}
