/* SPDX-License-Identifier: MIT */
/*
 * Weak references and the weak containers that they are in.
 *
 * Source: CPython's Objects/weakrefobject.c: a dead one refers to None.
 * Lib/weakref.py, Lib/_weakrefset.py: the containers keep their references
 * in an attribute `data`, a dict or a set.
 */
#include <stdlib.h>

#include "base/bounds.h"
#include "coil/weakrefs.h"
#include "coil/words.h"
#include "objects/kind.h"
#include "objects/plan.h"
#include "snapshot/snapshot.h"

struct coil_weakrefs {
	struct coil_weakref *items;
	size_t count, room;
};

static const char *const containers[] = {
	"weakref.WeakValueDictionary",
	"weakref.WeakKeyDictionary",
	"_weakrefset.WeakSet",
};

static bool is_weakref(struct coil_snapshot *s, const struct coil_type *type)
{
	const struct coil_plan *plan = coil_plan_get(&s->reader, type);

	return plan && plan->kind && plan->kind->refs == coil_kind_weakref.refs;
}

static bool is_container(struct coil_snapshot *s, const struct coil_type *type)
{
	for (size_t i = 0; i < countof(containers); i++)
		if (type->heap &&
		    coil_snapshot_inherits(s, type, containers[i]))
			return true;
	return false;
}

static bool add(struct coil_snapshot *s, struct coil_weakrefs *out,
		uint32_t node)
{
	const struct coil_layout *l = s->runtime->layout;
	const struct coil_graph *g = s->graph;
	struct coil_weakref w = {.ref = node,
				 .referent_node = COIL_NO_NODE,
				 .owner = COIL_NO_NODE};

	coil_image_word(s->image,
			g->address[node] + l->PyWeakReference.wr_object,
			&w.referent);
	coil_image_word(s->image,
			g->address[node] + l->PyWeakReference.wr_callback,
			&w.callback);
	w.referent_node = coil_graph_find(g, w.referent);
	/* An object that is being freed is dead to its references already. */
	if (w.referent == s->reader.none ||
	    (w.referent_node == COIL_NO_NODE &&
	     coil_image_view(s->image, w.referent, l->PyObject.size))) {
		w.referent = 0;
		w.referent_node = COIL_NO_NODE;
	}
	return APPEND(out->items, out->count, out->room, w);
}

/* All references that the container's data holds are its own. */
static void claim(struct coil_snapshot *s, struct coil_weakrefs *out,
		  uint32_t container)
{
	coil_node data = coil_snapshot_attribute(s, container, "data");
	struct coil_edges edges;
	struct coil_edge edge;

	if (data == COIL_NO_NODE || !out->count)
		return;
	edges = coil_graph_out(s->graph, data);
	while (coil_edges_next(&edges, &edge)) {
		struct coil_weakref *w =
			FIND_SORTED(out->items, out->count, ref, edge.to);

		if (w)
			w->owner = container;
	}
}

static bool find_all(struct coil_snapshot *s, struct coil_weakrefs *out)
{
	const struct coil_graph *g = s->graph;
	_cleanup_free_ bool *refs = calloc(g->type_count + 1u, sizeof(*refs));
	_cleanup_free_ bool *owners =
		calloc(g->type_count + 1u, sizeof(*owners));

	if (!refs || !owners)
		return false;
	coil_snapshot_types_that(s, refs, is_weakref);
	coil_snapshot_types_that(s, owners, is_container);
	for (uint32_t n = 0; n < g->object_count; n++)
		if (refs[g->type[n]] && !add(s, out, n))
			return false;
	for (uint32_t n = 0; n < g->object_count; n++)
		if (owners[g->type[n]])
			claim(s, out, n);
	return true;
}

enum coil_status coil_weakrefs_find(struct coil_snapshot *snapshot,
				    struct coil_weakrefs **out,
				    struct coil_error *err)
{
	struct coil_weakrefs *found;
	struct coil_graph *graph;
	enum coil_status st = coil_snapshot_graph(snapshot, &graph, err);

	if (st != COIL_OK)
		return st;
	found = calloc(1, sizeof(*found));
	if (!found || !find_all(snapshot, found)) {
		coil_weakrefs_free(found);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	*out = found;
	return COIL_OK;
}

void coil_weakrefs_free(struct coil_weakrefs *weakrefs)
{
	if (!weakrefs)
		return;
	free(weakrefs->items);
	free(weakrefs);
}

size_t coil_weakrefs_count(const struct coil_weakrefs *weakrefs)
{
	return weakrefs->count;
}

void coil_weakrefs_get(const struct coil_weakrefs *weakrefs, size_t index,
		       struct coil_weakref *out)
{
	*out = weakrefs->items[index];
}
