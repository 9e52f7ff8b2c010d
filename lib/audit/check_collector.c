/* SPDX-License-Identifier: MIT */
/*
 * Checks of the collector's lists: that they close, that what is on them is an
 * object, and that every tracked object is on one; where there are no lists,
 * that what is tracked is an object.  What an interpreter that was finalized
 * left behind is on lists that nobody holds any more: no damage.
 *
 * Source: CPython's Modules/gcmodule.c; while the collector runs, objects are
 * on lists of its own, so nothing is said then.
 */
#include <stdlib.h>

#include "audit/check.h"

struct lists {
	struct coil_checker *c;
	uint8_t *seen; /* by node */
	unsigned generation;
};

static void listed(void *ctx, uint64_t object)
{
	struct lists *l = ctx;
	coil_node node = coil_graph_find(l->c->snapshot->graph, object);

	if (node == COIL_NO_NODE)
		coil_finding(l->c, COIL_FINDING_COLLECTOR, object,
			     "on the list of generation %u, and no object",
			     l->generation);
	else if (l->seen[node]++)
		coil_finding(l->c, COIL_FINDING_COLLECTOR, object,
			     "twice on the collector's lists");
}

static void check_tracked(struct lists *l)
{
	const struct coil_graph *g = l->c->snapshot->graph;

	for (uint32_t n = 0; n < g->object_count && !l->c->stop; n++)
		if (g->flags[n] & COIL_FLAG_GC && !l->seen[n] &&
		    !(g->flags[n] &
		      (COIL_FLAG_UNCERTAIN | COIL_FLAG_LEFT_OVER)))
			coil_finding(l->c, COIL_FINDING_COLLECTOR,
				     g->address[n],
				     "tracked, and on none of the "
				     "collector's lists");
}

/* Without lists: a block that says that it is tracked. */
static void tracked_block(void *ctx, uint64_t object)
{
	struct coil_checker *c = ctx;

	if (coil_graph_find(c->snapshot->graph, object) == COIL_NO_NODE)
		coil_finding(c, COIL_FINDING_COLLECTOR, object,
			     "in a heap of the collector and tracked, and no "
			     "object");
}

void coil_check_collector(struct coil_checker *c)
{
	const struct coil_runtime *runtime = c->snapshot->runtime;
	unsigned permanent = runtime->layout->constant.gc_generations;
	size_t interpreters =
		runtime->layout->PyInterpreterState.gc == COIL_NO_FIELD
			? min64(runtime->interpreter_count, 1)
			: runtime->interpreter_count;
	struct lists lists = {.c = c};
	const struct coil_blocks *blocks;
	bool closed = true;

	if (runtime->info.gc_collecting)
		return;
	if (runtime->layout->strategy.gc_lists == COIL_GC_LISTS_NONE) {
		blocks = coil_reader_blocks(&c->snapshot->reader);
		if (blocks)
			coil_gc_blocks(&c->snapshot->reader, blocks,
				       tracked_block, c);
		return;
	}
	lists.seen = calloc((size_t)c->snapshot->graph->node_count + 1, 1);
	if (!lists.seen) {
		c->nomem = true;
		return;
	}
	/* Up to 3.8 all interpreters have one collector. */
	for (size_t i = 0; i < interpreters; i++) {
		for (unsigned n = 0; n <= permanent; n++) {
			uint64_t interpreter = runtime->interpreters[i];

			lists.generation =
				coil_gc_generation(runtime->layout, n);
			if (coil_gc_list(&c->snapshot->reader, interpreter, n,
					 listed, &lists))
				continue;
			closed = false;
			coil_finding(
				c, COIL_FINDING_COLLECTOR,
				coil_runtime_gc_list(runtime, interpreter, n),
				"the list of generation %u does not close",
				lists.generation);
		}
	}
	if (closed)
		check_tracked(&lists);
	free(lists.seen);
}
