/* SPDX-License-Identifier: MIT */
/*
 * collections.deque and its iterators.
 *
 * Source: Modules/_collectionsmodule.c: deque_traverse(), deque_dealloc(),
 * deque_sizeof().  A doubly linked list of blocks, items from leftindex of the
 * first to rightindex of the last; up to 16 free blocks are kept aside.
 */
#include <inttypes.h>

#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

/* Items in a block. */
static uint64_t block_length(const struct coil_layout *l)
{
	return (l->dequeblock.rightlink - l->dequeblock.data) / 8;
}

static uint64_t emit_block(const struct coil_heap *heap, struct coil_sink *sink,
			   const uint8_t *block, uint64_t from, uint64_t to,
			   uint64_t index)
{
	for (; from < to && !sink->stop; from++)
		coil_emit(sink,
			  load64(block + heap->layout->dequeblock.data +
				 from * 8),
			  COIL_REF_ITEM | COIL_STRONG, COIL_LABEL_INDEX,
			  index++);
	return index;
}

static void deque_refs(const struct coil_heap *heap,
		       const struct coil_object *object, struct coil_sink *sink)
{
	const uint64_t length = block_length(heap->layout);
	uint64_t at = FIELD(heap, object, dequeobject, leftblock);
	const uint64_t last = FIELD(heap, object, dequeobject, rightblock);
	uint64_t from = FIELD(heap, object, dequeobject, leftindex);
	/* One behind: rightindex is -1 where the last block is empty. */
	const uint64_t end = FIELD(heap, object, dequeobject, rightindex) + 1;
	struct coil_loop loop = {0};
	uint64_t index = 0;

	if (!at)
		return;
	while (coil_loop_on(&loop, at) && !sink->stop) {
		const uint8_t *block = coil_image_view(
			heap->image, at, heap->layout->dequeblock.size);

		if (!block ||
		    !coil_sink_reads(sink, at, heap->layout->dequeblock.size))
			break;
		index = emit_block(heap, sink, block, from,
				   at == last ? min64(end, length) : length,
				   index);
		if (at == last)
			return;
		at = load64(block + heap->layout->dequeblock.rightlink);
		from = 0;
	}
	sink->missing++;
}

static void deque_buffers(const struct coil_heap *heap,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	const struct coil_layout *l = heap->layout;
	uint64_t at = FIELD(heap, object, dequeobject, leftblock);
	const uint64_t last = FIELD(heap, object, dequeobject, rightblock);
	uint64_t free = FIELD(heap, object, dequeobject, numfreeblocks);
	struct coil_loop loop = {0};

	while (coil_loop_on(&loop, at)) {
		buffers->take(buffers, at, l->dequeblock.size);
		if (at == last ||
		    !coil_image_word(heap->image, at + l->dequeblock.rightlink,
				     &at))
			break;
	}
	free = min64(free,
		     (l->dequeobject.weakreflist - l->dequeobject.freeblocks) /
			     8);
	for (uint64_t i = 0; i < free; i++) {
		at = coil_field_word(
			object, (uint32_t)(l->dequeobject.freeblocks + i * 8));
		if (at)
			buffers->take(buffers, at, l->dequeblock.size);
	}
}

static uint64_t deque_size(const struct coil_heap *heap,
			   const struct coil_object *object)
{
	const uint64_t length = block_length(heap->layout);
	uint64_t blocks = (FIELD(heap, object, dequeobject, leftindex) +
			   coil_ob_size(heap, object) + length - 1) /
			  length;

	return object->type->basicsize + blocks * heap->layout->dequeblock.size;
}

/* maxlen of the object, which is behind the state; -1: unbounded. */
static int64_t most(const struct coil_heap *heap,
		    const struct coil_object *object)
{
	return (int64_t)coil_field_word(
		object, heap->layout->dequeobject.rightindex + 16);
}

/* Source: deque_repr(): that of the list of its items. */
static void deque_value(const struct coil_heap *heap,
			const struct coil_object *object, struct coil_out *out)
{
	const struct coil_layout *l = heap->layout;
	const uint64_t length = block_length(l);
	uint64_t at = FIELD(heap, object, dequeobject, leftblock);
	uint64_t from = FIELD(heap, object, dequeobject, leftindex);
	uint64_t count = coil_ob_size(heap, object);
	struct coil_loop loop = {0};

	if (coil_out_again(out, object->address)) {
		coil_out_string(out, "[...]");
		return;
	}
	coil_out_type_name(heap, object->type, out);
	coil_out_string(out, "([");
	while (count && from < length && coil_loop_on(&loop, at) &&
	       !out->full) {
		const uint8_t *block =
			coil_image_view(heap->image, at, l->dequeblock.size);
		uint64_t n = min64(count, length - from);

		coil_out_items(heap, out,
			       block ? block + l->dequeblock.data + from * 8
				     : NULL,
			       n, 8);
		if (!block)
			break;
		count -= n;
		if (count)
			coil_out_string(out, ", ");
		at = load64(block + l->dequeblock.rightlink);
		from = 0;
	}
	if (most(heap, object) >= 0)
		coil_out_format(out, "], maxlen=%" PRId64 ")",
				most(heap, object));
	else
		coil_out_string(out, "])");
}

const struct coil_kind coil_kind_deque = {
	.name = "collections.deque",
	.struct_size = COIL_SIZE(dequeobject),
	.refs = deque_refs,
	.buffers = deque_buffers,
	.size = deque_size,
	.value = deque_value,
};

MEMBERS_KIND(deque_iterator, "_collections._deque_iterator", dequeiterobject,
	     MEMBER(dequeiterobject, deque, "deque"));

MEMBERS_KIND(deque_reverse_iterator, "_collections._deque_reverse_iterator",
	     dequeiterobject, MEMBER(dequeiterobject, deque, "deque"));

/* From 3.12 on they are heap types of module collections. */
ALSO_KNOWN_AS(deque_iterator_2, "collections._deque_iterator", dequeiterobject,
	      deque_iterator);
ALSO_KNOWN_AS(deque_reverse_iterator_2, "collections._deque_reverse_iterator",
	      dequeiterobject, deque_reverse_iterator);
