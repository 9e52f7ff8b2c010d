/* SPDX-License-Identifier: MIT */
/*
 * The variables of modules, word by word: for what no symbol names.
 */
#include "objects/variables.h"

static uint64_t find_in(struct coil_reader *reader,
			const struct coil_segment *seg, coil_look *look,
			void *ctx)
{
	uint64_t at = align_up(seg->start, 8), stop, found = 0;

	for (; (stop = coil_image_data(reader->image, &at, seg->end)) > at;
	     at = stop)
		for (; at < stop && stop - at >= 8; at += 8) {
			uint64_t word = load64(seg->bytes + (at - seg->start));

			if (word)
				found = look(reader, at, word, ctx);
			if (found)
				return found;
		}
	return 0;
}

uint64_t coil_variables_find(struct coil_reader *reader,
			     const struct coil_module *module, coil_look *look,
			     void *ctx)
{
	const struct coil_image *image = reader->image;
	uint64_t found = 0;

	for (size_t s = 0; s < image->segment_count && !found; s++) {
		const struct coil_segment *seg = &image->segments[s];
		const struct coil_module *in = NULL;

		if (seg->writable)
			in = coil_image_module_at(image, seg->start);
		if (in && (!module || in == module))
			found = find_in(reader, seg, look, ctx);
	}
	return found;
}
