/* SPDX-License-Identifier: MIT */
/*
 * Types that only their own machine code knows: what their tp_traverse visits
 * is told as references, with the names that the type has for them.
 *
 * Source: Objects/typeobject.c, subtype_traverse(): an instance of a Python
 * class is visited as its C base's tp_traverse says, and the class by that
 * function alone where the base is no type on the heap; Modules/gcmodule.c,
 * gc_get_referents(): what tp_is_gc denies is not traversed.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "objects/merge.h"
#include "objects/plan.h"

#define SAMPLES	     4u	       /* the first objects of a type are checked, */
#define SAMPLE_EVERY 256u      /* and then one of so many */
#define WASTE_LIMIT  10000000u /* steps of faults: then no run is begun */
#define BASES_LIMIT  1000
#define PREHEADER    32	  /* bytes before an object that may be its own */
#define STRUCT_LIMIT 2048 /* bytes of a struct that are looked at */

/* What is said of the reference at one place of the object. */
struct place {
	int32_t offset;
	uint8_t flags; /* enum coil_ref_kind | COIL_EDGE_COUNTED | TRAVERSED */
	uint8_t label_type;
	uint64_t label;
};

struct coil_stepped {
	uint64_t code; /* tp_traverse of the C base */
	enum coil_means means;
	enum coil_fault why;   /* the means is no better */
	enum coil_fault fault; /* of the last object that faulted */
	uint64_t objects, faulted;
	uint64_t wasted; /* steps of runs that faulted */
	struct coil_slots slots;
	struct place *places; /* inferred: one a slot; then words that may
			       * be counted whether visited or not */
	uint32_t place_count;
	bool merge;  /* the kind of a base tells references of its own */
	bool beside; /* inferred: none of those is visited */
};

void coil_stepped_free(struct coil_stepped *t)
{
	if (!t)
		return;
	free(t->slots.offsets);
	free(t->places);
	free(t);
}

/* The row of the kind's table for @offset; NULL: none. */
static const struct coil_member *kind_member(const struct coil_heap *heap,
					     const struct coil_kind *kind,
					     uint64_t offset)
{
	for (; kind; kind = kind->super)
		for (size_t i = 0; i < kind->member_count; i++)
			if (coil_layout_value(heap->layout,
					      kind->members[i].field) == offset)
				return &kind->members[i];
	return NULL;
}

/* What the word at @offset is called. */
static struct place name_place(const struct coil_heap *heap,
			       const struct coil_plan *plan, int64_t offset)
{
	struct place p = {
		.offset = (int32_t)offset,
		.flags = COIL_REF_OTHER,
		.label_type = COIL_LABEL_OFFSET,
		.label = (uint64_t)offset,
	};
	const struct coil_type *type = plan->solid;
	const struct coil_member *m;

	if (offset < 0)
		return p;
	m = kind_member(heap, plan->kind, (uint64_t)offset);
	if (m) {
		p.flags = m->flags & COIL_EDGE_KIND;
		p.label_type = COIL_LABEL_TEXT;
		p.label = coil_text(m->label);
		return p;
	}
	if (offset == plan->solid->dictoffset) {
		p.flags = COIL_REF_ATTR;
		p.label_type = COIL_LABEL_TEXT;
		p.label = coil_text("__dict__");
		return p;
	}
	for (unsigned n = 0; type && n < BASES_LIMIT; n++, type = type->base) {
		uint64_t name = coil_member_name(heap, type, (uint64_t)offset);

		if (!name)
			continue;
		p.flags = COIL_REF_MEMBER;
		p.label_type = COIL_LABEL_CSTRING;
		p.label = name;
		break;
	}
	return p;
}

static bool has_refs(const struct coil_kind *kind)
{
	while (kind && !kind->refs)
		kind = kind->super;
	return kind != NULL;
}

static bool is_place(const struct coil_stepped *t, uint32_t count,
		     uint64_t offset)
{
	for (uint32_t i = 0; i < count; i++)
		if (t->places[i].offset == (int64_t)offset)
			return true;
	return false;
}

