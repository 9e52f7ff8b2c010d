/* SPDX-License-Identifier: MIT */
/*
 * The graph's table of types: those of the target, then one for each kind of
 * special node; with the means by which its objects are read.
 */
#include <stdlib.h>

#include "walk/builder.h"
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

/* A type of the target: its row, at the end of the names what is said of it. */
static bool add_type(struct coil_builder *b, const struct coil_type *type,
		     struct coil_graph_type *out, size_t *room)
{
	struct coil_graph *g = b->graph;
	const struct coil_plan *plan = coil_plan_get(b->reader, type);
	char reason[COIL_REASON] = "";

	out->address = type->address;
	out->node = coil_addrset_rank(g->find, type->address);
	return plan && add_name(g, room, type->name, &out->name) &&
	       add_name(g, room,
			coil_means_names[coil_plan_means(plan, reason)],
			&out->means) &&
	       add_name(g, room, reason, &out->reason);
}

static int by_address(const void *a, const void *b)
{
	const struct coil_type *x = *(const struct coil_type *const *)a;
	const struct coil_type *y = *(const struct coil_type *const *)b;

	return x->address < y->address ? -1 : x->address > y->address;
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
	size_t room = 0;

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
		if (!add_type(b, sorted[i], &g->types[i], &room))
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
