/* SPDX-License-Identifier: MIT */
/*
 * Objects of which there should be one.
 *
 * Source of interned strings: Objects/unicodeobject.c,
 * PyUnicode_InternInPlace().
 */
#include <stdlib.h>

#include "base/order.h"
#include "coil/singletons.h"
#include "audit/singleton_places.h"
#include "snapshot/snapshot.h"
#include "types/types.h"

static const char *const kind_names[] = {
	[COIL_SINGLETON_NONE] = "none",
	[COIL_SINGLETON_TRUE] = "true",
	[COIL_SINGLETON_FALSE] = "false",
	[COIL_SINGLETON_ELLIPSIS] = "ellipsis",
	[COIL_SINGLETON_NOT_IMPLEMENTED] = "notimplemented",
	[COIL_SINGLETON_INT] = "int",
	[COIL_SINGLETON_STR] = "str",
	[COIL_SINGLETON_BYTES] = "bytes",
	[COIL_SINGLETON_TUPLE] = "tuple",
	[COIL_SINGLETON_FROZENSET] = "frozenset",
	[COIL_SINGLETON_INTERNED] = "interned",
	[COIL_SINGLETON_IMMORTAL] = "immortal",
};

static const char *const state_names[] = {
	[COIL_SINGLETON_OK] = "ok",
	[COIL_SINGLETON_DUPLICATE] = "duplicate",
	[COIL_SINGLETON_STATIC] = "static",
	[COIL_SINGLETON_STRAY] = "stray",
	[COIL_SINGLETON_MISSING] = "missing",
};

struct coil_singletons {
	struct coil_singleton *items;
	size_t count, room;
};

/* What is known while they are looked for. */
struct finder {
	struct coil_snapshot *snapshot;
	const struct coil_image *image;
	const struct coil_layout *layout;
	const struct coil_graph *graph;
	uint8_t *of_type; /* by type index: row of coil_singleton_types + 1 */
	uint64_t *table;  /* addresses of the interned strings, sorted */
	size_t table_count, table_room;
	struct coil_singletons *out;
};

const char *coil_singleton_kind_name(enum coil_singleton_kind kind)
{
	return (size_t)kind < countof(kind_names) ? kind_names[kind] : "";
}

const char *coil_singleton_state_name(enum coil_singleton_state state)
{
	return (size_t)state < countof(state_names) ? state_names[state] : "";
}

static bool add(struct finder *f, uint64_t address, coil_node node,
		enum coil_singleton_kind kind, enum coil_singleton_state state)
{
	struct coil_singletons *out = f->out;

	return APPEND(out->items, out->count, out->room,
		      (struct coil_singleton){address, node, kind, state});
}

static bool add_table(struct finder *f, uint64_t address)
{
	struct coil_dict d;

	if (!coil_dict_read(f->image, f->layout, address, &d))
		return true;
	if (!RESERVE(f->table, f->table_room, f->table_count + d.count))
		return false;
	for (uint64_t i = 0; i < d.count; i++)
		if (coil_dict_value(&d, i))
			f->table[f->table_count++] = coil_dict_key(&d, i);
	return true;
}

/* The keys of the interned dicts, sorted. */
static bool read_table(struct finder *f)
{
	struct coil_reader *reader = &f->snapshot->reader;

	for (size_t i = 0; i < reader->interned_count; i++)
		if (!add_table(f, reader->interned[i]))
			return false;
	if (f->table_count)
		qsort(f->table, f->table_count, sizeof(*f->table),
		      coil_by_word);
	return true;
}

/* From 3.12 on static strings are interned in a table of their own. */
static enum coil_singleton_state interned_state(const struct finder *f,
						uint64_t address)
{
	struct coil_str s;

	if (!f->table_count || bsearch(&address, f->table, f->table_count,
				       sizeof(*f->table), coil_by_word))
		return COIL_SINGLETON_OK;
	if (coil_str_read(f->image, f->layout, address, &s) && s.is_static)
		return COIL_SINGLETON_OK;
	return COIL_SINGLETON_STRAY;
}

static bool is_true(const struct finder *f, uint64_t address)
{
	struct coil_int value;

	return coil_int_read(f->image, f->layout, address, &value) &&
	       value.count && load32(value.digits);
}

