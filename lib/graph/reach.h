/* SPDX-License-Identifier: MIT */
#ifndef COIL_GRAPH_REACH_H
#define COIL_GRAPH_REACH_H

#include "graph/graph.h"

/**
 * Set COIL_FLAG_REACHABLE on every node that strong references reach from
 * the root's row (the root included), clear it on all others.  Rows of root
 * nodes that the builder has not filled yet are simply empty.
 *
 * Returns COIL_OK or COIL_E_NOMEM, then with no flag changed.
 */
enum coil_status coil_reach(struct coil_graph *graph);

/**
 * What holds up the nodes that do not carry COIL_FLAG_REACHABLE: of every
 * strongly connected component of them that no other refers to (strongly),
 * the node of the lowest address.  References from exactly these nodes reach
 * all of them.  Root nodes are left out.
 *
 * @out  Receives @count nodes, ascending, to be freed with free(); NULL where
 *       there are none.
 *
 * Returns COIL_OK or COIL_E_NOMEM.
 */
enum coil_status coil_unreachable(const struct coil_graph *graph,
				  uint32_t **out, size_t *count);

/**
 * Clear COIL_FLAG_UNSURE on every node that references which are certain reach
 * from the root, through neither <native> nor <unreachable>.
 *
 * Returns COIL_OK or COIL_E_NOMEM, then with no flag changed.
 */
enum coil_status coil_reach_surely(struct coil_graph *graph);

#endif
