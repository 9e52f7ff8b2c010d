/* SPDX-License-Identifier: MIT */
/*
 * tuple, and struct sequences (os.stat_result, sys.flags ...), which are tuples
 * with more items than they show.
 *
 * Source: Objects/tupleobject.c, tupletraverse(); Objects/structseq.c: the
 * number of items is n_fields of the type's dict, ob_size that of those shown.
 */
#include "objects/kinds/kinds.h"

static void tuple_refs(const struct coil_heap *heap,
		       const struct coil_object *object, struct coil_sink *sink)
{
	coil_emit_array(heap, sink,
			object->address + heap->layout->PyTupleObject.ob_item,
			coil_ob_size(heap, object), COIL_REF_ITEM | COIL_STRONG,
			COIL_LABEL_INDEX);
}

static void tuple_value(const struct coil_heap *heap,
			const struct coil_object *object, struct coil_out *out)
{
	uint64_t count = coil_ob_size(heap, object), bytes;
	const uint8_t *items = NULL;

	if (mul64(count, 8, &bytes))
		items = coil_object_tail(heap, object,
					 heap->layout->PyTupleObject.ob_item,
					 bytes);
	coil_out_char(out, '(');
	coil_out_items(heap, out, items, items ? count : 0, 8);
	coil_out_string(out, count == 1 ? ",)" : ")");
}

/* n_fields of the type, or what is shown where it cannot be read. */
static uint64_t fields(const struct coil_heap *heap,
		       const struct coil_object *object)
{
	uint64_t shown = coil_ob_size(heap, object);
	uint64_t at = coil_type_lookup(heap->types, object->type, "n_fields");
	struct coil_int value;
	int64_t n;

	if (!at || !coil_int_read(heap->image, heap->layout, at, &value) ||
	    !coil_int_small(&value, &n) || n < 0)
		return shown;
	return (uint64_t)n;
}

static void structseq_refs(const struct coil_heap *heap,
			   const struct coil_object *object,
			   struct coil_sink *sink)
{
	coil_emit_array(heap, sink,
			object->address + heap->layout->PyTupleObject.ob_item,
			fields(heap, object), COIL_REF_ITEM | COIL_STRONG,
			COIL_LABEL_INDEX);
}

static void structseq_value(const struct coil_heap *heap,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	coil_out_string(out, object->type->name);
	tuple_value(heap, object, out);
}

const struct coil_kind coil_kind_tuple = {
	.name = "tuple",
	.struct_size = COIL_AT(PyTupleObject, ob_item),
	.refs = tuple_refs,
	.value = tuple_value,
};

const struct coil_kind coil_kind_structseq = {
	.name = "structseq",
	.struct_size = COIL_AT(PyTupleObject, ob_item),
	.refs = structseq_refs,
	.value = structseq_value,
	.flags = COIL_KIND_BY_RULE,
};
