/* SPDX-License-Identifier: MIT */
/*
 * From numbers to dominators.  Numbers are processed from the last; those
 * already done form a forest of their tree edges, and the least semidominator
 * on the way up from a source of a logged edge is a candidate for its target
 * (Lengauer and Tarjan), with paths halved on the way.  Then the dominator of a
 * node is the nearest ancestor of its parent, in the dominator tree, that is
 * not below its semidominator (SEMI-NCA).
 *
 * That last climb is quadratic on a long list whose nodes share leaves with its
 * tail.  Where climbs get long, jump pointers are added, and a climb takes
 * O(log n).
 */
#include <stdlib.h>

#include "analysis/bulk.h"
#include "analysis/dominators.h"

#define LOOKAHEAD 16
/* Climb so many steps a node on average before jump pointers are worth it. */
#define STEPS 8

/* The least semidominator on the way up from @node while numbers are higher
 * than @target: labels are of a node up to its ancestor, the end excluded. */
static inline uint32_t eval(union dom_slot *slot, uint32_t node,
			    uint32_t target)
{
	uint32_t least = slot[node].label;

	while (slot[node].ancestor > target) {
		union dom_slot *below = &slot[node];
		union dom_slot above = slot[below->ancestor];

		if (above.label < below->label)
			below->label = above.label;
		least = below->label < least ? below->label : least;
		below->ancestor = above.ancestor;
		if (above.ancestor <= target)
			break;
		node = above.ancestor;
		if (slot[node].label < least)
			least = slot[node].label;
	}
	return least;
}

/* Link the numbers of one bucket, from @high down to @low. */
static void link_bucket(struct coil_dominators *d,
			const struct dom_sorted *sorted, uint32_t low,
			uint32_t high)
{
	union dom_slot *slot = d->slot;
	struct dom_tree *tree = d->tree;
	uint32_t base = low & ~(DOM_BUCKET - 1);
	uint32_t k = 0, count = 0;

	if (sorted)
		count = sorted->end[DOM_BUCKET - 1];
	for (uint32_t n = high; n >= low; n--) {
		uint32_t semi = tree[n].semi;
		uint32_t end = 0;

		if (sorted)
			end = sorted->end[DOM_BUCKET - 1 - (n - base)];
		for (; k < end; k++) {
			uint32_t least;

			if (k + LOOKAHEAD < count)
				__builtin_prefetch(
					&slot[sorted->source[k + LOOKAHEAD]]);
			if (!semi)
				continue;
			least = eval(slot, sorted->source[k], n);
			semi = least < semi ? least : semi;
		}
		tree[n].semi = semi;
		slot[n].ancestor = tree[n].parent;
		slot[n].label = semi;
	}
}

/* All semidominators. */
static bool link_all(struct coil_dominators *d)
{
	struct dom_sorted sorted;
	size_t bucket = ((size_t)d->numbered - 1) >> DOM_BUCKET_SHIFT;
	uint32_t high = d->numbered - 1;
	bool done = dom_sorted_init(&sorted);

	while (done && high) {
		uint32_t low = (uint32_t)(bucket << DOM_BUCKET_SHIFT);
		bool any = d->log.buckets[bucket].count;

		if (any && !dom_log_sort(&d->log, bucket, &sorted)) {
			done = false;
			break;
		}
		low = low ? low : 1;
		link_bucket(d, any ? &sorted : NULL, low, high);
		high = low - 1;
		bucket--;
	}
	dom_sorted_free(&sorted);
	return done;
}

/* By number: where to jump to, and how deep in the dominator tree. */
struct jump {
	uint32_t to, depth;
};

static inline void add_jump(struct jump *jump, uint32_t node, uint32_t up)
{
	uint32_t to = jump[up].to;

	jump[node].depth = jump[up].depth + 1;
	if (jump[up].depth - jump[to].depth ==
	    jump[to].depth - jump[jump[to].to].depth)
		jump[node].to = jump[to].to;
	else
		jump[node].to = up;
}

/* Dominators of [@first, numbered), in O(log n) each. */
static bool climb_by_jumps(struct coil_dominators *d, uint32_t first)
{
	struct dom_tree *tree = d->tree;
	struct jump *jump = coil_bulk_new(d->numbered, sizeof(*jump));

	if (!jump)
		return false;
	for (uint32_t n = 1; n < d->numbered; n++) {
		uint32_t up = tree[n].dominator, semi = tree[n].semi;

		while (n >= first && up > semi)
			up = jump[up].to > semi ? jump[up].to
						: tree[up].dominator;
		tree[n].dominator = up;
		add_jump(jump, n, up);
	}
	coil_bulk_free(jump, d->numbered, sizeof(*jump));
	return true;
}

/* The parent of each number becomes its dominator. */
static bool climb_all(struct coil_dominators *d)
{
	struct dom_tree *tree = d->tree;
	uint64_t steps = (uint64_t)STEPS * d->numbered;

	for (uint32_t n = 1; n < d->numbered; n++) {
		uint32_t up = tree[n].parent, semi = tree[n].semi;

		while (up > semi && steps) {
			up = tree[up].dominator;
			steps--;
		}
		if (up > semi)
			return climb_by_jumps(d, n);
		tree[n].dominator = up;
	}
	return true;
}

bool dom_link(struct coil_dominators *d)
{
	d->slot = coil_bulk_new(d->numbered, sizeof(*d->slot));
	return d->slot && link_all(d) && climb_all(d);
}
