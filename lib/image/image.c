/* SPDX-License-Identifier: MIT */
/*
 * An image as its readers see it: bytes and strings at addresses, what the
 * snapshot says of its process.  It is built in build.c, sealed in segments.c;
 * modules.c finds its modules.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "base/bounds.h"
#include "image/build.h"

struct coil_image *coil_image_new(void)
{
	_cleanup_free_ struct coil_image *image = calloc(1, sizeof(*image));

	if (!image)
		return NULL;
	if (!coil_map_init(&image->granules, 0))
		return NULL;
	image->process.format = "";
	image->process.source = "";
	image->process.command = "";
	image->coverage.note = "";
	image->process.pid = -1;
	return steal(image);
}

void coil_image_close(struct coil_image *image)
{
	if (!image)
		return;
	for (size_t i = 0; i < image->mapping_count; i++)
		munmap(image->mappings[i].base, image->mappings[i].size);
	for (size_t i = 0; i < image->string_count; i++)
		free(image->strings[i]);
	free(image->mappings);
	free(image->strings);
	free(image->segments);
	coil_map_free(&image->granules);
	free(image->holes);
	free(image->modules);
	free(image->insides);
	free(image->files);
	free(image->writable);
	free(image->threads);
	free(image);
}

const struct coil_segment *coil_image_bisect(const struct coil_image *image,
					     uint32_t first, uint32_t last,
					     uint64_t address)
{
	const struct coil_segment *s = &image->segments[first];

	return s + FIRST_WHERE(i, last - first, s[i + 1].start > address);
}

const struct coil_segment *coil_image_rest(const struct coil_image *image,
					   uint64_t address)
{
	const struct coil_segment *s =
		coil_image_bisect(image, (uint32_t)image->unindexed,
				  (uint32_t)image->segment_count - 1, address);

	return address - s->start < s->end - s->start ? s : NULL;
}

size_t coil_image_after(const struct coil_image *image, uint64_t address)
{
	return FIRST_WHERE(i, image->segment_count,
			   image->segments[i].end > address);
}

enum coil_status coil_image_read(const struct coil_image *image,
				 uint64_t address, void *buf, size_t count)
{
	uint8_t *out = buf;

	while (count) {
		const struct coil_segment *s =
			coil_image_segment(image, address);
		size_t n;

		if (!s)
			return COIL_E_UNMAPPED;
		n = (size_t)min64(count, s->end - address);
		memcpy(out, s->bytes + (address - s->start), n);
		/* An end is at most UINT64_MAX: no wrap. */
		address += n;
		out += n;
		count -= n;
	}
	return COIL_OK;
}

const char *coil_image_string(const struct coil_image *image, uint64_t address,
			      size_t limit)
{
	const struct coil_segment *s = coil_image_segment(image, address);
	const uint8_t *text;
	uint64_t room;

	if (!s)
		return NULL;
	text = s->bytes + (address - s->start);
	/* The NUL may come after all @limit bytes. */
	room = s->end - address;
	if (room - 1 > limit)
		room = (uint64_t)limit + 1;
	return memchr(text, '\0', (size_t)room) ? (const char *)text : NULL;
}

const struct coil_process *coil_image_process(const struct coil_image *image)
{
	return &image->process;
}

void coil_image_coverage(const struct coil_image *image,
			 struct coil_coverage *out)
{
	*out = image->coverage;
}

size_t coil_image_module_count(const struct coil_image *image)
{
	return image->module_count;
}

const struct coil_module *coil_image_module(const struct coil_image *image,
					    size_t index)
{
	return &image->modules[index];
}
