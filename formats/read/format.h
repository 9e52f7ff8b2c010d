/* SPDX-License-Identifier: MIT */
#ifndef COIL_READ_FORMAT_H
#define COIL_READ_FORMAT_H

#include "image/build.h"
#include "image/file.h"

/* Bytes from the beginning of a file that a probe may look at. */
#define COIL_FORMAT_HEAD 4096

/**
 * A format of snapshots: a row in formats.def.  It knows a file by its first
 * bytes and says what is in it, by the calls of image/build.h and by them
 * alone; what every format needs is done once, in formats.c: opening, undoing
 * compression, sealing the image, finding the modules' files.
 */
struct coil_format {
	const char *name; /* coil_process.format */

	/** Is it a snapshot of this format, by @size bytes of at most
	 * COIL_FORMAT_HEAD?  Those that the format cannot read are: @add
	 * refuses them by name. */
	bool (*probe)(const uint8_t *head, size_t size);

	/**
	 * Add what @file has to @image, which is new.  A snapshot of several
	 * files has the others beside file->path: coil_source_map() maps them.
	 * Bytes that are not in a file as they were in memory are made, by
	 * coil_source_make().
	 *
	 * Returns COIL_OK, COIL_E_UNSUPPORTED if it is nothing that the format
	 * reads, COIL_E_BAD_DATA if it contradicts itself, COIL_E_OS if another
	 * file of it cannot be read, COIL_E_NOMEM.
	 */
	enum coil_status (*add)(const struct coil_source *file,
				struct coil_image *image,
				struct coil_error *err);
};

#define COIL_FORMAT(name) extern const struct coil_format coil_format_##name;
#include "formats/read/formats.def"
#undef COIL_FORMAT

/** The format of what begins with @head; NULL: none. */
const struct coil_format *coil_format_find(const uint8_t *head, size_t size);

/** A snapshot's file before a format has it. */
struct coil_opened {
	const char *path; /* as it was given */
	int fd;		  /* open for reading */
	uint64_t packed;  /* bytes of what it was unpacked from; 0: nothing */
	char note[200];	  /* why not all of that could be; "" */
};

/* Closes its file, if it has one: a scope guard. */
static inline void coil_opened_close(struct coil_opened *opened)
{
	coil_close_guard(&opened->fd);
}
#define _cleanup_opened_ __attribute__((cleanup(coil_opened_close)))

/**
 * The image of what @format finds in @opened, which stays the caller's.
 *
 * @options  May be NULL.
 * @out      Receives the image, to be given to coil_image_close().
 *
 * Returns COIL_OK, what @format returns, COIL_E_BAD_DATA where its memory
 * overlaps, COIL_E_OS, COIL_E_NOMEM.
 */
enum coil_status coil_format_build(const struct coil_format *format,
				   const struct coil_opened *opened,
				   const struct coil_image_options *options,
				   struct coil_image **out,
				   struct coil_error *err);

#endif
