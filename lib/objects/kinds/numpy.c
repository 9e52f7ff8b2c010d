/* SPDX-License-Identifier: MIT */
/*
 * numpy's arrays, dtypes and scalars, none of which the collector traverses.
 *
 * Source: numpy's include/numpy/ndarraytypes.h (PyArrayObject_fields, unchanged
 * since 1.7; PyArray_Descr of 1.x, _PyArray_LegacyDescr of 2.x),
 * arrayscalars.h; core/src/multiarray/methods.c (array_sizeof),
 * scalartypes.c.src (gentype_sizeof), refcount.c (which items are references).
 */
#include "objects/kinds/kinds.h"

#define ITEM_REFCOUNT 0x01u /* dtype flags: items hold references */
#define OWN_DATA      0x04u /* array flags */
#define TYPE_OBJECT   17    /* type numbers */
#define TYPE_VOID     20
#define MOST_DIMS     64u
#define MOST_WORDS    4096u /* references in one item */
#define MOST_NESTED   64u   /* dtypes of fields to be looked at */
#define DATA_LIMIT    (1ull << 44)

/* Behind the object's head; arrays and dtypes have no ob_size. */
enum {
	ARRAY_DATA = 0,
	ARRAY_ND = 8,
	ARRAY_DIMS = 16,
	ARRAY_BASE = 32,
	ARRAY_DESCR = 40,
	ARRAY_FLAGS = 48,
	ARRAY_END = 56
};

/* The two layouts of a dtype. */
struct descr_layout {
	uint32_t size; /* of the fields below, behind the head */
	uint32_t flags, elsize;
	bool wide; /* elsize is a word */
	uint32_t metadata, subarray, fields, names;
};
static const struct descr_layout layouts[] = {
	{72, 11, 16, false, 56, 24, 32, 40},
	{104, 16, 24, true, 40, 72, 80, 88},
};
enum { DESCR_TYPE = 0, DESCR_NUMBER = 12 };

/* What is asked of a dtype. */
struct descr {
	const uint8_t *head; /* behind the object's head */
	const struct descr_layout *layout;
	uint64_t size; /* bytes of an item */
	int32_t number;
	bool refs;
};

static bool descr_read(const struct coil_heap *heap, uint64_t address,
		       struct descr *out)
{
	uint32_t head = heap->layout->PyObject.size;
	struct coil_object object;
	int64_t size;

	if (!address || !coil_heap_object(heap, address, &object))
		return false;
	/* That of 2.x is larger than that of 1.x with all that it adds. */
	out->layout = &layouts[object.head_size >= head + layouts[1].size];
	if (object.head_size < head + out->layout->size)
		return false;
	out->head = object.head + head;
	out->number = (int32_t)load32(out->head + DESCR_NUMBER);
	size = out->layout->wide
		       ? (int64_t)load64(out->head + out->layout->elsize)
		       : (int32_t)load32(out->head + out->layout->elsize);
	out->size = size < 0 || size > 1 << 30 ? 0 : (uint64_t)size;
	out->refs = load8(out->head + out->layout->flags) & ITEM_REFCOUNT;
	return true;
}

/* The places of references in one item of a dtype. */
struct words {
	uint32_t at[MOST_WORDS];
	uint32_t count;
	struct {
		uint64_t descr, offset;
	} nested[MOST_NESTED];
	unsigned pending;
	bool cut; /* more than there is room for */
};

static void nest(struct words *w, uint64_t descr, uint64_t offset)
{
	if (w->pending == MOST_NESTED || offset > 1u << 30) {
		w->cut = true;
		return;
	}
	w->nested[w->pending].descr = descr;
	w->nested[w->pending++].offset = offset;
}

