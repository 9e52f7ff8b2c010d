/* SPDX-License-Identifier: MIT */
/* Sums over the dominator tree, and the numbers of the cycles. */
#include "analysis/dominators.h"

#define AHEAD 16

/* Nodes that only @node refers to: put them into the index, return their
 * bytes and add their number to @count. */
static uint64_t add_pendants(struct coil_dominators *d, uint32_t node,
			     uint32_t *count)
{
	const struct coil_graph *g = d->graph;
	uint64_t at = g->edge_offset[node], end = g->edge_offset[node + 1];
	uint64_t bytes = 0;

	while (at < end) {
		uint64_t bits = dom_bits(d->pendant, at);
		uint32_t to;

		if (!bits) {
			at += DOM_BITS;
			continue;
		}
		at += (unsigned)__builtin_ctzll(bits);
		if (at >= end)
			break;
		if (at + AHEAD < g->edge_count) {
			uint32_t later = g->edge_target[at + AHEAD];

			__builtin_prefetch(&g->allocated[later]);
			__builtin_prefetch(&d->index[later], 1);
		}
		to = g->edge_target[at++];
		d->index[to] = DOM_PENDANT | node;
		bytes += coil_graph_allocated(g, to);
		++*count;
	}
	return bytes;
}

/* Cycles are numbered by their lowest node: nodes come here in order. */
static void number_cycle(struct coil_dominators *d, uint32_t number)
{
	uint32_t *component = d->component;
	uint32_t label = component[number];

	if (!label || label & DOM_CYCLE_NUMBERED)
		return;
	if (!(component[label - 1] & DOM_CYCLE_NUMBERED))
		component[label - 1] = DOM_CYCLE_NUMBERED | d->cycles++;
	component[number] = component[label - 1];
}

/* Each number's own bytes and those of its pendant nodes. */
static void add_own(struct coil_dominators *d)
{
	const struct coil_graph *g = d->graph;

	for (uint32_t n = 0; n < g->node_count; n++) {
		uint32_t number = d->index[n], count = 1;
		uint64_t bytes;

		if (n + AHEAD < g->node_count &&
		    d->index[n + AHEAD] < d->numbered) {
			__builtin_prefetch(&d->slot[d->index[n + AHEAD]], 1);
			__builtin_prefetch(&d->tree[d->index[n + AHEAD]], 1);
			__builtin_prefetch(&d->component[d->index[n + AHEAD]]);
		}
		if (number >= d->numbered)
			continue;
		bytes = add_pendants(d, n, &count);
		d->slot[number].retained = coil_graph_allocated(g, n) + bytes;
		d->tree[number].count = count;
		number_cycle(d, number);
	}
}

void dom_retained(struct coil_dominators *d)
{
	add_own(d);
	for (uint32_t n = d->numbered - 1; n; n--) {
		uint32_t up = d->tree[n].dominator;

		d->slot[up].retained += d->slot[n].retained;
		d->tree[up].count += d->tree[n].count;
	}
}
