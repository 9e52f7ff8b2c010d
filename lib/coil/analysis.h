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

/**
 * Find them.  @graph must stay as long.
 *
 * @out  Receives the result, to be given to coil_dominators_free().
 *
 * Returns COIL_OK, or COIL_E_NOMEM: also of a graph of 2^31 nodes or 2^32
 * edges and more.
 */
COIL_API enum coil_status coil_dominators_find(const struct coil_graph *graph,
					       struct coil_dominators **out,
					       struct coil_error *err);

/** NULL is fine. */
COIL_API void coil_dominators_free(struct coil_dominators *dominators);

/** The immediate dominator; COIL_NO_NODE for the root and what no root
 * reaches. */
COIL_API coil_node coil_dominators_parent(const struct coil_dominators *d,
					  coil_node node);

/** Bytes of `allocated` that would be freed with @node, itself included; 0 for
 * what no root reaches. */
COIL_API uint64_t coil_dominators_retained(const struct coil_dominators *d,
					   coil_node node);

/** Nodes that would go with @node, itself included; likewise. */
COIL_API uint64_t
coil_dominators_retained_count(const struct coil_dominators *d, coil_node node);

/**
 * The strongly connected component of a node: components that are cycles
 * (two nodes or more, or a node that refers to itself) are numbered from 0
 * by their lowest node; UINT32_MAX for a node that is in none.
 */
COIL_API uint32_t coil_dominators_cycle(const struct coil_dominators *d,
					coil_node node);

/** How many components are cycles. */
COIL_API uint32_t coil_dominators_cycle_count(const struct coil_dominators *d);

/**
 * By type, nested instances counted once: the sum of the retained sizes of
 * those instances of the type that no other instance of it dominates.
 *
 * @retained  Bytes, as many as coil_graph_type_count(), by index; the caller's.
 *
 * Returns COIL_OK or COIL_E_NOMEM.
 */
COIL_API enum coil_status coil_dominators_by_type(
	const struct coil_dominators *d, uint64_t *retained,
	struct coil_error *err);

/**
 * Put the @limit nodes that retain most (0: all of them) in front, most bytes
 * first, then by node; the rest stands behind in any order.  @count nodes, the
 * caller's.  Returns how many stand in front.  Takes no memory.
 */
COIL_API size_t coil_dominators_biggest(const struct coil_dominators *d,
					coil_node *nodes, size_t count,
					size_t limit);

/*
 * A walk down the dominator tree.
 */
struct coil_tree;

struct coil_tree_step {
	coil_node node;
	uint64_t depth; /* 0: one of those on top */
};

/**
 * The tree below @count nodes @tops (NULL: those that the root alone
 * dominates), of nodes that retain at least @least bytes, @depth levels of it
 * (0: all).  The tops come as they are given, however small.  @d must stay as
 * long as the tree; @tops need not.
 *
 * @out  Receives the walk, to be given to coil_tree_free().
 *
 * Returns COIL_OK or COIL_E_NOMEM.
 */
COIL_API enum coil_status coil_tree_start(const struct coil_dominators *d,
					  const coil_node *tops, size_t count,
					  uint64_t depth, uint64_t least,
					  struct coil_tree **out,
					  struct coil_error *err);

/** The next node, each before what it dominates, of those of one parent the
 * biggest first; false: that was the last. */
COIL_API bool coil_tree_next(struct coil_tree *tree,
			     struct coil_tree_step *out);

/** NULL is fine. */
COIL_API void coil_tree_free(struct coil_tree *tree);

/**
 * What all of @nodes, @count of them, together retain: bytes of `allocated`
 * into *@bytes, nodes into *@objects.
 *
 * Returns COIL_OK, COIL_E_INVALID where a node is none of @graph,
 * COIL_E_NOMEM.
 */
COIL_API enum coil_status coil_retained_set(const struct coil_graph *graph,
					    const coil_node *nodes,
					    size_t count, uint64_t *bytes,
					    uint64_t *objects,
					    struct coil_error *err);

/** A type, what its objects are together, and what they retain together. */
struct coil_type_total {
	struct coil_type_info type; /* borrowed from the graph */
	uint32_t type_index;	    /* [0, coil_graph_type_count()) */
	struct coil_type_sum sum;
	uint64_t retained; /* bytes; 0 where no dominators were given */
};

