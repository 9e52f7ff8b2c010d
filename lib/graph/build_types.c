/* SPDX-License-Identifier: MIT */
/*
 * The graph's table of types: those of the target, then one for each kind of
 * special node; with the means by which its objects are read.
 */
#include <stdlib.h>

#include "graph/builder.h"
#include "objects/plan.h"

static bool add_name(struct coil_graph *g, size_t *room, const char *name,
		     uint32_t *out)
{
	size_t n = strlen(name) + 1;
	char *names = coil_grow(g->names, room, g->names_size + n, 1);

	if (!names)
		return false;
	g->names = names;
	memcpy(names + g->names_size, name, n);
	*out = (uint32_t)g->names_size;
	g->names_size += n;
	return true;
}

bool coil_build_types(struct coil_builder *b)
{
	static const char *const special[COIL_SPECIAL_TYPES] = {
		"<keys>", "<frame>",  "<thread>", "<interpreter>",
		"<root>", "<static>", "<native>", "<unreachable>",
	};
	struct coil_graph *g = b->graph;
	size_t room = 0;
	uint32_t count = coil_types_count(b->heap->types);

	g->type_count = count + COIL_SPECIAL_TYPES;
	g->types = calloc(g->type_count, sizeof(*g->types));
	if (!g->types)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		const struct coil_type *type = coil_types_at(b->heap->types, i);
		const struct coil_plan *plan = coil_plan_get(b->heap, type);
		struct coil_graph_type *t = &g->types[i];
		char reason[COIL_REASON] = "";

		t->address = type->address;
		t->node = coil_addrset_rank(g->find, type->address);
		if (!plan || !add_name(g, &room, type->name, &t->name) ||
		    !add_name(g, &room,
			      coil_means_names[coil_plan_means(plan, reason)],
			      &t->means) ||
		    !add_name(g, &room, reason, &t->reason))
			return false;
	}
	for (uint32_t i = 0; i < COIL_SPECIAL_TYPES; i++) {
		struct coil_graph_type *t = &g->types[count + i];

		t->node = UINT32_MAX;
		if (!add_name(g, &room, special[i], &t->name) ||
		    !add_name(g, &room, "native", &t->means) ||
		    !add_name(g, &room, "", &t->reason))
			return false;
	}
	return true;
}
