/* SPDX-License-Identifier: MIT */
/*
 * One object: its head, its references, its buffers, its size.  Around what
 * the kind of its C base tells stands what Python classes add (instance.c).
 *
 * Source: Python/sysmodule.c, _PySys_GetSizeOf().
 */
#include "objects/instance.h"

bool coil_reader_object(struct coil_reader *reader, uint64_t address,
			struct coil_object *out)
{
	const struct coil_layout *l = reader->layout;
	const uint8_t *p =
		coil_image_view(reader->image, address, l->PyObject.size);

	if (!p)
		return false;
	out->address = address;
	out->type =
		coil_types_get(reader->types, load64(p + l->PyObject.ob_type));
	if (!out->type)
		return false;
	out->head_size = out->type->basicsize;
	/* Static types are only as large as PyTypeObject. */
	if (out->type->flags & COIL_TP_TYPE) {
		p = coil_image_view(reader->image, address,
				    l->PyTypeObject.size);
		if (!p)
			return false;
		if (!(load32(p + l->PyTypeObject.tp_flags) & COIL_TP_HEAPTYPE))
			out->head_size = l->PyTypeObject.size;
	}
	out->head = coil_image_view(reader->image, address, out->head_size);
	return out->head != NULL;
}

void coil_kind_refs(struct coil_reader *reader,
		    const struct coil_object *object,
		    const struct coil_kind *kind, struct coil_sink *sink)
{
	if (kind->super)
		coil_kind_refs(reader, object, kind->super, sink);
	for (size_t i = 0; i < kind->member_count; i++) {
		const struct coil_member *m = &kind->members[i];
		uint32_t at = coil_layout_value(reader->layout, m->field);

		if (at <= object->head_size - 8)
			coil_emit(sink, load64(object->head + at), m->flags,
				  COIL_LABEL_TEXT, coil_text(m->label));
	}
	if (kind->refs)
		kind->refs(reader, object, sink);
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
	u->sink.stop = u->sink.inexact = u->sink.executing = false;
	u->sink.unsure = false;
	u->sink.missing = 0;
	u->sink.outer = to;
	u->to = to;
}

static void end_untraversed(struct untraversed *u)
{
	pass_on(&u->sink);
	u->to->missing += u->sink.missing;
	u->to->inexact = u->to->inexact || u->sink.inexact;
	u->to->executing = u->to->executing || u->sink.executing;
}

void coil_kind_refs_unvisited(struct coil_reader *reader,
			      const struct coil_object *object,
			      const struct coil_kind *kind,
			      struct coil_sink *sink)
{
	struct untraversed u;

	begin_untraversed(&u, sink);
	coil_kind_refs(reader, object, kind, &u.sink);
	end_untraversed(&u);
}

/* What the kind says is visited is so if the C type has a tp_traverse: those of
 * older releases may lack it, and a Python class of such a type visits only
 * what the class adds. */
static void emit_kind(struct coil_reader *reader,
		      const struct coil_object *object,
		      const struct coil_plan *plan, struct coil_sink *sink)
{
	/* Where nothing at all is traversed, coil_reader_refs() sees to it. */
	if (plan->solid->traverse || !plan->traversed)
		coil_kind_refs(reader, object, plan->kind, sink);
	else
		coil_kind_refs_unvisited(reader, object, plan->kind, sink);
}

bool coil_is_static_type(struct coil_reader *reader,
			 const struct coil_object *object)
{
	return object->type->flags & COIL_TP_TYPE &&
	       !(load32(object->head + reader->layout->PyTypeObject.tp_flags) &
		 COIL_TP_HEAPTYPE);
}

unsigned coil_class_flags(struct coil_reader *reader,
			  const struct coil_object *object,
			  const struct coil_plan *plan)
{
	unsigned flags = plan->type_flags;

	return flags && coil_is_static_type(reader, object)
		       ? flags | COIL_EDGE_INEXACT
		       : flags;
}

/* What is traversed is known, whoever emitted it. */
static void emit_all(struct coil_reader *reader,
		     const struct coil_object *object,
		     const struct coil_plan *plan, struct coil_sink *sink)
{
	if (plan->stepped && coil_stepped_refs(reader, object, plan, sink)) {
		coil_instance_refs(reader, object, plan, 0, sink);
		return;
	}
	if (plan->kind)
		emit_kind(reader, object, plan, sink);
	if (plan->means != COIL_MEANS_NATIVE && plan->means != COIL_MEANS_NONE)
		coil_scan_refs(reader, object, plan, sink);
	coil_instance_refs(reader, object, plan,
			   coil_class_flags(reader, object, plan), sink);
}

bool coil_reader_is_gc(struct coil_reader *reader,
		       const struct coil_object *object)
{
	const struct coil_plan *plan = coil_plan_get(reader, object->type);

	return !plan || !plan->is_gc ||
	       coil_stepped_is_gc(reader, object, plan);
}

/* Whether gc.get_referents() asks the object's tp_traverse at all; where
 * nothing that is emitted is traversed that need not be known. */
static bool is_visited(struct coil_reader *reader,
		       const struct coil_object *object,
		       const struct coil_plan *plan)
{
	if (!(object->type->flags & COIL_TP_HAVE_GC))
		return !plan->kind || plan->kind->flags & COIL_KIND_UNTRAVERSED;
	if (!object->type->traverse || coil_is_static_type(reader, object))
		return false;
	return !plan->is_gc || coil_stepped_is_gc(reader, object, plan);
}

void coil_reader_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	const struct coil_plan *plan = coil_plan_get(reader, object->type);
	struct untraversed u;

	if (!plan) {
		sink->missing++;
		return;
	}
	if (is_visited(reader, object, plan)) {
		emit_all(reader, object, plan, sink);
		return;
	}
	begin_untraversed(&u, sink);
	emit_all(reader, object, plan, &u.sink);
	end_untraversed(&u);
}

void coil_reader_buffers(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_buffers *buffers)
{
	const struct coil_plan *plan = coil_plan_get(reader, object->type);

	if (!plan)
		return;
	for (const struct coil_kind *k = plan->kind; k; k = k->super)
		if (k->buffers)
			k->buffers(reader, object, buffers);
	coil_instance_buffers(reader, object, plan, buffers);
}

bool coil_reader_has_buffers(struct coil_reader *reader,
			     const struct coil_type *type)
{
	const struct coil_plan *plan = coil_plan_get(reader, type);

	for (const struct coil_kind *k = plan ? plan->kind : NULL; k;
	     k = k->super)
		if (k->buffers)
			return true;
	return plan && plan->managed_dict &&
	       reader->layout->strategy.values != COIL_VALUES_INLINE;
}

uint64_t coil_size_default(struct coil_reader *reader,
			   const struct coil_object *object)
{
	uint64_t items = 0;

	if (object->type->itemsize &&
	    object->head_size >= reader->layout->PyVarObject.size)
		items = min64(coil_ob_size(reader, object), 1ull << 40);
	return object->type->basicsize + items * object->type->itemsize;
}

uint64_t coil_reader_size(struct coil_reader *reader,
			  const struct coil_object *object, bool *known)
{
	const struct coil_plan *plan = coil_plan_get(reader, object->type);
	uint64_t header = object->type->prefix;

	*known = plan && plan->size_known;
	/* A static type has no header, though its type says that it has. */
	if (coil_is_static_type(reader, object))
		header = reader->layout->constant.static_type_header;
	return header + (plan && plan->size
				 ? plan->size->size(reader, object)
				 : coil_size_default(reader, object));
}
