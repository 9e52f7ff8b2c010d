/* SPDX-License-Identifier: MIT */
#ifndef COIL_ANALYSIS_DOMINATORS_H
#define COIL_ANALYSIS_DOMINATORS_H

#include "analysis/dom_log.h"
#include "coil/analysis.h"
#include "graph/graph.h"

/*
 * Strongly connected components, dominators and retained sizes of everything
 * that strong references reach from the root, in one depth-first search:
 *
 *	dom_prepare.c   which edges the search follows; what the search knows
 *			of a node, and what remains of that
 *	dom_search.c    the search: numbers, semidominators from tree and
 *			forward edges, components; it logs all other edges
 *	dom_log.c       those edges, by target
 *	dom_link.c      semidominators from the logged edges, then dominators
 *	dom_retained.c  sums up the tree
 *
 * A pendant node (one reference to it in all, none from it) is never
 * numbered: the node that refers to it dominates it.  All others are numbered
 * in preorder and everything about them is kept in that order.
 *
 * Sources: SEMI-NCA is Georgiadis's (Linear-Time Algorithms for Dominators
 * and Related Problems, 2005), semidominators and path compression are those
 * of Lengauer and Tarjan (A Fast Algorithm for Finding Dominators in a
 * Flowgraph, 1979), jump pointers those of Myers (An Applicative
 * Random-Access Stack, 1983).
 */

/* What index[] says of a node: its number, or one of these. */
#define DOM_NOT_REACHED UINT32_MAX
#define DOM_PENDANT	0x80000000u /* or'ed with the node that refers to it */

/* A node as the search sees it. */
struct dom_record {
	uint32_t row;	 /* its first edge; the next record has its end */
	uint32_t number; /* DOM_UNSEEN; may carry DOM_SETTLED */
};

#define DOM_UNSEEN  0x7fffffffu
#define DOM_SETTLED 0x80000000u /* its semidominator is the root: 0 */

/* Bounds of the 32-bit fields above. */
#define DOM_MAX_NODES (DOM_UNSEEN - 1)
#define DOM_MAX_EDGES (UINT32_MAX - 64)

/* By number: place in the depth-first tree, later in the dominator tree. */
struct dom_tree {
	union {
		uint32_t semi;	/* semidominator so far */
		uint32_t count; /* nodes that go with it */
	};
	union {
		uint32_t parent;
		uint32_t dominator;
	};
};

/* By number: a link of the compressed forest, later the retained size. */
union dom_slot {
	struct {
		uint32_t ancestor;
		uint32_t label; /* least semidominator up to there */
	};
	uint64_t retained;
};

/* By number; 0: in no cycle. */
#define DOM_CYCLE_NUMBERED 0x80000000u /* or'ed with the cycle's number */

struct coil_dominators {
	const struct coil_graph *graph; /* borrowed */
	union {
		struct dom_record *record; /* [node_count + 1] */
		uint32_t *index; /* the same memory after the search */
	};
	uint32_t room;	       /* nodes that may be numbered */
	uint32_t numbered;     /* nodes that were */
	uint32_t *vertex;      /* [room]: the node of a number */
	struct dom_tree *tree; /* [room] */
	union dom_slot *slot;  /* [numbered] */
	uint32_t *component;   /* [room] */
	uint32_t cycles;
	bool borrowed; /* the arrays are those of a file: saved.h */

	/* Used while computing. */
	uint64_t *followed; /* a bit an edge: strong, not to a pendant node */
	uint64_t *pendant;  /* a bit an edge: strong, to a pendant node */
	uint32_t followed_edges;
	struct dom_log log;
};

/* Words of a bit an edge, and one more so that 64 bits can be read from any. */
size_t dom_edge_words(const struct coil_graph *g);

/* The up to 57 bits that follow bit @at. */
static inline uint64_t dom_bits(const uint64_t *bits, uint64_t at)
{
	return load64((const uint8_t *)bits + (at >> 3)) >> (at & 7);
}
#define DOM_BITS 57

/* The next edge to follow from @at; @end or more where there is none. */
static inline uint64_t dom_next_edge(const struct coil_dominators *d,
				     uint64_t at, uint64_t end)
{
	while (at < end) {
		uint64_t bits = dom_bits(d->followed, at);

		if (bits)
			return at + (unsigned)__builtin_ctzll(bits);
		at += DOM_BITS;
	}
	return at;
}

/* The steps in their order; each returns false where there is no memory. */
bool dom_prepare(struct coil_dominators *d);
bool dom_search(struct coil_dominators *d);
void dom_index(struct coil_dominators *d);
bool dom_link(struct coil_dominators *d);
void dom_retained(struct coil_dominators *d);

#endif
