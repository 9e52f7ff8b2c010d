/* SPDX-License-Identifier: MIT */
/*
 * One object: its head, its references, its buffers, its size.  Around what
 * the kind of its C base tells stands what Python classes add.
 *
 * Source: Objects/typeobject.c, subtype_traverse(); Objects/dictobject.c,
 * _PyObject_VisitInstanceAttributes(); Python/sysmodule.c,
 * _PySys_GetSizeOf(); the pre-header as in the layout's strategies.
 */
#include "objects/plan.h"

/* Where the values of the pre-header are, from the object. */
#define PREHEADER_VALUES (-32)

bool coil_heap_object(const struct coil_heap *heap, uint64_t address,
		      struct coil_object *out)
{
	const struct coil_layout *l = heap->layout;
	const uint8_t *p =
		coil_image_view(heap->image, address, l->PyObject.size);

	if (!p)
		return false;
	out->address = address;
	out->type =
		coil_types_known(heap->types, load64(p + l->PyObject.ob_type));
	if (!out->type)
		return false;
	out->head_size = out->type->basicsize;
	/* Static types are only as large as PyTypeObject. */
	if (out->type->flags & COIL_TP_TYPE) {
		p = coil_image_view(heap->image, address, l->PyTypeObject.size);
		if (!p)
			return false;
		if (!(load32(p + l->PyTypeObject.tp_flags) & COIL_TP_HEAPTYPE))
			out->head_size = l->PyTypeObject.size;
	}
	out->head = coil_image_view(heap->image, address, out->head_size);
	return out->head != NULL;
}

void coil_emit_array(const struct coil_heap *heap, struct coil_sink *sink,
		     uint64_t address, uint64_t count, unsigned flags,
		     enum coil_label label_type)
{
	const uint8_t *p;

	if (!count)
		return;
	p = count >> 44 ? NULL
			: coil_image_view(heap->image, address, count * 8);
	if (!p) {
		sink->missing++;
		return;
	}
	for (uint64_t i = 0; i < count && !sink->stop; i++)
		coil_emit(sink, load64(p + i * 8), flags, label_type, i);
}

void coil_emit_words(const struct coil_heap *heap, struct coil_sink *sink,
		     uint64_t address, uint32_t size,
		     const struct coil_word *words, size_t count)
{
	const uint8_t *p = coil_image_view(heap->image, address, size);

	if (!p)
		sink->missing++;
	for (size_t i = 0; p && i < count; i++)
		if (words[i].at < size && size - words[i].at >= 8)
			coil_emit(sink, load64(p + words[i].at), words[i].flags,
				  COIL_LABEL_TEXT, coil_text(words[i].label));
}

/* The values array of an instance that has no dict yet, or 0. */
static uint64_t attribute_values(const struct coil_heap *heap,
				 const struct coil_object *object,
				 const struct coil_plan *plan)
{
	const struct coil_layout *l = heap->layout;
	uint64_t values = 0;

	if (l->strategy.values == COIL_VALUES_POINTER) {
		coil_image_word(heap->image,
				object->address + (uint64_t)PREHEADER_VALUES,
				&values);
	} else if (l->strategy.values == COIL_VALUES_TAGGED) {
		coil_image_word(heap->image,
				object->address + (uint64_t)coil_preheader_dict(
							  heap->layout),
				&values);
		values = values & 1 ? values + 1 : 0;
	} else if (l->strategy.values == COIL_VALUES_INLINE &&
		   plan->type->flags & COIL_TP_INLINE_VALUES) {
		const uint8_t *p;

		values = object->address + plan->type->basicsize;
		p = coil_image_view(heap->image, values, l->PyDictValues.size);
		if (!p || !load8(p + l->PyDictValues.valid))
			return 0;
	}
	return values;
}

static void emit_attributes(const struct coil_heap *heap,
			    const struct coil_object *object,
			    const struct coil_plan *plan,
			    struct coil_sink *sink)
{
	uint64_t values = attribute_values(heap, object, plan), dict = 0;
	bool is_inline = heap->layout->strategy.values == COIL_VALUES_INLINE;
	unsigned flags = COIL_REF_ATTR | COIL_EDGE_COUNTED | plan->traversed;
	struct coil_dict keys;
	const uint8_t *p;

	if (!coil_image_word(heap->image,
			     object->address + (uint64_t)coil_preheader_dict(
						       heap->layout),
			     &dict))
		sink->missing++;
	/* A dict that shares the values tells them, or leaves them to this. */
	if (dict && is_inline &&
	    heap->layout->strategy.inline_values == COIL_INLINE_VALUES_OF_DICT)
		values = 0;
	if (values) {
		if (!coil_dict_read_keys(heap->image, heap->layout,
					 plan->cached_keys, &keys))
			sink->missing++;
		p = coil_image_view(heap->image,
				    values + heap->layout->PyDictValues.values,
				    keys.count * 8);
		if (!p && keys.count)
			sink->missing++;
		for (uint64_t i = 0; p && i < keys.count; i++)
			coil_emit(sink, load64(p + i * 8), flags,
				  COIL_LABEL_NAME, coil_dict_key(&keys, i));
	}
	/* Inline values are visited instead of the dict that shares them. */
	if (values && is_inline)
		flags &= ~(unsigned)COIL_EDGE_TRAVERSED;
	/* An odd word was the values. */
	if (!(dict & 1))
		coil_emit(sink, dict, flags, COIL_LABEL_TEXT,
			  coil_text("__dict__"));
}

