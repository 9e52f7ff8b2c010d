/* SPDX-License-Identifier: MIT */
/*
 * memoryview and the buffer that several of them share.
 *
 * Source: Objects/memoryobject.c: memory_traverse() visits the managed buffer
 * and mbuf_traverse() the object that exports it, of which the views hold
 * uncounted copies.
 */
#include "objects/kinds/kinds.h"

static const struct coil_member memoryview_members[] = {
	MEMBER(PyMemoryViewObject, mbuf, "mbuf"),
};

const struct coil_kind coil_kind_memoryview = {
	.name = "memoryview",
	.struct_size = COIL_AT(PyMemoryViewObject, weakreflist),
	MEMBERS(memoryview_members),
};

MEMBERS_KIND(managedbuffer, "managedbuffer", _PyManagedBufferObject,
	     MEMBER(_PyManagedBufferObject, master_obj, "obj"));

MEMBERS_KIND(memory_iterator, "memory_iterator", memoryiterobject,
	     MEMBER(memoryiterobject, it_seq, "seq"));
