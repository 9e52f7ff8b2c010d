/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_KIND_H
#define COIL_OBJECTS_KIND_H

#include "objects/out.h"
#include "objects/reader.h"
#include "objects/sink.h"

/*
 * What a kind of object is: how its references, its buffers, its size and its
 * value are read.  A kind is one const struct in a file of kinds/, written in
 * the words of kinds/kinds.h, and one line in kinds/kinds.def.  It is that of
 * the C type in the base chain; what Python classes add (slots, __dict__,
 * attribute values, the reference to the class) is added around it by
 * instance.c, as subtype_traverse() does.
 */

/* A reference at a fixed place: one row of a kind's table. */
struct coil_member {
	uint32_t field;	   /* COIL_AT(PyCellObject, ob_ref) */
	uint8_t flags;	   /* enum coil_ref_kind | COIL_EDGE_* */
	const char *label; /* "cell_contents"; Python's name where it has one */
};

/* Where in struct coil_layout the offset of a field (the size) stands. */
#define COIL_AT(s, f) ((uint32_t)offsetof(struct coil_layout, s.f))
#define COIL_SIZE(s)  ((uint32_t)offsetof(struct coil_layout, s.size))

/* An offset (a size) itself: of structs that no layout file has, those of
 * extension packages. */
#define COIL_FIXED(offset) (0x80000000u | (offset))

static inline uint32_t coil_layout_value(const struct coil_layout *layout,
					 uint32_t at)
{
	if (at & COIL_FIXED(0))
		return at & ~COIL_FIXED(0);
	return load32((const uint8_t *)layout + at);
}

/* Writes the value of an object as its repr() is; nothing where that cannot be
 * read. */
typedef void coil_writer(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_out *out);

struct coil_kind {
	/* The type's tp_name; NULL: it is known by rule() alone. */
	const char *name;

	/* The name that the type has in other releases; NULL: none.  Such a
	 * name may lack the module, and then be that of another type too: only
	 * one whose tp_basicsize is struct_size is of this kind. */
	const char *other_name;

	/* COIL_SIZE(struct): a type whose tp_basicsize is smaller is not of
	 * this kind, and no type is where the layout has no such struct.
	 * 0: no struct beyond PyObject. */
	uint32_t struct_size;

	/* COIL_SIZE of the other structs that refs(), buffers() and size()
	 * read, ended by 0: without one of them in the layout no type is of
	 * this kind.  NULL: none. */
	const uint32_t *needs;

	/* Kind of the C base whose references, buffers come first; or NULL. */
	const struct coil_kind *super;

	/* References at fixed places, in this order, before refs(). A field
	 * that the layout lacks is passed over. */
	const struct coil_member *members;
	size_t member_count;

	/* Whether a type that no kind has the name of is of this one, by its
	 * structure; NULL: none is. */
	bool (*rule)(struct coil_reader *reader, const struct coil_type *type);

	/* The other references; NULL: none. */
	void (*refs)(struct coil_reader *reader,
		     const struct coil_object *object, struct coil_sink *sink);

	/* Memory that it alone owns; NULL: none. */
	void (*buffers)(struct coil_reader *reader,
			const struct coil_object *object,
			struct coil_buffers *buffers);

	/* What the type's own __sizeof__ returns: without collector head and
	 * pre-header.  NULL: it inherits __sizeof__. */
	uint64_t (*size)(struct coil_reader *reader,
			 const struct coil_object *object);

	/* The value, as the type's own tp_repr writes it; NULL: it inherits
	 * that of object, or is not known. */
	coil_writer *value;

	unsigned flags; /* enum coil_kind_flag */
};

enum coil_kind_flag {
	/* This C type has no tp_traverse: nothing it holds is traversed, but
	 * what it counts is named all the same. */
	COIL_KIND_UNTRAVERSED = 1 << 0,
	/* The tp_traverse of its type, which is on the heap, leaves the type
	 * out. */
	COIL_KIND_CLASS_UNVISITED = 1 << 1,
	/* What the collector traverses is asked of the type's own tp_traverse
	 * where it can be stepped; what refs() says stands where it cannot. */
	COIL_KIND_STEPPED = 1 << 2,
	/* It names what tp_traverse does not visit, and nothing of what it
	 * does. */
	COIL_KIND_PARTIAL = 1 << 3,
	/* Only a type whose tp_basicsize is struct_size. */
	COIL_KIND_EXACT_SIZE = 1 << 4,
};

/* No two of them are one bit. */
_Static_assert((COIL_KIND_UNTRAVERSED | COIL_KIND_CLASS_UNVISITED |
		COIL_KIND_STEPPED | COIL_KIND_PARTIAL | COIL_KIND_EXACT_SIZE) ==
		       (1 << 5) - 1,
	       "flags of kinds share a bit");

/* As type.__sizeof__ of object: tp_basicsize + |ob_size| * tp_itemsize. */
uint64_t coil_size_default(struct coil_reader *reader,
			   const struct coil_object *object);

/**
 * Whether the structs of @kind and of its C bases are inside every instance of
 * @type, and the layout has them and what else the kind reads.
 */
bool coil_kind_fits(struct coil_reader *reader, const struct coil_kind *kind,
		    const struct coil_type *type);

/** The kind that has the name of @type and fits it; NULL: none. */
const struct coil_kind *coil_kind_by_name(struct coil_reader *reader,
					  const struct coil_type *type);

/** The kind of a type that is known by its structure and not by its name;
 * NULL: none. */
const struct coil_kind *coil_kind_by_rule(struct coil_reader *reader,
					  const struct coil_type *type);

/* All of them: coil_kind_cell etc., and the table. */
#define COIL_KIND(ident) extern const struct coil_kind coil_kind_##ident;
#include "objects/kinds/kinds.def"
extern const struct coil_kind *const coil_kinds[];
extern const size_t coil_kind_count;

#endif