/* {name: (dtype, offset), ...}; a title names the same field again. */
static void nest_fields(const struct coil_heap *heap, const struct descr *d,
			uint64_t offset, struct words *w)
{
	const struct coil_layout *l = heap->layout;
	uint64_t names = load64(d->head + d->layout->names), count;
	struct coil_dict fields;

	if (!coil_dict_read(heap->image, l, load64(d->head + d->layout->fields),
			    &fields) ||
	    !coil_image_word(heap->image, names + l->PyVarObject.ob_size,
			     &count))
		return;
	for (uint64_t i = 0, found = 0; i < fields.count && found < count;
	     i++) {
		uint64_t pair = coil_dict_value(&fields, i), descr, at;
		struct coil_int number;
		int64_t value;

		if (!pair)
			continue;
		found++;
		if (!coil_image_word(heap->image,
				     pair + l->PyTupleObject.ob_item, &descr) ||
		    !coil_image_word(heap->image,
				     pair + l->PyTupleObject.ob_item + 8,
				     &at) ||
		    !coil_int_read(heap->image, l, at, &number) ||
		    !coil_int_small(&number, &value) || value < 0 ||
		    value > 1 << 30)
			w->cut = true;
		else
			nest(w, descr, offset + (uint64_t)value);
	}
}

/* Lists where an item of the dtype at @address has references. */
static void find_words(const struct coil_heap *heap, uint64_t address,
		       struct words *w)
{
	unsigned looked = 0;

	w->count = w->pending = 0;
	w->cut = false;
	nest(w, address, 0);
	while (w->pending && !w->cut) {
		uint64_t offset = w->nested[--w->pending].offset, base = 0;
		uint64_t subarray;
		struct descr d, item;

		if (++looked > MOST_WORDS ||
		    !descr_read(heap, w->nested[w->pending].descr, &d)) {
			w->cut = true;
			return;
		}
		if (!d.refs)
			continue;
		subarray = load64(d.head + d.layout->subarray);
		if (d.number == TYPE_OBJECT && w->count < MOST_WORDS) {
			w->at[w->count++] = (uint32_t)offset;
		} else if (d.number != TYPE_VOID) {
			w->cut = true;
		} else if (!subarray) {
			nest_fields(heap, &d, offset, w);
		} else if (coil_image_word(heap->image, subarray, &base) &&
			   descr_read(heap, base, &item) && item.size) {
			for (uint64_t i = 0; i + item.size <= d.size && !w->cut;
			     i += item.size)
				nest(w, base, offset + i);
		} else {
			w->cut = true;
		}
	}
}

struct array {
	const uint8_t *head; /* behind the object's head */
	struct descr descr;
	uint64_t items, bytes;
	uint32_t dims;
	bool own;
};

static bool array_read(const struct coil_heap *heap,
		       const struct coil_object *object, struct array *out)
{
	uint32_t head = heap->layout->PyObject.size;
	const uint8_t *dims;

	memset(out, 0, sizeof(*out));
	if (object->head_size < head + ARRAY_END)
		return false;
	out->head = object->head + head;
	out->dims = load32(out->head + ARRAY_ND);
	out->own = load32(out->head + ARRAY_FLAGS) & OWN_DATA;
	dims = coil_image_view(heap->image, load64(out->head + ARRAY_DIMS),
			       (uint64_t)out->dims * 8);
	if (out->dims > MOST_DIMS || (!dims && out->dims) ||
	    !descr_read(heap, load64(out->head + ARRAY_DESCR), &out->descr))
		return false;
	out->items = 1;
	for (uint32_t i = 0; i < out->dims; i++)
		if (!mul64(out->items, load64(dims + i * 8), &out->items))
			return false;
	return mul64(out->items, out->descr.size, &out->bytes) &&
	       out->bytes < DATA_LIMIT;
}

/* Of the array that owns them: views have none of their own. */
static void items_refs(const struct coil_heap *heap, const struct array *a,
		       struct coil_sink *sink)
{
	const uint8_t *data = coil_image_view(
		heap->image, load64(a->head + ARRAY_DATA), a->bytes);
	struct words words;

