/* SPDX-License-Identifier: MIT */
/*
 * Before the search: a bit an edge for those to be followed, another for those
 * to pendant nodes, and the records.  All of it streams over the graph; what
 * is looked up at random (two bits a node) stays in the processor's cache.
 */
#include <stdlib.h>

#include "analysis/bulk.h"
#include "analysis/dominators.h"

/* Whether a node was met as a target: 64 nodes. */
struct met {
	uint64_t once, twice;
};

size_t dom_edge_words(const struct coil_graph *g)
{
	return (size_t)(g->edge_count >> 6) + 2;
}

static size_t node_words(const struct coil_graph *g)
{
	return (g->node_count >> 6) + 1;
}

#define BYTES(b) (UINT64_C(0x0101010101010101) * (b))

/* coil_edge_strong() of eight edges: a bit each. */
static uint64_t strong8(const uint8_t *flags)
{
	uint64_t f = load64(flags);
	/* 0 for a weak reference; then bit 5 set for all others. */
	uint64_t kind = (f ^ BYTES(COIL_REF_WEAK)) & BYTES(COIL_EDGE_KIND);
	uint64_t other = kind + BYTES(COIL_EDGE_KIND);
	/* Bit 7: not weak, and counted (bit 6). */
	uint64_t strong = (other << 2 & f << 1) & BYTES(0x80);

	return (strong >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

/* The same of up to 64 edges from @at. */
static uint64_t strong64(const struct coil_graph *g, uint64_t at)
{
	uint64_t bits = 0, count = min64(64, g->edge_count - at);
	uint64_t whole = count & ~UINT64_C(7);

	for (uint64_t i = 0; i < whole; i += 8)
		bits |= strong8(g->edge_flags + at + i) << i;
	for (uint64_t i = whole; i < count; i++)
		bits |= (uint64_t)coil_edge_strong(g->edge_flags[at + i]) << i;
	return bits;
}

static void meet(struct met *met, uint32_t node)
{
	uint64_t bit = UINT64_C(1) << (node & 63);
	struct met *m = &met[node >> 6];

	m->twice |= m->once & bit;
	m->once |= bit;
}

static void meet_targets(struct coil_dominators *d, struct met *met)
{
	const struct coil_graph *g = d->graph;

	for (uint64_t at = 0; at < g->edge_count; at += 64) {
		const uint32_t *target = g->edge_target + at;
		uint64_t strong = strong64(g, at);

		d->followed[at >> 6] = strong;
		if (strong == UINT64_MAX) {
			for (unsigned i = 0; i < 64; i++)
				meet(met, target[i]);
			continue;
		}
		for (; strong; strong &= strong - 1)
			meet(met, target[__builtin_ctzll(strong)]);
	}
}

static bool has_strong(const struct coil_dominators *d, uint64_t at,
		       uint64_t end)
{
	for (; at < end; at += DOM_BITS) {
		uint64_t bits = dom_bits(d->followed, at);

		if (end - at < DOM_BITS)
			bits &= (UINT64_C(1) << (end - at)) - 1;
		else
			bits &= (UINT64_C(1) << DOM_BITS) - 1;
		if (bits)
			return true;
	}
	return false;
}

/* Turn met[].once into: pendant.  Returns how many are not. */
static uint32_t find_pendants(const struct coil_dominators *d, struct met *met)
{
	const struct coil_graph *g = d->graph;
	uint32_t root = coil_graph_root_index(g), others = g->node_count;

	for (uint32_t first = 0; first < g->node_count; first += 64) {
		struct met *m = &met[first >> 6];
		uint64_t once = m->once & ~m->twice;

		for (uint64_t left = once; left; left &= left - 1) {
			uint32_t n = first + (uint32_t)__builtin_ctzll(left);

			if (n == root || has_strong(d, g->edge_offset[n],
						    g->edge_offset[n + 1]))
				once &= ~(left & -left);
		}
		m->once = once;
		others -= (uint32_t)__builtin_popcountll(once);
	}
	return others;
}

static uint64_t pendant_bit(const struct met *met, uint32_t node)
{
	return met[node >> 6].once >> (node & 63) & 1;
}

static void split_edges(struct coil_dominators *d, const struct met *met)
{
	const struct coil_graph *g = d->graph;

	for (uint64_t at = 0; at < g->edge_count; at += 64) {
		const uint32_t *target = g->edge_target + at;
		uint64_t strong = d->followed[at >> 6], pendant = 0;

		if (strong == UINT64_MAX) {
			for (unsigned i = 0; i < 64; i++)
				pendant |= pendant_bit(met, target[i]) << i;
		} else {
			for (uint64_t s = strong; s; s &= s - 1) {
				int i = __builtin_ctzll(s);

				pendant |= pendant_bit(met, target[i]) << i;
			}
		}
		d->followed[at >> 6] = strong & ~pendant;
		d->followed_edges +=
			(uint32_t)__builtin_popcountll(strong & ~pendant);
		d->pendant[at >> 6] = pendant;
	}
}

static void fill_records(struct coil_dominators *d)
{
	const struct coil_graph *g = d->graph;

	for (uint32_t n = 0; n <= g->node_count; n++)
		d->record[n] = (struct dom_record){
			.row = (uint32_t)g->edge_offset[n],
			.number = DOM_UNSEEN,
		};
}

/* The root's children: dom_search.c says why. */
static void settle_children(struct coil_dominators *d)
{
	const struct coil_graph *g = d->graph;
	uint32_t root = coil_graph_root_index(g);
	uint64_t end = g->edge_offset[root + 1];

	for (uint64_t e = dom_next_edge(d, g->edge_offset[root], end); e < end;
	     e = dom_next_edge(d, e + 1, end))
		d->record[g->edge_target[e]].number |= DOM_SETTLED;
}

bool dom_prepare(struct coil_dominators *d)
{
	const struct coil_graph *g = d->graph;
	struct met *met = coil_bulk_new(node_words(g), sizeof(*met));

	d->followed = coil_bulk_new(dom_edge_words(g), 8);
	d->pendant = coil_bulk_new(dom_edge_words(g), 8);
	d->record =
		coil_bulk_new((size_t)g->node_count + 1, sizeof(*d->record));
	if (met && d->followed && d->pendant && d->record) {
		meet_targets(d, met);
		d->room = find_pendants(d, met);
		split_edges(d, met);
		fill_records(d);
		settle_children(d);
	}
	coil_bulk_free(met, node_words(g), sizeof(*met));
	return d->room;
}

/* Records become the index: half the memory. */
void dom_index(struct coil_dominators *d)
{
	size_t nodes = d->graph->node_count;

	for (size_t n = 0; n < nodes; n++) {
		uint32_t number = d->record[n].number & ~DOM_SETTLED;

		d->index[n] = number == DOM_UNSEEN ? DOM_NOT_REACHED : number;
	}
	coil_bulk_trim(d->record, nodes + 1, nodes / 2 + 1, sizeof(*d->record));
}
