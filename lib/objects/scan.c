/* SPDX-License-Identifier: MIT */
/*
 * The last resort for C types that no kind decodes: a conservative scan.  The
 * members that the type itself names come with their names, every other word
 * with its offset; all of them are marked inexact.
 *
 * Source: Include/structmember.h, T_OBJECT and T_OBJECT_EX.
 */
#include "objects/plan.h"

#define T_OBJECT      6
#define T_OBJECT_EX   16
#define MEMBERS_LIMIT 256	 /* PyMemberDefs read of one type */
#define ITEMS_LIMIT   (1u << 20) /* bytes scanned of one object's items */

uint64_t coil_member_name(struct coil_reader *reader,
			  const struct coil_type *type, uint64_t offset)
{
	const struct coil_layout *l = reader->layout;
	uint64_t at = type->members;

	for (unsigned n = 0; at && n < MEMBERS_LIMIT;
	     n++, at += l->PyMemberDef.size) {
		const uint8_t *p =
			coil_image_view(reader->image, at, l->PyMemberDef.size);
		uint32_t kind;

		if (!p || !load64(p + l->PyMemberDef.name))
			return 0;
		kind = load32(p + l->PyMemberDef.type);
		if ((kind == T_OBJECT || kind == T_OBJECT_EX) &&
		    load64(p + l->PyMemberDef.offset) == offset)
			return load64(p + l->PyMemberDef.name);
	}
	return 0;
}

static void scan(struct coil_reader *reader, const struct coil_object *object,
		 const struct coil_plan *plan, const uint8_t *p, uint64_t from,
		 uint64_t to, struct coil_sink *sink)
{
	/* Which of them its tp_traverse visits is not known. */
	const unsigned flags = COIL_EDGE_COUNTED | COIL_EDGE_INEXACT;

	for (uint64_t at = from; at + 8 <= to && !sink->stop; at += 8) {
		uint64_t word = load64(p + at - from), name;

		if (!word || word & 7 || word == object->address ||
		    (int64_t)at == plan->solid->weaklistoffset ||
		    !coil_image_segment(reader->image, word))
			continue;
		name = coil_member_name(reader, plan->solid, at);
		if (name)
			coil_emit(sink, word, COIL_REF_MEMBER | flags,
				  COIL_LABEL_CSTRING, name);
		else
			coil_emit(sink, word, COIL_REF_OTHER | flags,
				  COIL_LABEL_OFFSET, at);
	}
}

void coil_scan_refs(struct coil_reader *reader,
		    const struct coil_object *object,
		    const struct coil_plan *plan, struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	uint64_t from =
		plan->solid->itemsize ? l->PyVarObject.size : l->PyObject.size;
	uint64_t basic = min64(plan->solid->basicsize, object->head_size);
	uint64_t items;
	const uint8_t *p;

	sink->inexact = true;
	sink->unsure |= plan->traversed && plan->solid->traverse;
	from = max64(from, plan->scan_from);
	if (basic > from)
		scan(reader, object, plan, object->head + from, from, basic,
		     sink);
	/* Items are those of the base whose kind is known. */
	if (plan->kind || !plan->solid->itemsize ||
	    object->head_size < l->PyVarObject.size)
		return;
	items = min64(coil_ob_size(reader, object), ITEMS_LIMIT) *
		plan->solid->itemsize;
	items = min64(items, ITEMS_LIMIT);
	if (!items)
		return;
	p = coil_object_behind(reader, object, basic, items);
	if (p)
		scan(reader, object, plan, p, basic, basic + items, sink);
	else
		sink->missing++;
}
