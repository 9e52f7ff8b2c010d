/* SPDX-License-Identifier: MIT */
#ifndef COIL_ANALYSIS_H
#define COIL_ANALYSIS_H

#include "coil/graph.h"

/**
 * Questions to a graph.  Every analysis takes a graph and gives a result that
 * is the caller's to free; none reads target memory, prints or recurses.
 * Strong references are the counted ones (COIL_EDGE_COUNTED) that are not
 * weak; the collector's verdict alone uses the traversed ones.
 */

/*
 * Dominators, retained sizes and strongly connected components, in one pass
 * over the strong references from coil_graph_root().
 */
struct coil_dominators;

COIL_API enum coil_status coil_dominators_compute(
	const struct coil_graph *graph, struct coil_dominators **out,
	struct coil_error *err);
COIL_API void coil_dominators_free(struct coil_dominators *dominators);

/** The immediate dominator; COIL_NO_NODE for the root and what no root
 * reaches. */
COIL_API coil_node coil_dominators_parent(const struct coil_dominators *d,
					  coil_node node);
/** Bytes of `allocated` that would be freed with @node, itself included. */
COIL_API uint64_t coil_dominators_retained(const struct coil_dominators *d,
					   coil_node node);
/** Nodes that would go with @node, itself included. */
COIL_API uint64_t coil_dominators_count(const struct coil_dominators *d,
					coil_node node);
/**
 * The strongly connected component of a node: components that are cycles
 * (two nodes or more, or a node that refers to itself) are numbered from 0
 * by their lowest node; UINT32_MAX for a node that is in none.
 */
COIL_API uint32_t coil_dominators_cycle(const struct coil_dominators *d,
					coil_node node);
COIL_API uint32_t coil_dominators_cycles(const struct coil_dominators *d);

/**
 * By type, nested instances counted once: the sum of the retained sizes of
 * those instances of the type that no other instance of it dominates.
 * @retained has room for coil_graph_types() sums.
 */
COIL_API enum coil_status coil_dominators_by_type(
	const struct coil_dominators *d, uint64_t *retained,
	struct coil_error *err);

/** What all of @nodes together retain: bytes and nodes. */
COIL_API enum coil_status coil_retained_set(const struct coil_graph *graph,
					    const coil_node *nodes,
					    size_t count, uint64_t *bytes,
					    uint64_t *objects,
					    struct coil_error *err);

/*
 * Shortest paths from a root.
 */
struct coil_paths;

/** @weak: follow weak references too, last. */
COIL_API enum coil_status coil_paths_compute(const struct coil_graph *graph,
					     bool weak, struct coil_paths **out,
					     struct coil_error *err);
COIL_API void coil_paths_free(struct coil_paths *paths);
/** Steps from the root; UINT32_MAX: not reached. */
COIL_API uint32_t coil_paths_distance(const struct coil_paths *paths,
				      coil_node node);
/** The edge by which @node is reached; false for the root and the unreached.
 */
COIL_API bool coil_paths_parent(const struct coil_paths *paths, coil_node node,
				struct coil_edge *out);

/*
 * Reference cycles grouped by shape.
 */
struct coil_cycles;

struct coil_cycle_info {
	coil_node example; /* lowest node of the first such cycle */
	uint64_t cycles;   /* how many of this shape */
	uint64_t objects;  /* nodes in all of them */
	uint64_t size;	   /* their allocated bytes */
	bool garbage;	   /* the collector would free them */
};

COIL_API enum coil_status coil_cycles_compute(const struct coil_graph *graph,
					      const struct coil_dominators *d,
					      struct coil_cycles **out,
					      struct coil_error *err);
COIL_API void coil_cycles_free(struct coil_cycles *cycles);
/** Cycles one by one, ascending by example: [0, count). */
COIL_API uint64_t coil_cycles_count(const struct coil_cycles *cycles);
COIL_API void coil_cycles_get(const struct coil_cycles *cycles, uint64_t index,
			      struct coil_cycle_info *out);
/** The nodes of one cycle, ascending. Borrowed. */
COIL_API const uint32_t *coil_cycles_members(const struct coil_cycles *cycles,
					     uint64_t index, size_t *count);
/**
 * A shortest cycle through the example of @index: its edges in order.
 * Returns how many were written to @edges (room for @room), at least 1.
 */
COIL_API size_t coil_cycles_shape(const struct coil_cycles *cycles,
				  uint64_t index, struct coil_edge *edges,
				  size_t room);

#endif
