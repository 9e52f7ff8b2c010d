/* SPDX-License-Identifier: MIT */
/*
 * What Python classes add to an object: slots, attributes, __dict__.
 *
 * Source: Objects/typeobject.c, subtype_traverse(); Objects/dictobject.c,
 * _PyObject_VisitInstanceAttributes(); the pre-header as in the layout's
 * strategies.
 */
#include "objects/bases.h"
#include "objects/instance.h"

/* Where the values of the pre-header are, from the object. */
#define PREHEADER_VALUES (-32)

/* The values array of an instance that has no dict yet, or 0. */
static uint64_t attribute_values(struct coil_reader *reader,
				 const struct coil_object *object,
				 const struct coil_plan *plan)
{
	const struct coil_layout *l = reader->layout;
	uint64_t values = 0;

	if (l->strategy.values == COIL_VALUES_POINTER) {
		coil_image_word(reader->image,
				object->address + (uint64_t)PREHEADER_VALUES,
				&values);
	} else if (l->strategy.values == COIL_VALUES_TAGGED) {
		coil_image_word(reader->image,
				object->address + (uint64_t)coil_preheader_dict(
							  reader->layout),
				&values);
		values = values & 1 ? values + 1 : 0;
	} else if (l->strategy.values == COIL_VALUES_INLINE &&
		   plan->type->flags & COIL_TP_INLINE_VALUES) {
		const uint8_t *p;

		values = object->address + plan->type->basicsize;
		p = coil_image_view(reader->image, values,
				    l->PyDictValues.size);
		if (!p || !load8(p + l->PyDictValues.valid))
			return 0;
	}
	return values;
}

static void emit_attributes(struct coil_reader *reader,
			    const struct coil_object *object,
			    const struct coil_plan *plan,
			    struct coil_sink *sink)
{
	uint64_t values = attribute_values(reader, object, plan), dict = 0;
	bool is_inline = reader->layout->strategy.values == COIL_VALUES_INLINE;
	unsigned flags = COIL_REF_ATTR | COIL_EDGE_COUNTED | plan->traversed;
	struct coil_dict keys;
	const uint8_t *p;

	if (!coil_image_word(reader->image,
			     object->address + (uint64_t)coil_preheader_dict(
						       reader->layout),
			     &dict))
		sink->missing++;
	/* A dict that shares the values tells them, or leaves them to this. */
	if (dict && is_inline &&
	    reader->layout->strategy.inline_values ==
		    COIL_INLINE_VALUES_OF_DICT)
		values = 0;
	if (values) {
		if (!coil_dict_read_keys(reader->image, reader->layout,
					 plan->cached_keys, &keys))
			sink->missing++;
		p = coil_image_view(reader->image,
				    values +
					    reader->layout->PyDictValues.values,
				    keys.count * 8);
		if (!p && keys.count)
			sink->missing++;
		else if (!coil_sink_reads(sink, 0, keys.count * 8))
			p = NULL;
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
static uint64_t dict_pointer(struct coil_reader *reader,
			     const struct coil_object *object, int64_t offset)
{
	uint64_t items;

	if (offset > 0)
		return object->address + (uint64_t)offset;
	items = object->head_size < reader->layout->PyVarObject.size
			? 0
			: coil_ob_size(reader, object);
	if (items >> 40)
		return 0;
	return object->address +
	       align_up(object->type->basicsize +
				items * object->type->itemsize,
			8) +
	       (uint64_t)offset;
}

static uint64_t slot_value(struct coil_reader *reader,
			   const struct coil_object *object,
			   const struct coil_slot *slot, struct coil_sink *sink)
{
	uint64_t at = slot->offset, bytes, value = 0;

	/* A static type has not what its metatype adds. */
	if (!slot->after_items)
		return coil_field_word(object, slot->offset);
	if (object->head_size < reader->layout->PyVarObject.size ||
	    !mul64(coil_ob_size(reader, object), object->type->itemsize,
		   &bytes) ||
	    !coil_image_word(reader->image, object->address + at + bytes,
			     &value))
		sink->missing++;
	return value;
}

static void emit_slots(struct coil_reader *reader,
		       const struct coil_object *object,
		       const struct coil_plan *plan,
		       const struct coil_slots_of *of, struct coil_sink *sink)
{
	for (uint32_t i = 0; i < of->count; i++)
		coil_emit(sink, slot_value(reader, object, &of->slots[i], sink),
			  COIL_REF_SLOT | COIL_EDGE_COUNTED | plan->traversed,
			  COIL_LABEL_CSTRING, of->slots[i].name);
}

void coil_instance_refs(struct coil_reader *reader,
			const struct coil_object *object,
			const struct coil_plan *plan, unsigned type_flags,
			struct coil_sink *sink)
{
	for (const struct coil_slots_of *of = plan->slots; of; of = of->above)
		emit_slots(reader, object, plan, of, sink);
	if (plan->managed_dict)
		emit_attributes(reader, object, plan, sink);
	if (plan->dictoffset) {
		uint64_t at = dict_pointer(reader, object, plan->dictoffset);
		uint64_t dict = 0;

		if (!coil_image_word(reader->image, at, &dict))
			sink->missing++;
		coil_emit(sink, dict,
			  COIL_REF_ATTR | COIL_EDGE_COUNTED | plan->traversed,
			  COIL_LABEL_TEXT, coil_text("__dict__"));
	}
	if (type_flags)
		coil_emit(sink, object->type->address, type_flags,
			  COIL_LABEL_TEXT, coil_text("__class__"));
}

/* The buffer of a values array: its size stands in the byte before it.
 * Source: Objects/dictobject.c, new_values(). */
static void take_values(struct coil_reader *reader, uint64_t values,
			struct coil_buffers *buffers)
{
	const uint8_t *p = coil_image_view(reader->image, values - 1, 1);
	uint64_t prefix;

	if (!p)
		return;
	/* The prefix is two bytes and one for each value, rounded up. */
	prefix = *p;
	if (prefix > 2)
		buffers->take(buffers, values - prefix,
			      prefix + (prefix - 2) * 8);
}

void coil_instance_buffers(struct coil_reader *reader,
			   const struct coil_object *object,
			   const struct coil_plan *plan,
			   struct coil_buffers *buffers)
{
	uint64_t values;

	if (!plan->managed_dict ||
	    reader->layout->strategy.values == COIL_VALUES_INLINE)
		return;
	values = attribute_values(reader, object, plan);
	if (values)
		take_values(reader, values, buffers);
}