	if (!a->bytes || !a->descr.refs)
		return;
	find_words(heap, load64(a->head + ARRAY_DESCR), &words);
	sink->missing += words.cut || !data;
	for (uint64_t i = 0; data && i < a->items && !sink->stop; i++)
		for (uint32_t n = 0; n < words.count; n++)
			if (words.at[n] + 8ull <= a->descr.size)
				coil_emit(sink,
					  load64(data + i * a->descr.size +
						 words.at[n]),
					  COIL_REF_ITEM | COIL_EDGE_COUNTED,
					  COIL_LABEL_INDEX, i);
}

static void array_refs(const struct coil_heap *heap,
		       const struct coil_object *object, struct coil_sink *sink)
{
	struct array a;
	bool whole = array_read(heap, object, &a);

	if (!a.head)
		return;
	coil_emit(sink, load64(a.head + ARRAY_BASE),
		  COIL_REF_ATTR | COIL_EDGE_COUNTED, COIL_LABEL_TEXT,
		  coil_text("base"));
	coil_emit(sink, load64(a.head + ARRAY_DESCR),
		  COIL_REF_ATTR | COIL_EDGE_COUNTED, COIL_LABEL_TEXT,
		  coil_text("dtype"));
	if (whole && a.own)
		items_refs(heap, &a, sink);
	sink->missing += !whole;
}

/* Lengths and strides are in one block. */
static void array_buffers(const struct coil_heap *heap,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	struct array a;

	if (!array_read(heap, object, &a))
		return;
	if (a.dims)
		buffers->take(buffers, load64(a.head + ARRAY_DIMS),
			      (uint64_t)a.dims * 16);
	if (a.own)
		buffers->take(buffers, load64(a.head + ARRAY_DATA),
			      max64(a.bytes, 1));
}

static uint64_t array_size(const struct coil_heap *heap,
			   const struct coil_object *object)
{
	struct array a;

	if (!array_read(heap, object, &a))
		return object->type->basicsize;
	return object->type->basicsize + (uint64_t)a.dims * 16 +
	       (a.own ? a.bytes : 0);
}

const struct coil_kind coil_kind_numpy_array = {
	.name = "numpy.ndarray",
	.refs = array_refs,
	.buffers = array_buffers,
	.size = array_size,
	.flags = COIL_KIND_UNTRAVERSED,
};

static void descr_refs(const struct coil_heap *heap,
		       const struct coil_object *object, struct coil_sink *sink)
{
	const unsigned flags = COIL_REF_ATTR | COIL_EDGE_COUNTED;
	uint64_t subarray, word;
	struct descr d;

	if (!descr_read(heap, object->address, &d))
		return;
	coil_emit(sink, load64(d.head + DESCR_TYPE), flags, COIL_LABEL_TEXT,
		  coil_text("type"));
	coil_emit(sink, load64(d.head + d.layout->fields), flags,
		  COIL_LABEL_TEXT, coil_text("fields"));
	coil_emit(sink, load64(d.head + d.layout->names), flags,
		  COIL_LABEL_TEXT, coil_text("names"));
	coil_emit(sink, load64(d.head + d.layout->metadata), flags,
		  COIL_LABEL_TEXT, coil_text("metadata"));
	subarray = load64(d.head + d.layout->subarray);
	if (!subarray)
		return;
	coil_image_word(heap->image, subarray, &word);
	coil_emit(sink, word, flags, COIL_LABEL_TEXT, coil_text("base"));
	coil_image_word(heap->image, subarray + 8, &word);
	coil_emit(sink, word, flags, COIL_LABEL_TEXT, coil_text("shape"));
}

static void descr_buffers(const struct coil_heap *heap,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	struct descr d;

	if (descr_read(heap, object->address, &d) &&
	    load64(d.head + d.layout->subarray))
		buffers->take(buffers, load64(d.head + d.layout->subarray), 16);
}

