/* SPDX-License-Identifier: MIT */
/* Building an image: what formats say of memory and process; see build.h. */
#include <stdlib.h>

#include "image/build.h"

const char *coil_image_keep(struct coil_image *image, const char *s)
{
	_cleanup_free_ char *copy = strdup(s);

	if (!copy || !APPEND(image->strings, image->string_count,
			     image->string_room, copy))
		return NULL;
	return steal(copy);
}

enum coil_status coil_image_set_source(struct coil_image *image,
				       const char *format,
				       const struct coil_source *file,
				       uint64_t packed, const char *note)
{
	image->process.format = format;
	image->process.source = coil_image_keep(image, file->path);
	image->coverage.note = coil_image_keep(image, note);
	image->coverage.file_size = packed ? packed : file->size;
	image->coverage.there = file->size;
	return image->process.source && image->coverage.note ? COIL_OK
							     : COIL_E_NOMEM;
}

enum coil_status coil_image_add_thread(struct coil_image *image,
				       const struct coil_native_thread *thread)
{
	if (!APPEND(image->threads, image->thread_count, image->thread_room,
		    *thread))
		return COIL_E_NOMEM;
	image->process.threads = image->thread_count;
	return COIL_OK;
}

enum coil_status coil_image_add_writable(struct coil_image *image,
					 uint64_t start, uint64_t end)
{
	if (start >= end)
		return COIL_OK;
	return APPEND(image->writable, image->writable_count,
		      image->writable_room, (struct coil_range){start, end})
		       ? COIL_OK
		       : COIL_E_NOMEM;
}

enum coil_status coil_image_add_memory(struct coil_image *image,
				       const struct coil_memory *m)
{
	const struct coil_source *source = m->source;
	struct coil_coverage *coverage = &image->coverage;
	uint64_t there = coil_source_has(source, m->offset, m->saved), end;
	uint64_t in_holes = 0;
	enum coil_status st;

	if (!add64(m->start, max64(m->size, m->saved), &end) ||
	    !add64(m->offset, m->saved, &(uint64_t){0}) ||
	    !add64(coverage->promised, m->saved, &coverage->promised))
		return COIL_E_BAD_DATA;
	if (m->writable && m->size > m->saved)
		coverage->left_out += m->size - m->saved;
	coverage->present += there;
	st = coil_image_add(image, m->start, there,
			    source->bytes + (there ? m->offset : 0),
			    m->writable, false);
	if (!st)
		st = coil_image_add_holes(image, &source->holes, m->start,
					  m->offset, there, &in_holes);
	coverage->stored += there - in_holes;
	if (!st && m->writable)
		st = coil_image_add_writable(image, m->start, end);
	return st;
}

void coil_image_expect(struct coil_image *image, uint64_t end)
{
	image->coverage.expected = max64(image->coverage.expected, end);
}

enum coil_status coil_image_set_process(struct coil_image *image, int64_t pid,
					const char *command)
{
	const char *kept = coil_image_keep(image, command);

	if (!kept)
		return COIL_E_NOMEM;
	image->process.pid = pid;
	image->process.command = kept;
	return COIL_OK;
}

void coil_image_set_signal(struct coil_image *image, int signal)
{
	image->process.signal = signal;
}

void coil_image_set_auxv(struct coil_image *image, const uint8_t *pairs,
			 size_t size)
{
	image->auxv = pairs;
	image->auxv_size = size;
}
