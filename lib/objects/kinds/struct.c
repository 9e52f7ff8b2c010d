/* SPDX-License-Identifier: MIT */
/*
 * Formats of the module struct, compiled.
 * Source: CPython's Modules/_struct.c (s_traverse, s_sizeof).
 */
#include "objects/kinds/kinds.h"

#define CODES_LIMIT (1u << 20) /* codes of one format */

/* The codes end with one that has no definition, which counts too. */
static uint64_t codes_bytes(struct coil_reader *reader,
			    const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t at = FIELD(reader, object, PyStructObject, s_codes),
		 definition;

	if (!at)
		return 0;
	for (uint32_t n = 0; n < CODES_LIMIT; n++) {
		if (!coil_image_word(reader->image,
				     at + (uint64_t)n * l->formatcode.size +
					     l->formatcode.fmtdef,
				     &definition))
			return 0;
		if (!definition)
			return (uint64_t)(n + 1) * l->formatcode.size;
	}
	return 0;
}

static void struct_buffers(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_buffers *buffers)
{
	uint64_t bytes = codes_bytes(reader, object);

	if (bytes)
		buffers->take(buffers,
			      FIELD(reader, object, PyStructObject, s_codes),
			      bytes);
}

static uint64_t struct_size(struct coil_reader *reader,
			    const struct coil_object *object)
{
	return object->type->basicsize + codes_bytes(reader, object);
}

/* Up to 3.8 its name has no module. */
KIND(struct, "_struct.Struct", STRUCT(PyStructObject),
     NEEDS(STRUCT(formatcode)), .other_name = "Struct",
     MEMBERS(VISITED(PyStructObject, s_format, ATTR, "format")),
     .buffers = struct_buffers, .size = struct_size);
