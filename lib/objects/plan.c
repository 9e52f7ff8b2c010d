/* SPDX-License-Identifier: MIT */
/*
 * Plans: how the instances of a type are decoded.
 *
 * Source: Objects/typeobject.c, subtype_traverse(): a class made by a class
 * statement has that function as tp_traverse (and subtype_dealloc as
 * tp_dealloc); it visits the slots of every such class in the base chain, the
 * attribute values or __dict__ where the class added one, the class itself,
 * and then does what the first base with another tp_traverse does.
 */
#include <stdlib.h>

#include "objects/bases.h"
#include "objects/repr/repr.h"

#define BASES_LIMIT 1000 /* longer base chains are cut */

const char *const coil_means_names[] = {
	[COIL_MEANS_NATIVE] = "native",
	[COIL_MEANS_INFERRED] = "inferred",
	[COIL_MEANS_INTERPRETED] = "interpreted",
	[COIL_MEANS_SCANNED] = "scanned",
	[COIL_MEANS_NONE] = "none",
};

struct coil_plans {
	struct coil_plan **of; /* by type index */
	size_t room;
	/* subtype_traverse() and subtype_dealloc(), learned from the first
	 * class that only a class statement can have made. */
	uint64_t subtype_traverse, subtype_dealloc;
};

struct coil_plans *coil_plans_new(void)
{
	return calloc(1, sizeof(struct coil_plans));
}

static void free_plan(struct coil_plan *plan)
{
	if (!plan)
		return;
	coil_stepped_free(plan->stepped);
	free(plan);
}

void coil_plans_free(struct coil_plans *plans)
{
	if (!plans)
		return;
	for (size_t i = 0; i < plans->room; i++) {
		free_plan(plans->of[i]);
	}
	free(plans->of);
	free(plans);
}

static uint64_t cached_keys(struct coil_reader *reader,
			    const struct coil_type *type)
{
	uint64_t keys = 0;

	if (type->heap)
		coil_image_word(
			reader->image,
			type->address +
				reader->layout->PyHeapTypeObject.ht_cached_keys,
			&keys);
	return keys;
}

/* Whether C code made the class from a PyType_Spec: it alone keeps a copy of
 * the name. Source: Objects/typeobject.c, PyType_FromMetaclass(), from 3.11. */
static bool is_from_spec(struct coil_reader *reader,
			 const struct coil_type *type)
{
	const uint32_t at = reader->layout->PyHeapTypeObject._ht_tpname;
	uint64_t name = 0;

	if (at != COIL_NO_FIELD)
		coil_image_word(reader->image, type->address + at, &name);
	return name != 0;
}

/*
 * Only type_new() fills ht_cached_keys, but for classes from a specification
 * with a managed dict; and a class that is derived from object alone has its
 * functions unchanged.
 */
static void learn(struct coil_reader *reader, struct coil_plans *plans)
{
	uint32_t n = coil_types_count(reader->types);

	for (uint32_t i = 0; i < n && !plans->subtype_traverse; i++) {
		const struct coil_type *t = coil_types_at(reader->types, i);

		if (t->heap && t->traverse &&
		    t->base == coil_types_object(reader->types) &&
		    t->flags & COIL_TP_HAVE_GC && cached_keys(reader, t) &&
		    !is_from_spec(reader, t)) {
			plans->subtype_traverse = t->traverse;
			plans->subtype_dealloc = t->dealloc;
		}
	}
}

static bool is_class(struct coil_reader *reader, const struct coil_type *type)
{
	const struct coil_plans *plans = reader->plans;

	return type->heap && plans->subtype_traverse &&
	       (type->traverse == plans->subtype_traverse ||
		(!type->traverse && type->dealloc == plans->subtype_dealloc));
}

const struct coil_kind *coil_kind_of(struct coil_reader *reader,
				     const struct coil_type *type)
{
	const struct coil_kind *kind = coil_bases_named(reader, type);

	return kind ? kind : coil_kind_by_rule(reader, type);
}

/* A C type that adds to a base whose kind is known: only what it adds is
 * scanned. */
static void find_scanned(struct coil_reader *reader, struct coil_plan *plan)
{
	const struct coil_type *base = plan->solid->base;
	const struct coil_kind *kind;

	for (unsigned n = 0; base && n < BASES_LIMIT; n++, base = base->base) {
		if (base == coil_types_object(reader->types))
			return;
		kind = coil_bases_kind(reader, base);
		if (!kind || !coil_kind_fits(reader, kind, base) ||
		    base->basicsize > plan->solid->basicsize)
			continue;
		plan->kind = kind;
		plan->scan_from = (uint32_t)base->basicsize;
		return;
	}
}

/* Whether a C type on the heap has the tp_traverse of a static one, which
 * visits no type: _csv.Error's is that of Exception. */
static bool inherits_static(const struct coil_type *type)
{
	uint64_t traverse = type->traverse;

	if (!type->heap || !traverse)
		return false;
	for (unsigned n = 0; type && n < BASES_LIMIT; n++, type = type->base) {
		if (type->traverse != traverse)
			return false;
		if (!type->heap)
			return true;
	}
	return false;
}

