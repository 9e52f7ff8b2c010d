/* SPDX-License-Identifier: MIT */
#ifndef COIL_READ_FORMAT_H
#define COIL_READ_FORMAT_H

#include "image/image.h"

/* A snapshot format is one const struct and one row in formats.c. */
struct coil_format {
	const char *name;
	/* Decides by the first @size (at most COIL_FORMAT_HEAD) bytes. */
	bool (*probe)(const uint8_t *head, size_t size);
	/* Owns @fd from the call on, also on failure. */
	enum coil_status (*open)(int fd, const char *path,
				 const struct coil_image_options *options,
				 struct coil_image **out,
				 struct coil_error *err);
};

/* Bytes from the beginning of a file that a probe may look at. */
#define COIL_FORMAT_HEAD 4096

extern const struct coil_format coil_format_elfcore;
extern const struct coil_format coil_format_compressed;

/* The format of what begins with @head; NULL: none. */
const struct coil_format *coil_format_find(const uint8_t *head, size_t size,
					   bool compressed);

/**
 * Open @fd, which is owned from the call on, by whichever format its first
 * bytes tell.
 *
 * @path        For the words of errors and for coil_process.source.
 * @compressed  May it be compressed as a whole?  What was inside a
 *              compressed file may not be, again.
 */
enum coil_status coil_format_open(int fd, const char *path,
				  const struct coil_image_options *options,
				  bool compressed, struct coil_image **out,
				  struct coil_error *err);

#endif
