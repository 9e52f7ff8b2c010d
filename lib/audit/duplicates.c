/* SPDX-License-Identifier: MIT */
/*
 * Equal values stored more than once: every value is hashed, tuples after all
 * others and after their items, and those of one hash are one group.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <xxhash.h>

#include "base/order.h"
#include "coil/duplicates.h"
#include "audit/content_groups.h"

struct group {
	struct coil_duplicate info;
	size_t at; /* of its members */
};

struct coil_duplicates {
	uint32_t *members;
	struct group *groups;
	size_t count;
};

/* Items of a tuple that are kept until all are hashed; of longer ones they are
 * hashed as they come. */
#define KEPT 64

/* A tuple whose items are being hashed. */
struct frame {
	uint32_t node;
	uint64_t at, count;  /* items */
	size_t kept;	     /* where in items[] its own start */
	XXH3_state_t *state; /* NULL: it keeps them */
};

struct finder {
	struct coil_snapshot *snapshot;
	const struct coil_graph *graph;
	const uint8_t *kinds; /* by type: enum coil_content_kind; borrowed */
	uint32_t *value_of;   /* by node: 1 + value; 0: none; BUSY */
	struct coil_content_groups values;
	uint64_t seed; /* of all hashes */
	struct frame *stack;
	size_t depth, stack_room;
	struct coil_content *items;
	size_t item_count, item_room;
	bool nomem;
};

/* In value_of: its items are being hashed, or it has no hash. */
#define BUSY UINT32_MAX

static void add(struct finder *f, uint32_t node,
		const struct coil_content *content)
{
	f->value_of[node] = f->values.count + 1;
	f->nomem = !coil_content_groups_add(&f->values, node, content);
}

static void push(struct finder *f, uint32_t node)
{
	const struct coil_layout *l = f->snapshot->runtime->layout;
	struct frame frame = {.node = node, .kept = f->item_count};

	f->value_of[node] = BUSY;
	f->nomem = !RESERVE(f->stack, f->stack_room, f->depth + 1) ||
		   !RESERVE(f->items, f->item_room, f->item_count + KEPT);
	if (f->nomem ||
	    !coil_image_word(f->snapshot->image,
			     f->graph->address[node] + l->PyVarObject.ob_size,
			     &frame.count))
		return;
	if (frame.count > KEPT) {
		frame.state = XXH3_createState();
		if (!frame.state) {
			f->nomem = true;
			return;
		}
		XXH3_128bits_reset_withSeed(frame.state,
					    f->seed ^ COIL_CONTENT_TUPLE);
	}
	f->stack[f->depth++] = frame;
}

static void pop(struct finder *f)
{
	const struct frame *top = &f->stack[--f->depth];

	f->item_count = top->kept;
	XXH3_freeState(top->state);
}

static void add_item(struct finder *f, struct frame *top,
		     const struct coil_content *content)
{
	if (top->state)
		XXH3_128bits_update(top->state, content, sizeof(*content));
	else
		f->items[f->item_count++] = *content;
	top->at++;
}

/* Hash an item: by content where it has one, else by identity.  False: it is
 * a tuple that has to be hashed first. */
static bool item_hash(struct finder *f, uint64_t item, struct coil_content *out)
{
	coil_node node = coil_graph_find(f->graph, item);
	uint32_t value = node == COIL_NO_NODE ? 0 : f->value_of[node];
	uint8_t kind = COIL_CONTENT_NONE;

	if (value && value != BUSY) {
		*out = f->values.contents[value - 1];
		return true;
	}
	if (node != COIL_NO_NODE && value != BUSY)
		kind = f->kinds[f->graph->type[node]];
	if (kind == COIL_CONTENT_TUPLE)
		return false;
	if (!coil_content_hash(f->snapshot, item, kind, f->seed, out))
		coil_content_hash(f->snapshot, item, COIL_CONTENT_NONE, f->seed,
				  out);
	return true;
}

/* One more item of the innermost tuple; or its end. */
static void step(struct finder *f)
{
	const struct coil_layout *l = f->snapshot->runtime->layout;
	struct frame *top = &f->stack[f->depth - 1];
	uint64_t at = f->graph->address[top->node] + l->PyTupleObject.ob_item;
	struct coil_content content;
	uint64_t item;

	if (top->at == top->count) {
		XXH128_hash_t h =
			top->state
				? XXH3_128bits_digest(top->state)
				: XXH3_128bits_withSeed(
					  f->items + top->kept,
					  (size_t)top->count * sizeof(content),
					  f->seed ^ COIL_CONTENT_TUPLE);

		content.low = h.low64;
		content.high = h.high64;
		pop(f);
		add(f, top->node, &content);
		return;
	}
	if (!coil_image_word(f->snapshot->image, at + top->at * 8, &item)) {
		pop(f); /* it stays BUSY: no hash */
		return;
	}
	if (item_hash(f, item, &content))
		add_item(f, top, &content);
	else
		push(f, (uint32_t)coil_graph_find(f->graph, item));
}

static void hash_tuple(struct finder *f, uint32_t node)
{
	push(f, node);
	while (f->depth && !f->nomem)
		step(f);
}

