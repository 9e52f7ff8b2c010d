/* SPDX-License-Identifier: MIT */
/* The nodes that retain most, found in place. */
#include "config.h"

#include <stdlib.h>

#include "analysis/tree.h"
#include "base/base.h"

int coil_by_retained(const void *a, const void *b, void *dominators)
{
	coil_node x = *(const coil_node *)a, y = *(const coil_node *)b;
	uint64_t bytes_x = coil_dominators_retained(dominators, x);
	uint64_t bytes_y = coil_dominators_retained(dominators, y);

	if (bytes_x != bytes_y)
		return bytes_x < bytes_y ? 1 : -1;
	return x < y ? -1 : x > y;
}

/* Move the root of the heap nodes[0, count) to its place: on top is what
 * comes last in the order of coil_by_retained(). */
static void sift(void *dominators, coil_node *nodes, size_t count)
{
	coil_node node = nodes[0];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < count) {
		if (child + 1 < count &&
		    coil_by_retained(&nodes[child + 1], &nodes[child],
				     dominators) > 0)
			child++;
		if (coil_by_retained(&nodes[child], &node, dominators) <= 0)
			break;
		nodes[at] = nodes[child];
		at = child;
	}
	nodes[at] = node;
}

/* Of nodes[0, count) the @limit first in order, as a heap in front. */
static void keep_first(void *dominators, coil_node *nodes, size_t count,
		       size_t limit)
{
	uint64_t least;

	/* A sorted array turned round is a heap. */
	qsort_r(nodes, limit, sizeof(*nodes), coil_by_retained, dominators);
	for (size_t i = 0; i < limit / 2; i++) {
		coil_node node = nodes[i];

		nodes[i] = nodes[limit - 1 - i];
		nodes[limit - 1 - i] = node;
	}
	least = coil_dominators_retained(dominators, nodes[0]);
	for (size_t i = limit; i < count; i++) {
		/* Most are not bigger than the least of the heap. */
		if (coil_dominators_retained(dominators, nodes[i]) < least ||
		    coil_by_retained(&nodes[i], &nodes[0], dominators) > 0)
			continue;
		nodes[0] = nodes[i];
		sift(dominators, nodes, limit);
		least = coil_dominators_retained(dominators, nodes[0]);
	}
}

size_t coil_dominators_biggest(const struct coil_dominators *d,
			       coil_node *nodes, size_t count, size_t limit)
{
	void *dominators = (void *)(uintptr_t)d;

	if (!limit || limit > count)
		limit = count;
	if (limit < count)
		keep_first(dominators, nodes, count, limit);
	if (limit)
		qsort_r(nodes, limit, sizeof(*nodes), coil_by_retained,
			dominators);
	return limit;
}
