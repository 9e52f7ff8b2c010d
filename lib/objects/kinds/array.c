/* SPDX-License-Identifier: MIT */
/*
 * Arrays of numbers, compiled struct formats.
 * Source: CPython's Modules/arraymodule.c (array.__sizeof__),
 * Modules/_struct.c (s_traverse, s_sizeof).
 */
#include "objects/kinds/kinds.h"
#include "objects/kinds/kinds_b.h"

#define CODES_LIMIT (1u << 20) /* codes of one format */

static uint64_t array_bytes(const struct coil_heap *heap,
			    const struct coil_object *object)
{
	const struct coil_layout *l = heap->layout;
	uint64_t items = FIELD(heap, object, arrayobject, allocated);
	const uint8_t *descr = coil_image_view(
		heap->image, FIELD(heap, object, arrayobject, ob_descr),
		l->arraydescr.size);
	uint32_t size = descr ? load32(descr + l->arraydescr.itemsize)
			      : coil_array_itemsize(heap, object);
	uint64_t bytes;

	if (!mul64(items, size, &bytes))
		return 0;
	return min64(bytes, 1ull << 40);
}

static void array_buffers(const struct coil_heap *heap,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	uint64_t items = FIELD(heap, object, arrayobject, ob_item);

	if (items)
		buffers->take(buffers, items, array_bytes(heap, object));
}

static uint64_t array_size(const struct coil_heap *heap,
			   const struct coil_object *object)
{
	return object->type->basicsize + array_bytes(heap, object);
}

const struct coil_kind coil_kind_array = {
	.name = "array.array",
	.struct_size = COIL_SIZE(arrayobject),
	.buffers = array_buffers,
	.size = array_size,
};

static const struct coil_member struct_members[] = {
	COIL_STRONG_MEMBER(PyStructObject, s_format, ATTR, "format"),
};

/* The codes end with one that has no definition, which counts too. */
static uint64_t codes_bytes(const struct coil_heap *heap,
			    const struct coil_object *object)
{
	const struct coil_layout *l = heap->layout;
	uint64_t at = FIELD(heap, object, PyStructObject, s_codes), definition;

	if (!at || !l->formatcode.size)
		return 0;
	for (uint32_t n = 0; n < CODES_LIMIT; n++) {
		if (!coil_image_word(heap->image,
				     at + (uint64_t)n * l->formatcode.size +
					     l->formatcode.fmtdef,
				     &definition))
			return 0;
		if (!definition)
			return (uint64_t)(n + 1) * l->formatcode.size;
	}
	return 0;
}

static void struct_buffers(const struct coil_heap *heap,
			   const struct coil_object *object,
			   struct coil_buffers *buffers)
{
	uint64_t bytes = codes_bytes(heap, object);

	if (bytes)
		buffers->take(buffers,
			      FIELD(heap, object, PyStructObject, s_codes),
			      bytes);
}

static uint64_t struct_size(const struct coil_heap *heap,
			    const struct coil_object *object)
{
	return object->type->basicsize + codes_bytes(heap, object);
}

const struct coil_kind coil_kind_struct = {
	.name = "_struct.Struct",
	.struct_size = COIL_SIZE(PyStructObject),
	MEMBERS(struct_members),
	.buffers = struct_buffers,
	.size = struct_size,
};

/* Up to 3.8. */
const struct coil_kind coil_kind_struct_2 = {
	.name = "Struct",
	.struct_size = COIL_SIZE(PyStructObject),
	MEMBERS(struct_members),
	.buffers = struct_buffers,
	.size = struct_size,
	.flags = COIL_KIND_EXACT_SIZE,
};
