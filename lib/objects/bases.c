/* SPDX-License-Identifier: MIT */
/*
 * What is asked of types along their bases: see bases.h.
 *
 * Source: Objects/typeobject.c, type_new() and _PyType_Lookup(): the members
 * that __slots__ make stand behind the struct of the type object.
 */
#include <stdlib.h>

#include "coil/image.h"
#include "objects/bases.h"

#define T_OBJECT_EX 16	       /* Include/structmember.h */
#define AFTER_ITEMS 16	       /* its flag _Py_AFTER_ITEMS, 3.15 */
#define MOST_SLOTS  (1u << 16) /* of one class */

/* Whether a type's own dict has __sizeof__. */
enum owns { OWNS_UNASKED, OWNS_NOT, OWNS_IT, OWNS_UNREAD };

/* Of one type. */
struct facts {
	const struct coil_kind *named, *kind;
	const struct coil_type *solid; /* NULL: not known yet */
	struct coil_slots_of own;
	const struct coil_slots_of *slots; /* own, if there are any */
	/* The nearest of it and its bases that owns __sizeof__ or is unread. */
	const struct coil_type *owner;
	bool has_named, has_kind, has_owner;
	uint8_t owns; /* enum owns */
};

struct coil_bases {
	struct facts **of; /* by type index */
	size_t room;
	const struct coil_type **path; /* types that wait for their base's */
	size_t path_room;
	uint64_t slots; /* read in all */
};

struct coil_bases *coil_bases_new(void)
{
	return calloc(1, sizeof(struct coil_bases));
}

void coil_bases_free(struct coil_bases *bases)
{
	if (!bases)
		return;
	for (size_t i = 0; i < bases->room; i++) {
		if (bases->of[i])
			free(bases->of[i]->own.slots);
		free(bases->of[i]);
	}
	free(bases->of);
	free(bases->path);
	free(bases);
}

/* NULL: out of memory. */
static struct facts *facts_of(struct coil_bases *b, const struct coil_type *t)
{
	if (t->index >= b->room) {
		size_t old = b->room;
		struct facts **of = coil_grow(
			b->of, &b->room, (size_t)t->index + 1, sizeof(*of));

		if (!of)
			return NULL;
		memset(of + old, 0, (b->room - old) * sizeof(*of));
		b->of = of;
	}
	if (!b->of[t->index])
		b->of[t->index] = calloc(1, sizeof(**b->of));
	return b->of[t->index];
}

const struct coil_kind *coil_bases_named(struct coil_reader *reader,
					 const struct coil_type *type)
{
	struct facts *f = facts_of(reader->bases, type);

	if (!f)
		return coil_kind_by_name(reader, type);
	if (!f->has_named)
		f->named = coil_kind_by_name(reader, type);
	f->has_named = true;
	return f->named;
}

/*
 * Whether the struct of a C type has no room for anything beyond its base's: it
 * is as large, or only as the compiler rounds the first item up (pycairo's
 * enums are a PyLongObject of 32 bytes, of which int's tp_basicsize is 24).
 */
static bool adds_nothing(const struct coil_type *type)
{
	const struct coil_type *base = type->base;

	return type->basicsize == base->basicsize ||
	       (base->itemsize && type->itemsize == base->itemsize &&
		type->basicsize > base->basicsize &&
		type->basicsize <=
			align_up(base->basicsize + base->itemsize, 8));
}

/* Whether the collector is told what it is told of the base's instances. */
static bool inherits_all(const struct coil_type *type)
{
	return type->base && type->traverse == type->base->traverse &&
	       (type->traverse || adds_nothing(type));
}

