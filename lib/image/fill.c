/* SPDX-License-Identifier: MIT */
/*
 * Filling memory that a snapshot left out because a file has it.
 *
 * Only what the target could not write is filled, as both the snapshot and
 * the module's own program headers tell it, and only where the snapshot has
 * no bytes: what was captured always wins.
 *
 * Source: System V gABI, "Program Loading": a segment is mapped by whole
 * pages, p_vaddr and p_offset agree modulo the page size.
 */
#include <stdlib.h>

#include "base/order.h"
#include "base/bounds.h"
#include "image/build.h"
#include "image/modules.h"

/* Segments to be added, apart from the image's until all are known. */
struct fills {
	struct coil_segment *rows;
	size_t count, room;
};

static void free_fills(struct fills *fills)
{
	free(fills->rows);
}

/* What must not be filled: captured or writable; sorted, disjoint. */
static struct coil_range *taken_ranges(const struct coil_image *image,
				       size_t *count)
{
	size_t n = image->segment_count + image->writable_count, kept = 0;
	struct coil_range *r = calloc(n + 1, sizeof(*r));

	if (!r)
		return NULL;
	for (size_t i = 0; i < image->segment_count; i++)
		r[i] = (struct coil_range){image->segments[i].start,
					   image->segments[i].end};
	if (image->writable_count)
		memcpy(r + image->segment_count, image->writable,
		       image->writable_count * sizeof(*r));
	qsort(r, n, sizeof(*r), coil_by_word);
	for (size_t i = 0; i < n; i++) {
		if (kept && r[i].start <= r[kept - 1].end)
			r[kept - 1].end = max64(r[kept - 1].end, r[i].end);
		else
			r[kept++] = r[i];
	}
	*count = kept;
	return r;
}

bool coil_module_fillable(const struct coil_phdrs *phdrs, uint64_t bias,
			  uint64_t at, uint64_t offset, uint64_t *end)
{
	bool from_file = false, writable = false;

	for (size_t i = 0; i < phdrs->count; i++) {
		const struct coil_phdr *ph = &phdrs->row[i];
		uint64_t slack = ph->vaddr % COIL_PAGE, size, into;

		if (ph->type != PT_LOAD ||
		    !add64(ph->flags & PF_W ? ph->memsz : ph->filesz,
			   slack + COIL_PAGE - 1, &size) ||
		    size < COIL_PAGE)
			continue;
		size -= size % COIL_PAGE;
		/* How far into the segment's pages; modulo 2^64, as bias. */
		into = at - bias - (ph->vaddr - slack);
		if (into < size) {
			*end = min64(*end, at + min64(size - into, *end - at));
			writable |= ph->flags & PF_W;
			from_file |= ph->offset - slack + into == offset;
		} else {
			/* It may begin further on. */
			*end = min64(*end, at + min64(0 - into, *end - at));
		}
	}
	return from_file && !writable;
}

static enum coil_status add_fill(struct fills *fills, uint64_t start,
				 uint64_t end, const uint8_t *bytes)
{
	return APPEND(fills->rows, fills->count, fills->room,
		      (struct coil_segment){
			      .start = start,
			      .end = end,
			      .bytes = bytes,
		      })
		       ? COIL_OK
		       : COIL_E_NOMEM;
}

/* Add what is not taken of [@at, @end), whose first byte is at @bytes. */
static enum coil_status fill_holes(struct fills *fills,
				   const struct coil_range *taken, size_t count,
				   uint64_t at, uint64_t end,
				   const uint8_t *bytes)
{
	size_t i = FIRST_WHERE(n, count, taken[n].end > at);

	for (; at < end; i++) {
		uint64_t stop = end;

		if (i < count)
			stop = min64(end, max64(at, taken[i].start));
		if (at < stop && add_fill(fills, at, stop, bytes))
			return COIL_E_NOMEM;
		if (i == count || taken[i].end >= end)
			return COIL_OK;
		bytes += taken[i].end - at;
		at = taken[i].end;
	}
	return COIL_OK;
}

