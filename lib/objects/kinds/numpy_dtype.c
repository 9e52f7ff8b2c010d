/* SPDX-License-Identifier: MIT */
/*
 * numpy's dtypes, which the collector does not traverse, and which words of an
 * item are references.
 *
 * Source: numpy's include/numpy/ndarraytypes.h (PyArray_Descr of 1.x,
 * PyArray_Descr, _PyArray_LegacyDescr, PyArray_StringDTypeObject and
 * PyDataType_ISLEGACY of 2.x), core/src/multiarray/refcount.c (which items are
 * references).
 */
#include "objects/kinds/numpy.h"

#define ITEM_REFCOUNT 0x01u /* dtype flags: items hold references */
#define TYPE_OBJECT   17    /* type numbers */
#define TYPE_VOID     20
#define TYPE_STRING_2 2056 /* of 2.x: from here on dtypes are of a new kind */
#define BASES_LIMIT   100

/* The two layouts of a dtype.  What is behind the metadata of 2.x only those
 * have that 1.x knew. */
struct coil_numpy_layout {
	uint32_t size; /* of the fields below, behind the head */
	uint32_t flags, elsize;
	bool wide; /* elsize is a word */
	uint32_t metadata, subarray, fields, names;
};
static const struct coil_numpy_layout layouts[] = {
	{72, 11, 16, false, 56, 24, 32, 40},
	{72, 16, 24, true, 40, 72, 80, 88},
};
#define LEGACY_2_SIZE 104u
#define DESCR_1_SIZE  96u /* of numpy.dtype itself; it is 88 in 2.x */
enum { DESCR_TYPE = 0, DESCR_NUMBER = 12, STRING_NA_OBJECT = 88 };

static bool is_wide(const struct coil_type *type)
{
	for (unsigned n = 0; type && n < BASES_LIMIT; n++, type = type->base)
		if (!strcmp(type->name, "numpy.dtype"))
			return type->basicsize < DESCR_1_SIZE;
	return false;
}

bool coil_numpy_descr(struct coil_reader *reader, uint64_t address,
		      struct coil_numpy_descr *out)
{
	uint32_t head = reader->layout->PyObject.size;
	struct coil_object object;
	int64_t size;

	if (!address || !coil_reader_object(reader, address, &object))
		return false;
	out->layout = &layouts[is_wide(object.type)];
	if (object.head_size < head + out->layout->size)
		return false;
	out->head = object.head + head;
	out->number = (int32_t)load32(out->head + DESCR_NUMBER);
	size = out->layout->wide
		       ? (int64_t)load64(out->head + out->layout->elsize)
		       : (int32_t)load32(out->head + out->layout->elsize);
	out->size = size < 0 || size > 1 << 30 ? 0 : (uint64_t)size;
	/* Items of the new kinds have memory of their own, and no objects. */
	out->legacy = !out->layout->wide ||
		      (out->number >= 0 && out->number < TYPE_STRING_2 &&
		       object.head_size >= head + LEGACY_2_SIZE);
	out->refs = out->legacy &&
		    load8(out->head + out->layout->flags) & ITEM_REFCOUNT;
	return true;
}

static uint64_t subarray_of(const struct coil_numpy_descr *d)
{
	return d->legacy ? load64(d->head + d->layout->subarray) : 0;
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
static void nest_fields(struct coil_reader *reader,
			const struct coil_numpy_descr *d, uint64_t offset,
			struct coil_numpy_words *w)
{
	const struct coil_layout *l = reader->layout;
	uint64_t names = load64(d->head + d->layout->names), count;
	struct coil_dict fields;

	if (!coil_reader_dict(reader, load64(d->head + d->layout->fields),
			      &fields) ||
	    !coil_image_word(reader->image, names + l->PyVarObject.ob_size,
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
		if (!coil_image_word(reader->image,
				     pair + l->PyTupleObject.ob_item, &descr) ||
		    !coil_image_word(reader->image,
				     pair + l->PyTupleObject.ob_item + 8,
				     &at) ||
		    !coil_reader_int(reader, at, &number) ||
		    !coil_int_small(&number, &value) || value < 0 ||
		    value > 1 << 30)
			w->cut = true;
		else
			nest(w, descr, offset + (uint64_t)value);
	}
}

void coil_numpy_words(struct coil_reader *reader, uint64_t address,
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
		    !coil_numpy_descr(reader, w->nested[w->pending].descr,
				      &d)) {
			w->cut = true;
			return;
		}
		if (!d.refs)
			continue;
		subarray = subarray_of(&d);
		if (d.number == TYPE_OBJECT && w->count < COIL_NUMPY_WORDS) {
			w->at[w->count++] = (uint32_t)offset;
		} else if (d.number != TYPE_VOID) {
			w->cut = true;
		} else if (!subarray) {
			nest_fields(reader, &d, offset, w);
		} else if (coil_image_word(reader->image, subarray, &base) &&
			   coil_numpy_descr(reader, base, &item) && item.size) {
			for (uint64_t i = 0; i + item.size <= d.size && !w->cut;
			     i += item.size)
				nest(w, base, offset + i);
		} else {
			w->cut = true;
		}
	}
}

static void descr_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	const unsigned flags = COIL_REF_ATTR | COIL_EDGE_COUNTED;
	uint64_t subarray, word;
	struct coil_numpy_descr d;

	if (!coil_numpy_descr(reader, object->address, &d))
		return;
	coil_emit(sink, load64(d.head + DESCR_TYPE), flags, COIL_LABEL_TEXT,
		  coil_text("type"));
	coil_emit(sink, load64(d.head + d.layout->metadata), flags,
		  COIL_LABEL_TEXT, coil_text("metadata"));
	if (!d.legacy)
		return;
	coil_emit(sink, load64(d.head + d.layout->fields), flags,
		  COIL_LABEL_TEXT, coil_text("fields"));
	coil_emit(sink, load64(d.head + d.layout->names), flags,
		  COIL_LABEL_TEXT, coil_text("names"));
	subarray = subarray_of(&d);
	if (!subarray)
		return;
	coil_reader_word(reader, subarray, 0, &word);
	coil_emit(sink, word, flags, COIL_LABEL_TEXT, coil_text("base"));
	coil_reader_word(reader, subarray, 8, &word);
	coil_emit(sink, word, flags, COIL_LABEL_TEXT, coil_text("shape"));
}

static void descr_buffers(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	struct coil_numpy_descr d;

	if (coil_numpy_descr(reader, object->address, &d) && subarray_of(&d))
		buffers->take(buffers, subarray_of(&d), 16);
}

KIND(numpy_dtype, "numpy.dtype", 0, .refs = descr_refs,
     .buffers = descr_buffers, .flags = COIL_KIND_UNTRAVERSED);

/* What stands for a missing string; the strings are in C memory. */
KIND(numpy_string_dtype, "numpy.dtypes.StringDType",
     BYTES(STRING_NA_OBJECT + 8), .super = &coil_kind_numpy_dtype,
     MEMBERS(OWNED_AT(STRING_NA_OBJECT, MEMBER, "na_object")),
     .flags = COIL_KIND_UNTRAVERSED);