/* Where a class put the __dict__ of its instances. Source:
 * Objects/object.c, _PyObject_DictPointer(). */
static uint64_t dict_pointer(const struct coil_heap *heap,
			     const struct coil_object *object, int64_t offset)
{
	uint64_t items;

	if (offset > 0)
		return object->address + (uint64_t)offset;
	items = object->head_size < heap->layout->PyVarObject.size
			? 0
			: coil_ob_size(heap, object);
	if (items >> 40)
		return 0;
	return object->address +
	       align_up(object->type->basicsize +
				items * object->type->itemsize,
			8) +
	       (uint64_t)offset;
}

static uint64_t slot_value(const struct coil_heap *heap,
			   const struct coil_object *object,
			   const struct coil_slot *slot, struct coil_sink *sink)
{
	uint64_t at = slot->offset, bytes, value = 0;

	if (!slot->after_items)
		return load64(object->head + at);
	if (object->head_size < heap->layout->PyVarObject.size ||
	    !mul64(coil_ob_size(heap, object), object->type->itemsize,
		   &bytes) ||
	    !coil_image_word(heap->image, object->address + at + bytes, &value))
		sink->missing++;
	return value;
}

static void emit_class(const struct coil_heap *heap,
		       const struct coil_object *object,
		       const struct coil_plan *plan, unsigned type_flags,
		       struct coil_sink *sink)
{
	for (uint32_t i = 0; i < plan->slot_count; i++)
		coil_emit(sink, slot_value(heap, object, &plan->slots[i], sink),
			  COIL_REF_SLOT | COIL_EDGE_COUNTED | plan->traversed,
			  COIL_LABEL_CSTRING, plan->slots[i].name);
	if (plan->managed_dict)
		emit_attributes(heap, object, plan, sink);
	if (plan->dictoffset) {
		uint64_t at = dict_pointer(heap, object, plan->dictoffset);
		uint64_t dict = 0;

		if (!coil_image_word(heap->image, at, &dict))
			sink->missing++;
		coil_emit(sink, dict,
			  COIL_REF_ATTR | COIL_EDGE_COUNTED | plan->traversed,
			  COIL_LABEL_TEXT, coil_text("__dict__"));
	}
	if (type_flags)
		coil_emit(sink, object->type->address, type_flags,
			  COIL_LABEL_TEXT, coil_text("__class__"));
}

void coil_kind_refs(const struct coil_heap *heap,
		    const struct coil_object *object,
		    const struct coil_kind *kind, struct coil_sink *sink)
{
	if (kind->super)
		coil_kind_refs(heap, object, kind->super, sink);
	for (size_t i = 0; i < kind->member_count; i++) {
		const struct coil_member *m = &kind->members[i];
		uint32_t at = coil_layout_value(heap->layout, m->field);

		if (at <= object->head_size - 8)
			coil_emit(sink, load64(object->head + at), m->flags,
				  COIL_LABEL_TEXT, coil_text(m->label));
	}
	if (kind->refs)
		kind->refs(heap, object, sink);
}

/* Between what is not traversed and the taker. */
struct untraversed {
	struct coil_sink sink; /* first */
	struct coil_sink *to;
};

static void pass_on(struct coil_sink *sink)
{
	struct untraversed *u = (struct untraversed *)sink;

	for (unsigned i = 0; i < sink->count; i++) {
		const struct coil_ref *r = &sink->refs[i];

		coil_emit_node(u->to, r->target,
			       r->flags & (uint8_t)~COIL_EDGE_TRAVERSED,
			       (enum coil_label)r->label_type, r->label,
			       (enum coil_node_kind)r->node);
		if (r->shared)
			coil_emit_shared(u->to, r->shared);
	}
	sink->stop = u->to->stop;
}

static void begin_untraversed(struct untraversed *u, struct coil_sink *to)
{
	u->sink.flush = pass_on;
	u->sink.count = 0;
	u->sink.stop = u->sink.inexact = false;
	u->sink.missing = 0;
	u->to = to;
}

static void end_untraversed(struct untraversed *u)
{
	pass_on(&u->sink);
	u->to->missing += u->sink.missing;
	u->to->inexact = u->to->inexact || u->sink.inexact;
}

void coil_kind_refs_unvisited(const struct coil_heap *heap,
			      const struct coil_object *object,
			      const struct coil_kind *kind,
			      struct coil_sink *sink)
{
	struct untraversed u;

	begin_untraversed(&u, sink);
	coil_kind_refs(heap, object, kind, &u.sink);
	end_untraversed(&u);
}

