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

struct coil_bases;

struct coil_bases *coil_bases_new(void);
void coil_bases_free(struct coil_bases *bases);

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

/**
 * The nearest base of @type that @is_class says is no Python class, @type
 * itself if it is none; *@slots receives those of the classes passed.  NULL:
 * out of memory.
 */
const struct coil_type *coil_bases_solid(
	struct coil_reader *reader, const struct coil_type *type,
	bool (*is_class)(struct coil_reader *reader,
			 const struct coil_type *type),
	const struct coil_slots_of **slots);

/**
 * Who defines __sizeof__ among @type and its tp_mro, along the bases where that
 * cannot be read.  *@unread receives the first type before the owner whose
 * dict was not captured, which may be the one; the owner is then not told.
 */
const struct coil_type *coil_bases_sizeof(struct coil_reader *reader,
					  const struct coil_type *type,
					  const struct coil_type **unread);

#endif
