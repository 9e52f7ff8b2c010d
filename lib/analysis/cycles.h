/* SPDX-License-Identifier: MIT */
#ifndef COIL_ANALYSIS_CYCLES_H
#define COIL_ANALYSIS_CYCLES_H

#include "coil/analysis.h"
#include "graph/graph.h"

/* Components in order of their lowest nodes, members in one array. */
struct coil_cycles {
	const struct coil_graph *graph; /* borrowed */
	uint32_t count;
	uint32_t *first;   /* [count + 1]: where its members start */
	uint32_t *members; /* ascending in a component */
	uint64_t *size;	   /* [count], allocated bytes */
	uint8_t *alive;	   /* [count]: a member is not garbage */
};

#endif
