/* SPDX-License-Identifier: MIT */
/*
 * Types that nobody knows and whose objects hold nothing: where no word of any
 * object of a type without tp_traverse leads to an object, or to memory of C
 * code that might, none of them holds one, and what the scan found, nothing, is
 * exact.
 */
#include <stdlib.h>

#include "walk/builder.h"
#include "objects/plan.h"

enum held {
	HELD_UNKNOWN, /* no object that was scanned */
	HELD_NOTHING,
	HELD_SOMETHING
};

/* A type without tp_traverse that no kind knows, whose objects are scanned. */
static bool is_guessed(const struct coil_builder *b, uint32_t rank)
{
	const struct coil_type *type = coil_types_known(
		b->reader->types, b->graph->types[rank].address);
	const struct coil_plan *plan =
		type ? coil_plan_get(b->reader, type) : NULL;

	return plan && plan->means == COIL_MEANS_SCANNED && !plan->stepped;
}

/* Whether a word of the object at @address leads to memory that C code may keep
 * references in: neither an object nor a module's. */
static bool leads_on(const struct coil_builder *b, uint64_t address)
{
	struct coil_reader *reader = b->reader;
	struct coil_object o;

	if (!coil_reader_object(reader, address, &o))
		return true;
	for (uint64_t at = reader->layout->PyObject.size; at + 8 <= o.head_size;
	     at += 8) {
		uint64_t word = load64(o.head + at);

		if (word && word != address &&
		    (int64_t)at != o.type->weaklistoffset &&
		    coil_image_segment(reader->image, word) &&
		    !coil_image_module_at(reader->image, word))
			return true;
	}
	return false;
}

static void look_at(const struct coil_builder *b, uint32_t node, uint8_t *held)
{
	const struct coil_graph *g = b->graph;
	uint8_t *of = &held[g->type[node]];

	if (*of == HELD_UNKNOWN)
		*of = is_guessed(b, g->type[node]) ? HELD_NOTHING
						   : HELD_SOMETHING;
	if (*of == HELD_NOTHING && (g->flags[node] & COIL_FLAG_INCOMPLETE ||
				    leads_on(b, g->address[node])))
		*of = HELD_SOMETHING;
	for (uint64_t e = g->edge_offset[node]; e < g->edge_offset[node + 1];
	     e++)
		if (g->edge_flags[e] & COIL_EDGE_INEXACT)
			*of = HELD_SOMETHING;
}

bool coil_build_nothing(struct coil_builder *b)
{
	struct coil_graph *g = b->graph;
	_cleanup_free_ uint8_t *held = calloc(g->type_count, 1);
	uint32_t means, reason;

	if (!held ||
	    !coil_build_name(b, coil_means_names[COIL_MEANS_NONE], &means) ||
	    !coil_build_name(b, "no word of its objects leads to one", &reason))
		return false;
	g->edge_offset[g->object_count] = g->edge_count;
	for (uint32_t n = 0; n < g->object_count; n++)
		if (g->flags[n] & COIL_FLAG_INEXACT)
			look_at(b, n, held);
	for (uint32_t n = 0; n < g->object_count; n++)
		if (g->flags[n] & COIL_FLAG_INEXACT &&
		    held[g->type[n]] == HELD_NOTHING)
			g->flags[n] &= ~(uint32_t)COIL_FLAG_INEXACT;
	for (uint32_t i = 0; i < g->type_count; i++)
		if (held[i] == HELD_NOTHING) {
			g->types[i].means = means;
			g->types[i].reason = reason;
		}
	return true;
}
