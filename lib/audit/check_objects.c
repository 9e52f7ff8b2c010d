/* SPDX-License-Identifier: MIT */
/*
 * Checks of objects: types without a name, missing parts, references that lead
 * nowhere, counts that are too low.
 *
 * Source: what a reference counts and what does not the kinds say.  A
 * static object's count starts anywhere, an immortal one's says nothing, and
 * references that a scan found may be none.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "values/refcount.h"
#include "audit/check.h"

#define LABEL_SIZE 128

/* Asks objects for their references. */
struct asker {
	struct coil_sink sink; /* first: flush() gets at the asker */
	struct coil_checker *c;
	uint32_t node;
	bool missing; /* which of the two is looked for */
};

static void check_types(struct coil_checker *c)
{
	struct coil_snapshot *s = c->snapshot;
	const struct coil_graph *g = s->graph;

	for (uint32_t i = 0; i < g->type_count; i++) {
		const struct coil_type *t = coil_snapshot_type(s, i);

		if (t && !t->named)
			coil_finding(c, COIL_FINDING_TYPE, t->address,
				     "its name was not captured; it is called "
				     "%s",
				     g->names + g->types[i].name);
		if (t && t->ring)
			coil_finding(c, COIL_FINDING_TYPE, t->address,
				     "%s: its tp_base leads back to it",
				     g->names + g->types[i].name);
	}
}

static void check_parts(struct coil_checker *c)
{
	const struct coil_graph *g = c->snapshot->graph;

	for (uint32_t n = 0; n < g->object_count && !c->stop; n++)
		if (g->flags[n] & COIL_FLAG_OVERLAPS)
			coil_finding(c, COIL_FINDING_OBJECT, g->address[n],
				     "%s: its items stand in memory that "
				     "another object has",
				     g->names + g->types[g->type[n]].name);
		else if (g->flags[n] & COIL_FLAG_INCOMPLETE)
			coil_finding(c, COIL_FINDING_OBJECT, g->address[n],
				     "%s: part of its memory was not captured",
				     g->names + g->types[g->type[n]].name);
}

/* The state of a C module may keep dead objects for later, and its m_traverse
 * visit them: _asyncio of 3.12 does. */
static bool is_kept(struct coil_reader *reader, const struct coil_ref *r)
{
	const uint8_t *p = coil_image_view(reader->image, r->target,
					   reader->layout->PyObject.size);

	return (r->flags & COIL_EDGE_KIND) == COIL_REF_MODULE && p &&
	       !coil_is_counted(reader->layout, p);
}

/* Why there is no object at @address. */
static const char *reason(struct coil_reader *reader, uint64_t address)
{
	const struct coil_layout *l = reader->layout;
	const uint8_t *p =
		coil_image_view(reader->image, address, l->PyObject.size);
	const struct coil_type *type;

	if (address & 7 || !p)
		return "no address of an object";
	if (!coil_is_counted(l, p))
		return "its reference count is 0";
	type = coil_types_known(reader->types, load64(p + l->PyObject.ob_type));
	if (!type)
		return "it has no type";
	return "its block is free";
}

static void ask_ref(struct asker *a, const struct coil_ref *r)
{
	struct coil_snapshot *s = a->c->snapshot;
	const struct coil_graph *g = s->graph;
	char label[LABEL_SIZE];
	bool captured;

	if (r->flags & COIL_EDGE_INEXACT || !(r->flags & COIL_EDGE_COUNTED) ||
	    coil_graph_find(g, r->target) != COIL_NO_NODE)
		return;
	captured = coil_image_segment(s->image, r->target);
	if (captured == a->missing || (captured && is_kept(&s->reader, r)))
		return;
	coil_snapshot_ref_label(s, r, label, sizeof(label));
	coil_finding(
		a->c, a->missing ? COIL_FINDING_MISSING : COIL_FINDING_DANGLING,
		g->address[a->node], "%s: its %s %s is 0x%016" PRIx64 ": %s",
		g->names + g->types[g->type[a->node]].name,
		coil_ref_kind_name(r->flags & COIL_EDGE_KIND), label, r->target,
		captured ? reason(&s->reader, r->target)
			 : "memory that was not captured");
	a->sink.stop = a->c->stop;
}

