/* SPDX-License-Identifier: MIT */
#ifndef COIL_IMAGE_FILE_H
#define COIL_IMAGE_FILE_H

/* Files mapped read-only, and memory that an image owns. */

#include "base/base.h"

struct coil_image;

/* Closes *@fd unless it is negative: a scope guard. */
void coil_close_guard(int *fd);
#define _cleanup_close_ __attribute__((cleanup(coil_close_guard)))

/* Give away the descriptor that a guard would close. */
static inline int steal_fd(int *fd)
{
	int given = *fd;

	*fd = -1;
	return given;
}

/**
 * Open the regular file at @path for reading; a device or a pipe is never
 * opened, since opening one may block or act.
 *
 * Returns a descriptor, or -1 with errno set (EINVAL: not a regular file).
 */
int coil_file_open(const char *path);

/**
 * Map all of @fd read-only; the descriptor may be closed afterwards.
 *
 * @bytes  Receives the mapping, never NULL: an empty file is one byte that
 *         must not be read.
 * @size   Receives the size of the file in bytes.
 *
 * The mapping belongs to @image, which unmaps it when it is closed.
 * Returns COIL_OK, COIL_E_OS with errno set, or COIL_E_NOMEM.
 */
enum coil_status coil_image_map(struct coil_image *image, int fd,
				const uint8_t **bytes, uint64_t *size);

/**
 * Memory of @size bytes, all zero, that belongs to @image and lives as long.
 *
 * Returns COIL_OK, or COIL_E_NOMEM.
 */
enum coil_status coil_image_allocate(struct coil_image *image, uint64_t size,
				     uint8_t **bytes);

#endif