const struct coil_kind coil_kind_numpy_dtype = {
	.name = "numpy.dtype",
	.refs = descr_refs,
	.buffers = descr_buffers,
	.flags = COIL_KIND_UNTRAVERSED,
};

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

static const uint8_t *void_head(const struct coil_heap *heap,
				const struct coil_object *object)
{
	uint32_t head = heap->layout->PyVarObject.size;

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

static uint64_t scalar_size(const struct coil_heap *heap,
			    const struct coil_object *object)
{
	uint64_t size = coil_size_default(heap, object);
	const uint8_t *head = void_head(heap, object);
	struct descr d;

	if (object->type->flags & COIL_TP_BYTES)
		return size + min64(coil_ob_size(heap, object), DATA_LIMIT);
	if (!is_void(object->type))
		return size + scalar_bytes(object->type);
	if (head && descr_read(heap, load64(head + VOID_DESCR), &d))
		size += d.size;
	return size;
}

const struct coil_kind coil_kind_numpy_scalar = {
	.name = "numpy.generic",
	.size = scalar_size,
	.flags = COIL_KIND_UNTRAVERSED,
};

static void void_refs(const struct coil_heap *heap,
		      const struct coil_object *object, struct coil_sink *sink)
{
	const uint8_t *head = void_head(heap, object);
	const uint8_t *data;
	struct words words;
	struct descr d;

	if (!head)
		return;
	coil_emit(sink, load64(head + VOID_BASE),
		  COIL_REF_ATTR | COIL_EDGE_COUNTED, COIL_LABEL_TEXT,
		  coil_text("base"));
	coil_emit(sink, load64(head + VOID_DESCR),
		  COIL_REF_ATTR | COIL_EDGE_COUNTED, COIL_LABEL_TEXT,
		  coil_text("dtype"));
	if (!(load32(head + VOID_FLAGS) & OWN_DATA) ||
	    !descr_read(heap, load64(head + VOID_DESCR), &d) || !d.refs)
		return;
	data = coil_image_view(heap->image, load64(head + VOID_DATA), d.size);
	find_words(heap, load64(head + VOID_DESCR), &words);
	sink->missing += words.cut || !data;
	for (uint32_t n = 0; data && n < words.count; n++)
		if (words.at[n] + 8ull <= d.size)
			coil_emit(sink, load64(data + words.at[n]),
				  COIL_REF_ITEM | COIL_EDGE_COUNTED,
				  COIL_LABEL_INDEX, n);
}

static void void_buffers(const struct coil_heap *heap,
			 const struct coil_object *object,
			 struct coil_buffers *buffers)
{
	const uint8_t *head = void_head(heap, object);
	struct descr d;

	if (head && load32(head + VOID_FLAGS) & OWN_DATA &&
	    descr_read(heap, load64(head + VOID_DESCR), &d))
		buffers->take(buffers, load64(head + VOID_DATA),
			      max64(d.size, 1));
}

const struct coil_kind coil_kind_numpy_void = {
	.name = "numpy.void",
	.refs = void_refs,
	.buffers = void_buffers,
	.flags = COIL_KIND_UNTRAVERSED,
};

/* What they add to str and bytes are copies of the value for buffers. */
const struct coil_kind coil_kind_numpy_str = {
	.name = "numpy.str_",
	.super = &coil_kind_str,
	.flags = COIL_KIND_UNTRAVERSED,
};
const struct coil_kind coil_kind_numpy_bytes = {
	.name = "numpy.bytes_",
	.super = &coil_kind_bytes,
	.flags = COIL_KIND_UNTRAVERSED,
};

bool coil_is_numpy_scalar(const struct coil_type *type)
{
	for (unsigned n = 0; type && n < 100; n++, type = type->base)
		if (!strcmp(type->name, "numpy.generic"))
			return true;
	return false;
}
