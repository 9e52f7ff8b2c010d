/* SPDX-License-Identifier: MIT */
#ifndef COIL_GRAPH_VERDICT_H
#define COIL_GRAPH_VERDICT_H

#include "graph/graph.h"

/**
 * Set COIL_FLAG_GARBAGE on what CPython's collector would find unreachable if
 * it collected all generations now, before any finalizer or weak reference
 * callback; clear it on all other nodes.
 *
 * @garbage  Receives their number; may be NULL.
 *
 * Returns COIL_OK or COIL_E_NOMEM, then with no flag changed.
 *
 * Source: the steps update_refs, subtract_refs and move_unreachable in
 * Modules/gcmodule.c of CPython 3.11 (Python/gc.c from 3.13).
 */
enum coil_status coil_verdict(struct coil_graph *graph, uint64_t *garbage);

#endif
