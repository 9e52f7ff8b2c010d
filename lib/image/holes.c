/* SPDX-License-Identifier: MIT */
/*
 * Finding the holes of a file, and passing over them; see holes.h.
 *
 * Source: lseek(2), SEEK_DATA and SEEK_HOLE: a file system that does not know
 * them fails with EINVAL or calls the whole file data.  core(5), Linux
 * fs/coredump.c, dump_skip(): pages that are not there are seeked over.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/order.h"
#include "base/bounds.h"
#include "image/elf.h"
#include "image/holes.h"

void coil_holes_free(struct coil_holes *holes)
{
	free(holes->rows);
}

/* Whether fewer bytes are on the disk than the file has: most have none. */
static bool is_sparse(int fd, uint64_t size)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_blocks >= 0 &&
	       (uint64_t)st.st_blocks * 512 + COIL_LEAST_HOLE <= size;
}

static bool add(struct coil_holes *holes, uint64_t start, uint64_t end)
{
	if (end - start < COIL_LEAST_HOLE)
		return true;
	return APPEND(holes->rows, holes->count, holes->room,
		      (struct coil_hole){start, end});
}

enum coil_status coil_holes_read(int fd, uint64_t size, struct coil_holes *out)
{
	off_t at = 0;

	if (size > INT64_MAX || !is_sparse(fd, size))
		return COIL_OK;
	while ((uint64_t)at < size) {
		off_t hole = lseek(fd, at, SEEK_HOLE), data;

		if (hole < at || (uint64_t)hole >= size)
			break;
		data = lseek(fd, hole, SEEK_DATA);
		if (data < 0 && errno == ENXIO)
			data = (off_t)size; /* nothing but hole behind it */
		if (data <= hole)
			break;
		at = (off_t)min64((uint64_t)data, size);
		if (!add(out, (uint64_t)hole, (uint64_t)at))
			return COIL_E_NOMEM;
	}
	return COIL_OK;
}

static enum coil_status add_hole(struct coil_image *image, uint64_t start,
				 uint64_t end)
{

	/* Whole pages of the target, so that no word is in two parts. */
	if (start > UINT64_MAX - COIL_PAGE)
		return COIL_OK;
	start = align_up(start, COIL_PAGE);
	end -= end % COIL_PAGE;
	if (start >= end)
		return COIL_OK;
	return APPEND(image->holes, image->hole_count, image->hole_room,
		      (struct coil_range){start, end})
		       ? COIL_OK
		       : COIL_E_NOMEM;
}

enum coil_status coil_image_add_holes(struct coil_image *image,
				      const struct coil_holes *holes,
				      uint64_t start, uint64_t offset,
				      uint64_t size, uint64_t *sum)
{
	uint64_t end = offset + size;
	size_t at = FIRST_WHERE(i, holes->count, holes->rows[i].end > offset);

	for (; at < holes->count && holes->rows[at].start < end; at++) {
		uint64_t from = max64(holes->rows[at].start, offset);
		uint64_t to = min64(holes->rows[at].end, end);

		*sum += to - from;
		if (add_hole(image, start + (from - offset),
			     start + (to - offset)))
			return COIL_E_NOMEM;
	}
	return COIL_OK;
}

void coil_image_sort_holes(struct coil_image *image)
{
	if (image->hole_count)
		qsort(image->holes, image->hole_count, sizeof(*image->holes),
		      coil_by_word);
}

uint64_t coil_image_data(const struct coil_image *image, uint64_t *at,
			 uint64_t end)
{
	size_t n = FIRST_WHERE(i, image->hole_count, image->holes[i].end > *at);

	for (; n < image->hole_count && *at < end; n++) {
		const struct coil_range *hole = &image->holes[n];

		if (hole->start > *at)
			return min64(hole->start, end);
		*at = min64(hole->end, end);
	}
	return end;
}
