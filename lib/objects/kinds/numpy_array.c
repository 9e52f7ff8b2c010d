/* SPDX-License-Identifier: MIT */
/*
 * numpy's arrays, which the collector does not traverse.
 *
 * Source: numpy's include/numpy/ndarraytypes.h (PyArrayObject_fields, unchanged
 * since 1.7), core/src/multiarray/methods.c (array_sizeof).
 */
#include "objects/kinds/numpy.h"

#define MOST_DIMS 64u

/* Behind the object's head; it has no ob_size. */
enum {
	ARRAY_DATA = 0,
	ARRAY_ND = 8,
	ARRAY_DIMS = 16,
	ARRAY_BASE = 32,
	ARRAY_DESCR = 40,
	ARRAY_FLAGS = 48,
	ARRAY_END = 56
};

struct array {
	const uint8_t *head; /* behind the object's head */
	struct coil_numpy_descr descr;
	uint64_t items, bytes;
	uint32_t dims;
	bool own;
};

static bool array_read(struct coil_reader *reader,
		       const struct coil_object *object, struct array *out)
{
	uint32_t head = reader->layout->PyObject.size;
	const uint8_t *dims;

	memset(out, 0, sizeof(*out));
	if (object->head_size < head + ARRAY_END)
		return false;
	out->head = object->head + head;
	out->dims = load32(out->head + ARRAY_ND);
	out->own = load32(out->head + ARRAY_FLAGS) & COIL_NUMPY_OWN_DATA;
	dims = coil_image_view(reader->image, load64(out->head + ARRAY_DIMS),
			       (uint64_t)out->dims * 8);
	if (out->dims > MOST_DIMS || (!dims && out->dims) ||
	    !coil_numpy_descr(reader, load64(out->head + ARRAY_DESCR),
			      &out->descr))
		return false;
	out->items = 1;
	for (uint32_t i = 0; i < out->dims; i++)
		if (!mul64(out->items, load64(dims + i * 8), &out->items))
			return false;
	return mul64(out->items, out->descr.size, &out->bytes) &&
	       out->bytes < COIL_NUMPY_LIMIT;
}

/* Of the array that owns them: views have none of their own. */
static void items_refs(struct coil_reader *reader, const struct array *a,
		       struct coil_sink *sink)
{
	const uint8_t *data = coil_image_view(
		reader->image, load64(a->head + ARRAY_DATA), a->bytes);
	struct coil_numpy_words words;

	if (!a->bytes || !a->descr.refs)
		return;
	coil_numpy_words(reader, load64(a->head + ARRAY_DESCR), &words);
	sink->missing += words.cut || !data;
	if (data &&
	    !coil_sink_reads(sink, load64(a->head + ARRAY_DATA), a->bytes))
		return;
	for (uint64_t i = 0; data && i < a->items && !sink->stop; i++)
		for (uint32_t n = 0; n < words.count; n++)
			if (words.at[n] + 8ull <= a->descr.size)
				coil_emit(sink,
					  load64(data + i * a->descr.size +
						 words.at[n]),
					  COIL_REF_ITEM | COIL_EDGE_COUNTED,
					  COIL_LABEL_INDEX, i);
}

static void array_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	struct array a;
	bool whole = array_read(reader, object, &a);

	if (!a.head)
		return;
	coil_emit(sink, load64(a.head + ARRAY_BASE),
		  COIL_REF_ATTR | COIL_EDGE_COUNTED, COIL_LABEL_TEXT,
		  coil_text("base"));
	coil_emit(sink, load64(a.head + ARRAY_DESCR),
		  COIL_REF_ATTR | COIL_EDGE_COUNTED, COIL_LABEL_TEXT,
		  coil_text("dtype"));
	if (whole && a.own)
		items_refs(reader, &a, sink);
	sink->missing += !whole;
}

/* Lengths and strides are in one block. */
static void array_buffers(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	struct array a;

	if (!array_read(reader, object, &a))
		return;
	if (a.dims)
		buffers->take(buffers, load64(a.head + ARRAY_DIMS),
			      (uint64_t)a.dims * 16);
	if (a.own)
		buffers->take(buffers, load64(a.head + ARRAY_DATA),
			      max64(a.bytes, 1));
}

static uint64_t array_size(struct coil_reader *reader,
			   const struct coil_object *object)
{
	struct array a;

	if (!array_read(reader, object, &a))
		return object->type->basicsize;
	return object->type->basicsize + (uint64_t)a.dims * 16 +
	       (a.own ? a.bytes : 0);
}

KIND(numpy_array, "numpy.ndarray", 0, .refs = array_refs,
     .buffers = array_buffers, .size = array_size,
     .flags = COIL_KIND_UNTRAVERSED);
