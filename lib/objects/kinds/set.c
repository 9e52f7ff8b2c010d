/* SPDX-License-Identifier: MIT */
/*
 * set and frozenset.
 *
 * Source: Objects/setobject.c: set_next(), set_traverse(), set_dealloc(),
 * set_sizeof().  A table of mask + 1 entries, inside the object while it is
 * small; a deleted entry holds the dummy key and the hash -1, which no key has.
 */
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

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
	const char *between = "";
	uint64_t count;
	const uint8_t *p = table(heap, object, &count);

	for (; p && count && coil_out_work(out);
	     count--, p += heap->layout->setentry.size) {
		uint64_t key = entry_key(heap, p);

		if (!key)
			continue;
		coil_out_string(out, between);
		between = ", ";
		coil_repr(heap, key, out);
	}
	if (!p)
		coil_out_string(out, "<not captured>");
}

/* Source: set_repr(): of set itself without its name. */
static void set_value(const struct coil_heap *heap,
		      const struct coil_object *object, struct coil_out *out)
{
	bool again = coil_out_again(out, object->address);
	bool empty = !FIELD(heap, object, PySetObject, used);
	bool plain = !strcmp(object->type->name, "set") && !again && !empty;

	if (!plain) {
		coil_out_tp_name(heap, object->type, out);
		coil_out_char(out, '(');
	}
	if (again) {
		coil_out_string(out, "...");
	} else if (!empty) {
		coil_out_char(out, '{');
		out_keys(heap, object, out);
		coil_out_char(out, '}');
	}
	if (!plain)
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
	.value = set_value,
};
