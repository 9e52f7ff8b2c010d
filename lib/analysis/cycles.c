/* SPDX-License-Identifier: MIT */
/* Reference cycles: the strongly connected components that the dominator
 * pass has numbered, with their members. */
#include <stdlib.h>

#include "analysis/cycles.h"

/* A counting sort of all nodes by the number of their component. */
static void fill(struct coil_cycles *c, const struct coil_dominators *d)
{
	const struct coil_graph *g = c->graph;

	for (uint32_t n = 0; n < g->node_count; n++) {
		uint32_t cycle = coil_dominators_cycle(d, n);

		if (cycle == UINT32_MAX)
			continue;
		c->members[c->first[cycle + 1]++] = n;
		c->size[cycle] += coil_graph_allocated(g, n);
		if (!(g->flags[n] & COIL_FLAG_GARBAGE))
			c->alive[cycle] = 1;
	}
}

/* first[n + 1] becomes the start of component n; fill() moves it to its end,
 * which is the start of the next. */
static size_t count_members(struct coil_cycles *c,
			    const struct coil_dominators *d)
{
	uint32_t total = 0;

	for (uint32_t n = 0; n < c->graph->node_count; n++) {
		uint32_t cycle = coil_dominators_cycle(d, n);

		if (cycle != UINT32_MAX)
			c->first[cycle + 1]++;
	}
	for (uint32_t i = 1; i <= c->count; i++) {
		uint32_t members = c->first[i];

		c->first[i] = total;
		total += members;
	}
	return total;
}

enum coil_status coil_cycles_find(const struct coil_graph *graph,
				  const struct coil_dominators *d,
				  struct coil_cycles **out,
				  struct coil_error *err)
{
	size_t count = coil_dominators_cycle_count(d);
	struct coil_cycles *c = calloc(1, sizeof(*c));

	if (c) {
		c->graph = graph;
		c->count = (uint32_t)count;
		c->first = calloc(count + 1, sizeof(*c->first));
		c->size = calloc(count + 1, sizeof(*c->size));
		c->alive = calloc(count + 1, sizeof(*c->alive));
	}
	if (c && c->first && c->size && c->alive)
		c->members =
			calloc(count_members(c, d) + 1, sizeof(*c->members));
	if (!c || !c->members) {
		coil_cycles_free(c);
		return coil_fail(err, COIL_E_NOMEM, "no memory for %zu cycles",
				 count);
	}
	fill(c, d);
	*out = c;
	return COIL_OK;
}

void coil_cycles_free(struct coil_cycles *cycles)
{
	if (!cycles)
		return;
	free(cycles->first);
	free(cycles->members);
	free(cycles->size);
	free(cycles->alive);
	free(cycles);
}

uint64_t coil_cycles_count(const struct coil_cycles *cycles)
{
	return cycles->count;
}

void coil_cycles_get(const struct coil_cycles *cycles, uint64_t index,
		     struct coil_cycle_info *out)
{
	*out = (struct coil_cycle_info){.example = COIL_NO_NODE};
	if (index >= cycles->count)
		return;
	out->example = cycles->members[cycles->first[index]];
	out->cycles = 1;
	out->objects = cycles->first[index + 1] - cycles->first[index];
	out->size = cycles->size[index];
	out->garbage = !cycles->alive[index];
}

coil_node coil_cycles_member(const struct coil_cycles *cycles, uint64_t index,
			     uint64_t member)
{
	return cycles->members[cycles->first[index] + member];
}
