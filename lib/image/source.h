/* SPDX-License-Identifier: MIT */
#ifndef COIL_IMAGE_SOURCE_H
#define COIL_IMAGE_SOURCE_H

/*
 * What a snapshot's memory is read from: a file, or bytes that a format made.
 * A snapshot may have several.
 */

#include "image/holes.h"

struct coil_source {
	const char *path;	 /* as it was given, for the words of errors */
	const uint8_t *bytes;	 /* all of it; never NULL */
	uint64_t size;		 /* bytes */
	struct coil_holes holes; /* of the file; none of what was made */
};

/**
 * Map all of @fd, which stays the caller's, and find its holes.  The bytes live
 * as long as @image, also where this fails.
 *
 * @path  Borrowed: as long as the source is used.
 * @out   Receives the source, to be given to coil_source_close() on success.
 *
 * Returns COIL_OK, COIL_E_OS with errno set, or COIL_E_NOMEM.
 */
enum coil_status coil_source_map(struct coil_image *image, int fd,
				 const char *path, struct coil_source *out,
				 struct coil_error *err);

/**
 * Room for @size bytes that are zero and that the caller is to write, such as
 * what it unpacks.  They live as long as @image.  A size of the input's is the
 * caller's to bound.
 *
 * @bytes  Receives where to write; out->bytes is the same.
 *
 * Returns COIL_OK, or COIL_E_NOMEM.
 */
enum coil_status coil_source_make(struct coil_image *image, uint64_t size,
				  const char *path, struct coil_source *out,
				  uint8_t **bytes);

/** Frees what is needed no longer; its bytes stay.  A scope guard. */
void coil_source_close(struct coil_source *source);
#define _cleanup_source_ __attribute__((cleanup(coil_source_close)))

/** Bytes of [@offset, @offset + @size) that are there: the source may be cut.
 */
static inline uint64_t coil_source_has(const struct coil_source *source,
				       uint64_t offset, uint64_t size)
{
	return offset < source->size ? min64(size, source->size - offset) : 0;
}

#endif
