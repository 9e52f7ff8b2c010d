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

static const struct coil_member memoryview_members[] = {
	MEMBER(PyMemoryViewObject, mbuf, "mbuf"),
};

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

const struct coil_kind coil_kind_memoryview = {
	.name = "memoryview",
	.struct_size = COIL_AT(PyMemoryViewObject, weakreflist),
	MEMBERS(memoryview_members),
	.value = value,
};

MEMBERS_KIND(managedbuffer, "managedbuffer", _PyManagedBufferObject,
	     MEMBER(_PyManagedBufferObject, master_obj, "obj"));

MEMBERS_KIND(memory_iterator, "memory_iterator", memoryiterobject,
	     MEMBER(memoryiterobject, it_seq, "seq"));
