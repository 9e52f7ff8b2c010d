/* SPDX-License-Identifier: MIT */
/*
 * Equal values stored more than once: every value is hashed, tuples after their
 * items, and those of one hash are one group.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <xxhash.h>

#include "coil/duplicates.h"
#include "snapshot/content.h"

/* A value: of which of them tuples need the hash, it is kept. */
struct entry {
	struct coil_content content;
	uint32_t node;
};

struct group {
	struct coil_duplicate info;
	size_t at; /* of its members */
};

struct coil_duplicates {
	uint32_t *members;
	struct group *groups;
	size_t count, room;
};

/* A tuple whose items are being hashed. */
struct frame {
	uint32_t node;
	uint64_t at, count; /* items */
	XXH3_state_t *state;
};

struct finder {
	const struct coil_snapshot *snapshot;
	const struct coil_graph *graph;
	const uint8_t *kinds; /* by type: enum coil_content_kind; borrowed */
	uint32_t *entry_of;   /* by node: 1 + entry; 0: none; BUSY */
	struct entry *entries;
	size_t count, room;
	struct frame *stack;
	size_t depth, stack_room;
	bool nomem;
};

/* In entry_of: its items are being hashed, or it has no hash. */
#define BUSY UINT32_MAX

static void add(struct finder *f, uint32_t node,
		const struct coil_content *content)
{
	struct entry *entries =
		coil_grow(f->entries, &f->room, f->count + 1, sizeof(*entries));

	if (!entries) {
		f->nomem = true;
		return;
	}
	f->entries = entries;
	entries[f->count] = (struct entry){*content, node};
	f->entry_of[node] = (uint32_t)++f->count;
}

static void push(struct finder *f, uint32_t node)
{
	const struct coil_layout *l = f->snapshot->runtime->layout;
	struct frame *stack = coil_grow(f->stack, &f->stack_room, f->depth + 1,
					sizeof(*stack));
	struct frame frame = {.node = node};

	f->entry_of[node] = BUSY;
	if (!stack) {
		f->nomem = true;
		return;
	}
	f->stack = stack;
	if (!coil_image_word(f->snapshot->image,
			     f->graph->address[node] + l->PyVarObject.ob_size,
			     &frame.count))
		return;
	frame.state = XXH3_createState();
	if (!frame.state) {
		f->nomem = true;
		return;
	}
	XXH3_128bits_reset_withSeed(frame.state, COIL_CONTENT_TUPLE);
	stack[f->depth++] = frame;
}

/* Hash an item: by content where it has one, else by identity.  False: it is
 * a tuple that has to be hashed first. */
static bool item_hash(struct finder *f, uint64_t item, struct coil_content *out)
{
	coil_node node = coil_graph_find(f->graph, item);
	uint32_t entry = node == COIL_NO_NODE ? 0 : f->entry_of[node];
	uint8_t kind = COIL_CONTENT_NONE;

	if (entry && entry != BUSY) {
		*out = f->entries[entry - 1].content;
		return true;
	}
	if (node != COIL_NO_NODE && entry != BUSY)
		kind = f->kinds[f->graph->type[node]];
	if (kind == COIL_CONTENT_TUPLE)
		return false;
	if (!coil_content_hash(f->snapshot, item, kind, out))
		coil_content_hash(f->snapshot, item, COIL_CONTENT_NONE, out);
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
		XXH128_hash_t h = XXH3_128bits_digest(top->state);
		uint32_t node = top->node;

		XXH3_freeState(top->state);
		f->depth--;
		content.low = h.low64;
		content.high = h.high64;
		add(f, node, &content);
		return;
	}
	if (!coil_image_word(f->snapshot->image, at + top->at * 8, &item)) {
		XXH3_freeState(top->state);
		f->depth--; /* it stays BUSY: no hash */
		return;
	}
	if (!item_hash(f, item, &content)) {
		push(f, (uint32_t)coil_graph_find(f->graph, item));
		return;
	}
	XXH3_128bits_update(top->state, &content, sizeof(content));
	top->at++;
}

