/* SPDX-License-Identifier: MIT */
/*
 * Modules of a snapshot that does not list the files that were mapped: ELF
 * headers at the beginning of segments.  Mappings of one file seldom adjoin
 * those of another without a writable one between, so segments still begin
 * where files do after they were joined.
 *
 * Source: System V gABI, "Program Loading".
 */
#include <inttypes.h>
#include <stdio.h>

#include "image/build.h"
#include "image/modules.h"

/* Add the mappings that the program headers of one file stand for. */
static enum coil_status add_rows(struct coil_image *image, uint64_t header,
				 const struct coil_phdrs *phdrs, uint64_t bias)
{
	char name[24];

	snprintf(name, sizeof(name), "[0x%" PRIx64 "]", header);
	for (size_t i = 0; i < phdrs->count; i++) {
		const struct coil_phdr *ph = &phdrs->row[i];
		uint64_t slack = ph->vaddr % COIL_PAGE, size, start, end;
		enum coil_status st;

		if (ph->type != PT_LOAD || ph->offset % COIL_PAGE != slack ||
		    !add64(ph->filesz, slack + COIL_PAGE - 1, &size))
			continue;
		start = bias + ph->vaddr - slack;
		if (!add64(start, size - size % COIL_PAGE, &end))
			continue;
		st = coil_image_add_file(image, start, end, ph->offset - slack,
					 name);
		if (st)
			return st;
	}
	return COIL_OK;
}

enum coil_status coil_modules_guess(struct coil_image *image)
{
	for (size_t i = 0; i < image->segment_count; i++) {
		const struct coil_segment *s = &image->segments[i];
		struct coil_phdrs phdrs;
		uint64_t bias;

		if (!coil_elf_magic(s->bytes, s->end - s->start))
			continue;
		coil_module_phdrs(image, s->start, &phdrs);
		if (coil_module_bias(&phdrs, s->start, &bias) &&
		    add_rows(image, s->start, &phdrs, bias))
			return COIL_E_NOMEM;
	}
	return COIL_OK;
}
