/* SPDX-License-Identifier: MIT */
#ifndef COIL_TESTS_GRAPHMAKE_H
#define COIL_TESTS_GRAPHMAKE_H

#include "graph/graph.h"

/*
 * Makes graphs for tests: objects [0, objects), then the root nodes, edges in
 * the order in which they are added.  Every object has size 8 * (n % 1000 + 1),
 * allocated 16 * (n % 97 + 1), address 0x1000 + 16 n and a reference count of
 * 0 until it is changed in the graph.  Running out of memory ends the test.
 */
struct graphmake;

#define EDGE_STRONG (COIL_REF_ATTR | COIL_EDGE_COUNTED | COIL_EDGE_TRAVERSED)
#define EDGE_WEAK   (COIL_REF_WEAK | COIL_EDGE_COUNTED | COIL_EDGE_TRAVERSED)

struct graphmake *graphmake_new(uint32_t objects);
void graphmake_edge(struct graphmake *make, uint32_t from, uint32_t to,
		    uint8_t flags);

/* The root nodes. */
uint32_t graphmake_root(const struct graphmake *make);
uint32_t graphmake_static(const struct graphmake *make);
uint32_t graphmake_native(const struct graphmake *make);
uint32_t graphmake_unreachable(const struct graphmake *make);

/** @types types, "type0" and so on; node n is of type n % @types. */
struct coil_graph *graphmake_finish(struct graphmake *make, uint32_t types);

/* SplitMix64: the same numbers on every machine. */
uint64_t graphmake_random(uint64_t *state);

#endif
