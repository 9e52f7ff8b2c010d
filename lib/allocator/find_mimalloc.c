/* SPDX-License-Identifier: MIT */
/*
 * Whether mimalloc has the memory of an interpreter that has a collector's
 * lists (PYTHONMALLOC=mimalloc): known by the table of modules, whose block
 * would be in a page that a segment describes.
 *
 * Source: CPython 3.13, Include/internal/mimalloc/mimalloc/types.h
 * (mi_segment_t: aligned to its size, slices[]; mi_slice_t is a mi_page_t,
 * whose slice_offset leads to the first one of its page).
 */

#include "allocator/obmalloc.h"

bool coil_mimalloc_holds(const struct coil_image *image,
			 const struct coil_layout *l, uint64_t address)
{
	const uint64_t size = l->constant.mi_segment_size;
	uint64_t segment, slice, back;
	const uint8_t *p;

	if (!size || !l->constant.mi_slice_size || !l->mi_page_s.size)
		return false;
	segment = address & ~(size - 1);
	slice = (address - segment) / l->constant.mi_slice_size;
	p = coil_image_view(image,
			    segment + l->mi_segment_s.slices +
				    slice * l->mi_page_s.size,
			    l->mi_page_s.size);
	if (!p || slice >= l->constant.mi_slices)
		return false;
	back = load32(p + l->mi_page_s.slice_offset);
	if (back % l->mi_page_s.size || back / l->mi_page_s.size >= slice)
		return false;
	back /= l->mi_page_s.size;
	p = coil_image_view(image,
			    segment + l->mi_segment_s.slices +
				    (slice - back) * l->mi_page_s.size,
			    l->mi_page_s.size);
	return p && !load32(p + l->mi_page_s.slice_offset) &&
	       load32(p + l->mi_page_s.slice_count) > back &&
	       load32(p + l->mi_page_s.block_size) >= 8 &&
	       load16(p + l->mi_page_s.capacity) &&
	       load16(p + l->mi_page_s.used) &&
	       load16(p + l->mi_page_s.used) <=
		       load16(p + l->mi_page_s.capacity);
}
