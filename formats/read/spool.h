/* SPDX-License-Identifier: MIT */
#ifndef COIL_READ_SPOOL_H
#define COIL_READ_SPOOL_H

#include "base/base.h"

/* A file without a name in TMPDIR, into which a snapshot is unpacked. */
struct coil_spool {
	int fd;
	uint64_t room; /* most bytes that may be written: not all there are */
	uint64_t
		written; /* so far; pages of zeros become holes and take none */
};

/** Make it, for its owner only; spool->fd is the caller's.  False with errno
 * set. */
bool coil_spool_open(struct coil_spool *spool);

/** Write all of @p at byte @at, each once.  False with errno set. */
bool coil_spool_write(struct coil_spool *spool, const uint8_t *p, size_t size,
		      int64_t at);

#endif