/* Of a base whose kind is not known, or not all of it, that part is scanned. */
static void find_scan(struct coil_reader *reader, struct coil_plan *plan)
{
	if (!plan->kind)
		find_scanned(reader, plan);
	else if (plan->kind->flags & COIL_KIND_PARTIAL)
		plan->scan_from = reader->layout->PyObject.size;
}

/* Whether tp_traverse visits the class. */
static bool visits_class(struct coil_reader *reader,
			 const struct coil_plan *plan)
{
	const struct coil_type *base = plan->solid;

	if (plan->kind && plan->kind->flags & COIL_KIND_CLASS_UNVISITED &&
	    base->heap)
		return false;
	if (reader->layout->strategy.class_visits == COIL_CLASS_VISITS_SUBTYPES)
		return plan->type != base;
	return !inherits_static(base);
}

/* Flags of the reference to the type. */
static uint8_t type_flags(struct coil_reader *reader,
			  const struct coil_plan *plan)
{
	unsigned flags = COIL_REF_TYPE | COIL_EDGE_COUNTED;

	if (!plan->type->heap)
		return 0;
	if (visits_class(reader, plan))
		flags |= plan->traversed;
	return (uint8_t)flags;
}

/* The means by which the C base is decoded, before any code is stepped. */
static enum coil_means first_means(struct coil_reader *reader,
				   const struct coil_plan *plan)
{
	const struct coil_type *base = plan->solid;

	if (plan->kind)
		return plan->scan_from ? COIL_MEANS_SCANNED : COIL_MEANS_NATIVE;
	if (base == coil_types_object(reader->types) ||
	    (!base->traverse &&
	     base->basicsize <= reader->layout->PyObject.size))
		return COIL_MEANS_NONE;
	return COIL_MEANS_SCANNED;
}

/* The attributes that the class adds to its base. */
static void find_attributes(struct coil_reader *reader, struct coil_plan *plan)
{
	const struct coil_type *type = plan->type, *base = plan->solid;

	plan->cached_keys = cached_keys(reader, type);
	plan->managed_dict =
		type->flags & COIL_TP_MANAGED_DICT &&
		reader->layout->strategy.preheader != COIL_PREHEADER_NONE;
	if (!plan->managed_dict && type != base &&
	    type->dictoffset != base->dictoffset)
		plan->dictoffset = type->dictoffset;
}

static bool needs_stepping(const struct coil_plan *plan)
{
	return plan->means == COIL_MEANS_SCANNED ||
	       (plan->kind && plan->kind->flags & COIL_KIND_STEPPED);
}

/* NULL: out of memory. */
static struct coil_plan *make(struct coil_reader *reader,
			      const struct coil_type *type)
{
	struct coil_plan *plan = calloc(1, sizeof(*plan));
	bool gc = type->flags & COIL_TP_HAVE_GC && type->traverse;

	if (!plan)
		return NULL;
	plan->type = type;
	plan->traversed = gc ? COIL_EDGE_TRAVERSED : 0;
	plan->solid = coil_bases_solid(reader, type, is_class, &plan->slots);
	if (!plan->solid) {
		free_plan(plan);
		return NULL;
	}
	find_attributes(reader, plan);
	plan->kind = coil_bases_kind(reader, plan->solid);
	if (!coil_kind_fits(reader, plan->kind, type))
		plan->kind = NULL;
	plan->type_flags = type_flags(reader, plan);
	find_scan(reader, plan);
	plan->means = first_means(reader, plan);
	/* That of `type` looks whether a type is on the heap, and so does
	 * its kind. */
	if (gc && type->is_gc != coil_types_type(reader->types)->is_gc)
		plan->is_gc = type->is_gc;
	coil_sizeof_find(reader, plan, is_class);
	if (needs_stepping(plan) && !coil_stepped_make(reader, plan)) {
		free_plan(plan);
		return NULL;
	}
	return plan;
}

const struct coil_plan *coil_plan_get(struct coil_reader *reader,
				      const struct coil_type *type)
{
	struct coil_plans *plans = reader->plans;

	if (type->index >= plans->room) {
		size_t old = plans->room;

		if (!RESERVE(plans->of, plans->room, (size_t)type->index + 1))
			return NULL;
		memset(plans->of + old, 0,
		       (plans->room - old) * sizeof(*plans->of));
	}
	if (!plans->of[type->index]) {
		if (!plans->subtype_traverse)
			learn(reader, plans);
		plans->of[type->index] = make(reader, type);
	}
	return plans->of[type->index];
}

coil_writer *coil_plan_writer(struct coil_reader *reader,
			      const struct coil_type *type)
{
	struct coil_plans *plans = reader->plans;
	struct coil_plan *plan =
		type->index < plans->room ? plans->of[type->index] : NULL;

	if (plan && plan->writer_known)
		return plan->writer;
	if (!coil_plan_get(reader, type))
		return NULL;
	plan = plans->of[type->index];
	if (!plan->writer_known) {
		plan->writer = coil_value_rule(reader, type, plan->kind);
		plan->writer_known = true;
	}
	return plan->writer;
}