const struct coil_kind *coil_bases_kind(struct coil_reader *reader,
					const struct coil_type *type)
{
	const struct coil_kind *kind = NULL;
	const struct coil_type *t = type;
	struct facts *f;

	for (; (f = facts_of(reader->bases, t)) && !f->has_kind; t = t->base) {
		kind = coil_bases_named(reader, t);
		if (!kind)
			kind = coil_kind_by_rule(reader, t);
		if (kind || !inherits_all(t))
			break;
	}
	if (f && f->has_kind)
		kind = f->kind;
	/* It is that of all that were passed. */
	for (;; type = type->base) {
		f = facts_of(reader->bases, type);
		if (f) {
			f->kind = kind;
			f->has_kind = true;
		}
		if (type == t)
			return kind;
	}
}

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

const struct coil_type *coil_bases_solid(
	struct coil_reader *reader, const struct coil_type *type,
	bool (*is_class)(struct coil_reader *reader,
			 const struct coil_type *type),
	const struct coil_slots_of **slots)
{
	struct coil_bases *b = reader->bases;
	const struct coil_type *solid = type;
	struct facts *f;
	size_t n = 0;

	*slots = NULL;
	/* Up to what is known or no class; types have no rings of bases. */
	while (is_class(reader, solid)) {
		const struct coil_type **path;

		f = facts_of(b, solid);
		if (!f)
			return NULL;
		if (f->solid) {
			*slots = f->slots;
			solid = f->solid;
			break;
		}
		path = coil_grow(b->path, &b->path_room, n + 1, sizeof(*path));
		if (!path)
			return NULL;
		b->path = path;
		path[n++] = solid;
		if (!solid->base)
			break;
		solid = solid->base;
	}
	while (n-- > 0) {
		f = facts_of(b, b->path[n]);
		if (!read_slots(reader, b->path[n], &f->own))
			return NULL;
		f->own.above = *slots;
		f->slots = *slots = f->own.count ? &f->own : *slots;
		f->solid = solid;
	}
	return solid;
}

static enum owns ask_dict(struct coil_reader *reader,
			  const struct coil_type *type)
{
	struct coil_dict dict;

	if (!type->dict ||
	    !coil_dict_read(reader->image, reader->layout, type->dict, &dict))
		return OWNS_UNREAD;
	return coil_dict_lookup(&dict, "__sizeof__") ? OWNS_IT : OWNS_NOT;
}

static enum owns owns(struct coil_reader *reader, const struct coil_type *type)
{
	struct facts *f = facts_of(reader->bases, type);

	if (!f)
		return OWNS_UNREAD;
	if (f->owns == OWNS_UNASKED)
		f->owns = (uint8_t)ask_dict(reader, type);
	return (enum owns)f->owns;
}

/* The nearest of @type and its bases that may be the owner, or NULL. */
static const struct coil_type *along_bases(struct coil_reader *reader,
					   const struct coil_type *type)
{
	const struct coil_type *t = type, *owner = NULL;
	struct facts *f;

	for (; t; t = t->base) {
		f = facts_of(reader->bases, t);
		if (f && f->has_owner)
			owner = f->owner;
		else if (owns(reader, t) != OWNS_NOT)
			owner = t;
		else
			continue;
		break;
	}
	for (; type && type != t; type = type->base) {
		f = facts_of(reader->bases, type);
		if (!f)
			continue;
		f->owner = owner;
		f->has_owner = true;
	}
	return owner;
}

struct search {
	struct coil_reader *reader;
	const struct coil_type *owner;
};

static bool stop_at_owner(void *ctx, const struct coil_type *type)
{
	struct search *s = ctx;

	if (owns(s->reader, type) == OWNS_NOT)
		return false;
	s->owner = type;
	return true;
}

const struct coil_type *coil_bases_sizeof(struct coil_reader *reader,
					  const struct coil_type *type,
					  const struct coil_type **unread)
{
	struct search s = {reader, NULL};

	*unread = NULL;
	if (!coil_type_mro(reader->types, type, stop_at_owner, &s))
		s.owner = along_bases(reader, type);
	if (s.owner && owns(reader, s.owner) == OWNS_UNREAD) {
		*unread = s.owner;
		return NULL;
	}
	return s.owner;
}
