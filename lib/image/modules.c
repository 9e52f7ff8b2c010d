/* SPDX-License-Identifier: MIT */
/*
 * Modules: derived from the files that were mapped.  Rows of one file that
 * follow one another are one module, so modules do not interleave.
 */
#include <stdlib.h>

#include "base/order.h"
#include "base/bounds.h"
#include "image/build.h"
#include "image/modules.h"

/* Put by the kernel behind the name of a file that is gone. */
static const char deleted[] = " (deleted)";

enum coil_status coil_image_add_file(struct coil_image *image, uint64_t start,
				     uint64_t end, uint64_t offset,
				     const char *path)
{
	size_t length = strlen(path);
	bool gone = false;
	uint64_t last;
	char *kept;

	if (start >= end || !add64(offset, end - start, &last))
		return COIL_OK;
	if (!coil_image_keep(image, path))
		return COIL_E_NOMEM;
	kept = image->strings[image->string_count - 1];
	if (length >= sizeof(deleted) - 1)
		gone = !strcmp(kept + length - (sizeof(deleted) - 1), deleted);
	if (gone)
		kept[length - (sizeof(deleted) - 1)] = '\0';
	return APPEND(image->files, image->file_count, image->file_room,
		      (struct coil_file_range){
			      .start = start,
			      .end = end,
			      .offset = offset,
			      .path = kept,
			      .deleted = gone,
		      })
		       ? COIL_OK
		       : COIL_E_NOMEM;
}

/* Sort the rows and leave out those that overlap one before. */
static void sort_files(struct coil_image *image)
{
	struct coil_file_range *f = image->files;
	size_t kept = 0;

	if (image->file_count)
		qsort(f, image->file_count, sizeof(*f), coil_by_two_words);
	for (size_t i = 0; i < image->file_count; i++) {
		if (!kept || f[i].start >= f[kept - 1].end)
			f[kept++] = f[i];
	}
	image->file_count = kept;
}

/* Make a module of every run of rows of one file. */
static enum coil_status group(struct coil_image *image)
{
	size_t n = image->file_count;

	image->modules = calloc(n + 1, sizeof(*image->modules));
	image->insides = calloc(n + 1, sizeof(*image->insides));
	if (!image->modules || !image->insides)
		return COIL_E_NOMEM;
	for (size_t i = 0; i < n; i++) {
		struct coil_file_range *f = &image->files[i];

		if (!i || strcmp(f->path, f[-1].path)) {
			struct coil_module *m =
				&image->modules[image->module_count];

			m->path = f->path;
			m->deleted = f->deleted;
			m->start = f->start;
			m->state = COIL_MODULE_NO_BUILDID;
			image->insides[image->module_count].first_file = i;
			image->module_count++;
		}
		f->module = (uint32_t)(image->module_count - 1);
		image->modules[f->module].end = f->end;
		image->insides[f->module].file_count++;
	}
	return COIL_OK;
}

/* Let the module reach to the end of its .bss, but not into the next. */
static void reach_bss(struct coil_image *image, size_t index)
{
	struct coil_module *m = &image->modules[index];
	uint64_t end = image->insides[index].bss.end;

	if (index + 1 < image->module_count)
		end = min64(end, image->modules[index + 1].start);
	image->insides[index].bss.end = end;
	m->end = max64(m->end, end);
}

/* Source: getauxval(3); NT_AUXV is an array of pairs of words. */
static uint64_t auxiliary(const struct coil_image *image, uint64_t type)
{
	for (size_t at = 0; at + 16 <= image->auxv_size; at += 16) {
		if (load64(image->auxv + at) == type)
			return load64(image->auxv + at + 8);
	}
	return 0;
}

/*
 * The main program is where the kernel found program headers and entry, or
 * else the first that calls itself one.
 */
static void mark_executable(struct coil_image *image)
{
	static const uint64_t hints[] = {AT_PHDR, AT_ENTRY};

	for (size_t i = 0; i < countof(hints); i++) {
		const struct coil_module *m =
			coil_image_module_at(image, auxiliary(image, hints[i]));

		if (!m)
			continue;
		image->modules[m - image->modules].executable = true;
		return;
	}
	for (size_t i = 0; i < image->module_count; i++) {
		if (!image->insides[i].program)
			continue;
		image->modules[i].executable = true;
		return;
	}
}

const struct coil_module *coil_image_module_at(const struct coil_image *image,
					       uint64_t address)
{
	/* How many rows start at or below the address? */
	size_t n = FIRST_WHERE(i, image->file_count,
			       image->files[i].start > address);
	const struct coil_file_range *f;

	if (!n)
		return NULL;
	f = &image->files[n - 1];
	if (address < f->end ||
	    (address >= image->insides[f->module].bss.start &&
	     address < image->insides[f->module].bss.end))
		return &image->modules[f->module];
	return NULL;
}

enum coil_status coil_image_load_modules(
	struct coil_image *image, const struct coil_image_options *options,
	struct coil_error *err)
{
	if (!image->file_count && coil_modules_guess(image))
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	sort_files(image);
	if (image->file_count > UINT32_MAX || group(image))
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	for (size_t i = 0; i < image->module_count; i++) {
		coil_module_inspect(image, i);
		reach_bss(image, i);
	}
	mark_executable(image);
	return coil_modules_fill(image, options, err);
}