/* Hash the tuples, or all others. */
static void hash_nodes(struct finder *f, bool tuples)
{
	const struct coil_graph *g = f->graph;
	struct coil_content content;

	for (uint32_t n = 0; n < g->object_count && !f->nomem; n++) {
		uint8_t kind = f->kinds[g->type[n]];

		if (kind == COIL_CONTENT_NONE ||
		    (kind == COIL_CONTENT_TUPLE) != tuples || f->value_of[n] ||
		    g->flags[n] & COIL_FLAG_UNCERTAIN)
			continue;
		if (tuples)
			hash_tuple(f, n);
		else if (coil_content_hash(f->snapshot, g->address[n], kind,
					   f->seed, &content))
			add(f, n, &content);
	}
}

static int by_waste(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->info.wasted != y->info.wasted)
		return x->info.wasted > y->info.wasted ? -1 : 1;
	if (x->info.copies != y->info.copies)
		return x->info.copies > y->info.copies ? -1 : 1;
	return x->info.first < y->info.first ? -1
					     : x->info.first > y->info.first;
}

static int by_node(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return ORDER(*x, *y);
}

/* What the members of @group are together. */
static void judge(const struct finder *f, struct group *group,
		  uint32_t *members)
{
	size_t count = group->info.copies;
	uint64_t sum = 0, most = 0;

	/* Those of tuples come in the order in which they were hashed. */
	for (size_t i = 1; i < count; i++)
		if (members[i] < members[i - 1]) {
			qsort(members, count, sizeof(*members), by_node);
			break;
		}
	group->info.first = members[0];
	for (size_t i = 0; i < count; i++) {
		uint64_t size = coil_graph_allocated(f->graph, members[i]);

		/* One that is there anyway makes all others superfluous. */
		if (f->graph->flags[members[i]] & COIL_FLAG_STATIC)
			most = 0;
		else if (!i || most)
			most = max64(most, size);
		sum += size;
	}
	group->info.wasted = sum - most;
}

/* List the members of each group, and put the groups into their order. */
static bool list_groups(const struct finder *f, struct coil_duplicates *out)
{
	const struct coil_content_groups *v = &f->values;
	_cleanup_free_ size_t *next = calloc(v->group_count + 1, sizeof(*next));
	size_t at = 0;

	out->count = v->group_count;
	out->groups = calloc(out->count + 1, sizeof(*out->groups));
	out->members = calloc(v->group_count + v->repeat_count + 1,
			      sizeof(*out->members));
	if (!next || !out->groups || !out->members)
		return false;
	for (size_t i = 0; i < out->count; i++) {
		out->groups[i].info.copies = v->groups[i].count;
		out->groups[i].at = at;
		out->members[at] = v->nodes[v->groups[i].value];
		next[i] = at + 1;
		at += v->groups[i].count;
	}
	for (size_t i = 0; i < v->repeat_count; i++)
		out->members[next[v->repeats[i].group]++] =
			v->nodes[v->repeats[i].value];
	for (size_t i = 0; i < out->count; i++)
		judge(f, &out->groups[i], out->members + out->groups[i].at);
	if (out->count)
		qsort(out->groups, out->count, sizeof(*out->groups), by_waste);
	return true;
}

static bool find_all(struct finder *f, struct coil_duplicates *out)
{
	const struct coil_graph *g = f->graph;
	uint32_t room = 0;

	f->kinds = coil_content_kinds(f->snapshot);
	if (!f->kinds)
		return false;
	for (uint32_t n = 0; n < g->object_count; n++)
		room += f->kinds[g->type[n]] != COIL_CONTENT_NONE;
	f->value_of = calloc((size_t)g->node_count + 1, sizeof(*f->value_of));
	if (!f->value_of || room >> 31 ||
	    !coil_content_groups_init(&f->values, room))
		return false;
	hash_nodes(f, false);
	hash_nodes(f, true);
	while (f->depth)
		pop(f);
	return !f->nomem && coil_content_groups_finish(&f->values) &&
	       list_groups(f, out);
}

enum coil_status coil_duplicates_find(struct coil_snapshot *snapshot,
				      struct coil_duplicates **out,
				      struct coil_error *err)
{
	struct finder f = {.snapshot = snapshot, .seed = coil_random()};
	struct coil_duplicates *found;
	struct coil_graph *graph;
	enum coil_status st = coil_snapshot_graph(snapshot, &graph, err);
	bool done;

	if (st != COIL_OK)
		return st;
	f.graph = graph;
	found = calloc(1, sizeof(*found));
	done = found && find_all(&f, found);
	coil_content_groups_free(&f.values);
	free(f.value_of);
	free(f.items);
	free(f.stack);
	if (!done) {
		coil_duplicates_free(found);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	*out = found;
	return COIL_OK;
}

void coil_duplicates_free(struct coil_duplicates *duplicates)
{
	if (!duplicates)
		return;
	free(duplicates->members);
	free(duplicates->groups);
	free(duplicates);
}

size_t coil_duplicates_count(const struct coil_duplicates *duplicates)
{
	return duplicates->count;
}

void coil_duplicates_get(const struct coil_duplicates *duplicates, size_t index,
			 struct coil_duplicate *out)
{
	*out = duplicates->groups[index].info;
}

coil_node coil_duplicates_member(const struct coil_duplicates *duplicates,
				 size_t index, uint64_t copy)
{
	return duplicates->members[duplicates->groups[index].at + copy];
}
