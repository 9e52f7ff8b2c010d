/* SPDX-License-Identifier: MIT */
/*
 * What a type's tp_traverse visits of an object, emitted as references with the
 * names that the type has for them.
 *
 * Source: Objects/typeobject.c, subtype_traverse(): an instance of a Python
 * class is visited as its C base's tp_traverse says, and the class by that
 * function alone where the base is no type on the heap.
 */
#include "objects/merge.h"
#include "objects/stepped.h"

/* The reference to the type: owned, and visited @visits times. */
static void emit_type(struct coil_reader *reader,
		      const struct coil_object *object,
		      const struct coil_plan *plan, uint64_t visits,
		      struct coil_sink *sink)
{
	unsigned flags = coil_class_flags(reader, object, plan);

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

uint64_t coil_stepped_word(struct coil_reader *reader,
			   const struct coil_object *object, int32_t offset,
			   struct coil_sink *sink)
{
	uint64_t word = 0;

	if (offset >= 0 && (uint64_t)offset + 8 <= object->head_size)
		return load64(object->head + offset);
	if (!coil_image_word(reader->image,
			     object->address + (uint64_t)(int64_t)offset,
			     &word))
		sink->missing++;
	return word;
}

/* An object whose references are emitted. */
struct telling {
	struct coil_reader *reader;
	const struct coil_object *object;
	const struct coil_plan *plan;
	struct coil_sink *sink;
	uint64_t own; /* bytes: of the object with its items */
	bool attributes;
	int64_t values_end;
};

/*
 * Attributes are emitted by name, for a class: a managed dict, which stands
 * before the object, and values behind it, up to values_end.  The tp_traverse
 * of a C base that has them too visits them in place of subtype_traverse().
 */
static void find_attributes(struct telling *t)
{
	const struct coil_layout *l = t->reader->layout;
	const struct coil_type *type = t->plan->type;
	const uint8_t *capacity;

	t->attributes = t->plan->managed_dict;
	t->values_end = 0;
	if (!t->attributes || !(type->flags & COIL_TP_INLINE_VALUES))
		return;
	/* Not all that is behind the object: a block of its own may be. */
	capacity = coil_image_view(t->reader->image,
				   t->object->address + type->basicsize +
					   l->PyDictValues.capacity,
				   1);
	if (capacity)
		t->values_end =
			(int64_t)(type->basicsize + l->PyDictValues.values +
				  *capacity * 8u);
}

static bool is_attribute(const struct telling *t, int64_t offset)
{
	if (!t->attributes)
		return false;
	if (offset < (int64_t)t->plan->type->basicsize)
		return offset < 0 && offset >= -COIL_PREHEADER;
	return offset < t->values_end;
}

static struct telling begin(struct coil_reader *reader,
			    const struct coil_object *object,
			    const struct coil_plan *plan,
			    struct coil_sink *sink)
{
	struct telling t = {
		.reader = reader,
		.object = object,
		.plan = plan,
		.sink = sink,
		.own = coil_size_default(reader, object),
	};

	find_attributes(&t);
	return t;
}

bool coil_is_type_visit(struct coil_reader *reader,
			const struct coil_object *object,
			const struct coil_visit *visit)
{
	return visit->value == object->type->address &&
	       (!visit->from ||
		visit->from - object->address < reader->layout->PyObject.size);
}

/* One of the items, which are words. */
static bool is_item(const struct telling *t, uint64_t offset)
{
	const struct coil_type *type = t->plan->solid;

	return type->itemsize == 8 && offset >= type->basicsize &&
	       t->object->head_size >= t->reader->layout->PyVarObject.size &&
	       offset - type->basicsize <
		       min64(coil_ob_size(t->reader, t->object), 1ull << 40) *
			       8;
}

/* What the word that a visit came from is called. */
static struct coil_place place_at(const struct telling *t, int64_t offset)
{
	const struct coil_stepped *stepped = t->plan->stepped;
	const struct coil_type *type = t->plan->solid;