/**
 * The types of @count nodes @nodes (NULL: of all objects), most bytes retained
 * first, then by name and address.  Of all objects, retained is that of
 * coil_dominators_by_type(), of given ones that of coil_retained_set().
 *
 * @d     NULL: nothing is computed of what is retained, and most bytes of size
 *        come first.
 * @rows  The caller's, with room for coil_graph_type_count(); *@row_count are
 * used.
 *
 * Returns COIL_OK, COIL_E_NOMEM, COIL_E_INVALID for a node that is none.
 */
COIL_API enum coil_status coil_type_totals(const struct coil_graph *graph,
					   const struct coil_dominators *d,
					   const coil_node *nodes, size_t count,
					   struct coil_type_total *rows,
					   size_t *row_count,
					   struct coil_error *err);

/*
 * Shortest paths from a root.
 */
struct coil_paths;

/**
 * Find them, to every node.  @graph must stay as long.
 *
 * @weak  Follow weak references too, last.
 * @out   Receives the result, to be given to coil_paths_free().
 *
 * Returns COIL_OK or COIL_E_NOMEM.
 */
COIL_API enum coil_status coil_paths_find(const struct coil_graph *graph,
					  bool weak, struct coil_paths **out,
					  struct coil_error *err);

/** NULL is fine. */
COIL_API void coil_paths_free(struct coil_paths *paths);

/** Steps from the root; UINT32_MAX: not reached. */
COIL_API uint32_t coil_paths_distance(const struct coil_paths *paths,
				      coil_node node);

/** The edge by which @node is reached; false for the root and the unreached.
 */
COIL_API bool coil_paths_parent(const struct coil_paths *paths, coil_node node,
				struct coil_edge *out);

/**
 * The last @room edges of the path to @node, in its order: all of it where
 * @room is its coil_paths_distance().  Returns how many were written to
 * @edges; 0 for the root and the unreached.
 */
COIL_API size_t coil_paths_edges(const struct coil_paths *paths, coil_node node,
				 struct coil_edge *edges, size_t room);

/*
 * Other paths to a node than its shortest one.
 */
struct coil_ways;

/**
 * Find the paths that leave the shortest one at one place: by the shortest
 * path to another holder of a node on it.  Needs coil_graph_index_in(); @graph
 * and @paths must stay as long as the ways.
 *
 * @out  Receives the ways, to be given to coil_ways_free().
 *
 * Returns COIL_OK, with no way for a node that is not reached, or COIL_E_NOMEM.
 */
COIL_API enum coil_status coil_ways_find(const struct coil_graph *graph,
					 const struct coil_paths *paths,
					 coil_node node, struct coil_ways **out,
					 struct coil_error *err);

/**
 * The next one, shortest first, those behind <native> last: its *@count edges
 * from the root on, borrowed until the next call; NULL: there are no more.
 */
COIL_API const struct coil_edge *coil_ways_next(struct coil_ways *ways,
						size_t *count);

/** NULL is fine. */
COIL_API void coil_ways_free(struct coil_ways *ways);

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

/**
 * Find all components that are cycles, one by one.  @graph must stay as long;
 * @d, its dominators, need not.
 *
 * @out  Receives the result, to be given to coil_cycles_free().
 *
 * Returns COIL_OK or COIL_E_NOMEM.
 */
COIL_API enum coil_status coil_cycles_find(const struct coil_graph *graph,
					   const struct coil_dominators *d,
					   struct coil_cycles **out,
					   struct coil_error *err);

/** NULL is fine. */
COIL_API void coil_cycles_free(struct coil_cycles *cycles);

/** Ascending by example: @index in [0, count). */
COIL_API uint64_t coil_cycles_count(const struct coil_cycles *cycles);
COIL_API void coil_cycles_get(const struct coil_cycles *cycles, uint64_t index,
			      struct coil_cycle_info *out);

/** Node @member of [0, its objects) of cycle @index, ascending. */
COIL_API coil_node coil_cycles_member(const struct coil_cycles *cycles,
				      uint64_t index, uint64_t member);

/**
 * A shortest cycle through the example of @index: its edges in order.
 * Returns how many were written to @edges, which is the caller's and has room
 * for @room: at least 1 where there is room.
 */
COIL_API size_t coil_cycles_shape(const struct coil_cycles *cycles,
				  uint64_t index, struct coil_edge *edges,
				  size_t room);

#endif