/* What the kind of a base counts, whoever visits it. */
static void add_members(const struct coil_heap *heap,
			const struct coil_plan *plan, struct coil_stepped *t)
{
	if (t->merge || t->beside)
		return;
	for (const struct coil_kind *k = plan->kind; k; k = k->super)
		for (size_t i = 0; i < k->member_count; i++) {
			const struct coil_member *m = &k->members[i];
			uint32_t at = coil_layout_value(heap->layout, m->field);
			struct place *p = &t->places[t->place_count];

			if (at == COIL_NO_FIELD ||
			    at > plan->type->basicsize - 8 ||
			    is_place(t, t->place_count, at))
				continue;
			*p = name_place(heap, plan, at);
			p->flags = m->flags & (uint8_t)~COIL_EDGE_TRAVERSED;
			t->place_count++;
		}
}

/*
 * The other words of the struct: what a type owns and its tp_traverse does not
 * visit (strings, numbers).  Those that the type names are references for
 * certain, any other only where it is the address of an object; but that it
 * owns them is a guess: sqlite3.Connection borrows the exceptions that are its
 * members.
 */
static void add_others(const struct coil_heap *heap,
		       const struct coil_plan *plan, struct coil_stepped *t)
{
	const struct coil_type *type = plan->solid;
	uint64_t from = type->itemsize ? heap->layout->PyVarObject.size
				       : heap->layout->PyObject.size;
	uint64_t end = min64(type->basicsize, STRUCT_LIMIT);

	for (uint64_t at = max64(from, plan->scan_from); at + 8 <= end;
	     at += 8) {
		struct place *p = &t->places[t->place_count];

		if ((int64_t)at == type->weaklistoffset ||
		    is_place(t, t->place_count, at))
			continue;
		*p = name_place(heap, plan, (int64_t)at);
		p->flags |= COIL_EDGE_COUNTED | COIL_EDGE_INEXACT;
		t->place_count++;
	}
}

static bool make_places(const struct coil_heap *heap,
			const struct coil_plan *plan, struct coil_stepped *t)
{
	size_t room = t->slots.count + STRUCT_LIMIT / 8;

	for (const struct coil_kind *k = plan->kind; k; k = k->super)
		room += k->member_count;
	t->places = calloc(room, sizeof(*t->places));
	if (!t->places)
		return false;
	for (uint32_t i = 0; i < t->slots.count; i++) {
		struct place *p = &t->places[i];
		int32_t offset = t->slots.offsets[i];
		bool again = offset >= 0 && is_place(t, i, (uint64_t)offset);

		*p = name_place(heap, plan, offset);
		p->flags |= plan->traversed;
		if (!again)
			p->flags |= COIL_EDGE_COUNTED;
	}
	t->place_count = t->slots.count;
	add_members(heap, plan, t);
	/* The kind of the very type tells all that it owns. */
	if (!plan->kind || plan->scan_from ||
	    strcmp(plan->kind->name, plan->solid->name))
		add_others(heap, plan, t);
	return true;
}

/* Infers what is visited beside what the kind of a base tells: the base has no
 * tp_traverse (pandas' Timestamp is a datetime), and no slot is in its part. */
static enum coil_fault infer_beside(const struct coil_heap *heap,
				    const struct coil_plan *plan,
				    const struct coil_shape *shape,
				    struct coil_stepped *t)
{
	enum coil_fault why;

	if (!plan->scan_from || plan->solid->base->traverse)
		return COIL_VARIES_BASE;
	why = coil_traverse_infer(heap->traverse, shape, &t->slots);
	if (why != COIL_FAULT_NONE)
		return why;
	for (uint32_t i = 0; i < t->slots.count; i++)
		if (t->slots.offsets[i] >= 0 &&
		    (uint32_t)t->slots.offsets[i] < plan->scan_from)
			why = COIL_VARIES_BASE;
	t->beside = why == COIL_FAULT_NONE;
	t->merge = !t->beside;
	if (t->merge) {
		free(t->slots.offsets);
		t->slots = (struct coil_slots){0};
	}
	return why;
}

bool coil_stepped_make(const struct coil_heap *heap, struct coil_plan *plan)
{
	const struct coil_type *type = plan->type;
	const struct coil_shape shape = {
		.code = plan->solid->traverse,
		.type = type->address,
		.basicsize = type->basicsize,
		.itemsize = type->itemsize,
		.prefix = type->prefix,
		.ob_type = heap->layout->PyObject.ob_type,
	};
	struct coil_stepped *t;

	if (!plan->solid->traverse)
		return true;
	t = calloc(1, sizeof(*t));
	if (!t)
		return false;
	plan->stepped = t;
	t->code = shape.code;
	t->merge = has_refs(plan->kind);
	t->means = COIL_MEANS_SCANNED;
	t->why = coil_traverse_trust(heap->image, t->code);
	if (t->why != COIL_FAULT_NONE)
		return true;
	t->means = COIL_MEANS_INTERPRETED;
	t->why = t->merge ? infer_beside(heap, plan, &shape, t)
			  : coil_traverse_infer(heap->traverse, &shape,
						&t->slots);
	if (t->why == COIL_FAULT_NONE)
		t->means = COIL_MEANS_INFERRED;
	return t->why != COIL_FAULT_MEMORY && make_places(heap, plan, t);
}

