/* SPDX-License-Identifier: MIT */
/* What memory is read from: a file mapped with its holes, or bytes made. */
#include <errno.h>
#include <sys/mman.h>

#include "image/file.h"
#include "image/source.h"

enum coil_status coil_source_map(struct coil_image *image, int fd,
				 const char *path, struct coil_source *out,
				 struct coil_error *err)
{
	enum coil_status st;

	*out = (struct coil_source){.path = path};
	st = coil_image_map(image, fd, &out->bytes, &out->size);
	if (st)
		return coil_fail_file(err, st, path, "cannot map it: %s",
				      st == COIL_E_OS ? strerror(errno)
						      : coil_status_string(st));
	st = coil_holes_read(fd, out->size, &out->holes);
	if (!st)
		return COIL_OK;
	coil_source_close(out);
	return coil_fail_file(err, st, path, "out of memory");
}

enum coil_status coil_source_make(struct coil_image *image, uint64_t size,
				  const char *path, struct coil_source *out,
				  uint8_t **bytes)
{
	enum coil_status st = coil_image_allocate(image, size, bytes);

	*out = (struct coil_source){
		.path = path,
		.bytes = *bytes,
		.size = st ? 0 : size,
	};
	return st;
}

void coil_source_close(struct coil_source *source)
{
	coil_holes_free(&source->holes);
}
