/* SPDX-License-Identifier: MIT */
/*
 * The audit of reference counts: who holds what no known object does.
 *
 * Source: CPython's Include/object.h, PyObject_HEAD_INIT(): a static object
 * starts with a reference that nobody holds; from 3.11 on those that are built
 * into the interpreter start at a count of their own (constant
 * static_refcount), and what refers to them may not count.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "audit/holders.h"
#include "audit/search.h"

static const char *const kind_names[] = {
	[COIL_HOLDER_LEAK] = "leak",
	[COIL_HOLDER_HEAP] = "heap",
	[COIL_HOLDER_STACK] = "stack",
	[COIL_HOLDER_STATIC] = "static",
};

const char *coil_holder_kind_name(enum coil_holder_kind kind)
{
	return (size_t)kind < countof(kind_names) ? kind_names[kind] : "";
}

/* References that a static object has from the start. */
static uint64_t initial_count(struct coil_snapshot *s, uint32_t flags,
			      uint64_t refcount)
{
	uint64_t base = s->runtime->layout->constant.static_refcount;

	if (!(flags & COIL_FLAG_STATIC))
		return 0;
	return base && refcount > base / 2 ? base : 1;
}

static bool add_stack_ref(struct coil_holders *h, uint32_t from, uint32_t to)
{
	return APPEND(h->stack_refs, h->stack_ref_count, h->stack_ref_room,
		      (struct stack_ref){from, to});
}

/* The references from a scan that are those of stacks; few edges are. */
static bool find_stack_refs(struct coil_holders *h)
{
	const struct coil_graph *g = h->snapshot->graph;
	const uint8_t doubtful = COIL_EDGE_COUNTED | COIL_EDGE_INEXACT;

	for (uint32_t n = 0; n < g->object_count; n++) {
		if (!(g->flags[n] & COIL_FLAG_EXECUTING))
			continue;
		for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1];
		     e++)
			if ((g->edge_flags[e] & doubtful) == doubtful &&
			    !add_stack_ref(h, n, g->edge_target[e]))
				return false;
	}
	return true;
}

/* Counted references of nodes with an address, by target, without those. */
static void count(struct coil_holders *h)
{
	const struct coil_graph *g = h->snapshot->graph;
	uint64_t end = g->edge_offset[g->object_count];

	for (uint64_t e = 0; e < end; e++)
		h->counts[g->edge_target[e]] +=
			(g->edge_flags[e] & COIL_EDGE_COUNTED) != 0;
	for (size_t i = 0; i < h->stack_ref_count; i++)
		h->counts[h->stack_refs[i].to]--;
}

static bool add(struct coil_holders *h, uint32_t node, uint64_t found)
{
	const struct coil_graph *g = h->snapshot->graph;
	uint64_t refcount = coil_graph_refcount(g, node), all;

	if (refcount <= found || coil_graph_kind(g, node) ||
	    g->flags[node] & COIL_FLAG_IMMORTAL)
		return true;
	all = found + initial_count(h->snapshot, g->flags[node], refcount);
	if (refcount <= all)
		return true;
	return APPEND(h->items, h->count, h->room,
		      (struct coil_holder){
			      .node = node,
			      .refcount = refcount,
			      .found = found,
			      .excess = refcount - all,
		      }) &&
	       coil_addrset_add(&h->wanted, g->address[node]) != COIL_ADD_NOMEM;
}

static void found(void *ctx, uint32_t index, enum coil_holder_kind kind,
		  uint64_t at)
{
	struct coil_holders *h = ctx;
	struct coil_holder *item = &h->items[index];

	if (!item->words[kind]++)
		item->first[kind] = at;
}

static void look_at_stacks(struct coil_holders *h)
{
	const uint64_t *address = h->snapshot->graph->address;

	for (size_t i = 0; i < h->stack_ref_count; i++) {
		const struct stack_ref *r = &h->stack_refs[i];
		uint32_t index = coil_addrset_rank(&h->wanted, address[r->to]);

		if (index != UINT32_MAX)
			found(h, index, COIL_HOLDER_STACK, address[r->from]);
	}
}

