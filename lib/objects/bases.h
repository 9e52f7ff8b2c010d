/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_BASES_H
#define COIL_OBJECTS_BASES_H

#include "objects/plan.h"

/*
 * What is asked of types along their bases, worked out once a type: what its
 * base was found to be is shared by all that inherit it, so that a chain of
 * classes costs its length, and what leads astray costs no more.
 */

/* The __slots__ that one class declares, and those above it. */
struct coil_slots_of {
	struct coil_slot *slots;
	uint32_t count;
	const struct coil_slots_of *above; /* of the next class that has some */
};

/* What was found of one type. */
struct coil_facts {
	const struct coil_kind *named, *kind;
	const struct coil_type *solid; /* NULL: not known yet */
	struct coil_slots_of own;
	const struct coil_slots_of *slots; /* own, if there are any */
	/* The nearest of it and its bases that owns __sizeof__ or is unread. */
	const struct coil_type *owner;
	bool has_named, has_kind, has_owner;
	uint8_t owns; /* sizeof.c */
};

struct coil_bases {
	struct coil_facts **of; /* by type index */
	size_t room;
	const struct coil_type **path; /* types that wait for their base's */
	size_t path_room;
	uint64_t slots; /* read in all */
};

struct coil_bases *coil_bases_new(void);
void coil_bases_free(struct coil_bases *bases);

/** What was found of @type so far; NULL: out of memory. */
struct coil_facts *coil_facts_of(struct coil_reader *reader,
				 const struct coil_type *type);

/** The kind whose name @type has, or NULL. */
const struct coil_kind *coil_bases_named(struct coil_reader *reader,
					 const struct coil_type *type);

/**
 * The kind of the C type @type: its own, by name or rule, or the one it
 * inherits: a C type with the tp_traverse of its base tells the collector what
 * the base tells.  NULL: none.
 */
const struct coil_kind *coil_bases_kind(struct coil_reader *reader,
					const struct coil_type *type);

/* Whether @type is a class made by a class statement. */
typedef bool coil_is_class(struct coil_reader *reader,
			   const struct coil_type *type);

/**
 * The nearest base of @type that @is_class says is no Python class, @type
 * itself if it is none; *@slots receives those of the classes passed.  NULL:
 * out of memory.
 */
const struct coil_type *coil_bases_solid(struct coil_reader *reader,
					 const struct coil_type *type,
					 coil_is_class *is_class,
					 const struct coil_slots_of **slots);

/**
 * plan->size and plan->size_known: who among the type and its tp_mro defines
 * __sizeof__, and whether that is object or a kind.  plan->type and plan->solid
 * are set.
 */
void coil_sizeof_find(struct coil_reader *reader, struct coil_plan *plan,
		      coil_is_class *is_class);

#endif