/* Fill one mapping of a module whose file is @bytes[0, @size). */
static enum coil_status fill_mapping(
	struct fills *fills, const struct coil_range *taken, size_t count,
	const struct coil_phdrs *phdrs, uint64_t bias,
	const struct coil_file_range *f, const uint8_t *bytes, uint64_t size)
{
	uint64_t at = f->start, limit;

	if (f->offset >= size)
		return COIL_OK;
	limit = f->start + min64(f->end - f->start, size - f->offset);
	while (at < limit) {
		uint64_t end = limit, offset = f->offset + (at - f->start);

		if (coil_module_fillable(phdrs, bias, at, offset, &end) &&
		    fill_holes(fills, taken, count, at, end, bytes + offset))
			return COIL_E_NOMEM;
		at = end;
	}
	return COIL_OK;
}

/* Fill what the file of module @index has, if it is found. */
static enum coil_status fill_module(struct fills *fills,
				    const struct coil_range *taken,
				    size_t count, struct coil_image *image,
				    size_t index,
				    const struct coil_image_options *options)
{
	const struct coil_module_inside *in = &image->insides[index];
	struct coil_phdrs phdrs;
	const uint8_t *bytes;
	enum coil_status st;
	uint64_t size;

	coil_module_phdrs(image, in->header, &phdrs);
	st = coil_module_find(image, index, &phdrs, options, &bytes, &size);
	if (st || image->modules[index].state != COIL_MODULE_USED)
		return st;
	for (size_t i = 0; i < in->file_count && !st; i++)
		st = fill_mapping(fills, taken, count, &phdrs, in->bias,
				  &image->files[in->first_file + i], bytes,
				  size);
	return st;
}

/* Add the fills to the image and seal it anew. */
static enum coil_status add_all(struct coil_image *image,
				const struct fills *fills,
				struct coil_error *err)
{
	for (size_t i = 0; i < fills->count; i++) {
		const struct coil_segment *s = &fills->rows[i];

		if (coil_image_add(image, s->start, s->end - s->start, s->bytes,
				   false, true))
			return coil_fail(err, COIL_E_NOMEM, "out of memory");
		image->coverage.from_modules += s->end - s->start;
	}
	return coil_image_seal(image, err);
}

/* Bytes of [@at, @end) that no segment has. */
static uint64_t absent_bytes(const struct coil_image *image, uint64_t at,
			     uint64_t end)
{
	uint64_t absent = 0;

	for (size_t i = coil_image_after(image, at);
	     at < end && i < image->segment_count; i++) {
		const struct coil_segment *s = &image->segments[i];

		if (s->start >= end)
			break;
		absent += s->start > at ? s->start - at : 0;
		at = s->end;
	}
	return absent + (at < end ? end - at : 0);
}

static void count_absent(struct coil_image *image, size_t index)
{
	const struct coil_module_inside *in = &image->insides[index];

	for (size_t i = 0; i < in->file_count; i++) {
		const struct coil_file_range *f =
			&image->files[in->first_file + i];

		image->modules[index].absent +=
			absent_bytes(image, f->start, f->end);
	}
}

enum coil_status coil_modules_fill(struct coil_image *image,
				   const struct coil_image_options *options,
				   struct coil_error *err)
{
	_cleanup_free_ struct coil_range *taken = NULL;
	__attribute__((cleanup(free_fills))) struct fills fills = {0};
	enum coil_status st = COIL_OK;
	size_t count = 0;

	taken = taken_ranges(image, &count);
	if (!taken)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	for (size_t i = 0; i < image->module_count && !st; i++)
		st = fill_module(&fills, taken, count, image, i, options);
	if (st)
		return coil_fail(err, st, "out of memory");
	st = add_all(image, &fills, err);
	for (size_t i = 0; i < image->module_count && !st; i++) {
		if (image->modules[i].state == COIL_MODULE_USED)
			coil_module_dynamic(image, i);
	}
	for (size_t i = 0; i < image->module_count && !st; i++)
		count_absent(image, i);
	return st;
}