/* Variables of modules first, then stacks, then the rest: the first that
 * account for all of it. */
static void judge(struct coil_holder *h)
{
	uint64_t left = h->excess;

	for (unsigned k = COIL_HOLDER_KINDS - 1; k > COIL_HOLDER_LEAK; k--) {
		h->kind = (enum coil_holder_kind)k;
		left -= min64(left, h->words[k]);
		if (!left)
			return;
	}
	h->kind = COIL_HOLDER_LEAK;
	h->leaked = left;
}

static int by_likelihood(const void *a, const void *b, void *ctx)
{
	const struct coil_holder *x = a, *y = b;
	const struct coil_holders *h = ctx;
	const uint32_t *type = h->snapshot->graph->type;
	uint64_t of_x = h->by_type[type[x->node]];
	uint64_t of_y = h->by_type[type[y->node]];

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (of_x != of_y)
		return of_x > of_y ? -1 : 1;
	if (x->leaked != y->leaked)
		return x->leaked > y->leaked ? -1 : 1;
	if (x->excess != y->excess)
		return x->excess > y->excess ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

static bool audit(struct coil_holders *h)
{
	const struct coil_graph *g = h->snapshot->graph;

	h->counts = calloc((size_t)g->node_count + 1, sizeof(*h->counts));
	if (!h->counts || !coil_addrset_init(&h->wanted))
		return false;
	if (!find_stack_refs(h))
		return false;
	count(h);
	for (uint32_t n = 0; n < g->object_count; n++)
		if (!add(h, n, h->counts[n]))
			return false;
	return coil_addrset_seal(&h->wanted);
}

static bool look(struct coil_holders *h)
{
	const struct coil_graph *g = h->snapshot->graph;
	struct coil_known known;
	bool done = coil_known_read(h->snapshot, &known);

	look_at_stacks(h);
	if (done && h->count) {
		struct coil_search search = {
			.snapshot = h->snapshot,
			.known = &known,
			.wanted = &h->wanted,
			.low = g->address[h->items[0].node],
			.high = g->address[h->items[h->count - 1].node],
			.found = found,
			.ctx = h,
		};

		coil_search(&search);
	}
	coil_known_free(&known);
	return done;
}

static bool rank(struct coil_holders *h)
{
	const struct coil_graph *g = h->snapshot->graph;

	h->by_type = calloc((size_t)g->type_count + 1, sizeof(*h->by_type));
	if (!h->by_type)
		return false;
	for (size_t i = 0; i < h->count; i++) {
		judge(&h->items[i]);
		h->by_type[g->type[h->items[i].node]] += h->items[i].leaked;
	}
	if (h->count)
		qsort_r(h->items, h->count, sizeof(*h->items), by_likelihood,
			h);
	return true;
}

enum coil_status coil_holders_find(struct coil_snapshot *snapshot,
				   struct coil_holders **out,
				   struct coil_error *err)
{
	struct coil_holders *h;
	struct coil_graph *graph;
	enum coil_status st = coil_snapshot_graph(snapshot, &graph, err);

	if (st != COIL_OK)
		return st;
	h = calloc(1, sizeof(*h));
	if (h)
		h->snapshot = snapshot;
	if (!h || !audit(h) || !look(h) || !rank(h)) {
		coil_holders_free(h);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	*out = h;
	return COIL_OK;
}

void coil_holders_free(struct coil_holders *holders)
{
	if (!holders)
		return;
	coil_addrset_free(&holders->wanted);
	free(holders->stack_refs);
	free(holders->by_type);
	free(holders->counts);
	free(holders->items);
	free(holders);
}

size_t coil_holders_count(const struct coil_holders *holders)
{
	return holders->count;
}

void coil_holders_get(const struct coil_holders *holders, size_t index,
		      struct coil_holder *out)
{
	*out = holders->items[index];
}
