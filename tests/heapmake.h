/* SPDX-License-Identifier: MIT */
#ifndef COIL_TESTS_HEAPMAKE_H
#define COIL_TESTS_HEAPMAKE_H

#include "graph/graph.h"

/*
 * Graphs that look like heaps, for oracles and benchmarks:
 *
 *	- 2.77 references a node, 53 % leaves, 81 % of nodes referred to once
 *	- the others by a power law; the thousand most wanted hang from
 *<static>, as None, small integers and types do
 *	- two lists of a twentieth of the nodes each, parents that children
 *	  refer back to, a few modules under the root
 *	- nodes in the order of their making, parents mostly near their children
 *
 * @scatter  Puts nodes in random order instead: no locality at all.
 *
 * The same graph every time.  NULL: no memory.
 */
struct coil_graph *heapmake(uint32_t objects, bool scatter);

/*
 * The trap for SEMI-NCA: a list of @links whose nodes share each a leaf with
 * its tail.  2 * @links objects.
 */
struct coil_graph *heapmake_trap(uint32_t links);

#endif
