/* SPDX-License-Identifier: MIT */
/*
 * The graph's table of types: those of the target, then one for each kind of
 * special node; with the means by which its objects are read.
 */
#include <stdlib.h>

#include "base/order.h"
#include "walk/builder.h"
#include "objects/plan.h"

bool coil_build_name(struct coil_builder *b, const char *name, uint32_t *out)
{
	struct coil_graph *g = b->graph;
	size_t n = strlen(name) + 1;

	if (!RESERVE(g->names, b->name_room, g->names_size + n))
		return false;
	memcpy(g->names + g->names_size, name, n);
	*out = (uint32_t)g->names_size;
	g->names_size += n;
	return true;
}

/* A type of the target: its row, at the end of the names what is said of it. */
static bool add_type(struct coil_builder *b, const struct coil_type *type,
		     struct coil_graph_type *out)
{
	struct coil_graph *g = b->graph;
	const struct coil_plan *plan = coil_plan_get(b->reader, type);
	char reason[COIL_REASON] = "";

	out->address = type->address;
	out->node = coil_addrset_rank(g->find, type->address);
	return plan && coil_build_name(b, type->name, &out->name) &&
	       coil_build_name(b,
			       coil_means_names[coil_plan_means(plan, reason)],
			       &out->means) &&
	       coil_build_name(b, reason, &out->reason);
}

static int by_address(const void *a, const void *b)
{
	const struct coil_type *x = *(const struct coil_type *const *)a;
	const struct coil_type *y = *(const struct coil_type *const *)b;

	return ORDER(x->address, y->address);
}

/* Plans for all types, and for those that making one asks for; their number. */
static uint32_t make_plans(struct coil_reader *reader)
{
	uint32_t i = 0;

	for (; i < coil_types_count(reader->types); i++)
		coil_plan_get(reader, coil_types_at(reader->types, i));
	return i;
}

bool coil_build_types(struct coil_builder *b)
{
	static const char *const special[COIL_SPECIAL_TYPES] = {
		"<keys>", "<frame>",  "<thread>", "<interpreter>",
		"<root>", "<static>", "<native>", "<unreachable>",
	};
	const uint32_t count = make_plans(b->reader);
	const size_t room_of_pointers = (size_t)count + 1;
	_cleanup_free_ const struct coil_type **sorted =
		calloc(room_of_pointers, sizeof(*sorted));
	struct coil_graph *g = b->graph;

	g->type_count = count + COIL_SPECIAL_TYPES;
	g->types = calloc(g->type_count, sizeof(*g->types));
	b->type_rank = calloc(room_of_pointers, sizeof(*b->type_rank));
	if (!g->types || !b->type_rank || !sorted)
		return false;
	for (uint32_t i = 0; i < count; i++)
		sorted[i] = coil_types_at(b->reader->types, i);
	qsort(sorted, count, sizeof(*sorted), by_address);
	for (uint32_t i = 0; i < count; i++) {
		b->type_rank[sorted[i]->index] = i;
		if (!add_type(b, sorted[i], &g->types[i]))
			return false;
	}
	for (uint32_t i = 0; i < COIL_SPECIAL_TYPES; i++) {
		struct coil_graph_type *t = &g->types[count + i];

		t->node = UINT32_MAX;
		if (!coil_build_name(b, special[i], &t->name) ||
		    !coil_build_name(b, "native", &t->means) ||
		    !coil_build_name(b, "", &t->reason))
			return false;
	}
	return true;
}
