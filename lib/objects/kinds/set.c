/* SPDX-License-Identifier: MIT */
/*
 * set and frozenset.
 *
 * Source: Objects/setobject.c: set_next(), set_traverse(), set_dealloc(),
 * set_sizeof().  A table of mask + 1 entries, inside the object while it is
 * small; a deleted entry holds the dummy key and the hash -1, which no key has.
 */
#include "objects/kinds/kinds.h"

#define DELETED UINT64_MAX /* hash */

/* The whole table, its entries into *@count; NULL: not captured. */
static const uint8_t *table(const struct coil_heap *heap,
			    const struct coil_object *object, uint64_t *count)
{
	uint64_t mask = FIELD(heap, object, PySetObject, mask), bytes;

	*count = 0;
	if (mask == UINT64_MAX ||
	    !mul64(mask + 1, heap->layout->setentry.size, &bytes))
		return NULL;
	*count = mask + 1;
	return coil_image_view(heap->image,
			       FIELD(heap, object, PySetObject, table), bytes);
}

static uint64_t entry_key(const struct coil_heap *heap, const uint8_t *entry)
{
	uint64_t key = load64(entry + heap->layout->setentry.key);

	if (!key || key == heap->set_dummy ||
	    load64(entry + heap->layout->setentry.hash) == DELETED)
		return 0;
	return key;
}

static void set_refs(const struct coil_heap *heap,
		     const struct coil_object *object, struct coil_sink *sink)
{
	const uint32_t stride = heap->layout->setentry.size;
	uint64_t count;
	const uint8_t *p = table(heap, object, &count);

	if (!p) {
		sink->missing++;
		return;
	}
	if (!coil_sink_reads(sink, FIELD(heap, object, PySetObject, table),
			     count * stride))
		return;
	for (; count && !sink->stop; count--, p += stride)
		coil_emit(sink, entry_key(heap, p), COIL_REF_ITEM | COIL_STRONG,
			  COIL_LABEL_NONE, 0);
}

/* Whether the table is a block of its own. */
static bool outside(const struct coil_heap *heap,
		    const struct coil_object *object)
{
	uint64_t at = FIELD(heap, object, PySetObject, table);

	return at &&
	       at != object->address + heap->layout->PySetObject.smalltable;
}

static uint64_t table_bytes(const struct coil_heap *heap,
			    const struct coil_object *object)
{
	return (FIELD(heap, object, PySetObject, mask) + 1) *
	       heap->layout->setentry.size;
}

static void set_buffers(const struct coil_heap *heap,
			const struct coil_object *object,
			struct coil_buffers *buffers)
{
	if (outside(heap, object))
		buffers->take(buffers, FIELD(heap, object, PySetObject, table),
			      table_bytes(heap, object));
}

static uint64_t set_size(const struct coil_heap *heap,
			 const struct coil_object *object)
{
	return object->type->basicsize +
	       (outside(heap, object) ? table_bytes(heap, object) : 0);
}

static void out_keys(const struct coil_heap *heap,
		     const struct coil_object *object, struct coil_out *out)
{
	uint8_t keys[COIL_OUT_ITEMS + 1][8];
	uint64_t count, n = 0;
	const uint8_t *p = table(heap, object, &count);

	for (; p && count && n < countof(keys);
	     count--, p += heap->layout->setentry.size) {
		memcpy(keys[n], p + heap->layout->setentry.key, 8);
		n += entry_key(heap, p) != 0;
	}
	coil_out_char(out, '{');
	coil_out_items(heap, out, keys[0], n, 8);
	coil_out_char(out, '}');
}

static void set_value(const struct coil_heap *heap,
		      const struct coil_object *object, struct coil_out *out)
{
	if (FIELD(heap, object, PySetObject, used))
		out_keys(heap, object, out);
	else
		coil_out_string(out, "set()");
}

static void frozenset_value(const struct coil_heap *heap,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	coil_out_string(out, "frozenset(");
	if (FIELD(heap, object, PySetObject, used))
		out_keys(heap, object, out);
	coil_out_char(out, ')');
}

const struct coil_kind coil_kind_set = {
	.name = "set",
	.struct_size = COIL_SIZE(PySetObject),
	.refs = set_refs,
	.buffers = set_buffers,
	.size = set_size,
	.value = set_value,
};

const struct coil_kind coil_kind_frozenset = {
	.name = "frozenset",
	.struct_size = COIL_SIZE(PySetObject),
	.refs = set_refs,
	.buffers = set_buffers,
	.size = set_size,
	.value = frozenset_value,
};
