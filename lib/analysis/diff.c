/* SPDX-License-Identifier: MIT */
/*
 * What differs between graphs.  Nodes are in order of their addresses, so new
 * and vanished objects come from one merge of two sorted lists; types are
 * joined by name.  Whether two types are one is found out once a type, not
 * once an object.
 */
#include <stdlib.h>

#include "analysis/growth.h"
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
	uint32_t *type_ids[GRAPHS]; /* by type: one number for types that are
				     * one; until the nodes are compared */
	struct coil_growth *types;
	size_t type_count;
	struct nodes born, gone;
};

static bool add(struct nodes *nodes, uint32_t node)
{
	return APPEND(nodes->items, nodes->count, nodes->room, node);
}

/* A type of one of the graphs. */
struct type_row {
	uint64_t address;
	const char *name;
	uint32_t *id;
};

static int by_type(const void *a, const void *b)
{
	const struct type_row *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Number the types of all graphs: those of one address and name are one. */
static bool number_types(struct coil_diff *d)
{
	_cleanup_free_ struct type_row *rows = NULL;
	size_t count = 0, at = 0;
	uint32_t id = 0;

	for (unsigned i = 0; i < d->count; i++)
		count += d->graphs[i]->type_count;
	rows = calloc(count + 1, sizeof(*rows));
	if (!rows)
		return false;
	for (unsigned i = 0; i < d->count; i++) {
		const struct coil_graph *g = d->graphs[i];

		d->type_ids[i] = calloc((size_t)g->type_count + 1,
					sizeof(*d->type_ids[i]));
		if (!d->type_ids[i])
			return false;
		for (uint32_t t = 0; t < g->type_count; t++)
			rows[at++] = (struct type_row){
				g->types[t].address,
				g->names + g->types[t].name,
				&d->type_ids[i][t],
			};
	}
	if (count)
		qsort(rows, count, sizeof(*rows), by_type);
	for (size_t i = 0; i < count; i++) {
		id += i && by_type(&rows[i - 1], &rows[i]);
		*rows[i].id = id;
	}
	return true;
}

static bool is_object(const struct coil_graph *g, uint32_t node)
{
	return coil_graph_kind(g, node) == COIL_NODE_OBJECT;
}

/* Whether node @x of graph @i is node @y of graph @j, which has the same
 * address. */
static bool same(const struct coil_diff *d, unsigned i, uint32_t x, unsigned j,
		 uint32_t y)
{
	const struct coil_graph *a = d->graphs[i], *b = d->graphs[j];

	if (d->type_ids[i][a->type[x]] != d->type_ids[j][b->type[y]] ||
	    coil_graph_kind(a, x) != coil_graph_kind(b, y))
		return false;
	return !d->options.same || d->options.same(d->options.data, i, x, j, y);
}

/* Fill born and gone: the objects of graph 1 that graph 0 lacks, and the other
 * way round. */
static bool find_lacking(struct coil_diff *d)
{
	const struct coil_graph *a = d->graphs[0], *b = d->graphs[1];
	uint32_t x = 0, y = 0;

	while (x < a->object_count || y < b->object_count) {
		bool in_a =
			y == b->object_count ||
			(x < a->object_count && a->address[x] <= b->address[y]);
		bool in_b =
			x == a->object_count ||
			(y < b->object_count && b->address[y] <= a->address[x]);

		if (!in_a || !in_b || !same(d, 0, x, 1, y)) {
			if (in_a && is_object(a, x) && !add(&d->gone, x))
				return false;
			if (in_b && is_object(b, y) && !add(&d->born, y))
				return false;
		}
		x += in_a;
		y += in_b;
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

static int by_growth(const void *a, const void *b)
{
	const struct coil_growth *x = a, *y = b;

	if (x->size_change != y->size_change)
		return x->size_change < y->size_change ? 1 : -1;
	if (x->count_change != y->count_change)
		return x->count_change < y->count_change ? 1 : -1;
	return strcmp(x->words, y->words);
}

static int by_words(const void *a, const void *b)
{
	const struct coil_growth *x = a, *y = b;

	return strcmp(x->words, y->words);
}

size_t coil_join_growth(struct coil_growth *rows, size_t count)
{
	size_t joined = 0, kept = 0;

	if (!count)
		return 0;
	qsort(rows, count, sizeof(*rows), by_words);
	for (size_t i = 1; i < count; i++) {
		struct coil_growth *last = &rows[joined];

		if (strcmp(last->words, rows[i].words)) {
			rows[++joined] = rows[i];
			continue;
		}
		last->count_change += rows[i].count_change;
		last->size_change += rows[i].size_change;
		last->count += rows[i].count;
		last->size += rows[i].size;
	}
	for (size_t i = 0; i <= joined; i++)
		if (rows[i].count_change || rows[i].size_change)
			rows[kept++] = rows[i];
	if (kept)
		qsort(rows, kept, sizeof(*rows), by_growth);
	return kept;
}

/* One row a type of @g, with what its nodes are afterwards. */
static void count_nodes(const struct coil_graph *g, struct coil_growth *rows)
{
	for (uint32_t i = 0; i < g->type_count; i++)
		rows[i].words = g->names + g->types[i].name;
	for (uint32_t n = 0; n < g->object_count; n++) {
		rows[g->type[n]].count++;
		rows[g->type[n]].size += coil_graph_size(g, n);
	}
}

/* Of two graphs a type has grown by what it has more, of three by what was born
 * of it. */
static void count_change(struct coil_diff *d, struct coil_growth *of_first,
			 struct coil_growth *of_last)
{
	const struct coil_graph *last = d->graphs[d->count - 1];

	for (uint32_t i = 0; i < d->graphs[0]->type_count; i++) {
		if (d->count < GRAPHS) {
			of_first[i].count_change -= (int64_t)of_first[i].count;
			of_first[i].size_change -= (int64_t)of_first[i].size;
		}
		of_first[i].count = of_first[i].size = 0;
	}
	for (uint32_t i = 0; d->count < GRAPHS && i < last->type_count; i++) {
		of_last[i].count_change = (int64_t)of_last[i].count;
		of_last[i].size_change = (int64_t)of_last[i].size;
	}
	for (size_t i = 0; d->count == GRAPHS && i < d->born.count; i++) {
		uint32_t node = d->born.items[i];

		of_last[last->type[node]].count_change++;
		of_last[last->type[node]].size_change +=
			(int64_t)coil_graph_size(last, node);
	}
}

static bool count_types(struct coil_diff *d)
{
	const struct coil_graph *first = d->graphs[0];
	const struct coil_graph *last = d->graphs[d->count - 1];
	size_t count = (size_t)first->type_count + last->type_count;
	struct coil_growth *of_last;

	d->types = calloc(count ? count : 1, sizeof(*d->types));
	if (!d->types)
		return false;
	of_last = d->types + first->type_count;
	count_nodes(first, d->types);
	count_nodes(last, of_last);
	count_change(d, d->types, of_last);
	d->type_count = coil_join_growth(d->types, count);
	return true;
}

static bool compute(struct coil_diff *d)
{
	/* What a type has gained needs no pairs; what was born of it does. */
	if ((!d->options.types_only || d->count == GRAPHS) &&
	    (!number_types(d) || !find_lacking(d)))
		return false;
	if (d->count == GRAPHS)
		keep_surviving(d);
	return count_types(d);
}

enum coil_status coil_diff_find(const struct coil_graph *before,
				const struct coil_graph *after,
				const struct coil_graph *later,
				const struct coil_diff_options *options,
				struct coil_diff **out, struct coil_error *err)
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
	for (unsigned i = 0; i < GRAPHS; i++)
		free(d->type_ids[i]);
	free(d->types);
	free(d->born.items);
	free(d->gone.items);
	free(d);
}

size_t coil_diff_type_count(const struct coil_diff *d)
{
	return d->type_count;
}

void coil_diff_type(const struct coil_diff *d, size_t index,
		    struct coil_growth *out)
{
	*out = d->types[index];
}

size_t coil_diff_born_count(const struct coil_diff *d)
{
	return d->born.count;
}

coil_node coil_diff_born(const struct coil_diff *d, size_t index)
{
	return d->born.items[index];
}

size_t coil_diff_gone_count(const struct coil_diff *d)
{
	return d->gone.count;
}

coil_node coil_diff_gone(const struct coil_diff *d, size_t index)
{
	return d->gone.items[index];
}