enum coil_means coil_plan_means(const struct coil_plan *plan,
				char reason[COIL_REASON])
{
	const struct coil_stepped *t = plan->stepped;

	*reason = '\0';
	if (!t || plan->means == COIL_MEANS_NATIVE) {
		if (plan->means == COIL_MEANS_SCANNED)
			snprintf(reason, COIL_REASON,
				 "no tp_traverse, no native kind");
		return plan->means;
	}
	if (t->faulted && t->faulted == t->objects) {
		snprintf(reason, COIL_REASON, "%s", coil_fault_text(t->fault));
		return COIL_MEANS_SCANNED;
	}
	if (t->faulted)
		snprintf(reason, COIL_REASON,
			 "%s; %" PRIu64 " of %" PRIu64 " scanned: %s",
			 coil_fault_text(t->why), t->faulted, t->objects,
			 coil_fault_text(t->fault));
	else
		snprintf(reason, COIL_REASON, "%s", coil_fault_text(t->why));
	return t->means;
}

/* The reference to the type: owned, and visited @visits times. */
static void emit_type(const struct coil_object *object,
		      const struct coil_plan *plan, uint64_t visits,
		      struct coil_sink *sink)
{
	unsigned flags = plan->type_flags;

	if (plan->type_flags &&
	    (plan->solid == plan->type || plan->solid->heap)) {
		flags &= ~(unsigned)COIL_EDGE_TRAVERSED;
		if (visits) {
			flags |= plan->traversed;
			visits--;
		}
	}
	if (flags)
		coil_emit(sink, object->type->address, flags, COIL_LABEL_TEXT,
			  coil_text("__class__"));
	for (; visits; visits--)
		coil_emit(sink, object->type->address,
			  COIL_REF_TYPE | (unsigned)plan->traversed,
			  COIL_LABEL_TEXT, coil_text("__class__"));
}

static uint64_t word_at(const struct coil_heap *heap,
			const struct coil_object *object, int32_t offset,
			struct coil_sink *sink)
{
	uint64_t word = 0;

	if (offset >= 0 && (uint64_t)offset + 8 <= object->head_size)
		return load64(object->head + offset);
	if (!coil_image_word(heap->image,
			     object->address + (uint64_t)(int64_t)offset,
			     &word))
		sink->missing++;
	return word;
}

/*
 * Attributes are told by name, for a class: a managed dict, which stands before
 * the object, and values behind it.  The tp_traverse of a C base that has them
 * too visits them in place of subtype_traverse().
 */
static bool is_attributes(const struct coil_heap *heap,
			  const struct coil_object *object,
			  const struct coil_plan *plan, int64_t offset)
{
	const struct coil_layout *l = heap->layout;
	uint64_t values = object->address + plan->type->basicsize;
	const uint8_t *capacity;

	if (!plan->managed_dict)
		return false;
	if (offset < (int64_t)plan->type->basicsize)
		return offset < 0 && offset >= -PREHEADER;
	if (!(plan->type->flags & COIL_TP_INLINE_VALUES))
		return false;
	/* Not all that is behind the object: a block of its own may be. */
	capacity = coil_image_view(heap->image,
				   values + l->PyDictValues.capacity, 1);
	return capacity && (uint64_t)offset - plan->type->basicsize <
				   l->PyDictValues.values + *capacity * 8u;
}

