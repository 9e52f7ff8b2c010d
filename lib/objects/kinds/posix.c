/* SPDX-License-Identifier: MIT */
/*
 * What the system is asked through: folders being read, their entries, and
 * poll().
 * Source: CPython's Modules/posixmodule.c (DirEntry_dealloc(),
 * ScandirIterator_dealloc(), path_cleanup()), selectmodule.c (poll_dealloc()).
 */
#include "objects/kinds/untraversed.h"

OWNED_KIND(dir_entry, "posix.DirEntry", DirEntry, OWNED(DirEntry, name, "name"),
	   OWNED(DirEntry, path, "path"), OWNED(DirEntry, stat, "stat"),
	   OWNED(DirEntry, lstat, "lstat"));

OWNED_KIND(scandir_iterator, "posix.ScandirIterator", ScandirIterator,
	   OWNED(ScandirIterator, path_object, "path.object"),
	   OWNED(ScandirIterator, path_cleanup, "path.cleanup"));

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

static const struct coil_member poll_members[] = {
	OWNED(pollObject, dict, "dict"),
};

const struct coil_kind coil_kind_poll = {
	.name = "select.poll",
	.struct_size = COIL_SIZE(pollObject),
	MEMBERS(poll_members),
	.buffers = poll_buffers,
	.flags = COIL_KIND_UNTRAVERSED,
};
