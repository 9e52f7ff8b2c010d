/* SPDX-License-Identifier: MIT */
#ifndef COIL_READ_COMPRESSED_H
#define COIL_READ_COMPRESSED_H

#include "formats/read/format.h"

/**
 * Undo the compression of the whole of opened->fd, if it has one: puts the
 * descriptor of a file without a name in its place, as large as what could be
 * unpacked, and says in @opened from how many bytes and what was wrong with
 * them.  What is no snapshot is unpacked no further than its head.
 *
 * @options  For the bound and for progress; may be NULL.
 *
 * Returns COIL_OK, COIL_E_OS where there is no place to unpack it to,
 * COIL_E_UNSUPPORTED if it is more than the bound or compressed twice,
 * COIL_E_BAD_DATA if nothing could be unpacked, COIL_E_NOMEM.
 */
enum coil_status coil_unpack(struct coil_opened *opened,
			     const struct coil_image_options *options,
			     struct coil_error *err);

#endif
