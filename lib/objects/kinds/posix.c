/* SPDX-License-Identifier: MIT */
/*
 * What the system is asked through: folders being read, their entries, and
 * poll().
 * Source: CPython's Modules/posixmodule.c (DirEntry_dealloc(),
 * ScandirIterator_dealloc(), path_cleanup()), selectmodule.c (poll_dealloc()).
 */
#include "objects/kinds/kinds.h"

KIND(dir_entry, "posix.DirEntry", STRUCT(DirEntry),
     MEMBERS(OWNED(DirEntry, name, MEMBER, "name"),
	     OWNED(DirEntry, path, MEMBER, "path"),
	     OWNED(DirEntry, stat, MEMBER, "stat"),
	     OWNED(DirEntry, lstat, MEMBER, "lstat")),
     .flags = COIL_KIND_UNTRAVERSED);

KIND(scandir_iterator, "posix.ScandirIterator", STRUCT(ScandirIterator),
     MEMBERS(OWNED(ScandirIterator, path_object, MEMBER, "path.object"),
	     OWNED(ScandirIterator, path_cleanup, MEMBER, "path.cleanup")),
     .flags = COIL_KIND_UNTRAVERSED);

#define POLLFD 8 /* bytes: poll(2) */

static void poll_buffers(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_buffers *buffers)
{
	uint64_t ufds = FIELD(reader, object, pollObject, ufds);
	uint32_t count =
		coil_field_int(object, reader->layout->pollObject.ufd_len);

	if (ufds && count)
		buffers->take(buffers, ufds, (uint64_t)count * POLLFD);
}

KIND(poll, "select.poll", STRUCT(pollObject),
     MEMBERS(OWNED(pollObject, dict, MEMBER, "dict")), .buffers = poll_buffers,
     .flags = COIL_KIND_UNTRAVERSED);
