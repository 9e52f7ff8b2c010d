/* SPDX-License-Identifier: MIT */
#ifndef COIL_IMAGE_HOLES_H
#define COIL_IMAGE_HOLES_H

/*
 * Holes: parts of a snapshot's file that take no room on the disk and read as
 * zeros, as the kernel leaves them for memory that was never touched.  Their
 * memory can be read as any other; what looks at all of memory passes over
 * them, so that a terabyte of hole costs nothing.
 */

#include "image/image.h"

/* Holes shorter than this are not kept: data is around them anyway. */
#define COIL_LEAST_HOLE 65536u

/* Bytes [start, end) of a file. */
struct coil_hole {
	uint64_t start, end;
};

struct coil_holes {
	struct coil_hole *rows; /* sorted, disjoint */
	size_t count, room;
};

void coil_holes_free(struct coil_holes *holes);

/**
 * The holes of the file @fd of @size bytes; none where its file system does not
 * tell them.  Takes as long as the file has data.
 *
 * Returns COIL_OK, or COIL_E_NOMEM.
 */
enum coil_status coil_holes_read(int fd, uint64_t size, struct coil_holes *out);

/**
 * Say that of the memory from @start on, which is bytes [@offset, @offset +
 * @size) of the file, the @holes are holes.  Adds up their bytes in *@sum.
 *
 * Returns COIL_OK, or COIL_E_NOMEM.
 */
enum coil_status coil_image_add_holes(struct coil_image *image,
				      const struct coil_holes *holes,
				      uint64_t start, uint64_t offset,
				      uint64_t size, uint64_t *sum);

/* Sort them: for coil_image_seal(). */
void coil_image_sort_holes(struct coil_image *image);

#endif