/* What the kind says is visited is so if the C type has a tp_traverse: those of
 * older releases may lack it, and a Python class of such a type visits only
 * what the class adds. */
static void emit_kind(const struct coil_heap *heap,
		      const struct coil_object *object,
		      const struct coil_plan *plan, struct coil_sink *sink)
{
	/* Where nothing at all is traversed, coil_heap_refs() sees to it. */
	if (plan->solid->traverse || !plan->traversed)
		coil_kind_refs(heap, object, plan->kind, sink);
	else
		coil_kind_refs_unvisited(heap, object, plan->kind, sink);
}

/* What is traversed is known, whoever told it. */
static void emit_all(const struct coil_heap *heap,
		     const struct coil_object *object,
		     const struct coil_plan *plan, struct coil_sink *sink)
{
	if (plan->stepped && coil_stepped_refs(heap, object, plan, sink)) {
		emit_class(heap, object, plan, 0, sink);
		return;
	}
	if (plan->kind)
		emit_kind(heap, object, plan, sink);
	if (plan->means != COIL_MEANS_NATIVE && plan->means != COIL_MEANS_NONE)
		coil_scan_refs(heap, object, plan, sink);
	emit_class(heap, object, plan, plan->type_flags, sink);
}

bool coil_heap_is_gc(const struct coil_heap *heap,
		     const struct coil_object *object)
{
	const struct coil_plan *plan = coil_plan_get(heap, object->type);

	return !plan || !plan->is_gc || coil_stepped_is_gc(heap, object, plan);
}

void coil_heap_refs(const struct coil_heap *heap,
		    const struct coil_object *object, struct coil_sink *sink)
{
	const struct coil_plan *plan = coil_plan_get(heap, object->type);
	struct untraversed u;
	bool visited;

	if (!plan) {
		sink->missing++;
		return;
	}
	visited = object->type->flags & COIL_TP_HAVE_GC || !plan->kind ||
		  plan->kind->flags & COIL_KIND_UNTRAVERSED;
	if (visited &&
	    (!plan->is_gc || coil_stepped_is_gc(heap, object, plan))) {
		emit_all(heap, object, plan, sink);
		return;
	}
	begin_untraversed(&u, sink);
	emit_all(heap, object, plan, &u.sink);
	end_untraversed(&u);
}

/* The buffer of a values array: its size stands in the byte before it.
 * Source: Objects/dictobject.c, new_values(). */
static void take_values(const struct coil_heap *heap, uint64_t values,
			struct coil_buffers *buffers)
{
	const uint8_t *p = coil_image_view(heap->image, values - 1, 1);
	uint64_t prefix;

	if (!p)
		return;
	/* The prefix is two bytes and one for each value, rounded up. */
	prefix = *p;
	if (prefix > 2)
		buffers->take(buffers, values - prefix,
			      prefix + (prefix - 2) * 8);
}

void coil_heap_buffers(const struct coil_heap *heap,
		       const struct coil_object *object,
		       struct coil_buffers *buffers)
{
	const struct coil_plan *plan = coil_plan_get(heap, object->type);
	uint64_t values;

	if (!plan)
		return;
	for (const struct coil_kind *k = plan->kind; k; k = k->super)
		if (k->buffers)
			k->buffers(heap, object, buffers);
	if (plan->managed_dict &&
	    heap->layout->strategy.values != COIL_VALUES_INLINE) {
		values = attribute_values(heap, object, plan);
		if (values)
			take_values(heap, values, buffers);
	}
}

bool coil_heap_has_buffers(const struct coil_heap *heap,
			   const struct coil_type *type)
{
	const struct coil_plan *plan = coil_plan_get(heap, type);

	for (const struct coil_kind *k = plan ? plan->kind : NULL; k;
	     k = k->super)
		if (k->buffers)
			return true;
	return plan && plan->managed_dict &&
	       heap->layout->strategy.values != COIL_VALUES_INLINE;
}

uint64_t coil_size_default(const struct coil_heap *heap,
			   const struct coil_object *object)
{
	uint64_t items = 0;

	if (object->type->itemsize &&
	    object->head_size >= heap->layout->PyVarObject.size)
		items = min64(coil_ob_size(heap, object), 1ull << 40);
	return object->type->basicsize + items * object->type->itemsize;
}

uint64_t coil_heap_size(const struct coil_heap *heap,
			const struct coil_object *object, bool *known)
{
	const struct coil_plan *plan = coil_plan_get(heap, object->type);
	uint64_t header = object->type->prefix;

	*known = plan && plan->size_known;
	/* A static type has no header, though its type says that it has. */
	if (object->type->flags & COIL_TP_TYPE &&
	    !(load32(object->head + heap->layout->PyTypeObject.tp_flags) &
	      COIL_TP_HEAPTYPE))
		header = heap->layout->constant.static_type_header;
	return header + (plan && plan->size ? plan->size->size(heap, object)
					    : coil_size_default(heap, object));
}
