/* SPDX-License-Identifier: MIT */
/*
 * numpy's iterators over arrays: ndarray.flat, broadcast and nditer.
 *
 * Source: numpy's include/numpy/ndarraytypes.h (PyArrayIterObject_tag,
 * PyArrayMultiIterObject; NPY_MAXDIMS of 1.x is NPY_MAXDIMS_LEGACY_ITERS of
 * 2.x: 32), core/src/multiarray/iterators.c (array_iter_base_dealloc,
 * arraymultiter_dealloc), nditer_pywrap.c (NewNpyArrayIterObject_tag),
 * nditer_impl.h (NpyIter_InternalOnly), nditer_constr.c (NpyIter_Deallocate).
 */
#include "objects/kinds/kinds.h"

enum {
	FLAT_ARRAY = 1320,
	MULTI_COUNT = 16,
	MULTI_ITERATORS = 304,
	MULTI_MOST = 64, /* iterators */
	NDITER_ITERATOR = 16,
	NDITER_DTYPES = 64,
	NDITER_OPERANDS = 72,
	NDITER_SIZE = 80,
	ITERATOR_COUNT = 5, /* a byte: operands of an NpyIter */
};

KIND(numpy_flatiter, "numpy.flatiter", BYTES(FLAT_ARRAY + 8),
     MEMBERS(OWNED_AT(FLAT_ARRAY, MEMBER, "base")),
     .flags = COIL_KIND_UNTRAVERSED);

static void multi_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	uint64_t count = load32(object->head + MULTI_COUNT);

	if (count > MULTI_MOST ||
	    !coil_object_behind(reader, object, MULTI_ITERATORS, count * 8))
		sink->missing++;
	else
		coil_emit_array(reader, sink, object->address + MULTI_ITERATORS,
				count, COIL_REF_ITEM | COIL_EDGE_COUNTED,
				COIL_LABEL_INDEX);
}

KIND(numpy_broadcast, "numpy.broadcast", BYTES(MULTI_ITERATORS),
     .refs = multi_refs, .flags = COIL_KIND_UNTRAVERSED);

/* Its NpyIter, which C code alone owns, has an array and a dtype for each
 * operand; the object has their addresses. */
static void nditer_refs(struct coil_reader *reader,
			const struct coil_object *object,
			struct coil_sink *sink)
{
	uint64_t iterator = coil_field_word(object, NDITER_ITERATOR);
	uint64_t bytes;
	const uint8_t *p;

	if (!iterator)
		return;
	p = coil_reader_view(reader, iterator, ITERATOR_COUNT + 1, &bytes);
	if (!p || bytes <= ITERATOR_COUNT) {
		sink->missing++;
		return;
	}
	coil_emit_array(reader, sink, coil_field_word(object, NDITER_OPERANDS),
			p[ITERATOR_COUNT], COIL_REF_ITEM | COIL_EDGE_COUNTED,
			COIL_LABEL_INDEX);
	coil_emit_array(reader, sink, coil_field_word(object, NDITER_DTYPES),
			p[ITERATOR_COUNT], COIL_REF_OTHER | COIL_EDGE_COUNTED,
			COIL_LABEL_INDEX);
}

KIND(numpy_nditer, "numpy.nditer", BYTES(NDITER_SIZE), .refs = nditer_refs,
     .flags = COIL_KIND_UNTRAVERSED);
