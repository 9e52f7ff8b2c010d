/* SPDX-License-Identifier: MIT */
#ifndef COIL_RUNTIME_SELF_H
#define COIL_RUNTIME_SELF_H

/*
 * What a process tells of its own structs, held against a layout: the table of
 * debug offsets (from 3.13 on), and what each type object says of the struct of
 * its instances.  A release that no interpreter was compared with is read by
 * the layout of its neighbours only where all of it agrees.
 */

#include "runtime/internal.h"

/* What was compared. */
struct coil_self {
	uint32_t sizes, offsets; /* that agree */
	uint32_t wrong;		 /* numbers that do not */
	char text[256];		 /* the first of those, in words */
};

/* Numbers of a struct above this are damage and not a layout. */
#define COIL_SELF_LIMIT (1u << 24)

/**
 * Compare one number.
 *
 * @name   What it is: "PyFunctionObject.func_code", "PyFunctionObject.size".
 * @value  What the process says; @number what the layout has.
 * @who    Where the process says it, for the words: "function" and "__code__".
 */
void coil_self_compare(struct coil_self *self, const char *name, bool is_size,
		       uint64_t value, uint64_t number, const char *who,
		       const char *of);

/**
 * Whether what was compared speaks for the layout of @runtime: no number
 * differs, and of a release on which it was not proved enough were compared,
 * unless the user gave the layout.
 *
 * Returns COIL_OK, or COIL_E_UNSUPPORTED with the first number that differs,
 * and what to do.
 */
enum coil_status coil_self_judge(const struct coil_runtime *runtime,
				 const struct coil_self *self,
				 struct coil_error *err);

/** All that _Py_DebugOffsets tells and the layout of @runtime knows too. */
void coil_self_offsets(const struct coil_runtime *runtime,
		       struct coil_self *self);

/** All that type objects tell and the layout of @runtime knows too. */
void coil_self_types(const struct coil_runtime *runtime,
		     struct coil_self *self);

/* --- the table of debug offsets: self_offsets.c --- */

/* An entry of it, and the number of the layout that it must equal. */
struct coil_self_entry {
	const char *said; /* "type_object_tp_name" */
	const char *text; /* "PyTypeObject.tp_name" */
	uint32_t said_at, at;
	bool is_size;
};

extern const struct coil_self_entry coil_self_entries[];
extern const size_t coil_self_entry_count;

/* --- the table of types: self_table.c --- */

enum coil_self_what {
	COIL_SELF_TYPE,	  /* the rows that follow are of this type */
	COIL_SELF_SIZE,	  /* tp_basicsize */
	COIL_SELF_ITEM,	  /* tp_itemsize */
	COIL_SELF_DICT,	  /* tp_dictoffset */
	COIL_SELF_WEAK,	  /* tp_weaklistoffset */
	COIL_SELF_MEMBER, /* of its tp_members the one of this name */
};

/*
 * One number that a type tells; 0 where struct coil_layout has an offset means
 * none, for no number of a layout stands there.
 */
struct coil_self_row {
	enum coil_self_what what;
	const char *name; /* of a type: its tp_name; a member's */

	/* Of a type: its symbol, or that of a pointer to it (PyExc_...); the
	 * module that has it and what it is called there; NULL: nowhere. */
	const char *symbol, *module, *attribute;

	const char *text; /* what a layout file calls the number */
	uint32_t at;	  /* of the number in struct coil_layout, */
	uint32_t more;	  /* of one to be added to it, */
	uint32_t plus;	  /* and what is added to both; */
	uint32_t unless;  /* not where a layout has this field */
	bool is_size;	  /* the number at @at is the size of a struct */
};

extern const struct coil_self_row coil_self_rows[];
extern const size_t coil_self_row_count;

/**
 * Read everything by @layout, and hold it against what the process tells of
 * its structs and what must be true.
 *
 * @passed  How many of these steps it passed: of two that fail, the one that
 *          went farther is the likelier.
 *
 * Returns COIL_OK, COIL_E_NOMEM, COIL_E_BAD_DATA or COIL_E_UNSUPPORTED, the
 * text naming what contradicts it.
 */
enum coil_status coil_runtime_bind(struct coil_runtime *r,
				   const struct coil_layout *layout,
				   const struct coil_version *version,
				   struct coil_self *self, unsigned *passed,
				   struct coil_error *err);

#endif
