/* SPDX-License-Identifier: MIT */
/* Graphs that look like heaps: see heapmake.h for what that means. */
#include <stdlib.h>

#include "tests/graphmake.h"
#include "tests/heapmake.h"

#define HUBS	1000 /* held by <static> */
#define MODULES 16
#define NEAR	64 /* a parent is mostly among so many internal nodes */

struct heap {
	struct graphmake *make;
	uint64_t random;
	uint32_t objects;
	uint32_t *inner;  /* internal nodes, in order */
	uint32_t *shared; /* nodes that are referred to more than once */
	uint32_t *name;	  /* the number a node gets in the graph */
	uint8_t *back;	  /* shared and internal, a child may refer back */
	uint32_t inner_count, shared_count;
};

static uint32_t below(struct heap *h, uint32_t bound)
{
	return (uint32_t)(graphmake_random(&h->random) % bound);
}

static bool chance(struct heap *h, uint32_t percent)
{
	return below(h, 100) < percent;
}

static void refer(struct heap *h, uint32_t from, uint32_t to)
{
	graphmake_edge(h->make, h->name[from], h->name[to], EDGE_STRONG);
}

/* Which of the two lists node @n is a link of: they are two runs of nodes,
 * every second of which is a link and the next its value. */
static bool is_link(const struct heap *h, uint32_t n, bool *first)
{
	uint32_t run = h->objects / 10, at = n % (h->objects / 2 + 1);

	*first = at == h->objects / 8;
	return at >= h->objects / 8 && at < h->objects / 8 + run &&
	       (at - h->objects / 8) % 2 == 0;
}

static uint32_t choose_parent(struct heap *h)
{
	uint32_t recent = h->inner_count < NEAR ? h->inner_count : NEAR;

	if (chance(h, 70))
		return h->inner[h->inner_count - 1 - below(h, recent)];
	return h->inner[below(h, h->inner_count)];
}

/* A shared node by a power law: the first are wanted most. */
static uint32_t choose_shared(struct heap *h)
{
	double u = (double)(graphmake_random(&h->random) >> 11) / 0x1p53;

	return h->shared[(uint32_t)(u * u * u * u * h->shared_count)];
}

static void add_extra(struct heap *h)
{
	uint32_t from = h->inner[below(h, h->inner_count)];

	refer(h, from, choose_shared(h));
}

/* Who is shared is decided first, so that references can point ahead. */
static void choose_nodes(struct heap *h)
{
	for (uint32_t n = 0; n < h->objects; n++) {
		if (n >= MODULES && chance(h, 19))
			h->shared[h->shared_count++] = n;
	}
	/* Hubs must not be the oldest nodes only. */
	for (uint32_t i = h->shared_count; i > 1; i--) {
		uint32_t k = below(h, i), s = h->shared[k];

		h->shared[k] = h->shared[i - 1];
		h->shared[i - 1] = s;
	}
	for (uint32_t i = 0; i < h->shared_count; i++)
		h->back[h->shared[i]] = i < HUBS ? 2 : 1;
}

static void add_node(struct heap *h, uint32_t n, uint32_t *link)
{
	bool first, inner, is = is_link(h, n, &first);
	uint32_t parent;

	inner = is || n < MODULES || !chance(h, 60);
	if (n < MODULES) {
		graphmake_edge(h->make, graphmake_root(h->make), h->name[n],
			       EDGE_STRONG);
	} else if (h->back[n] == 2) {
		graphmake_edge(h->make, graphmake_static(h->make), h->name[n],
			       EDGE_STRONG);
	} else {
		parent = is && !first ? *link : choose_parent(h);
		refer(h, parent, n);
		if (inner && h->back[parent] == 1 && chance(h, 30)) {
			refer(h, n, parent);
			h->back[parent] = 0;
		}
	}
	if (inner)
		h->inner[h->inner_count++] = n;
	if (is)
		*link = n;
	for (uint32_t left = 177; left; left -= left < 100 ? left : 100) {
		if (left >= 100 || chance(h, left))
			add_extra(h);
	}
}

static void name_nodes(struct heap *h, bool scatter)
{
	for (uint32_t n = 0; n < h->objects; n++)
		h->name[n] = n;
	for (uint32_t i = h->objects; scatter && i > 1; i--) {
		uint32_t k = below(h, i), s = h->name[k];

		h->name[k] = h->name[i - 1];
		h->name[i - 1] = s;
	}
}

struct coil_graph *heapmake(uint32_t objects, bool scatter)
{
	_cleanup_free_ uint32_t *inner = calloc(objects, sizeof(*inner));
	_cleanup_free_ uint32_t *shared = calloc(objects, sizeof(*shared));
	_cleanup_free_ uint32_t *name = calloc(objects, sizeof(*name));
	_cleanup_free_ uint8_t *back = calloc(objects, sizeof(*back));
	struct heap h = {
		.random = 42,
		.objects = objects,
		.inner = inner,
		.shared = shared,
		.name = name,
		.back = back,
	};
	uint32_t link = 0;

	if (!inner || !shared || !name || !back)
		return NULL;
	h.make = graphmake_new(objects);
	graphmake_edge(h.make, graphmake_root(h.make), graphmake_static(h.make),
		       EDGE_STRONG);
	name_nodes(&h, scatter);
	choose_nodes(&h);
	for (uint32_t n = 0; n < objects; n++)
		add_node(&h, n, &link);
	return graphmake_finish(h.make, 1);
}

struct coil_graph *heapmake_trap(uint32_t links)
{
	struct graphmake *make = graphmake_new(2 * links);

	graphmake_edge(make, graphmake_root(make), 0, EDGE_STRONG);
	for (uint32_t i = 0; i < links; i++) {
		if (i + 1 < links)
			graphmake_edge(make, i, i + 1, EDGE_STRONG);
		graphmake_edge(make, i, links + i, EDGE_STRONG);
		graphmake_edge(make, links - 1, links + i, EDGE_STRONG);
	}
	return graphmake_finish(make, 1);
}