/* What one visit is told as. */
static void emit_visit(const struct coil_heap *heap,
		       const struct coil_object *object,
		       const struct coil_plan *plan,
		       const struct coil_visit *visit, struct coil_sink *sink)
{
	const struct coil_type *type = plan->solid;
	int64_t offset = (int64_t)(visit->from - object->address);
	uint64_t own = coil_size_default(heap, object);
	struct place p = {.flags = COIL_REF_OTHER};

	if (is_attributes(heap, object, plan, offset))
		return;
	if (visit->from && offset >= -PREHEADER &&
	    offset < (int64_t)type->basicsize)
		p = name_place(heap, plan, offset);
	else if (visit->from && type->itemsize == 8 && offset > 0 &&
		 object->head_size >= heap->layout->PyVarObject.size &&
		 (uint64_t)offset - type->basicsize <
			 min64(coil_ob_size(heap, object), 1ull << 40) * 8)
		p = (struct place){
			.flags = COIL_REF_ITEM,
			.label_type = COIL_LABEL_INDEX,
			.label = ((uint64_t)offset - type->basicsize) / 8,
		};
	coil_emit(sink, visit->value,
		  p.flags | (unsigned)plan->traversed | COIL_EDGE_COUNTED,
		  (enum coil_label)p.label_type, p.label);
	if (visit->value && visit->from && !(visit->from & 7) &&
	    (offset < -PREHEADER || (uint64_t)offset >= own))
		coil_emit_shared(sink, visit->from);
}

static bool is_type_visit(const struct coil_heap *heap,
			  const struct coil_object *object,
			  const struct coil_visit *visit)
{
	return visit->value == object->type->address &&
	       (!visit->from ||
		visit->from - object->address < heap->layout->PyObject.size);
}

/* The words of the object that a run visited, a bit each. */
struct visited {
	uint64_t bits[STRUCT_LIMIT / 8 / 64];
};

static void mark(struct visited *visited, const struct coil_object *object,
		 const struct coil_visit *visit)
{
	uint64_t word = (visit->from - object->address) / 8;

	if (word < STRUCT_LIMIT / 8)
		visited->bits[word / 64] |= 1ull << word % 64;
}

static bool is_visited(const struct visited *visited, uint32_t offset)
{
	return visited->bits[offset / 8 / 64] >> offset / 8 % 64 & 1;
}

static void emit_place(const struct coil_heap *heap,
		       const struct coil_object *object, const struct place *p,
		       struct coil_sink *sink)
{
	uint64_t word = word_at(heap, object, p->offset, sink);

	if (p->flags & COIL_EDGE_INEXACT &&
	    (!word || word & 7 || word == object->address ||
	     !coil_image_segment(heap->image, word)))
		return;
	coil_emit(sink, word, p->flags, (enum coil_label)p->label_type,
		  p->label);
}

static void emit_others(const struct coil_heap *heap,
			const struct coil_object *object,
			const struct coil_stepped *t,
			const struct visited *visited, struct coil_sink *sink)
{
	for (uint32_t i = 0; i < t->place_count; i++)
		if (t->places[i].offset >= 0 &&
		    !is_visited(visited, (uint32_t)t->places[i].offset))
			emit_place(heap, object, &t->places[i], sink);
}

static void emit_run(const struct coil_heap *heap,
		     const struct coil_object *object,
		     const struct coil_plan *plan, const struct coil_run *run,
		     struct coil_sink *sink)
{
	struct visited visited = {0};
	uint64_t types = 0;

	for (size_t i = 0; i < run->count && !sink->stop; i++) {
		const struct coil_visit *v = &run->visits[i];

		mark(&visited, object, v);
		if (is_type_visit(heap, object, v))
			types++;
		else
			emit_visit(heap, object, plan, v, sink);
	}
	emit_others(heap, object, plan->stepped, &visited, sink);
	emit_type(object, plan, types, sink);
}

static void emit_slots(const struct coil_heap *heap,
		       const struct coil_object *object,
		       const struct coil_plan *plan, struct coil_sink *sink)
{
	const struct coil_stepped *t = plan->stepped;

	for (uint32_t i = 0; i < t->place_count; i++)
		if (!is_attributes(heap, object, plan, t->places[i].offset))
			emit_place(heap, object, &t->places[i], sink);
	if (t->beside)
		coil_kind_refs_unvisited(heap, object, plan->kind, sink);
	emit_type(object, plan, t->slots.type_visits, sink);
}

/* Steps tp_traverse for one object; false where that is a fault. */
static bool step(const struct coil_heap *heap, const struct coil_object *object,
		 struct coil_stepped *t, struct coil_run *run)
{
	enum coil_fault fault = COIL_FAULT_STEPS;

	t->objects++;
	if (t->wasted < WASTE_LIMIT)
		fault = coil_traverse_call(heap->traverse, t->code,
					   object->address, run);
	if (fault == COIL_FAULT_NONE)
		return true;
	if (t->wasted < WASTE_LIMIT) {
		t->wasted += run->steps;
		t->fault = fault;
	}
	t->faulted++;
	return false;
}

