/* SPDX-License-Identifier: MIT */
#ifndef COIL_READ_ELFNOTES_H
#define COIL_READ_ELFNOTES_H

#include "image/build.h"
#include "image/elf.h"

/**
 * Read the notes of a core, @size bytes at @notes, into @image: process,
 * threads, auxiliary vector, mapped files.  Notes that are cut or of other
 * sizes than x86-64's are passed over.  @notes live as long as the image.
 *
 * @path  For the words of an error.
 *
 * Returns COIL_OK, or COIL_E_NOMEM.
 */
enum coil_status coil_elfcore_notes(struct coil_image *image,
				    const uint8_t *notes, uint64_t size,
				    const char *path, struct coil_error *err);

#endif
