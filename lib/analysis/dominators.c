/* SPDX-License-Identifier: MIT */
/* Dominators, retained sizes and cycles: the steps in their order, and what
 * they have found. */
#include <stdlib.h>

#include "analysis/bulk.h"
#include "analysis/dominators.h"

static void free_scratch(struct coil_dominators *d)
{
	coil_bulk_free(d->followed, dom_edge_words(d->graph), 8);
	coil_bulk_free(d->pendant, dom_edge_words(d->graph), 8);
	dom_log_free(&d->log);
	d->followed = d->pendant = NULL;
}

void coil_dominators_free(struct coil_dominators *d)
{
	if (!d)
		return;
	if (d->borrowed) {
		free(d);
		return;
	}
	free_scratch(d);
	coil_bulk_free(d->record, (size_t)d->graph->node_count + 1,
		       sizeof(*d->record));
	coil_bulk_free(d->vertex, d->room, sizeof(*d->vertex));
	coil_bulk_free(d->tree, d->room, sizeof(*d->tree));
	coil_bulk_free(d->component, d->room, sizeof(*d->component));
	coil_bulk_free(d->slot, d->numbered, sizeof(*d->slot));
	free(d);
}

enum coil_status coil_dominators_find(const struct coil_graph *graph,
				      struct coil_dominators **out,
				      struct coil_error *err)
{
	struct coil_dominators *d;

	if (graph->node_count > DOM_MAX_NODES ||
	    graph->edge_count > DOM_MAX_EDGES)
		return coil_fail(err, COIL_E_NOMEM,
				 "%llu references are more than dominators "
				 "are computed for",
				 (unsigned long long)graph->edge_count);
	d = calloc(1, sizeof(*d));
	if (d)
		d->graph = graph;
	if (!d || !dom_prepare(d) || !dom_search(d) || !dom_link(d)) {
		coil_dominators_free(d);
		return coil_fail(err, COIL_E_NOMEM,
				 "no memory for the dominators of %u nodes",
				 graph->node_count);
	}
	dom_retained(d);
	free_scratch(d);
	*out = d;
	return COIL_OK;
}

/* What the index says of a node of any graph's. */
static uint32_t index_of(const struct coil_dominators *d, coil_node node)
{
	return node < d->graph->node_count ? d->index[node] : DOM_NOT_REACHED;
}

static bool is_pendant(uint32_t index)
{
	return index != DOM_NOT_REACHED && index & DOM_PENDANT;
}

coil_node coil_dominators_parent(const struct coil_dominators *d,
				 coil_node node)
{
	uint32_t index = index_of(d, node);

	if (index == DOM_NOT_REACHED || index == 0)
		return COIL_NO_NODE;
	if (is_pendant(index))
		return index & ~DOM_PENDANT;
	return d->vertex[d->tree[index].dominator];
}

uint64_t coil_dominators_retained(const struct coil_dominators *d,
				  coil_node node)
{
	uint32_t index = index_of(d, node);

	if (index == DOM_NOT_REACHED)
		return 0;
	if (is_pendant(index))
		return coil_graph_allocated(d->graph, (uint32_t)node);
	return d->slot[index].retained;
}

uint64_t coil_dominators_retained_count(const struct coil_dominators *d,
					coil_node node)
{
	uint32_t index = index_of(d, node);

	if (index == DOM_NOT_REACHED)
		return 0;
	return is_pendant(index) ? 1 : d->tree[index].count;
}

uint32_t coil_dominators_cycle(const struct coil_dominators *d, coil_node node)
{
	uint32_t index = index_of(d, node);
	uint32_t label;

	if (index == DOM_NOT_REACHED || is_pendant(index))
		return UINT32_MAX;
	label = d->component[index];
	return label ? label & ~DOM_CYCLE_NUMBERED : UINT32_MAX;
}

uint32_t coil_dominators_cycle_count(const struct coil_dominators *d)
{
	return d->cycles;
}
