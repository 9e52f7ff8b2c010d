/* SPDX-License-Identifier: MIT */
/*
 * Segments sorted, joined, checked for overlaps and indexed by granule, in
 * whatever order they came.  Those are joined whose addresses and bytes both
 * adjoin, so that one view spans neighbouring mappings.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/order.h"
#include "image/build.h"
#include "image/holes.h"

/* Granules of two terabytes: the table takes 32 MiB at most.  Only a sparse
 * file has more; what is left out is found by bisection. */
#define MOST_GRANULES (UINT64_C(1) << 20)

enum coil_status coil_image_add(struct coil_image *image, uint64_t start,
				uint64_t size, const uint8_t *bytes,
				bool writable, bool from_module)
{
	uint64_t end;

	if (!size)
		return COIL_OK;
	if (!add64(start, size, &end))
		return COIL_E_BAD_DATA;
	return APPEND(image->segments, image->segment_count,
		      image->segment_room,
		      (struct coil_segment){
			      .start = start,
			      .end = end,
			      .bytes = bytes,
			      .writable = writable,
			      .from_module = from_module,
		      })
		       ? COIL_OK
		       : COIL_E_NOMEM;
}

/* Does @b go on where @a ends, in the target and in our memory? */
static bool adjoins(const struct coil_segment *a, const struct coil_segment *b)
{
	return a->end == b->start &&
	       a->bytes + (a->end - a->start) == b->bytes &&
	       a->writable == b->writable && a->from_module == b->from_module;
}

static void join(struct coil_image *image)
{
	struct coil_segment *s = image->segments;
	size_t kept = 0;

	for (size_t i = 0; i < image->segment_count; i++) {
		if (kept && adjoins(&s[kept - 1], &s[i]))
			s[kept - 1].end = s[i].end;
		else
			s[kept++] = s[i];
	}
	image->segment_count = kept;
}

/* The granules of a segment, first and last. */
static uint64_t first_granule(const struct coil_segment *s)
{
	return s->start >> COIL_GRANULE_BITS;
}

static uint64_t last_granule(const struct coil_segment *s)
{
	return (s->end - 1) >> COIL_GRANULE_BITS;
}

/* Say that segment @index touches granule @number.  Segments come in order, and
 * there is room. */
static void touch(struct coil_image *image, uint64_t number, uint32_t index)
{
	struct coil_map *granules = &image->granules;
	uint64_t *found = coil_map_find(granules, number + 1);

	if (found)
		*found = (uint32_t)*found | (uint64_t)index << 32;
	else
		*coil_map_put(granules, number + 1) = index | (uint64_t)index
								      << 32;
}

static enum coil_status index_granules(struct coil_image *image)
{
	const struct coil_segment *s = image->segments;
	uint64_t touched = 0, more;
	struct coil_map granules;
	size_t count;

	/* Segments are numbered with 32 bits. */
	if (image->segment_count > UINT32_MAX)
		return COIL_E_NOMEM;
	/* Bytes that are mapped here bound this sum: no overflow. */
	for (count = 0; count < image->segment_count; count++) {
		more = last_granule(&s[count]) - first_granule(&s[count]) + 1;
		if (touched + more > MOST_GRANULES)
			break;
		touched += more;
	}
	if (!coil_map_init(&granules, touched))
		return COIL_E_NOMEM;
	coil_map_free(&image->granules);
	image->granules = granules;
	image->unindexed = count;
	for (size_t i = 0; i < count; i++)
		for (uint64_t g = first_granule(&s[i]);
		     g <= last_granule(&s[i]); g++)
			touch(image, g, (uint32_t)i);
	return COIL_OK;
}

enum coil_status coil_image_seal(struct coil_image *image,
				 struct coil_error *err)
{
	const struct coil_segment *s = image->segments;

	if (image->segment_count)
		qsort(image->segments, image->segment_count, sizeof(*s),
		      coil_by_two_words);
	for (size_t i = 1; i < image->segment_count; i++) {
		if (s[i].start < s[i - 1].end)
			return coil_about_address(
				err,
				coil_fail(err, COIL_E_BAD_DATA,
					  "two segments hold address "
					  "0x%" PRIx64,
					  s[i].start),
				s[i].start);
	}
	join(image);
	coil_image_sort_holes(image);
	if (index_granules(image))
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	return COIL_OK;
}
