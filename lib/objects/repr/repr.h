/* SPDX-License-Identifier: MIT */
/*
 * Values as repr() writes them: what the writers share.  Which writer a type
 * has is known by the class that defines its __repr__ (rule.c): of C types
 * the kind's value() or a row of a table, of Python classes of the standard
 * library a row, recognised by the function itself.  A class with a __repr__
 * of its own has none.
 */
#ifndef COIL_OBJECTS_REPR_REPR_H
#define COIL_OBJECTS_REPR_REPR_H

#include "objects/kind.h"
#include "objects/loop.h"
#include "objects/plan.h"

/* An object whose value is being written, and those around it. */
struct coil_shown {
	uint64_t address;
	const struct coil_shown *outer;
};

/* Entries that a value may pass over without writing anything: sets and dicts
 * may have more empty ones than a text has room. */
#define COIL_OUT_WORK (1u << 18)

/** One more entry was looked at; false, and full, where they are too many. */
static inline bool coil_out_work(struct coil_out *out)
{
	if (out->work++ >= COIL_OUT_WORK)
		out->full = true;
	return !out->full;
}

/** Whether @address is being written already, around the present object: then
 * Python writes dots.  Source: Objects/object.c, Py_ReprEnter(). */
bool coil_out_again(const struct coil_out *out, uint64_t address);

/* The three names of a type; the first is that of C, with its module where C
 * gave one, the second that behind its last dot. Source: Objects/typeobject.c,
 * type_name(), _PyType_Name(). */
void coil_out_tp_name(struct coil_reader *reader, const struct coil_type *type,
		      struct coil_out *out);
void coil_out_type_name(struct coil_reader *reader,
			const struct coil_type *type, struct coil_out *out);
void coil_out_type_qualname(struct coil_reader *reader,
			    const struct coil_type *type, struct coil_out *out);

/** "<mod.Class object at 0x...>", as object.__repr__(). */
void coil_out_default(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_out *out);

/** "<WHAT object NAME at 0x...>" and the like: @before, the str at @name
 * without quotes, " at 0x...>". */
void coil_out_named(struct coil_reader *reader,
		    const struct coil_object *object, const char *before,
		    uint64_t name, struct coil_out *out);

/** "(a, b)" of the tuple at @address; "()" where it is none. */
void coil_out_tuple(struct coil_reader *reader, uint64_t address,
		    struct coil_out *out);

/** ", step" of what counts on: the number at @step, unless it is 1. */
void coil_out_step(struct coil_reader *reader, uint64_t step,
		   struct coil_out *out);

/** "TYPE object at 0x...>", the end of what is bound to an object at @address
 * of @type. */
void coil_out_owner(struct coil_reader *reader, const struct coil_type *type,
		    uint64_t address, struct coil_out *out);

/**
 * The attribute of @object that classes written in Python gave it: a slot, or
 * an entry of its dict; its address, or 0.
 */
uint64_t coil_attribute(struct coil_reader *reader,
			const struct coil_object *object, const char *name);

/** The same, if it is an int of 64 bits (True and False are). */
bool coil_attribute_int(struct coil_reader *reader,
			const struct coil_object *object, const char *name,
			int64_t *value);

/** Whether the object at @address is a tuple (or of a class of tuples); its
 * items, borrowed, into @items, @count of them. */
bool coil_tuple_items(struct coil_reader *reader, uint64_t address,
		      const uint8_t **items, uint64_t *count);

/* The entries of a dict, in their order; of an OrderedDict in its own. */
struct coil_pairs {
	struct coil_reader *reader;
	struct coil_dict d;
	const uint8_t
		*order;	     /* entries in the order of a split dict, or NULL */
	bool backwards;	     /* the last of them first */
	uint64_t entries;    /* that there are */
	uint64_t next, node; /* entry; node of an OrderedDict */
	struct coil_loop loop;
	bool ordered;
};

void coil_pairs_begin(struct coil_reader *reader, uint64_t address,
		      struct coil_pairs *pairs);
bool coil_pairs_next(struct coil_pairs *pairs, struct coil_out *out,
		     uint64_t *key, uint64_t *value);

/** "{key: value, ...}" of the dict at @address. */
void coil_out_dict(struct coil_reader *reader, uint64_t address,
		   struct coil_out *out);

/** What writes the values of @type; NULL: what its repr is cannot be known. */
coil_writer *coil_value_rule(struct coil_reader *reader,
			     const struct coil_type *type,
			     const struct coil_kind *kind);

/* A row of a table of writers. */
struct coil_value_row {
	const char *owner; /* the C type, or the function of Python */
	coil_writer *write;
};

/* C types that are no kind of their own; ended by NULL. */
extern const struct coil_value_row coil_values_datetime[];
extern const struct coil_value_row coil_values_thread[];
extern const struct coil_value_row coil_values_context[];
extern const struct coil_value_row coil_values_union[];

/* Classes written in Python, ended by NULL: by module and qualified name of the
 * function that is their __repr__. */
extern const struct coil_value_row coil_values_numbers[];
extern const struct coil_value_row coil_values_paths[];
extern const struct coil_value_row coil_values_threading[];
extern const struct coil_value_row coil_values_collections[];
extern const struct coil_value_row coil_values_enum[];
extern const struct coil_value_row coil_values_typing[];

/* Modules: module.c. */
void coil_out_module(struct coil_reader *reader,
		     const struct coil_object *object, struct coil_out *out);

/* Those that a function of the library makes for each class. */
void coil_out_namedtuple(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_out *out);
void coil_out_dataclass(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out);

/** The class whose attribute @name that of @type's objects is, and its *@value;
 * NULL: none, or a dict before it was not captured. */
const struct coil_type *coil_value_owner(struct coil_reader *reader,
					 const struct coil_type *type,
					 const char *name, uint64_t *value);

#endif