/* Where the table has no address for the value, the static object is it. */
static enum coil_singleton_state place_state(uint64_t place, uint64_t address,
					     uint32_t flags)
{
	bool is_static = flags & COIL_FLAG_STATIC;

	if (place ? place == address : is_static)
		return COIL_SINGLETON_OK;
	return is_static ? COIL_SINGLETON_STATIC : COIL_SINGLETON_DUPLICATE;
}

static bool look_at(struct finder *f, uint32_t node)
{
	const struct coil_graph *g = f->graph;
	uint64_t address = g->address[node];
	uint32_t flags = g->flags[node];
	uint8_t row = f->of_type[g->type[node]];
	const struct coil_singleton_type *t =
		row ? &coil_singleton_types[row - 1] : NULL;
	uint64_t place = t ? t->place(f->snapshot->runtime, address)
			   : COIL_SINGLETON_ORDINARY;
	enum coil_singleton_kind kind;

	if (flags & COIL_FLAG_UNCERTAIN)
		return true;
	if (place != COIL_SINGLETON_ORDINARY) {
		kind = t->kind == COIL_SINGLETON_FALSE && is_true(f, address)
			       ? COIL_SINGLETON_TRUE
			       : t->kind;
		return add(f, address, node, kind,
			   place_state(place, address, flags));
	}
	if (flags & COIL_FLAG_INTERNED)
		return add(f, address, node, COIL_SINGLETON_INTERNED,
			   interned_state(f, address));
	if (flags & COIL_FLAG_IMMORTAL)
		return add(f, address, node, COIL_SINGLETON_IMMORTAL,
			   COIL_SINGLETON_OK);
	return true;
}

static int by_kind(const void *a, const void *b)
{
	const struct coil_singleton *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return ORDER(x->address, y->address);
}

/* Small integers that the table has but the graph does not. */
static bool add_missing(struct finder *f)
{
	const struct coil_layout *l = f->layout;

	for (uint64_t i = 0; i < l->constant.small_int_count; i++) {
		uint64_t at = coil_singleton_int(f->snapshot->runtime, i);

		if (at && coil_graph_find(f->graph, at) == COIL_NO_NODE &&
		    !add(f, at, COIL_NO_NODE, COIL_SINGLETON_INT,
			 COIL_SINGLETON_MISSING))
			return false;
	}
	return true;
}

/* The row of the type @name, counted from 1; 0: none. */
static uint8_t row_of(const char *name)
{
	for (uint8_t i = 0; coil_singleton_types[i].type; i++)
		if (!strcmp(coil_singleton_types[i].type, name))
			return i + 1;
	return 0;
}

static bool find_all(struct finder *f)
{
	const struct coil_graph *g = f->graph;

	f->of_type = calloc(g->type_count + 1u, 1);
	if (!f->of_type || !read_table(f))
		return false;
	for (uint32_t i = 0; i < g->type_count; i++)
		f->of_type[i] = row_of(g->names + g->types[i].name);
	for (uint32_t node = 0; node < g->object_count; node++)
		if (!look_at(f, node))
			return false;
	if (!add_missing(f))
		return false;
	if (f->out->count)
		qsort(f->out->items, f->out->count, sizeof(*f->out->items),
		      by_kind);
	return true;
}

enum coil_status coil_singletons_find(struct coil_snapshot *snapshot,
				      struct coil_singletons **out,
				      struct coil_error *err)
{
	struct finder f = {.snapshot = snapshot, .image = snapshot->image};
	struct coil_graph *graph;
	enum coil_status st = coil_snapshot_graph(snapshot, &graph, err);
	bool done;

	if (st != COIL_OK)
		return st;
	f.graph = graph;
	f.layout = snapshot->runtime->layout;
	f.out = calloc(1, sizeof(*f.out));
	done = f.out && find_all(&f);
	free(f.of_type);
	free(f.table);
	if (!done) {
		coil_singletons_free(f.out);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	*out = f.out;
	return COIL_OK;
}

void coil_singletons_free(struct coil_singletons *singletons)
{
	if (!singletons)
		return;
	free(singletons->items);
	free(singletons);
}

size_t coil_singletons_count(const struct coil_singletons *singletons)
{
	return singletons->count;
}

void coil_singletons_get(const struct coil_singletons *singletons, size_t index,
			 struct coil_singleton *out)
{
	*out = singletons->items[index];
}
