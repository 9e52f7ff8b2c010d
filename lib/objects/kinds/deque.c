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
#include "objects/loop.h"
#include "objects/repr/repr.h"

/* Items in a block. */
static uint64_t block_length(const struct coil_layout *l)
{
	return (l->dequeblock.rightlink - l->dequeblock.data) / 8;
}

static uint64_t emit_block(struct coil_reader *reader, struct coil_sink *sink,
			   const uint8_t *block, uint64_t from, uint64_t to,
			   uint64_t index)
{
	for (; from < to && !sink->stop; from++)
		coil_emit(sink,
			  load64(block + reader->layout->dequeblock.data +
				 from * 8),
			  COIL_REF_ITEM | COIL_STRONG, COIL_LABEL_INDEX,
			  index++);
	return index;
}

static void deque_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	const uint64_t length = block_length(reader->layout);
	uint64_t at = FIELD(reader, object, dequeobject, leftblock);
	const uint64_t last = FIELD(reader, object, dequeobject, rightblock);
	uint64_t from = FIELD(reader, object, dequeobject, leftindex);
	/* One behind: rightindex is -1 where the last block is empty. */
	const uint64_t end = FIELD(reader, object, dequeobject, rightindex) + 1;
	struct coil_loop loop = {0};
	uint64_t index = 0;

	if (!at)
		return;
	while (coil_loop_on(&loop, at) && !sink->stop) {
		const uint8_t *block = coil_image_view(
			reader->image, at, reader->layout->dequeblock.size);

		if (!block ||
		    !coil_sink_reads(sink, at, reader->layout->dequeblock.size))
			break;
		index = emit_block(reader, sink, block, from,
				   at == last ? min64(end, length) : length,
				   index);
		if (at == last)
			return;
		at = load64(block + reader->layout->dequeblock.rightlink);
		from = 0;
	}
	sink->missing++;
}

static void deque_buffers(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	const struct coil_layout *l = reader->layout;
	uint64_t at = FIELD(reader, object, dequeobject, leftblock);
	const uint64_t last = FIELD(reader, object, dequeobject, rightblock);
	uint64_t free = FIELD(reader, object, dequeobject, numfreeblocks);
	struct coil_loop loop = {0};

	while (coil_loop_on(&loop, at)) {
		buffers->take(buffers, at, l->dequeblock.size);
		if (at == last ||
		    !coil_image_word(reader->image,
				     at + l->dequeblock.rightlink, &at))
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

static uint64_t deque_size(struct coil_reader *reader,
			   const struct coil_object *object)
{
	const uint64_t length = block_length(reader->layout);
	uint64_t blocks = (FIELD(reader, object, dequeobject, leftindex) +
			   coil_ob_size(reader, object) + length - 1) /
			  length;

	return object->type->basicsize +
	       blocks * reader->layout->dequeblock.size;
}

/* maxlen of the object, which is behind the state; -1: unbounded. */
static int64_t most(struct coil_reader *reader,
		    const struct coil_object *object)
{
	return (int64_t)coil_field_word(
		object, reader->layout->dequeobject.rightindex + 16);
}

/* Source: deque_repr(): that of the list of its items. */
static void deque_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	const struct coil_layout *l = reader->layout;
	const uint64_t length = block_length(l);
	uint64_t at = FIELD(reader, object, dequeobject, leftblock);
	uint64_t from = FIELD(reader, object, dequeobject, leftindex);
	uint64_t count = coil_ob_size(reader, object);
	struct coil_loop loop = {0};

	if (coil_out_again(out, object->address)) {
		coil_out_string(out, "[...]");
		return;
	}
	coil_out_type_name(reader, object->type, out);
	coil_out_string(out, "([");
	while (count && from < length && coil_loop_on(&loop, at) &&
	       !out->full) {
		const uint8_t *block =
			coil_image_view(reader->image, at, l->dequeblock.size);
		uint64_t n = min64(count, length - from);

		coil_out_items(reader, out,
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
	if (most(reader, object) >= 0)
		coil_out_format(out, "], maxlen=%" PRId64 ")",
				most(reader, object));
	else
		coil_out_string(out, "])");
}

KIND(deque, "collections.deque", STRUCT(dequeobject), NEEDS(STRUCT(dequeblock)),
     .refs = deque_refs, .buffers = deque_buffers, .size = deque_size,
     .value = deque_value);

/* From 3.12 on they are heap types of module collections. */
#define ITERATOR(ident) \
	KIND(ident, "_collections._" #ident, STRUCT(dequeiterobject), \
	     .other_name = "collections._" #ident, \
	     MEMBERS(VISITED(dequeiterobject, deque, MEMBER, "deque")))
ITERATOR(deque_iterator);
ITERATOR(deque_reverse_iterator);