	if (offset >= 0 && offset < COIL_STRUCT_LIMIT && !(offset & 7) &&
	    offset < (int64_t)type->basicsize && stepped->place_of[offset / 8])
		return stepped->places[stepped->place_of[offset / 8] - 1];
	if (offset >= -COIL_PREHEADER && offset < (int64_t)type->basicsize)
		return coil_place_name(t->reader, t->plan, offset);
	if (offset > 0 && is_item(t, (uint64_t)offset))
		return (struct coil_place){
			.flags = COIL_REF_ITEM,
			.label_type = COIL_LABEL_INDEX,
			.label = ((uint64_t)offset - type->basicsize) / 8,
		};
	return (struct coil_place){.flags = COIL_REF_OTHER};
}

/* What one visit is emitted as. */
static void emit_visit(const struct telling *t, const struct coil_visit *visit)
{
	int64_t offset = (int64_t)(visit->from - t->object->address);
	struct coil_place p = {.flags = COIL_REF_OTHER};

	if (visit->from)
		p = place_at(t, offset);
	coil_emit(t->sink, visit->value,
		  (p.flags & COIL_EDGE_KIND) | (unsigned)t->plan->traversed |
			  COIL_EDGE_COUNTED,
		  (enum coil_label)p.label_type, p.label);
	if (visit->value && visit->from && !(visit->from & 7) &&
	    (offset < -COIL_PREHEADER || (uint64_t)offset >= t->own))
		coil_emit_shared(t->sink, visit->from);
}

/* The words of the object that a run visited, a bit each. */
struct visited {
	uint64_t bits[COIL_STRUCT_LIMIT / 8 / 64];
};

static bool is_visited(const struct visited *visited, uint32_t offset)
{
	return visited->bits[offset / 8 / 64] >> offset / 8 % 64 & 1;
}

/* All of a run but what @merge (may be NULL) knows of.  Returns how
 * often the type was visited. */
static uint64_t emit_visits(const struct telling *t, const struct coil_run *run,
			    struct coil_merge *merge, struct visited *visited)
{
	uint64_t types = 0;

	for (size_t i = 0; i < run->count && !t->sink->stop; i++) {
		const struct coil_visit *v = &run->visits[i];
		uint64_t offset = v->from - t->object->address;

		if (offset / 8 < COIL_STRUCT_LIMIT / 8)
			visited->bits[offset / 8 / 64] |= 1ull
							  << offset / 8 % 64;
		if (coil_is_type_visit(t->reader, t->object, v))
			types++;
		else if (!is_attribute(t, (int64_t)offset) &&
			 !(merge && coil_merge_visited(merge, v->value)))
			emit_visit(t, v);
	}
	return types;
}

static void emit_place(const struct telling *t, const struct coil_place *p)
{
	uint64_t word =
		coil_stepped_word(t->reader, t->object, p->offset, t->sink);

	if (p->flags & COIL_EDGE_INEXACT &&
	    (!word || word & 7 || word == t->object->address ||
	     !coil_image_segment(t->reader->image, word)))
		return;
	coil_emit(t->sink, word, p->flags, (enum coil_label)p->label_type,
		  p->label);
}

static void emit_others(const struct telling *t, const struct visited *visited)
{
	const struct coil_stepped *stepped = t->plan->stepped;

	for (uint32_t i = 0; i < stepped->place_count; i++)
		if (stepped->places[i].offset >= 0 &&
		    !is_visited(visited, (uint32_t)stepped->places[i].offset))
			emit_place(t, &stepped->places[i]);
}

void coil_emit_run(struct coil_reader *reader, const struct coil_object *object,
		   const struct coil_plan *plan, const struct coil_run *run,
		   struct coil_sink *sink)
{
	struct telling t = begin(reader, object, plan, sink);
	struct visited visited = {0};
	uint64_t types = emit_visits(&t, run, NULL, &visited);

	emit_others(&t, &visited);
	emit_type(reader, object, plan, types, sink);
}

void coil_emit_slots(struct coil_reader *reader,
		     const struct coil_object *object,
		     const struct coil_plan *plan, struct coil_sink *sink)
{
	const struct coil_stepped *stepped = plan->stepped;
	struct telling t = begin(reader, object, plan, sink);

	for (uint32_t i = 0; i < stepped->place_count; i++)
		if (!is_attribute(&t, stepped->places[i].offset))
			emit_place(&t, &stepped->places[i]);
	if (stepped->beside)
		coil_kind_refs_unvisited(reader, object, plan->kind, sink);
	emit_type(reader, object, plan, stepped->slots.type_visits, sink);
}

bool coil_emit_merged(struct coil_reader *reader,
		      const struct coil_object *object,
		      const struct coil_plan *plan, const struct coil_run *run,
		      struct coil_sink *sink)
{
	struct telling t = begin(reader, object, plan, sink);
	struct visited visited = {0};
	struct coil_merge merge;
	uint64_t types = 0;

	if (!coil_merge_begin(reader, object, plan->kind, sink, &merge)) {
		coil_merge_free(&merge);
		return false;
	}
	if (run)
		types = emit_visits(&t, run, &merge, &visited);
	coil_merge_end(&merge, sink);
	if (run && plan->scan_from)
		emit_others(&t, &visited);
	coil_merge_free(&merge);
	emit_type(reader, object, plan, types, sink);
	return true;
}
