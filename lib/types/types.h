/* SPDX-License-Identifier: MIT */
#ifndef COIL_TYPES_TYPES_H
#define COIL_TYPES_TYPES_H

#include "runtime/runtime.h"
#include "values/dict.h"
#include "values/int.h"
#include "values/str.h"

/*
 * Type objects, each read once: what a decoder has to know of the type of an
 * object.
 */

/* tp_flags. Source: Include/object.h of the versions read; the bits that are
 * used here have the same meaning in all of them. */
#define COIL_TP_INLINE_VALUES	(1u << 2)
#define COIL_TP_MANAGED_WEAKREF (1u << 3)
#define COIL_TP_MANAGED_DICT	(1u << 4)
#define COIL_TP_HEAPTYPE	(1u << 9)
#define COIL_TP_READY		(1u << 12)
#define COIL_TP_HAVE_GC		(1u << 14)
#define COIL_TP_LONG		(1u << 24)
#define COIL_TP_LIST		(1u << 25)
#define COIL_TP_TUPLE		(1u << 26)
#define COIL_TP_BYTES		(1u << 27)
#define COIL_TP_UNICODE		(1u << 28)
#define COIL_TP_DICT		(1u << 29)
#define COIL_TP_EXCEPTION	(1u << 30)
#define COIL_TP_TYPE		(1u << 31)

struct coil_type {
	uint64_t address;
	uint32_t index;	  /* in order of reading, [0, coil_types_count()) */
	uint32_t flags;	  /* COIL_TP_*: the low half of tp_flags */
	const char *name; /* "module.QualName", built-ins bare; never NULL */
	const struct coil_type *metatype; /* type's own is itself */
	/* NULL: object, or unreadable, or it would lead back to the type, which
	 * ring then says of the first by address.  Bases end. */
	const struct coil_type *base;
	uint64_t basicsize; /* bytes, at least sizeof(PyObject) */
	uint64_t itemsize;  /* bytes */
	int64_t dictoffset, weaklistoffset;
	uint64_t traverse, dealloc, is_gc; /* addresses of machine code */
	uint64_t members;    /* PyMemberDef[] of tp_members, or 0 */
	uint64_t dict;	     /* its __dict__'s address, or 0 */
	uint64_t subclasses; /* dict of its subclasses, or 0 */
	uint64_t weaklist;   /* first weak reference to it, or 0 */
	uint32_t prefix; /* bytes from the start of an instance's block to the
			  * instance: 0, 16 (collector head) or 32 */
	bool heap;	 /* COIL_TP_HEAPTYPE */
	bool named;	 /* name was read, or derived; not made up */
	bool derived;	 /* from what holds it, or from its structure */
	bool ring;	 /* its tp_base leads back to it */
	uint32_t passed; /* of types.c: the walk that came by */
};

struct coil_types;

struct coil_types *coil_types_new(const struct coil_runtime *runtime);

/** Read every class that `object` leads to along __subclasses__(). */
void coil_types_read_all(struct coil_types *types);

void coil_types_free(struct coil_types *types);

/**
 * The type at @address, read at the first call; NULL where there is none:
 * its own type must be a type of types, up to `type`.  Not for several threads.
 */
const struct coil_type *coil_types_get(struct coil_types *types,
				       uint64_t address);

/* As coil_types_get(), for types that were read before; for any thread. Whether
 * one was depends on what has been decoded: nothing that decodes asks this. */
const struct coil_type *coil_types_known(const struct coil_types *types,
					 uint64_t address);

uint32_t coil_types_count(const struct coil_types *types);
const struct coil_type *coil_types_at(const struct coil_types *types,
				      uint32_t index);

/* `type` and `object` themselves. */
const struct coil_type *coil_types_type(const struct coil_types *types);
const struct coil_type *coil_types_object(const struct coil_types *types);

/** The address of the value of str key @name in the type's own dict, or 0. */
uint64_t coil_type_lookup(const struct coil_types *types,
			  const struct coil_type *type, const char *name);

/**
 * Call @stop for the types in @type's tp_mro, in order, until it returns true.
 * False, and nothing called, where there is none or it is too long.
 */
bool coil_type_mro(struct coil_types *types, const struct coil_type *type,
		   bool (*stop)(void *ctx, const struct coil_type *base),
		   void *ctx);

/** The nearest of @type and its bases whose name is @name, or NULL. */
const struct coil_type *coil_type_named(const struct coil_type *type,
					const char *name);

#endif
