/* SPDX-License-Identifier: MIT */
/*
 * memoryview and the buffer that several of them share.
 *
 * Source: Objects/memoryobject.c: memory_traverse() visits the managed buffer
 * and mbuf_traverse() the object that exports it, of which the views hold
 * uncounted copies.
 */
#include <inttypes.h>

#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

/* Source: memory_repr(), Include/memoryobject.h. */
#define RELEASED 1u

static void value(struct coil_reader *reader, const struct coil_object *object,
		  struct coil_out *out)
{
	uint32_t flags = coil_field_int(
		object, reader->layout->PyMemoryViewObject.flags);

	coil_out_format(out,
			flags & RELEASED ? "<released memory at 0x%" PRIx64 ">"
					 : "<memory at 0x%" PRIx64 ">",
			object->address);
}

KIND(memoryview, "memoryview", UP_TO(PyMemoryViewObject, weakreflist),
     MEMBERS(VISITED(PyMemoryViewObject, mbuf, MEMBER, "mbuf")),
     .value = value);

KIND(managedbuffer, "managedbuffer", STRUCT(_PyManagedBufferObject),
     MEMBERS(VISITED(_PyManagedBufferObject, master_obj, MEMBER, "obj")));

KIND(memory_iterator, "memory_iterator", STRUCT(memoryiterobject),
     MEMBERS(VISITED(memoryiterobject, it_seq, MEMBER, "seq")));
