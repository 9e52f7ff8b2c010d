/* SPDX-License-Identifier: MIT */
#ifndef COIL_GRAPH_SECTIONS_H
#define COIL_GRAPH_SECTIONS_H

#include "base/section.h"
#include "graph/graph.h"

/* A graph as sections of a file, and back. */

#define COIL_GRAPH_SECTIONS 17

/* What the arrays' lengths are; the first section. */
struct coil_graph_head {
	uint32_t node_count, object_count, type_count;
	uint64_t edge_count, find_count;
	uint64_t find_mask, find_seed[2]; /* of the map of the set of nodes */
};

/** Borrow the arrays of @graph; @head is filled and borrowed too. */
void coil_graph_to_sections(const struct coil_graph *graph,
			    struct coil_graph_head *head,
			    struct coil_section out[COIL_GRAPH_SECTIONS]);

/**
 * A graph over @sections, which must stay as long as it.
 *
 * Returns COIL_OK, COIL_E_BAD_DATA where their sizes contradict the head,
 * COIL_E_NOMEM.
 */
enum coil_status coil_graph_of_sections(const struct coil_section *sections,
					size_t count, struct coil_graph **out);

#endif