/* Whether the machine visits just the words that the layout says. */
static bool agrees(const struct coil_heap *heap,
		   const struct coil_object *object,
		   const struct coil_stepped *t, struct coil_sink *sink)
{
	struct coil_run run;
	uint32_t slot = 0, types = 0;

	if (coil_traverse_call(heap->traverse, t->code, object->address,
			       &run) != COIL_FAULT_NONE)
		return false;
	for (size_t i = 0; i < run.count; i++) {
		uint64_t word = 0;

		if (!run.visits[i].value)
			continue;
		if (is_type_visit(heap, object, &run.visits[i])) {
			types++;
			continue;
		}
		while (!word && slot < t->slots.count)
			word = word_at(heap, object, t->slots.offsets[slot++],
				       sink);
		if (word != run.visits[i].value)
			return false;
	}
	while (slot < t->slots.count)
		if (word_at(heap, object, t->slots.offsets[slot++], sink))
			return false;
	return types == t->slots.type_visits;
}

/* The first objects of a type, and some later ones. */
static void sample(const struct coil_heap *heap,
		   const struct coil_object *object, struct coil_stepped *t,
		   struct coil_sink *sink)
{
	if (t->objects >= SAMPLES && t->objects % SAMPLE_EVERY)
		return;
	if (agrees(heap, object, t, sink))
		return;
	t->means = COIL_MEANS_INTERPRETED;
	t->why = COIL_VARIES_CHECK;
	t->objects = t->faulted = 0;
	t->place_count -= t->slots.count;
	memmove(t->places, t->places + t->slots.count,
		t->place_count * sizeof(*t->places));
}

/* tp_traverse of a metatype is for types on the heap only. */
static bool is_static_type(const struct coil_heap *heap,
			   const struct coil_object *object)
{
	return object->type->flags & COIL_TP_TYPE &&
	       !(load32(object->head + heap->layout->PyTypeObject.tp_flags) &
		 COIL_TP_HEAPTYPE);
}

/* What the kind of a base tells, and which of it is visited. */
static bool emit_merged(const struct coil_heap *heap,
			const struct coil_object *object,
			const struct coil_plan *plan,
			const struct coil_run *run, struct coil_sink *sink)
{
	struct visited visited = {0};
	struct coil_merge merge;
	uint64_t types = 0;

	if (!coil_merge_begin(heap, object, plan->kind, &merge)) {
		coil_merge_free(&merge);
		return false;
	}
	for (size_t i = 0; run && i < run->count; i++) {
		const struct coil_visit *v = &run->visits[i];

		mark(&visited, object, v);
		if (is_type_visit(heap, object, v))
			types++;
		else if (!is_attributes(heap, object, plan,
					(int64_t)(v->from - object->address)) &&
			 !coil_merge_visited(&merge, v->value))
			emit_visit(heap, object, plan, v, sink);
	}
	coil_merge_end(&merge, sink);
	if (run && plan->scan_from)
		emit_others(heap, object, plan->stepped, &visited, sink);
	coil_merge_free(&merge);
	emit_type(object, plan, types, sink);
	return true;
}

bool coil_stepped_refs(const struct coil_heap *heap,
		       const struct coil_object *object,
		       const struct coil_plan *plan, struct coil_sink *sink)
{
	struct coil_stepped *t = plan->stepped;
	struct coil_run run;

	if (t->means == COIL_MEANS_SCANNED)
		return false;
	if (is_static_type(heap, object))
		return emit_merged(heap, object, plan, NULL, sink);
	if (t->means == COIL_MEANS_INFERRED)
		sample(heap, object, t, sink);
	if (t->means == COIL_MEANS_INFERRED) {
		t->objects++;
		emit_slots(heap, object, plan, sink);
		return true;
	}
	if (!step(heap, object, t, &run))
		return false;
	if (t->merge || t->beside)
		return emit_merged(heap, object, plan, &run, sink);
	emit_run(heap, object, plan, &run, sink);
	return true;
}

bool coil_stepped_is_gc(const struct coil_heap *heap,
			const struct coil_object *object,
			const struct coil_plan *plan)
{
	struct coil_run run;

	if (!heap->traverse ||
	    coil_traverse_call(heap->traverse, plan->is_gc, object->address,
			       &run) != COIL_FAULT_NONE)
		return true;
	return (uint32_t)run.result != 0;
}
