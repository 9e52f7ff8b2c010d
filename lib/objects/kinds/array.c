/* SPDX-License-Identifier: MIT */
/*
 * Arrays of numbers.
 * Source: CPython's Modules/arraymodule.c (array.__sizeof__).
 */
#include <inttypes.h>

#include "objects/kinds/array.h"
#include "objects/repr/repr.h"

static uint64_t array_bytes(struct coil_reader *reader,
			    const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t items = FIELD(reader, object, arrayobject, allocated);
	const uint8_t *descr = coil_image_view(
		reader->image, FIELD(reader, object, arrayobject, ob_descr),
		l->arraydescr.size);
	uint32_t size = descr ? load32(descr + l->arraydescr.itemsize)
			      : coil_array_itemsize(reader, object);
	uint64_t bytes;

	if (!mul64(items, size, &bytes))
		return 0;
	return min64(bytes, 1ull << 40);
}

static void array_buffers(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	uint64_t items = FIELD(reader, object, arrayobject, ob_item);

	if (items)
		buffers->take(buffers, items, array_bytes(reader, object));
}

static uint64_t array_size(struct coil_reader *reader,
			   const struct coil_object *object)
{
	return object->type->basicsize + array_bytes(reader, object);
}

static double number(const uint8_t *at, bool single)
{
	uint64_t bits = single ? load32(at) : load64(at);
	double value;
	float half;

	if (!single) {
		memcpy(&value, &bits, sizeof(value));
		return value;
	}
	memcpy(&half, &bits, sizeof(half));
	return half;
}

/* The integer of @size bytes at @at. */
static uint64_t integer(const uint8_t *at, uint32_t size)
{
	return size == 1   ? load8(at)
	       : size == 2 ? load16(at)
	       : size == 4 ? load32(at)
			   : load64(at);
}

static void out_item(char code, const uint8_t *at, uint32_t size,
		     struct coil_out *out)
{
	unsigned unused = 64 - 8 * size;

	if (code == 'f' || code == 'd')
		coil_out_float(out, number(at, code == 'f'), true);
	else if (code >= 'a')
		coil_out_format(out, "%" PRId64,
				(int64_t)(integer(at, size) << unused) >>
					unused);
	else
		coil_out_format(out, "%" PRIu64, integer(at, size));
}

/* Source: array_repr(); the typecode is the first byte of the description. */
static void array_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	const struct coil_layout *l = reader->layout;
	uint64_t count = coil_ob_size(reader, object), bytes;
	const uint8_t *items = NULL,
		      *descr = coil_image_view(
			      reader->image,
			      FIELD(reader, object, arrayobject, ob_descr),
			      l->arraydescr.size);
	uint32_t size = descr ? load32(descr + l->arraydescr.itemsize) : 0;
	char code = descr ? (char)*descr : 0;
	struct coil_str text;

	if (!code || (size != 1 && size != 2 && size != 4 && size != 8))
		return;
	if (count &&
	    (!mul64(count, size, &bytes) ||
	     !(items = coil_image_view(
		       reader->image,
		       FIELD(reader, object, arrayobject, ob_item), bytes))))
		return;
	coil_out_type_name(reader, object->type, out);
	coil_out_format(out, count ? "('%c', " : "('%c')", code);
	if (!count)
		return;
	if (code == 'u' || code == 'w') {
		text = (struct coil_str){.data = items, .length = count};
		text.width = (uint8_t)size;
		coil_out_str(out, &text);
		coil_out_char(out, ')');
		return;
	}
	coil_out_char(out, '[');
	for (uint64_t i = 0; i < count && !out->full; i++) {
		if (i)
			coil_out_string(out, ", ");
		out_item(code, items + i * size, size, out);
	}
	coil_out_string(out, "])");
}

KIND(array, "array.array", STRUCT(arrayobject), NEEDS(STRUCT(arraydescr)),
     .buffers = array_buffers, .size = array_size, .value = array_value);
