/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_KINDS_KINDS_H
#define COIL_OBJECTS_KINDS_KINDS_H

#include "objects/kind.h"

/*
 * The words in which kinds are written; struct coil_kind says what they mean.
 *
 *	KIND(cell, "cell", STRUCT(PyCellObject),
 *	     MEMBERS(VISITED(PyCellObject, ob_ref, CELL, "cell_contents")),
 *	     .value = value);
 *
 * defines coil_kind_cell, which kinds.def names.  What tp_traverse passes to
 * Py_VISIT() in any release is VISITED: object.c takes that back where the type
 * has no tp_traverse.
 */
#define KIND(ident, tp_name, size, ...) \
	const struct coil_kind coil_kind_##ident = { \
		.name = tp_name, .struct_size = (size), __VA_ARGS__}

/* The size: of a struct of the layout, of one up to its field @f, where
 * tp_basicsize leaves out what follows, or in bytes, of a struct that no
 * layout has; 0 where there is nothing beyond PyObject. */
#define STRUCT(s)   COIL_SIZE(s)
#define UP_TO(s, f) COIL_AT(s, f)
#define BYTES(n)    COIL_FIXED(n)

/* Other structs that its functions read: NEEDS(STRUCT(ODictNode)). */
#define NEEDS(...) \
	.needs = (const uint32_t[]) \
	{ \
		__VA_ARGS__, 0 \
	}

/* References at fixed places, in rows of the following. */
#define MEMBERS(...) \
	.members = (const struct coil_member[]){__VA_ARGS__}, \
	.member_count = sizeof((const struct coil_member[]){__VA_ARGS__}) / \
			sizeof(struct coil_member)

/* A member that is owned and passed to Py_VISIT(), as most are. @kind is one of
 * COIL_REF_*: MEMBER, or what the reference means to Python. */
#define VISITED(s, f, kind, label) \
	{ \
		COIL_AT(s, f), COIL_REF_##kind | COIL_STRONG, label \
	}
/* One that is owned and that tp_traverse, if there is one, leaves out. */
#define OWNED(s, f, kind, label) \
	{ \
		COIL_AT(s, f), COIL_REF_##kind | COIL_EDGE_COUNTED, label \
	}
/* The same at an offset in bytes, of a struct that no layout has. */
#define VISITED_AT(offset, kind, label) \
	{ \
		COIL_FIXED(offset), COIL_REF_##kind | COIL_STRONG, label \
	}
#define OWNED_AT(offset, kind, label) \
	{ \
		COIL_FIXED(offset), COIL_REF_##kind | COIL_EDGE_COUNTED, label \
	}
/* The dict of a C struct that has one of its own. */
#define DICT(s, f) VISITED(s, f, ATTR, "__dict__")

/* A value() that is @text whatever the object. */
#define WRITES(function, text) \
	static void function(struct coil_reader *reader, \
			     const struct coil_object *object, \
			     struct coil_out *out) \
	{ \
		(void)reader; \
		(void)object; \
		coil_out_string(out, text); \
	}

/**
 * The member of @object at offset @at, for refs(): where what is visited
 * depends on more than the type.
 *
 * @flags  COIL_REF_* | COIL_EDGE_*; COIL_EDGE_COUNTED is added.
 */
void coil_emit_member(const struct coil_object *object, uint32_t at,
		      unsigned flags, const char *label,
		      struct coil_sink *sink);

/**
 * COIL_EDGE_TRAVERSED if the C type called @name, one of @object's, is on the
 * heap: when types moved there, their tp_traverse were completed.  Else 0.
 */
unsigned coil_visits_more(const struct coil_object *object, const char *name);

/** sys.getsizeof() of the bytes object @object; 0: it is none. */
uint64_t coil_bytes_getsizeof(struct coil_reader *reader,
			      const struct coil_object *object);

#endif
