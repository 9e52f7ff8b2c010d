/* SPDX-License-Identifier: MIT */
/*
 * The classes above a C type, and the __slots__ that they declare.
 *
 * Source: Objects/typeobject.c, type_new(): the members that __slots__ make
 * stand behind the struct of the type object.
 */
#include <stdlib.h>

#include "objects/bases.h"

#define T_OBJECT_EX 16	       /* Include/structmember.h */
#define AFTER_ITEMS 16	       /* its flag _Py_AFTER_ITEMS, 3.15 */
#define MOST_SLOTS  (1u << 16) /* of one class */

/* The members of the class @type; none, once there are more than memory can
 * hold: then they overlap. */
static bool read_slots(struct coil_reader *reader, const struct coil_type *type,
		       struct coil_slots_of *out)
{
	const struct coil_layout *l = reader->layout;
	uint64_t count, at = type->address + type->metatype->basicsize;
	struct coil_coverage memory;
	const uint8_t *p;

	if (!coil_image_word(reader->image,
			     type->address + l->PyVarObject.ob_size, &count) ||
	    !count || count > MOST_SLOTS)
		return true;
	coil_image_coverage(reader->image, &memory);
	if (reader->bases->slots + count >
	    MOST_SLOTS + memory.present / l->PyMemberDef.size)
		return true;
	p = coil_image_view(reader->image, align_up(at, 8),
			    count * l->PyMemberDef.size);
	if (!p)
		return true;
	out->slots = malloc(count * sizeof(*out->slots));
	if (!out->slots)
		return false;
	reader->bases->slots += count;
	for (uint64_t i = 0; i < count; i++, p += l->PyMemberDef.size) {
		uint64_t offset = load64(p + l->PyMemberDef.offset);

		if (load32(p + l->PyMemberDef.type) != T_OBJECT_EX ||
		    offset > type->basicsize || type->basicsize - offset < 8)
			continue;
		out->slots[out->count++] = (struct coil_slot){
			.offset = (uint32_t)offset,
			.after_items =
				load32(p + l->PyMemberDef.flags) & AFTER_ITEMS,
			.name = load64(p + l->PyMemberDef.name),
		};
	}
	return true;
}

const struct coil_type *coil_bases_solid(struct coil_reader *reader,
					 const struct coil_type *type,
					 coil_is_class *is_class,
					 const struct coil_slots_of **slots)
{
	struct coil_bases *b = reader->bases;
	const struct coil_type *solid = type;
	struct coil_facts *f;
	size_t n = 0;

	*slots = NULL;
	/* Up to what is known or no class; types have no rings of bases. */
	while (is_class(reader, solid)) {
		f = coil_facts_of(reader, solid);
		if (!f)
			return NULL;
		if (f->solid) {
			*slots = f->slots;
			solid = f->solid;
			break;
		}
		if (!APPEND(b->path, n, b->path_room, solid))
			return NULL;
		if (!solid->base)
			break;
		solid = solid->base;
	}
	while (n-- > 0) {
		f = coil_facts_of(reader, b->path[n]);
		if (!read_slots(reader, b->path[n], &f->own))
			return NULL;
		f->own.above = *slots;
		f->slots = *slots = f->own.count ? &f->own : *slots;
		f->solid = solid;
	}
	return solid;
}
