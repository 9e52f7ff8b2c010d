/* SPDX-License-Identifier: MIT */
#ifndef COIL_GRAPH_COUNTS_H
#define COIL_GRAPH_COUNTS_H

#include "graph/graph.h"

/**
 * How many counted references the rows of @graph hold to each node.
 *
 * References from a scan are believed only as far as the reference count of
 * their target leaves room beside the exact ones: the others are stale words,
 * or borrowed.  Those lose COIL_EDGE_COUNTED and COIL_EDGE_TRAVERSED; the
 * first in order keep them: those of nodes without COIL_FLAG_INEXACT before
 * those with it, and those with COIL_FLAG_EXECUTING last.
 * Immortal and static objects, whose counts say nothing, believe all but what
 * is on the stack of a frame that executes.
 *
 * The rows of nodes with an address must be complete.
 *
 * Returns an array of node_count, to be freed with free(), or NULL where there
 * is no memory, then with nothing changed.
 */
uint32_t *coil_graph_counts(struct coil_graph *graph);

#endif
