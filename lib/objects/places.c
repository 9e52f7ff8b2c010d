/* SPDX-License-Identifier: MIT */
/*
 * What the machine is to be asked about the instances of a type, and what the
 * words of their struct are called: worked out once a type.
 */
#include <stdlib.h>

#include "objects/bases.h"
#include "objects/stepped.h"

#define BASES_LIMIT 1000

void coil_stepped_free(struct coil_stepped *t)
{
	if (!t)
		return;
	free(t->slots.offsets);
	free(t->places);
	free(t);
}

/* The row of the kind's table for @offset; NULL: none. */
static const struct coil_member *kind_member(struct coil_reader *reader,
					     const struct coil_kind *kind,
					     uint64_t offset)
{
	for (; kind; kind = kind->super)
		for (size_t i = 0; i < kind->member_count; i++)
			if (coil_layout_value(reader->layout,
					      kind->members[i].field) == offset)
				return &kind->members[i];
	return NULL;
}

/* What the word at @offset is called. */
struct coil_place coil_place_name(struct coil_reader *reader,
				  const struct coil_plan *plan, int64_t offset)
{
	struct coil_place p = {
		.offset = (int32_t)offset,
		.flags = COIL_REF_OTHER,
		.label_type = COIL_LABEL_OFFSET,
		.label = (uint64_t)offset,
	};
	const struct coil_type *type = plan->solid;
	const struct coil_member *m;

	if (offset < 0)
		return p;
	m = kind_member(reader, plan->kind, (uint64_t)offset);
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
		uint64_t name =
			coil_member_name(reader, type, (uint64_t)offset);

		if (!name)
			continue;
		p.flags = COIL_REF_MEMBER;
		p.label_type = COIL_LABEL_CSTRING;
		p.label = name;
		break;
	}
	return p;
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
static void add_members(struct coil_reader *reader,
			const struct coil_plan *plan, struct coil_stepped *t)
{
	if (t->merge || t->beside)
		return;
	for (const struct coil_kind *k = plan->kind; k; k = k->super)
		for (size_t i = 0; i < k->member_count; i++) {
			const struct coil_member *m = &k->members[i];
			uint32_t at =
				coil_layout_value(reader->layout, m->field);
			struct coil_place *p = &t->places[t->place_count];

			if (at == COIL_NO_FIELD ||
			    at > plan->type->basicsize - 8 ||
			    is_place(t, t->place_count, at))
				continue;
			*p = coil_place_name(reader, plan, at);
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
static void add_others(struct coil_reader *reader, const struct coil_plan *plan,
		       struct coil_stepped *t)
{
	const struct coil_type *type = plan->solid;
	uint64_t from = type->itemsize ? reader->layout->PyVarObject.size
				       : reader->layout->PyObject.size;
	uint64_t end = min64(type->basicsize, COIL_STRUCT_LIMIT);

	for (uint64_t at = max64(from, plan->scan_from); at + 8 <= end;
	     at += 8) {
		struct coil_place *p = &t->places[t->place_count];

		if ((int64_t)at == type->weaklistoffset ||
		    is_place(t, t->place_count, at))
			continue;
		*p = coil_place_name(reader, plan, (int64_t)at);
		p->flags |= COIL_EDGE_COUNTED | COIL_EDGE_INEXACT;
		t->place_count++;
	}
}

/* A word twice in the layout has the first place. */
static void index_places(struct coil_stepped *t)
{
	memset(t->place_of, 0, sizeof(t->place_of));
	for (uint32_t i = t->place_count; i--;) {
		uint32_t word = (uint32_t)t->places[i].offset / 8;

		if (word < COIL_STRUCT_LIMIT / 8 && i < UINT16_MAX &&
		    !(t->places[i].offset & 7))
			t->place_of[word] = (uint16_t)(i + 1);
	}
}

void coil_places_drop_slots(struct coil_stepped *t)
{
	t->place_count -= t->slots.count;
	memmove(t->places, t->places + t->slots.count,
		t->place_count * sizeof(*t->places));
	index_places(t);
}

static bool make_places(struct coil_reader *reader,
			const struct coil_plan *plan, struct coil_stepped *t)
{
	size_t room = t->slots.count + COIL_STRUCT_LIMIT / 8;

	for (const struct coil_kind *k = plan->kind; k; k = k->super)
		room += k->member_count;
	t->places = calloc(room, sizeof(*t->places));
	if (!t->places)
		return false;
	for (uint32_t i = 0; i < t->slots.count; i++) {
		struct coil_place *p = &t->places[i];
		int32_t offset = t->slots.offsets[i];
		bool again = offset >= 0 && is_place(t, i, (uint64_t)offset);

		*p = coil_place_name(reader, plan, offset);
		p->flags |= plan->traversed;
		if (!again)
			p->flags |= COIL_EDGE_COUNTED;
	}
	t->place_count = t->slots.count;
	add_members(reader, plan, t);
	/* The kind of the very type tells all that it owns. */
	if (!plan->kind || plan->scan_from ||
	    coil_bases_named(reader, plan->solid) != plan->kind)
		add_others(reader, plan, t);
	index_places(t);
	return true;
}

static bool has_refs(const struct coil_kind *kind)
{
	while (kind && !kind->refs)
		kind = kind->super;
	return kind != NULL;
}

/* Infers what is visited beside what the kind of a base tells: the base has no
 * tp_traverse (pandas' Timestamp is a datetime), and no slot is in its part. */
static enum coil_fault infer_beside(struct coil_reader *reader,
				    const struct coil_plan *plan,
				    const struct coil_shape *shape,
				    struct coil_stepped *t)
{
	enum coil_fault why;

	if (!plan->scan_from || plan->solid->base->traverse)
		return COIL_VARIES_BASE;
	why = coil_traverse_infer(reader->traverse, shape, &t->slots);
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

bool coil_stepped_make(struct coil_reader *reader, struct coil_plan *plan)
{
	const struct coil_type *type = plan->type;
	const struct coil_shape shape = {
		.code = plan->solid->traverse,
		.type = type->address,
		.basicsize = type->basicsize,
		.itemsize = type->itemsize,
		.prefix = type->prefix,
		.ob_type = reader->layout->PyObject.ob_type,
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
	t->why = coil_traverse_trust(reader->image, t->code);
	if (t->why != COIL_FAULT_NONE)
		return true;
	t->means = COIL_MEANS_INTERPRETED;
	t->why = t->merge ? infer_beside(reader, plan, &shape, t)
			  : coil_traverse_infer(reader->traverse, &shape,
						&t->slots);
	if (t->why == COIL_FAULT_NONE)
		t->means = COIL_MEANS_INFERRED;
	return t->why != COIL_FAULT_MEMORY && make_places(reader, plan, t);
}
