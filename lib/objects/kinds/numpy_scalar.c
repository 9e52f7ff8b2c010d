/* SPDX-License-Identifier: MIT */
/*
 * numpy's scalars, which the collector does not traverse.
 *
 * Source: numpy's include/numpy/arrayscalars.h, core/src/multiarray/
 * scalartypes.c.src (gentype_sizeof, void_dealloc).
 */
#include "objects/kinds/numpy.h"

/* Bytes of a scalar's value, by the name that its C type ends with. */
static uint64_t scalar_bytes(const struct coil_type *type)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} rows[] = {
		{"numpy.bool_", 1},	  {"numpy.bool", 1},
		{"numpy.longlong", 8},	  {"numpy.ulonglong", 8},
		{"numpy.longdouble", 16}, {"numpy.clongdouble", 32},
		{"numpy.object_", 8},
	};

	for (unsigned n = 0; type && n < 100; n++, type = type->base) {
		const char *end = type->name + strlen(type->name), *p = end;
		uint64_t bits = 0;

		if (strncmp(type->name, "numpy.", 6))
			continue;
		for (size_t i = 0; i < countof(rows); i++)
			if (!strcmp(type->name, rows[i].name))
				return rows[i].bytes;
		while (p[-1] >= '0' && p[-1] <= '9')
			p--;
		for (; p < end && bits < 1000; p++)
			bits = bits * 10 + (uint64_t)(*p - '0');
		if (bits)
			return bits / 8;
	}
	return 0;
}

/* What only void scalars have, behind ob_size. */
enum { VOID_DATA = 0, VOID_DESCR = 8, VOID_FLAGS = 16, VOID_BASE = 24 };

static const uint8_t *void_head(struct coil_reader *reader,
				const struct coil_object *object)
{
	uint32_t head = reader->layout->PyVarObject.size;

	return object->head_size >= head + VOID_BASE + 8 ? object->head + head
							 : NULL;
}

static bool is_void(const struct coil_type *type)
{
	for (unsigned n = 0; type && n < 100; n++, type = type->base)
		if (!strcmp(type->name, "numpy.void"))
			return true;
	return false;
}

static uint64_t scalar_size(struct coil_reader *reader,
			    const struct coil_object *object)
{
	uint64_t size = coil_size_default(reader, object);
	const uint8_t *head = void_head(reader, object);
	struct coil_numpy_descr d;

	if (object->type->flags & COIL_TP_BYTES)
		return size +
		       min64(coil_ob_size(reader, object), COIL_NUMPY_LIMIT);
	if (!is_void(object->type))
		return size + scalar_bytes(object->type);
	if (head && coil_numpy_descr(reader, load64(head + VOID_DESCR), &d))
		size += d.size;
	return size;
}

/* Instances of what is derived from numpy.generic, but those of numpy.void,
 * refer to nothing. */
static bool is_scalar(struct coil_reader *reader, const struct coil_type *type)
{
	(void)reader;
	return !type->traverse && coil_type_named(type, "numpy.generic");
}

KIND(numpy_scalar, "numpy.generic", 0, .rule = is_scalar, .size = scalar_size,
     .flags = COIL_KIND_UNTRAVERSED);

static void void_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	const uint8_t *head = void_head(reader, object);
	const uint8_t *data;
	struct coil_numpy_words words;
	struct coil_numpy_descr d;

	if (!head)
		return;
	coil_emit(sink, load64(head + VOID_BASE),
		  COIL_REF_ATTR | COIL_EDGE_COUNTED, COIL_LABEL_TEXT,
		  coil_text("base"));
	coil_emit(sink, load64(head + VOID_DESCR),
		  COIL_REF_ATTR | COIL_EDGE_COUNTED, COIL_LABEL_TEXT,
		  coil_text("dtype"));
	if (!(load32(head + VOID_FLAGS) & COIL_NUMPY_OWN_DATA) ||
	    !coil_numpy_descr(reader, load64(head + VOID_DESCR), &d) || !d.refs)
		return;
	data = coil_image_view(reader->image, load64(head + VOID_DATA), d.size);
	coil_numpy_words(reader, load64(head + VOID_DESCR), &words);
	sink->missing += words.cut || !data;
	for (uint32_t n = 0; data && n < words.count; n++)
		if (words.at[n] + 8ull <= d.size)
			coil_emit(sink, load64(data + words.at[n]),
				  COIL_REF_ITEM | COIL_EDGE_COUNTED,
				  COIL_LABEL_INDEX, n);
}

static void void_buffers(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_buffers *buffers)
{
	const uint8_t *head = void_head(reader, object);
	struct coil_numpy_descr d;

	if (head && load32(head + VOID_FLAGS) & COIL_NUMPY_OWN_DATA &&
	    coil_numpy_descr(reader, load64(head + VOID_DESCR), &d))
		buffers->take(buffers, load64(head + VOID_DATA),
			      max64(d.size, 1));
}

KIND(numpy_void, "numpy.void", 0, .refs = void_refs, .buffers = void_buffers,
     .flags = COIL_KIND_UNTRAVERSED);

/* What they add to str and bytes are copies of the value for buffers. */
KIND(numpy_str, "numpy.str_", 0, .super = &coil_kind_str,
     .flags = COIL_KIND_UNTRAVERSED);
KIND(numpy_bytes, "numpy.bytes_", 0, .super = &coil_kind_bytes,
     .flags = COIL_KIND_UNTRAVERSED);
