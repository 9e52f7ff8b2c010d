/* SPDX-License-Identifier: MIT */
/*
 * The depth-first search.  When an edge is scanned both its ends have numbers
 * or get them, so no edges into a node are ever asked for:
 *
 *	tree edge	the parent is the first semidominator
 *	forward edge	a lower one, perhaps: folded by a minimum
 *	back, cross	logged; the forest of dom_link.c must tell
 *	cross, from another child of the root
 *			the semidominator is the root: the path from the
 *			root to the source has only higher numbers than the
 *			target.  Such a target is settled, as are the root's
 *			own children: nothing is logged for them
 *
 * A row is read once, when its node is entered: nodes that have a number by
 * then are the targets of back and cross edges, all others wait in a stack, and
 * memory that they will need is asked for.  What has got a number when its turn
 * comes is the target of a forward edge.
 *
 * Components ride along (Tarjan): the low-link is in the frame, a bit a number
 * says that its component is closed.
 */
#include "analysis/bulk.h"
#include "analysis/dominators.h"

#define NUMBER	   0x7fffffffu
#define AHEAD	   8 /* records asked for before they are looked at */
#define AHEAD_ROWS 2

struct frame {
	uint32_t low;	  /* least open number met */
	uint32_t at, end; /* of those who wait */
};

struct search {
	struct coil_dominators *d;
	const uint32_t *target;
	/* Stacks with room for the worst: no node and no edge is put on one
	 * twice. */
	struct frame *frames;
	size_t depth;
	uint32_t *waiting;
	uint32_t *open; /* finished, in a component that is not closed */
	size_t open_count;
	uint64_t *closed; /* a bit a number */
	uint32_t next;	  /* number */
	uint32_t subtree; /* number of the root's child we are below */
};

static inline bool is_closed(const struct search *s, uint32_t number)
{
	return s->closed[number >> 6] >> (number & 63) & 1;
}

static inline void close_number(struct search *s, uint32_t number)
{
	s->closed[number >> 6] |= UINT64_C(1) << (number & 63);
}

/* @number is the root of a component: those open with a higher one are in
 * it.  A label is the root's number plus 1. */
static void close_component(struct search *s, uint32_t number)
{
	uint32_t *component = s->d->component;

	close_number(s, number);
	while (s->open_count && s->open[s->open_count - 1] > number) {
		uint32_t member = s->open[--s->open_count];

		close_number(s, member);
		component[member] = component[number] = number + 1;
	}
}

/* Give @node the next number. */
static inline uint32_t number_node(struct search *s, uint32_t node,
				   uint32_t parent)
{
	struct coil_dominators *d = s->d;
	struct dom_record *r = &d->record[node];
	uint32_t number = s->next++;
	uint32_t settled = r->number & DOM_SETTLED;

	r->number = number | settled;
	d->vertex[number] = node;
	d->tree[number].semi = settled ? 0 : parent;
	d->tree[number].parent = parent;
	return number;
}

/* An edge from @from, the highest number so far, to a node that has a number:
 * back, cross, or to itself. */
static inline bool fold_back(struct search *s, uint32_t from, uint32_t *low,
			     struct dom_record *to)
{
	struct coil_dominators *d = s->d;
	uint32_t number = to->number & NUMBER;

	if (number < *low && !is_closed(s, number))
		*low = number;
	if (number == from) {
		d->component[number] = number + 1;
		return true;
	}
	if (to->number & DOM_SETTLED)
		return true;
	if (number < s->subtree) {
		d->tree[number].semi = 0;
		to->number |= DOM_SETTLED;
		return true;
	}
	return dom_log_add(&d->log, number, from);
}

/* An edge from @from to a node that got its number below it. */
static inline void fold_forward(struct search *s, uint32_t from,
				uint32_t number)
{
	struct dom_tree *tree = &s->d->tree[number];

	tree->semi = from < tree->semi ? from : tree->semi;
}

static inline void prefetch_row(const struct search *s, uint32_t row)
{
	__builtin_prefetch(&s->target[row]);
	__builtin_prefetch((const uint8_t *)s->d->followed + (row >> 3));
}

/* Ask for the records of the first targets of a row. */
static inline uint64_t prefetch_records(const struct search *s, uint64_t at,
					uint64_t end)
{
	uint64_t first = dom_next_edge(s->d, at, end);

	at = first;
	for (unsigned i = 0; i < AHEAD && at < end; i++) {
		__builtin_prefetch(&s->d->record[s->target[at]]);
		at = dom_next_edge(s->d, at + 1, end);
	}
	return first;
}

