/* SPDX-License-Identifier: MIT */
/*
 * Who defines the __sizeof__ of a type, and whether its rule is known.
 *
 * Source: Objects/typeobject.c, _PyType_Lookup(); Python/sysmodule.c,
 * _PySys_GetSizeOf().
 */
#include "objects/bases.h"

#define BASES_LIMIT 1000 /* longer base chains are cut */

/* Whether a type's own dict has __sizeof__; coil_facts.owns. */
enum owns { OWNS_UNASKED, OWNS_NOT, OWNS_IT, OWNS_UNREAD };

static enum owns ask_dict(struct coil_reader *reader,
			  const struct coil_type *type)
{
	struct coil_dict dict;

	if (!type->dict || !coil_reader_dict(reader, type->dict, &dict))
		return OWNS_UNREAD;
	return coil_dict_lookup(&dict, "__sizeof__") ? OWNS_IT : OWNS_NOT;
}

static enum owns owns(struct coil_reader *reader, const struct coil_type *type)
{
	struct coil_facts *f = coil_facts_of(reader, type);

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
	struct coil_facts *f;

	for (; t; t = t->base) {
		f = coil_facts_of(reader, t);
		if (f && f->has_owner)
			owner = f->owner;
		else if (owns(reader, t) != OWNS_NOT)
			owner = t;
		else
			continue;
		break;
	}
	for (; type && type != t; type = type->base) {
		f = coil_facts_of(reader, type);
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

/*
 * Who defines __sizeof__ among @type and its tp_mro, along the bases where that
 * cannot be read.  *@unread receives the first type before the owner whose
 * dict was not captured, which may be the one; the owner is then not said.
 */
static const struct coil_type *owner_of(struct coil_reader *reader,
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

/*
 * Who defines __sizeof__ where not all that was looked at was captured, from
 * @unread on: of C types the kinds say it, any other may.
 */
static const struct coil_type *guess_size(struct coil_reader *reader,
					  const struct coil_type *type,
					  const struct coil_type *unread,
					  bool *sure)
{
	bool doubtful = false;

	for (unsigned n = 0; type && n < BASES_LIMIT; n++, type = type->base) {
		const struct coil_kind *kind = coil_bases_named(reader, type);

		doubtful |= type == unread;
		if ((kind && kind->size) ||
		    type == coil_types_object(reader->types))
			return type;
		if (doubtful && !kind)
			*sure = false;
	}
	*sure = false;
	return NULL;
}

/* What the C code of a class with a __sizeof__ of its own in Python counts. */
static const struct coil_kind *size_in_c(struct coil_reader *reader,
					 const struct coil_type *type)
{
	for (unsigned n = 0; type && n < BASES_LIMIT; n++, type = type->base) {
		const struct coil_kind *kind = coil_bases_named(reader, type);

		if (kind && kind->size)
			return kind;
	}
	return NULL;
}

void coil_sizeof_find(struct coil_reader *reader, struct coil_plan *plan,
		      coil_is_class *is_class)
{
	const struct coil_type *object = coil_types_object(reader->types);
	const struct coil_type *owner, *unread;
	bool sure = true;

	owner = owner_of(reader, plan->type, &unread);
	/* Without the name itself nothing is found in any. */
	if (unread || !owner)
		owner = guess_size(reader, plan->type,
				   unread ? unread : plan->type, &sure);
	if (owner && owner != object && is_class(reader, owner)) {
		plan->size = size_in_c(reader, plan->solid);
		return; /* what the class says is not known */
	}
	if (owner && owner != object)
		plan->size = coil_bases_named(reader, owner);
	if (plan->size && !plan->size->size)
		plan->size = NULL;
	plan->size_known = sure && (plan->size || owner == object);
}
