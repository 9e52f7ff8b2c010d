/* SPDX-License-Identifier: MIT */
#ifndef COIL_IMAGE_BUILD_H
#define COIL_IMAGE_BUILD_H

/*
 * For the formats: an image is built of what a snapshot holds, piece by piece
 * and in any order, then sealed.  A piece that a format does not know is left
 * out: an image without process, threads or files is an image.
 *
 * What is not said otherwise returns COIL_OK, or COIL_E_NOMEM.
 */

#include "image/image.h"
#include "image/source.h"

/** An image of nothing; NULL: out of memory.  To be given to
 * coil_image_close(), as _cleanup_image_ does. */
struct coil_image *coil_image_new(void);

/**
 * Say which format and file the image is made of.
 *
 * @format  Lives as long as the library.
 * @packed  Bytes of the file that @file was unpacked from; 0: of none.
 * @note    What is wrong with it, or ""; copied, as its path is.
 */
enum coil_status coil_image_set_source(struct coil_image *image,
				       const char *format,
				       const struct coil_source *file,
				       uint64_t packed, const char *note);

/** A stretch of the target's memory, [start, start + size). */
struct coil_memory {
	uint64_t start;
	uint64_t size;	 /* bytes; at least as many as saved */
	uint64_t saved;	 /* the first of them, which the snapshot says it has */
	uint64_t offset; /* where, in bytes of the source */
	const struct coil_source *source; /* may be cut: then they are not all
					   * there */
	bool writable;			  /* by the target */
};

/**
 * Add a stretch with what there is of it, and count that in what the image
 * covers.  Overlaps are refused by the seal.  No two stretches may show the
 * same bytes of a source: an image holds no more than its file.
 *
 * Returns COIL_OK, COIL_E_NOMEM, or COIL_E_BAD_DATA where the stretch or its
 * place in the source wraps, or all stretches are more than 64 bits count.
 */
enum coil_status coil_image_add_memory(struct coil_image *image,
				       const struct coil_memory *memory);

/** Say that the snapshot's file should have the bytes before @end. */
void coil_image_expect(struct coil_image *image, uint64_t end);

/**
 * Add a segment [@start, @start + @size) backed by @bytes, which live as long
 * as the image, and nothing else: for what is no part of the snapshot.
 *
 * Returns COIL_OK, COIL_E_NOMEM, or COIL_E_BAD_DATA where it wraps.
 */
enum coil_status coil_image_add(struct coil_image *image, uint64_t start,
				uint64_t size, const uint8_t *bytes,
				bool writable, bool from_module);

/**
 * Say that a file was mapped: [@start, @end) shows it from byte @offset on.
 * A range that is empty or wraps is left out.  @path is copied.
 */
enum coil_status coil_image_add_file(struct coil_image *image, uint64_t start,
				     uint64_t end, uint64_t offset,
				     const char *path);

/**
 * Say that the target could write to [@start, @end), so that no file may tell
 * what is there, whether it was captured or not.
 */
enum coil_status coil_image_add_writable(struct coil_image *image,
					 uint64_t start, uint64_t end);

/** Add what the registers of a thread say. */
enum coil_status coil_image_add_thread(struct coil_image *image,
				       const struct coil_native_thread *thread);

/** Which process it was, -1: not known, and its command line, which is copied
 * ("": not known). */
enum coil_status coil_image_set_process(struct coil_image *image, int64_t pid,
					const char *command);

/** The signal that ended the process; what is set last holds. */
void coil_image_set_signal(struct coil_image *image, int signal);

/**
 * The auxiliary vector: @size bytes of pairs of words, which live as long as
 * the image.  By it the executable is known among the modules.
 */
void coil_image_set_auxv(struct coil_image *image, const uint8_t *pairs,
			 size_t size);

/**
 * Sort, join, check and index: the image can be read from here on.  Only
 * coil_image_load_modules() may add to it afterwards.
 *
 * Returns COIL_OK, COIL_E_BAD_DATA where two segments overlap, COIL_E_NOMEM.
 */
enum coil_status coil_image_seal(struct coil_image *image,
				 struct coil_error *err);

/**
 * From the files and the auxiliary vector that were added, and after the
 * seal: make the modules, read their build-ids and dynamic sections, find
 * their files, and fill what was not captured and could not be written.
 * That a file is missing or another is no failure.
 *
 * @options  May be NULL.
 */
enum coil_status coil_image_load_modules(
	struct coil_image *image, const struct coil_image_options *options,
	struct coil_error *err);

/** A copy of @s that lives as long as the image; NULL: out of memory. */
const char *coil_image_keep(struct coil_image *image, const char *s);

#endif
