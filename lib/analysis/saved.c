/* SPDX-License-Identifier: MIT */
/* Dominators as sections of a file, and back. */
#include <stdlib.h>

#include "analysis/dominators.h"
#include "analysis/saved.h"

void coil_dominators_to_sections(const struct coil_dominators *d,
				 struct coil_section *out)
{
	const uint64_t n = d->numbered;

	out[0] = (struct coil_section){&d->cycles, sizeof(d->cycles)};
	out[1] = (struct coil_section){
		d->index, (uint64_t)d->graph->node_count * sizeof(*d->index)};
	out[2] = (struct coil_section){d->vertex, n * sizeof(*d->vertex)};
	out[3] = (struct coil_section){d->tree, n * sizeof(*d->tree)};
	out[4] = (struct coil_section){d->component, n * sizeof(*d->component)};
	out[5] = (struct coil_section){d->slot, n * sizeof(*d->slot)};
}

enum coil_status coil_dominators_of_sections(
	const struct coil_graph *graph, const struct coil_section *sections,
	size_t count, struct coil_dominators **out)
{
	struct coil_dominators *d;
	uint64_t n;

	if (count != COIL_DOMINATORS_SECTIONS ||
	    sections[0].size != sizeof(d->cycles) ||
	    sections[1].size != (uint64_t)graph->node_count * sizeof(*d->index))
		return COIL_E_BAD_DATA;
	n = sections[2].size / sizeof(*d->vertex);
	if (n > graph->node_count || sections[3].size != n * sizeof(*d->tree) ||
	    sections[4].size != n * sizeof(*d->component) ||
	    sections[5].size != n * sizeof(*d->slot))
		return COIL_E_BAD_DATA;
	d = calloc(1, sizeof(*d));
	if (!d)
		return COIL_E_NOMEM;
	d->graph = graph;
	d->borrowed = true;
	d->cycles = *(const uint32_t *)sections[0].data;
	d->index = (void *)(uintptr_t)sections[1].data;
	d->vertex = (void *)(uintptr_t)sections[2].data;
	d->tree = (void *)(uintptr_t)sections[3].data;
	d->component = (void *)(uintptr_t)sections[4].data;
	d->slot = (void *)(uintptr_t)sections[5].data;
	d->numbered = d->room = (uint32_t)n;
	*out = d;
	return COIL_OK;
}