static void ask_refs(struct coil_sink *sink)
{
	struct asker *a = (struct asker *)sink;

	for (unsigned i = 0; i < sink->count && !sink->stop; i++)
		ask_ref(a, &sink->refs[i]);
}

/* The references of all nodes once more; those that lead to a node are in the
 * graph, the others were passed over when it was built. */
static void check_references(struct coil_checker *c, bool missing)
{
	struct coil_snapshot *s = c->snapshot;
	const struct coil_graph *g = s->graph;
	struct asker a = {.sink.flush = ask_refs, .c = c, .missing = missing};

	for (a.node = 0; a.node < g->object_count && !c->stop; a.node++) {
		enum coil_node_kind kind = coil_graph_kind(g, a.node);
		struct coil_object object;

		a.sink.count = 0;
		a.sink.refuse = g->flags[a.node] & COIL_FLAG_OVERLAPS;
		if (g->flags[a.node] & COIL_FLAG_UNCERTAIN)
			continue;
		if (kind != COIL_NODE_OBJECT)
			coil_node_refs(&s->reader, g->address[a.node], kind,
				       &a.sink);
		else if (coil_reader_object(&s->reader, g->address[a.node],
					    &object))
			coil_reader_refs(&s->reader, &object, &a.sink);
		ask_refs(&a.sink);
	}
}

static bool is_certain(uint8_t flags)
{
	return (flags & (COIL_EDGE_COUNTED | COIL_EDGE_INEXACT)) ==
	       COIL_EDGE_COUNTED;
}

/* Counted references that are certain, by target: all of those, less those of
 * objects that are not certain themselves. */
static uint32_t *count_certain(const struct coil_graph *g)
{
	uint32_t *counts = calloc((size_t)g->node_count + 1, sizeof(*counts));
	uint64_t end = g->edge_offset[g->object_count];

	for (uint64_t e = 0; counts && e < end; e++)
		counts[g->edge_target[e]] += is_certain(g->edge_flags[e]);
	for (uint32_t n = 0; counts && n < g->object_count; n++) {
		if (!(g->flags[n] & COIL_FLAG_UNCERTAIN))
			continue;
		for (uint64_t e = g->edge_offset[n]; e < g->edge_offset[n + 1];
		     e++)
			counts[g->edge_target[e]] -=
				is_certain(g->edge_flags[e]);
	}
	return counts;
}

static void check_counts(struct coil_checker *c)
{
	const struct coil_graph *g = c->snapshot->graph;
	_cleanup_free_ uint32_t *counts = count_certain(g);

	if (!counts) {
		c->nomem = true;
		return;
	}
	for (uint32_t n = 0; n < g->object_count && !c->stop; n++) {
		uint64_t refcount = coil_graph_refcount(g, n);

		if (refcount >= counts[n] || coil_graph_kind(g, n) ||
		    g->flags[n] & (COIL_FLAG_IMMORTAL | COIL_FLAG_STATIC |
				   COIL_FLAG_UNCERTAIN))
			continue;
		coil_finding(c, COIL_FINDING_COUNT, g->address[n],
			     "%s: its reference count is %" PRIu64
			     ", but %" PRIu32 " references to it are known",
			     g->names + g->types[g->type[n]].name, refcount,
			     counts[n]);
	}
}

void coil_check_objects(struct coil_checker *c)
{
	const struct coil_walk_stats *stats = &c->snapshot->stats;

	check_types(c);
	check_parts(c);
	if (stats->missing_targets)
		check_references(c, true);
	if (stats->dangling)
		check_references(c, false);
	check_counts(c);
}