/* Read the row of a node that has just got its number; false: no memory. */
static inline bool enter(struct search *s, struct frame *f, uint32_t node,
			 uint32_t number)
{
	struct coil_dominators *d = s->d;
	const struct dom_record *r = &d->record[node];
	uint64_t end = r[1].row, at = prefetch_records(s, r->row, end);
	uint32_t top = f->end;

	*f = (struct frame){number, top, top};
	for (; at < end; at = dom_next_edge(d, at + 1, end)) {
		struct dom_record *to = &d->record[s->target[at]];

		if (at + AHEAD < end)
			__builtin_prefetch(&d->record[s->target[at + AHEAD]]);
		if ((to->number & NUMBER) != DOM_UNSEEN) {
			if (!fold_back(s, number, &f->low, to))
				return false;
			continue;
		}
		s->waiting[f->end++] = s->target[at];
		if (f->end - top <= AHEAD)
			prefetch_row(s, to->row);
	}
	return true;
}

/* All below a node is done. */
static inline void finish(struct search *s, uint32_t number, uint32_t low)
{
	if (low < number)
		s->open[s->open_count++] = number;
	else
		close_component(s, number);
}

/* Ask for what the nodes that wait next will need. */
static inline void prefetch_waiting(const struct search *s,
				    const struct frame *f)
{
	const struct dom_record *record = s->d->record;

	if (f->at + AHEAD < f->end)
		__builtin_prefetch(&record[s->waiting[f->at + AHEAD]]);
	if (f->at + AHEAD_ROWS < f->end)
		prefetch_row(s, record[s->waiting[f->at + AHEAD_ROWS]].row);
}

static bool search(struct search *s)
{
	struct coil_dominators *d = s->d;
	uint32_t root = coil_graph_root_index(d->graph);
	uint32_t number = number_node(s, root, 0); /* of the top frame */
	struct frame f = {0};

	if (!enter(s, &f, root, number))
		return false;
	for (;;) {
		struct dom_record *r;
		uint32_t node, low;

		if (f.at == f.end) {
			finish(s, number, f.low);
			if (!s->depth)
				return true;
			low = f.low;
			number = d->tree[number].parent;
			f = s->frames[--s->depth];
			f.low = low < f.low ? low : f.low;
			continue;
		}
		node = s->waiting[f.at++];
		r = &d->record[node];
		prefetch_waiting(s, &f);
		if ((r->number & NUMBER) != DOM_UNSEEN) {
			fold_forward(s, number, r->number & NUMBER);
			continue;
		}
		if (!number)
			s->subtree = s->next;
		if (r[0].row == r[1].row) {
			close_number(s, number_node(s, node, number));
			continue;
		}
		s->frames[s->depth++] = f;
		number = number_node(s, node, number);
		if (!enter(s, &f, node, number))
			return false;
	}
}

bool dom_search(struct coil_dominators *d)
{
	struct search s = {.d = d, .target = d->graph->edge_target};
	size_t words = (d->room >> 6) + 1;
	bool done = false;

	d->vertex = coil_bulk_new(d->room, sizeof(*d->vertex));
	d->tree = coil_bulk_new(d->room, sizeof(*d->tree));
	d->component = coil_bulk_new(d->room, sizeof(*d->component));
	s.closed = coil_bulk_new(words, sizeof(*s.closed));
	s.frames = coil_bulk_stack(d->room, sizeof(*s.frames));
	s.waiting = coil_bulk_stack(d->followed_edges, sizeof(*s.waiting));
	s.open = coil_bulk_stack(d->room, sizeof(*s.open));
	if (d->vertex && d->tree && d->component && s.closed && s.frames &&
	    s.waiting && s.open && dom_log_init(&d->log, d->room)) {
		done = search(&s);
		d->numbered = s.next;
	}
	if (done)
		dom_index(d);
	coil_bulk_free(s.closed, words, sizeof(*s.closed));
	coil_bulk_free(s.frames, d->room, sizeof(*s.frames));
	coil_bulk_free(s.waiting, d->followed_edges, sizeof(*s.waiting));
	coil_bulk_free(s.open, d->room, sizeof(*s.open));
	return done;
}
