/* SPDX-License-Identifier: MIT */
/*
 * What differs between graphs.  Nodes are in order of their addresses, so new
 * and vanished objects come from one merge of two sorted lists; types are
 * joined by name.
 */
#include <stdlib.h>

#include "coil/diff.h"
#include "graph/graph.h"

#define GRAPHS 3

struct nodes {
	uint32_t *items;
	size_t count, room;
};

struct coil_diff {
	const struct coil_graph *graphs[GRAPHS];
	unsigned count; /* of the graphs */
	struct coil_diff_options options;
	struct coil_type_change *types;
	size_t type_count;
	struct nodes born, gone;
};

static bool add(struct nodes *nodes, uint32_t node)
{
	uint32_t *items = coil_grow(nodes->items, &nodes->room,
				    nodes->count + 1, sizeof(*items));

	if (!items)
		return false;
	nodes->items = items;
	items[nodes->count++] = node;
	return true;
}

/* Whether node @x of graph @i is node @y of graph @j. */
static bool same(const struct coil_diff *d, unsigned i, uint32_t x, unsigned j,
		 uint32_t y)
{
	struct coil_node_info a, b;

	coil_graph_node(d->graphs[i], x, &a);
	coil_graph_node(d->graphs[j], y, &b);
	if (a.address != b.address || a.kind != b.kind ||
	    a.type_address != b.type_address || strcmp(a.type, b.type))
		return false;
	return !d->options.same || d->options.same(d->options.data, i, x, j, y);
}

static bool is_object(const struct coil_graph *g, uint32_t node)
{
	return (g->flags[node] >> COIL_FLAGS_KIND_SHIFT & 15) ==
	       COIL_NODE_OBJECT;
}

/* Append to @out the objects of graph @i that graph @j lacks. */
static bool find_lacking(const struct coil_diff *d, unsigned i, unsigned j,
			 struct nodes *out)
{
	const struct coil_graph *a = d->graphs[i], *b = d->graphs[j];
	uint32_t y = 0;

	for (uint32_t x = 0; x < a->object_count; x++) {
		bool there;

		if (!is_object(a, x))
			continue;
		while (y < b->object_count && b->address[y] < a->address[x])
			y++;
		there = y < b->object_count && b->address[y] == a->address[x];
		if (there &&
		    (i < j ? same(d, i, x, j, y) : same(d, j, y, i, x)))
			continue;
		if (!add(out, x))
			return false;
	}
	return true;
}

/* Of the objects born in graph 1 keep those that graph 2 still has. */
static void keep_surviving(struct coil_diff *d)
{
	const struct coil_graph *a = d->graphs[1], *b = d->graphs[2];
	size_t kept = 0;
	uint32_t y = 0;

	for (size_t i = 0; i < d->born.count; i++) {
		uint32_t x = d->born.items[i];

		while (y < b->object_count && b->address[y] < a->address[x])
			y++;
		if (y < b->object_count && b->address[y] == a->address[x] &&
		    same(d, 1, x, 2, y))
			d->born.items[kept++] = y;
	}
	d->born.count = kept;
}

static int by_name(const void *a, const void *b)
{
	const struct coil_type_change *x = a, *y = b;

	return strcmp(x->type, y->type);
}

/* One row a type of each graph; joined by name afterwards. */
static void count_nodes(const struct coil_graph *g, bool last,
			struct coil_type_change *rows)
{
	for (uint32_t i = 0; i < g->type_count; i++)
		rows[i].type = g->names + g->types[i].name;
	for (uint32_t n = 0; n < g->object_count; n++) {
		struct coil_type_change *r = &rows[g->type[n]];
		uint64_t size = coil_graph_size(g, n);

		if (last) {
			r->count++;
			r->size += size;
		} else {
			r->before_count++;
			r->before_size += size;
		}
	}
}

static void join_types(struct coil_diff *d, size_t count)
{
	struct coil_type_change *rows = d->types;
	size_t kept = 0;

	if (count)
		qsort(rows, count, sizeof(*rows), by_name);
	for (size_t i = 0; i < count; i++) {
		struct coil_type_change *r = kept ? &rows[kept - 1] : NULL;

		if (!r || strcmp(r->type, rows[i].type)) {
			rows[kept++] = rows[i];
			continue;
		}
		r->before_count += rows[i].before_count;
		r->before_size += rows[i].before_size;
		r->count += rows[i].count;
		r->size += rows[i].size;
		r->born_count += rows[i].born_count;
		r->born_size += rows[i].born_size;
	}
	d->type_count = kept;
}

static bool count_types(struct coil_diff *d)
{
	const struct coil_graph *first = d->graphs[0];
	const struct coil_graph *last = d->graphs[d->count - 1];
	size_t count = (size_t)first->type_count + last->type_count;
	struct coil_type_change *of_last;

	d->types = calloc(count ? count : 1, sizeof(*d->types));
	if (!d->types)
		return false;
	of_last = d->types + first->type_count;
	count_nodes(first, false, d->types);
	count_nodes(last, true, of_last);
	for (size_t i = 0; i < d->born.count; i++) {
		uint32_t node = d->born.items[i];
		struct coil_type_change *r = &of_last[last->type[node]];

		r->born_count++;
		r->born_size += coil_graph_size(last, node);
	}
	join_types(d, count);
	return true;
}

static bool compute(struct coil_diff *d)
{
	if (!find_lacking(d, 1, 0, &d->born) ||
	    !find_lacking(d, 0, 1, &d->gone))
		return false;
	if (d->count == GRAPHS)
		keep_surviving(d);
	return count_types(d);
}

enum coil_status coil_diff_compute(const struct coil_graph *before,
				   const struct coil_graph *after,
				   const struct coil_graph *later,
				   const struct coil_diff_options *options,
				   struct coil_diff **out,
				   struct coil_error *err)
{
	struct coil_diff *d = calloc(1, sizeof(*d));

	if (!d)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	d->graphs[0] = before;
	d->graphs[1] = after;
	d->graphs[2] = later;
	d->count = later ? 3 : 2;
	if (options)
		d->options = *options;
	if (!compute(d)) {
		coil_diff_free(d);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	*out = d;
	return COIL_OK;
}

void coil_diff_free(struct coil_diff *d)
{
	if (!d)
		return;
	free(d->types);
	free(d->born.items);
	free(d->gone.items);
	free(d);
}

size_t coil_diff_types(const struct coil_diff *d)
{
	return d->type_count;
}

void coil_diff_type(const struct coil_diff *d, size_t index,
		    struct coil_type_change *out)
{
	*out = d->types[index];
}

const uint32_t *coil_diff_born(const struct coil_diff *d, size_t *count)
{
	*count = d->born.count;
	return d->born.items;
}

const uint32_t *coil_diff_gone(const struct coil_diff *d, size_t *count)
{
	*count = d->gone.count;
	return d->gone.items;
}
