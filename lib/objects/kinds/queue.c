/* SPDX-License-Identifier: MIT */
/*
 * queue.SimpleQueue: a list of which the first items are gone, from 3.13 on a
 * ring of its own.
 *
 * Source: Modules/_queuemodule.c: simplequeue_traverse(), RingBuf_Get();
 * 3.15, simplequeue_sizeof().
 */
#include "objects/kinds/kinds.h"

static bool has_ring(struct coil_reader *reader)
{
	return reader->layout->simplequeueobject.items != COIL_NO_FIELD;
}

/* The room of the ring; 0: none, or more than there can be. */
static uint64_t ring_room(struct coil_reader *reader,
			  const struct coil_object *object)
{
	uint64_t room = has_ring(reader) ? FIELD(reader, object,
						 simplequeueobject, items_cap)
					 : 0;

	return room >> 40 ? 0 : room;
}

static void queue_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	uint64_t room = ring_room(reader, object), at, first, count;
	const uint8_t *items;

	if (!room)
		return;
	at = FIELD(reader, object, simplequeueobject, items);
	first = FIELD(reader, object, simplequeueobject, get_idx);
	count = FIELD(reader, object, simplequeueobject, num_items);
	items = coil_image_view(reader->image, at, room * 8);
	if (!items || first >= room || count > room) {
		sink->missing++;
		return;
	}
	for (uint64_t i = 0; i < count && !sink->stop; i++)
		coil_emit(sink, load64(items + (first + i) % room * 8),
			  COIL_REF_ITEM | COIL_STRONG, COIL_LABEL_INDEX, i);
}

static void queue_buffers(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	uint64_t room = ring_room(reader, object);

	if (room)
		buffers->take(buffers,
			      FIELD(reader, object, simplequeueobject, items),
			      room * 8);
}

static uint64_t queue_size(struct coil_reader *reader,
			   const struct coil_object *object)
{
	return object->type->basicsize + ring_room(reader, object) * 8;
}

KIND(simple_queue, "_queue.SimpleQueue", STRUCT(simplequeueobject),
     MEMBERS(VISITED(simplequeueobject, lst, MEMBER, "list")),
     .refs = queue_refs, .buffers = queue_buffers, .size = queue_size);