static void hash_node(struct finder *f, uint32_t node)
{
	const struct coil_graph *g = f->graph;
	uint8_t kind = f->kinds[g->type[node]];
	struct coil_content content;

	if (kind == COIL_CONTENT_NONE || f->entry_of[node] ||
	    g->flags[node] & COIL_FLAG_UNCERTAIN)
		return;
	if (kind != COIL_CONTENT_TUPLE) {
		if (coil_content_hash(f->snapshot, g->address[node], kind,
				      &content))
			add(f, node, &content);
		return;
	}
	push(f, node);
	while (f->depth && !f->nomem)
		step(f);
}

static int by_content(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->content.high != y->content.high)
		return x->content.high < y->content.high ? -1 : 1;
	if (x->content.low != y->content.low)
		return x->content.low < y->content.low ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
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

/* Entries [at, at + count) are equal. */
static bool add_group(struct finder *f, struct coil_duplicates *out, size_t at,
		      size_t count)
{
	struct group *groups = coil_grow(out->groups, &out->room,
					 out->count + 1, sizeof(*groups));
	uint64_t sum = 0, most = 0;

	if (!groups)
		return false;
	out->groups = groups;
	for (size_t i = at; i < at + count; i++) {
		uint32_t node = f->entries[i].node;
		uint64_t size = coil_graph_allocated(f->graph, node);

		/* One that is there anyway makes all others superfluous. */
		if (f->graph->flags[node] & COIL_FLAG_STATIC)
			most = 0;
		else if (i == at || most)
			most = max64(most, size);
		sum += size;
		out->members[i] = node;
	}
	groups[out->count++] =
		(struct group){{f->entries[at].node, count, sum - most}, at};
	return true;
}

static bool group(struct finder *f, struct coil_duplicates *out)
{
	out->members = calloc(f->count + 1, sizeof(*out->members));
	if (!out->members)
		return false;
	if (f->count)
		qsort(f->entries, f->count, sizeof(*f->entries), by_content);
	for (size_t i = 0, n; i < f->count; i += n) {
		const struct coil_content *c = &f->entries[i].content;

		for (n = 1; i + n < f->count &&
			    f->entries[i + n].content.low == c->low &&
			    f->entries[i + n].content.high == c->high;
		     n++)
			;
		if (n > 1 && !add_group(f, out, i, n))
			return false;
	}
	if (out->count)
		qsort(out->groups, out->count, sizeof(*out->groups), by_waste);
	return true;
}

static bool find_all(struct finder *f, struct coil_duplicates *out)
{
	const struct coil_graph *g = f->graph;

	f->kinds = f->snapshot->content_kinds;
	f->entry_of = calloc((size_t)g->node_count + 1, sizeof(*f->entry_of));
	if (!f->entry_of)
		return false;
	for (uint32_t n = 0; n < g->object_count && !f->nomem; n++)
		hash_node(f, n);
	while (f->depth)
		XXH3_freeState(f->stack[--f->depth].state);
	return !f->nomem && group(f, out);
}

enum coil_status coil_duplicates_find(struct coil_snapshot *snapshot,
				      struct coil_duplicates **out,
				      struct coil_error *err)
{
	struct finder f = {.snapshot = snapshot};
	struct coil_duplicates *found;
	struct coil_graph *graph;
	enum coil_status st = coil_snapshot_graph(snapshot, &graph, err);
	bool done;

	if (st != COIL_OK)
		return st;
	f.graph = graph;
	found = calloc(1, sizeof(*found));
	done = found && find_all(&f, found);
	free(f.entry_of);
	free(f.entries);
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

const uint32_t *coil_duplicates_members(
	const struct coil_duplicates *duplicates, size_t index)
{
	return duplicates->members + duplicates->groups[index].at;
}
