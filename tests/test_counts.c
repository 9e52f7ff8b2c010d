/* SPDX-License-Identifier: MIT */
/* Which references that nobody vouches for are believed: counts.h. */
#include <stdlib.h>

#include "graph/counts.h"
#include "tests/graphmake.h"
#include "tests/unit.h"

#define SCANNED	  (COIL_REF_OTHER | COIL_EDGE_COUNTED | COIL_EDGE_INEXACT)
#define OBJECTS	  4
#define LAST	  (OBJECTS - 1)
#define TARGET	  1
#define NO_FLAGS  0u
#define EXECUTING COIL_FLAG_EXECUTING
#define INEXACT	  COIL_FLAG_INEXACT

/* References to node 1 from nodes 0, 2 and 3 (the last row), in that order;
 * which of them are counted in the end. */
static const struct {
	const char *name;
	uint32_t refcount, target_flags;
	uint32_t flags[OBJECTS];
	uint8_t edge[OBJECTS]; /* 0: none */
	uint32_t counted;      /* by its node, a bit each */
	uint32_t found;
} rows[] = {
	{"nothing refers to it", 1, 0, {0}, {0}, 0, 0},
	{"one that is certain", 1, 0, {0}, {SCANNED, 0, 0, 0}, 1, 1},
	{"the last row is stale",
	 1,
	 0,
	 {0, 0, 0, EXECUTING},
	 {EDGE_STRONG, 0, 0, SCANNED},
	 1,
	 1},
	{"the last row is all there is",
	 1,
	 0,
	 {0, 0, 0, EXECUTING},
	 {0, 0, 0, SCANNED},
	 8,
	 1},
	{"the first row is stale",
	 1,
	 0,
	 {EXECUTING, 0, 0, 0},
	 {SCANNED, 0, 0, EDGE_STRONG},
	 8,
	 1},
	{"a scanned object before a stack",
	 1,
	 0,
	 {EXECUTING, 0, INEXACT, 0},
	 {SCANNED, 0, SCANNED, 0},
	 4,
	 1},
	{"a module's state before both",
	 1,
	 0,
	 {EXECUTING, 0, INEXACT, 0},
	 {SCANNED, 0, SCANNED, SCANNED},
	 8,
	 1},
	{"room for two",
	 2,
	 0,
	 {EXECUTING, 0, INEXACT, 0},
	 {SCANNED, 0, SCANNED, SCANNED},
	 12,
	 2},
	{"room for all",
	 3,
	 0,
	 {EXECUTING, 0, INEXACT, 0},
	 {SCANNED, 0, SCANNED, SCANNED},
	 13,
	 3},
	{"a static object believes all but the stack",
	 1,
	 COIL_FLAG_STATIC,
	 {EXECUTING, 0, INEXACT, 0},
	 {SCANNED, 0, SCANNED, SCANNED},
	 12,
	 2},
	{"an immortal one too",
	 0,
	 COIL_FLAG_IMMORTAL,
	 {0, 0, INEXACT, EXECUTING},
	 {SCANNED, 0, SCANNED, SCANNED},
	 5,
	 2},
};

START_TEST(believed)
{
	struct graphmake *make = graphmake_new(OBJECTS);
	struct coil_graph *g;
	uint32_t *counts, counted = 0;

	for (uint32_t n = 0; n < OBJECTS; n++)
		if (rows[_i].edge[n])
			graphmake_edge(make, n, TARGET, rows[_i].edge[n]);
	g = graphmake_finish(make, 1);
	for (uint32_t n = 0; n < OBJECTS; n++)
		g->flags[n] |= rows[_i].flags[n];
	g->flags[TARGET] |= rows[_i].target_flags;
	g->refcount[TARGET] = rows[_i].refcount;
	counts = coil_graph_counts(g);
	ck_assert_ptr_nonnull(counts);
	for (uint32_t n = 0; n <= LAST; n++)
		for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1];
		     e++) {
			bool strong = g->edge_flags[e] & COIL_EDGE_COUNTED;

			counted |= (uint32_t)strong << n;
			if (!strong)
				ck_assert(!(g->edge_flags[e] &
					    COIL_EDGE_TRAVERSED));
		}
	ck_assert_msg(counted == rows[_i].counted, "%s: counted are %x",
		      rows[_i].name, counted);
	ck_assert_msg(counts[TARGET] == rows[_i].found, "%s: found %u",
		      rows[_i].name, counts[TARGET]);
	free(counts);
	coil_graph_free(g);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, believed, 0,
			    (int)(sizeof(rows) / sizeof(*rows)));
}
