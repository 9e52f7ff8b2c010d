/* SPDX-License-Identifier: MIT */
#ifndef COIL_IMAGE_MODULES_H
#define COIL_IMAGE_MODULES_H

/* What the files about modules share. */

#include "image/elf.h"
#include "image/image.h"

/*
 * Program headers of a module that are looked at.  Real ones have a dozen;
 * the bound keeps the work linear in what a hostile file pays for.
 */
#define COIL_MODULE_PHDRS 64

/* A module's program headers as captured in memory. */
struct coil_phdrs {
	struct coil_phdr row[COIL_MODULE_PHDRS];
	size_t count;
	uint16_t type; /* e_type; ET_NONE where nothing was captured */
};

/**
 * Read the program headers of the ELF file mapped at @header; none where
 * they were not captured.
 */
void coil_module_phdrs(const struct coil_image *image, uint64_t header,
		       struct coil_phdrs *out);

/**
 * How far from its p_vaddr is the segment that begins with the header at
 * @header?  False where there is none.
 */
bool coil_module_bias(const struct coil_phdrs *phdrs, uint64_t header,
		      uint64_t *bias);

/**
 * Add rows for ELF files that segments begin with, as their own program
 * headers say they were mapped: for a snapshot that lists no files, such as
 * a gcore that was cut, whose notes come last.
 */
enum coil_status coil_modules_guess(struct coil_image *image);

/**
 * Read what module @index says of itself in memory into the image: bias,
 * .bss, build-id, dynamic section.  What was not captured stays unset.
 */
void coil_module_inspect(struct coil_image *image, size_t index);

/**
 * The dynamic section alone, once more: what a file filled in may tell what
 * the snapshot did not.
 */
void coil_module_dynamic(struct coil_image *image, size_t index);

/**
 * May [@at, *@end) be filled from byte @offset of the module's file, as its
 * program headers have it: was it mapped from there and not writable?  Lowers
 * *@end to where the answer may change.
 */
bool coil_module_fillable(const struct coil_phdrs *phdrs, uint64_t bias,
			  uint64_t at, uint64_t offset, uint64_t *end);

/* What it says of a file that it was held against a module. */
enum coil_match {
	COIL_MATCH_SAME,
	COIL_MATCH_OTHER,      /* another build */
	COIL_MATCH_TOO_LITTLE, /* nothing to know it by */
	COIL_MATCH_FAILED      /* it cannot be read: errno says why */
};

/**
 * Is @fd the file that module @index was loaded from?  By build-id and program
 * headers or, where the module has no build-id that was captured, by all bytes
 * that the snapshot has of what the target could not write.
 *
 * @compared  Receives how many these were; 0 where a build-id decided.
 * @at        Receives the first address at which they differ, or 0.
 */
enum coil_match coil_module_match(const struct coil_image *image, size_t index,
				  const struct coil_phdrs *phdrs, int fd,
				  uint64_t *compared, uint64_t *at);

/**
 * Find the file of module @index, map it and set the module's file and
 * state.  Only where that is COIL_MODULE_USED do @bytes and @size receive
 * the mapping, which belongs to the image.
 *
 * Returns COIL_OK, or COIL_E_NOMEM.
 */
enum coil_status coil_module_find(struct coil_image *image, size_t index,
				  const struct coil_phdrs *phdrs,
				  const struct coil_image_options *options,
				  const uint8_t **bytes, uint64_t *size);

/* Find the files of all modules and fill memory from them. */
enum coil_status coil_modules_fill(struct coil_image *image,
				   const struct coil_image_options *options,
				   struct coil_error *err);

#endif
