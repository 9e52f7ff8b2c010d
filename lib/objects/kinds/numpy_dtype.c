/* SPDX-License-Identifier: MIT */
/*
 * numpy's dtypes, which the collector does not traverse, and which words of an
 * item are references.
 *
 * Source: numpy's include/numpy/ndarraytypes.h (PyArray_Descr of 1.x,
 * _PyArray_LegacyDescr of 2.x), core/src/multiarray/refcount.c (which items are
 * references).
 */
#include "objects/kinds/numpy.h"

#define ITEM_REFCOUNT 0x01u /* dtype flags: items hold references */
#define TYPE_OBJECT   17    /* type numbers */
#define TYPE_VOID     20

/* The two layouts of a dtype. */
struct coil_numpy_layout {
	uint32_t size; /* of the fields below, behind the head */
	uint32_t flags, elsize;
	bool wide; /* elsize is a word */
	uint32_t metadata, subarray, fields, names;
};
static const struct coil_numpy_layout layouts[] = {
	{72, 11, 16, false, 56, 24, 32, 40},
	{104, 16, 24, true, 40, 72, 80, 88},
};
enum { DESCR_TYPE = 0, DESCR_NUMBER = 12 };

bool coil_numpy_descr(const struct coil_heap *heap, uint64_t address,
		      struct coil_numpy_descr *out)
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

static void nest(struct coil_numpy_words *w, uint64_t descr, uint64_t offset)
{
	if (w->pending == COIL_NUMPY_NESTED || offset > 1u << 30) {
		w->cut = true;
		return;
	}
	w->nested[w->pending].descr = descr;
	w->nested[w->pending++].offset = offset;
}

/* {name: (dtype, offset), ...}; a title names the same field again. */
static void nest_fields(const struct coil_heap *heap,
			const struct coil_numpy_descr *d, uint64_t offset,
			struct coil_numpy_words *w)
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

void coil_numpy_words(const struct coil_heap *heap, uint64_t address,
		      struct coil_numpy_words *w)
{
	unsigned looked = 0;

	w->count = w->pending = 0;
	w->cut = false;
	nest(w, address, 0);
	while (w->pending && !w->cut) {
		uint64_t offset = w->nested[--w->pending].offset, base = 0;
		uint64_t subarray;
		struct coil_numpy_descr d, item;

		if (++looked > COIL_NUMPY_WORDS ||
		    !coil_numpy_descr(heap, w->nested[w->pending].descr, &d)) {
			w->cut = true;
			return;
		}
		if (!d.refs)
			continue;
		subarray = load64(d.head + d.layout->subarray);
		if (d.number == TYPE_OBJECT && w->count < COIL_NUMPY_WORDS) {
			w->at[w->count++] = (uint32_t)offset;
		} else if (d.number != TYPE_VOID) {
			w->cut = true;
		} else if (!subarray) {
			nest_fields(heap, &d, offset, w);
		} else if (coil_image_word(heap->image, subarray, &base) &&
			   coil_numpy_descr(heap, base, &item) && item.size) {
			for (uint64_t i = 0; i + item.size <= d.size && !w->cut;
			     i += item.size)
				nest(w, base, offset + i);
		} else {
			w->cut = true;
		}
	}
}

static void descr_refs(const struct coil_heap *heap,
		       const struct coil_object *object, struct coil_sink *sink)
{
	const unsigned flags = COIL_REF_ATTR | COIL_EDGE_COUNTED;
	uint64_t subarray, word;
	struct coil_numpy_descr d;

	if (!coil_numpy_descr(heap, object->address, &d))
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
	coil_heap_word(heap, subarray, 0, &word);
	coil_emit(sink, word, flags, COIL_LABEL_TEXT, coil_text("base"));
	coil_heap_word(heap, subarray, 8, &word);
	coil_emit(sink, word, flags, COIL_LABEL_TEXT, coil_text("shape"));
}

static void descr_buffers(const struct coil_heap *heap,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	struct coil_numpy_descr d;

	if (coil_numpy_descr(heap, object->address, &d) &&
	    load64(d.head + d.layout->subarray))
		buffers->take(buffers, load64(d.head + d.layout->subarray), 16);
}

const struct coil_kind coil_kind_numpy_dtype = {
	.name = "numpy.dtype",
	.refs = descr_refs,
	.buffers = descr_buffers,
	.flags = COIL_KIND_UNTRAVERSED,
};
