/* SPDX-License-Identifier: MIT */
/*
 * What is known of each type, and the kind along its bases: see bases.h.
 */
#include <stdlib.h>

#include "objects/bases.h"

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

struct coil_facts *coil_facts_of(struct coil_reader *reader,
				 const struct coil_type *t)
{
	struct coil_bases *b = reader->bases;

	if (t->index >= b->room) {
		size_t old = b->room;

		if (!RESERVE(b->of, b->room, (size_t)t->index + 1))
			return NULL;
		memset(b->of + old, 0, (b->room - old) * sizeof(*b->of));
	}
	if (!b->of[t->index])
		b->of[t->index] = calloc(1, sizeof(**b->of));
	return b->of[t->index];
}

const struct coil_kind *coil_bases_named(struct coil_reader *reader,
					 const struct coil_type *type)
{
	struct coil_facts *f = coil_facts_of(reader, type);

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

/* Whether the collector sees what it sees of the base's instances. */
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
	struct coil_facts *f;

	for (; (f = coil_facts_of(reader, t)) && !f->has_kind; t = t->base) {
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
		f = coil_facts_of(reader, type);
		if (f) {
			f->kind = kind;
			f->has_kind = true;
		}
		if (type == t)
			return kind;
	}
}
