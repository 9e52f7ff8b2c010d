/* SPDX-License-Identifier: MIT */
/*
 * How numpy casts and computes: array methods, thousands of them in every
 * process that has numpy; the collector traverses none of them.
 *
 * Source: numpy 1.20 to 2.3, core/src/multiarray/array_method.h
 * (PyArrayMethodObject, PyBoundArrayMethodObject), array_method.c
 * (arraymethod_dealloc, boundarraymethod_dealloc); convert_datatype.c
 * (PyArray_GetGenericToObjectCastingImpl and its like leave the end of the
 * struct as it was: the name is then a constant).
 */
#include "objects/kinds/kinds.h"
#include "objects/kinds/numpy.h"

enum {
	METHOD_NAME = 16,
	METHOD_IN = 24, /* and, behind it, how many go out */
	METHOD_SIZE = 40,
	/* From 1.23 on the last four words of the struct, whose size differs:
	 * wrapped_meth, wrapped_dtypes, two functions. */
	WRAPPED = 32,
	WRAPPED_LEAST = 120,
	BOUND_DTYPES = 16,
	BOUND_METHOD = 24,
	BOUND_SIZE = 32,
	ARGUMENTS_MOST = 64, /* NPY_MAXARGS */
	NAME_LIMIT = 256
};

#define OWNED_ITEM (COIL_REF_ITEM | COIL_EDGE_COUNTED)

/* The number of arguments, whose counts are the two halves of @word. */
static uint64_t arguments(uint64_t word)
{
	return (uint32_t)word + (word >> 32);
}

static void emit_dtypes(struct coil_reader *reader, uint64_t at, uint64_t count,
			struct coil_sink *sink)
{
	if (count > ARGUMENTS_MOST)
		sink->missing++;
	else
		coil_emit_array(reader, sink, at, count, OWNED_ITEM,
				COIL_LABEL_INDEX);
}

/* Where wrapped_meth is; 0: it has none. */
static uint32_t wrapped_at(struct coil_reader *reader,
			   const struct coil_object *object)
{
	uint64_t size = object->type->basicsize;
	uint32_t at = size < WRAPPED_LEAST ? 0 : (uint32_t)(size - WRAPPED);

	if (!at || !coil_field_word(object, at) ||
	    coil_reader_static(reader, coil_field_word(object, METHOD_NAME)))
		return 0;
	return at;
}

static void method_refs(struct coil_reader *reader,
			const struct coil_object *object,
			struct coil_sink *sink)
{
	uint32_t at = wrapped_at(reader, object);

	if (!at)
		return;
	coil_emit_member(object, at, COIL_REF_MEMBER, "wrapped_meth", sink);
	emit_dtypes(reader, coil_field_word(object, at + 8),
		    arguments(coil_field_word(object, METHOD_IN)), sink);
}

static void method_buffers(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_buffers *buffers)
{
	uint64_t at = coil_field_word(object, METHOD_NAME);
	const char *name =
		at ? coil_image_string(reader->image, at, NAME_LIMIT) : NULL;
	uint32_t wrapped = wrapped_at(reader, object);

	if (name)
		buffers->take(buffers, at, strlen(name) + 1);
	if (wrapped)
		buffers->take(buffers, coil_field_word(object, wrapped + 8),
			      arguments(coil_field_word(object, METHOD_IN)) *
				      8);
}

KIND(numpy_method, "numpy._ArrayMethod", BYTES(METHOD_SIZE),
     .refs = method_refs, .buffers = method_buffers,
     .flags = COIL_KIND_UNTRAVERSED);

static uint64_t bound_arguments(struct coil_reader *reader,
				const struct coil_object *object)
{
	uint64_t counts;

	coil_reader_word(reader, coil_field_word(object, BOUND_METHOD),
			 METHOD_IN, &counts);
	return arguments(counts);
}

static void bound_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	emit_dtypes(reader, coil_field_word(object, BOUND_DTYPES),
		    bound_arguments(reader, object), sink);
}

static void bound_buffers(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	uint64_t count = bound_arguments(reader, object);

	if (count && count <= ARGUMENTS_MOST)
		buffers->take(buffers, coil_field_word(object, BOUND_DTYPES),
			      count * 8);
}

KIND(numpy_bound_method, "numpy._BoundArrayMethod", BYTES(BOUND_SIZE),
     MEMBERS(OWNED_AT(BOUND_METHOD, MEMBER, "method")), .refs = bound_refs,
     .buffers = bound_buffers, .flags = COIL_KIND_UNTRAVERSED);
