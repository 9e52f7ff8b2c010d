/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_PLAN_H
#define COIL_OBJECTS_PLAN_H

#include "objects/kind.h"

/*
 * How the instances of one type are decoded, worked out once a type: the kind
 * of its C base and what the Python classes above it add.
 */

/* A __slots__ member. */
struct coil_slot {
	uint32_t offset;  /* bytes from the object's start */
	bool after_items; /* and the items of this object */
	uint64_t name;	  /* address of its C string */
};

/* How a type's references are found; coil_means_names[] says it in words. */
enum coil_means {
	COIL_MEANS_NATIVE,
	COIL_MEANS_INFERRED,	/* a fixed layout, from its tp_traverse */
	COIL_MEANS_INTERPRETED, /* its tp_traverse, stepped for each object */
	COIL_MEANS_SCANNED,
	COIL_MEANS_NONE
};

/* The slots of classes: bases.h. */
struct coil_slots_of;

/* What the machine is to be asked about the instances of a type. */
struct coil_stepped;

struct coil_plan {
	const struct coil_type *type;
	const struct coil_type *solid; /* its nearest base that is no Python
					* class: what the C code sees */
	const struct coil_kind *kind;  /* of solid; NULL: none is known */
	const struct coil_kind *size;  /* whose size() is its __sizeof__; NULL:
					* that of object */
	const struct coil_slots_of *slots; /* its classes'; NULL: none */
	uint64_t cached_keys; /* ht_cached_keys, for attribute values */
	int64_t dictoffset;   /* of a __dict__ that a class adds; 0: none */
	uint8_t type_flags;   /* edge flags of the reference to the type; 0:
			       * it is not owned */
	uint8_t traversed;    /* COIL_EDGE_TRAVERSED, or 0 */
	uint32_t scan_from;   /* bytes; what a scan leaves to the kind of a
			       * base: not with means native, kind set too */
	struct coil_stepped *stepped; /* not with means native */
	uint64_t is_gc; /* the machine code that says of each whether
			 * the collector traverses it; 0: all or none */
	bool managed_dict;
	bool size_known; /* __sizeof__ is object's or a kind's */
	enum coil_means means;
	coil_writer *writer; /* of values, once @writer_known: repr.h */
	bool writer_known;
};

struct coil_plans;

struct coil_plans *coil_plans_new(void);
void coil_plans_free(struct coil_plans *plans);

/** The plan for @type, made at the first call; NULL: out of memory. */
const struct coil_plan *coil_plan_get(struct coil_reader *reader,
				      const struct coil_type *type);

/** What writes the values of @type's objects: repr.h; NULL: nothing can. */
coil_writer *coil_plan_writer(struct coil_reader *reader,
			      const struct coil_type *type);

/** The kind of the C type @type itself, by its name; NULL: none. */
const struct coil_kind *coil_kind_of(struct coil_reader *reader,
				     const struct coil_type *type);

extern const char *const coil_means_names[];

/**
 * The means that the type's objects were decoded with so far, and why by no
 * better: "", or text of at most COIL_REASON bytes in @reason.
 */
#define COIL_REASON 160
enum coil_means coil_plan_means(const struct coil_plan *plan,
				char reason[COIL_REASON]);

/** What @plan asks of the machine, its means worked out; false: no memory. */
bool coil_stepped_make(struct coil_reader *reader, struct coil_plan *plan);
void coil_stepped_free(struct coil_stepped *stepped);

/**
 * What the machine says of @object, the reference to its type included; false,
 * and nothing emitted, where it cannot say and the object must be scanned.
 */
bool coil_stepped_refs(struct coil_reader *reader,
		       const struct coil_object *object,
		       const struct coil_plan *plan, struct coil_sink *sink);

/**
 * Whether the collector traverses @object, by the type's tp_is_gc; true where
 * that cannot be known.
 */
bool coil_stepped_is_gc(struct coil_reader *reader,
			const struct coil_object *object,
			const struct coil_plan *plan);

/**
 * Whether @object is a static type.  It has no collector head, whatever its
 * metatype says of its instances (type_is_gc()): nothing that it refers to is
 * traversed.
 */
bool coil_is_static_type(struct coil_reader *reader,
			 const struct coil_object *object);

/**
 * The flags of the reference to the type of @object; 0: it is not owned.
 * That of a static type to a metatype on the heap may be: who put it there
 * counted it or did not (PyType_Ready() does not, when it inherits one).
 */
unsigned coil_class_flags(struct coil_reader *reader,
			  const struct coil_object *object,
			  const struct coil_plan *plan);

/** What the kind of the object's C base tells. */
void coil_kind_refs(struct coil_reader *reader,
		    const struct coil_object *object,
		    const struct coil_kind *kind, struct coil_sink *sink);

/** The same, of a C base without tp_traverse: none of it is traversed. */
void coil_kind_refs_unvisited(struct coil_reader *reader,
			      const struct coil_object *object,
			      const struct coil_kind *kind,
			      struct coil_sink *sink);

/** The name that @type's tp_members give the object at @offset, or 0. */
uint64_t coil_member_name(struct coil_reader *reader,
			  const struct coil_type *type, uint64_t offset);

/**
 * The last resort for a C type without a kind: what its tp_members name, then
 * every word of its struct that is the address of an object.  Marked inexact.
 */
void coil_scan_refs(struct coil_reader *reader,
		    const struct coil_object *object,
		    const struct coil_plan *plan, struct coil_sink *sink);

#endif
