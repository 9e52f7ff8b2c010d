/* SPDX-License-Identifier: MIT */
/*
 * Whether a file is the one that a module was loaded from: by its build-id and
 * program headers.  The program headers matter, too: a file of debug
 * information has the build-id of its program and not its contents.
 *
 * Without a build-id (musl-gcc, Alpine, python-build-standalone, ld
 * --build-id=none) all that the target could not write and the snapshot holds
 * must be in the file, byte for byte.  The page with the ELF header and the
 * program headers has to be among it: the sizes of all segments stand there, to
 * the byte.  So must the dynamic section agree, which the target could write
 * and, but for the linker's own word, did not.
 *
 * Source: System V gABI, "Program Header", "Dynamic Section"; glibc's and
 * musl's dynamic linkers add the bias to entries in place.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "image/modules.h"

/* Most bytes of one file's notes that are searched. */
#define MOST_NOTES 65536
/* Bytes of a file that are compared at a time: whole pages. */
#define BLOCK 65536
/* Entries of a dynamic section; real ones have some thirty. */
#define MOST_DYNAMIC 512

/* Read all of it; false at the end of the file, and where errno is set. */
static bool read_at(int fd, uint64_t offset, void *buf, size_t count)
{
	ssize_t n;

	errno = 0;
	if (offset > INT64_MAX)
		return false;
	do {
		n = pread(fd, buf, count, (off_t)offset);
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)count;
}

/* What it means that read_at() failed. */
static enum coil_match unread(void)
{
	return errno ? COIL_MATCH_FAILED : COIL_MATCH_OTHER;
}

static bool same_phdr(const struct coil_phdr *a, const struct coil_phdr *b)
{
	return a->type == b->type && a->flags == b->flags &&
	       a->offset == b->offset && a->vaddr == b->vaddr &&
	       a->filesz == b->filesz && a->memsz == b->memsz;
}

static bool notes_agree(int fd, const struct coil_phdr *ph,
			const struct coil_module *module)
{
	size_t size = (size_t)min64(ph->filesz, MOST_NOTES);
	_cleanup_free_ uint8_t *notes = malloc(size + 1);
	struct coil_note note;
	uint64_t at = 0;

	if (!notes || !read_at(fd, ph->offset, notes, size))
		return false;
	while (coil_elf_note(notes, size, &at, &note)) {
		if (coil_elf_note_is(&note, ELF_NOTE_GNU, NT_GNU_BUILD_ID))
			return note.desc_size == module->build_id_size &&
			       !memcmp(note.desc, module->build_id,
				       note.desc_size);
	}
	return false;
}

/* The program headers agree, and so does the build-id if there is one. */
static enum coil_match match_headers(int fd, const struct coil_module *module,
				     const struct coil_phdrs *phdrs)
{
	bool same_build = !module->build_id_size;
	uint8_t raw[COIL_EHDR_SIZE];
	struct coil_ehdr eh;

	if (!read_at(fd, 0, raw, sizeof(raw)))
		return unread();
	if (!coil_elf_magic(raw, sizeof(raw)) || !coil_elf_is_64le(raw))
		return COIL_MATCH_OTHER;
	coil_elf_ehdr(raw, &eh);
	if (eh.phentsize != COIL_PHDR_SIZE || eh.phnum < phdrs->count ||
	    eh.phoff > INT64_MAX)
		return COIL_MATCH_OTHER;
	for (size_t i = 0; i < phdrs->count; i++) {
		struct coil_phdr ph;

		if (!read_at(fd, eh.phoff + i * COIL_PHDR_SIZE, raw,
			     COIL_PHDR_SIZE))
			return unread();
		coil_elf_phdr(raw, &ph);
		if (!same_phdr(&ph, &phdrs->row[i]))
			return COIL_MATCH_OTHER;
		if (ph.type == PT_NOTE && !same_build)
			same_build = notes_agree(fd, &ph, module);
	}
	return same_build ? COIL_MATCH_SAME : COIL_MATCH_OTHER;
}

/* Whether what tells the file was captured and not writable, and all program
 * headers are known: only then it is clear what the target could write. */
static bool has_headers(const struct coil_image *image,
			const struct coil_module_inside *in,
			const struct coil_phdrs *phdrs)
{
	const uint8_t *raw = coil_image_view(image, in->header, COIL_PAGE);
	uint64_t end = in->header + COIL_PAGE;
	struct coil_ehdr eh;

	if (!raw || !coil_elf_magic(raw, COIL_PAGE) ||
	    !coil_module_fillable(phdrs, in->bias, in->header, 0, &end))
		return false;
	coil_elf_ehdr(raw, &eh);
	return phdrs->count && phdrs->count == eh.phnum &&
	       eh.phoff <= COIL_PAGE &&
	       phdrs->count * COIL_PHDR_SIZE <= COIL_PAGE - eh.phoff;
}

/* Holding the bytes of a module against a file. */
struct comparison {
	const struct coil_image *image;
	int fd;
	uint64_t compared; /* bytes that agreed */
	uint64_t at;	   /* where they did not */
};

/* [@at, @end) of @s against the file from @offset on.  Past the end of the
 * file a page is zeros. */
static enum coil_match compare_run(struct comparison *c,
				   const struct coil_segment *s, uint64_t at,
				   uint64_t end, uint64_t offset)
{
	uint8_t block[BLOCK];

	while (at < end) {
		size_t n = (size_t)min64(end - at, BLOCK);
		const uint8_t *bytes = s->bytes + (at - s->start);
		ssize_t got;

		if (offset > INT64_MAX)
			return COIL_MATCH_OTHER;
		got = pread(c->fd, block, n, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return COIL_MATCH_FAILED;
		memset(block + got, 0, n - (size_t)got);
		for (size_t i = 0; i < n; i++) {
			if (block[i] == bytes[i])
				continue;
			c->at = at + i;
			return COIL_MATCH_OTHER;
		}
		c->compared += (uint64_t)got;
		at += n;
		offset += n;
	}
	return COIL_MATCH_SAME;
}

/* What was captured of [@at, @end), which the target could not write. */
static enum coil_match compare_range(struct comparison *c, uint64_t at,
				     uint64_t end, uint64_t offset)
{
	enum coil_match match = COIL_MATCH_SAME;

	for (size_t i = coil_image_after(c->image, at);
	     i < c->image->segment_count && !match; i++) {
		const struct coil_segment *s = &c->image->segments[i];
		uint64_t from = max64(at, s->start), to = min64(end, s->end);

		if (s->start >= end)
			break;
		if (!s->writable && from < to)
			match = compare_run(c, s, from, to,
					    offset + (from - at));
	}
	return match;
}

static enum coil_match compare_module(struct comparison *c, size_t index,
				      const struct coil_phdrs *phdrs)
{
	const struct coil_module_inside *in = &c->image->insides[index];
	enum coil_match match = COIL_MATCH_SAME;

	for (size_t i = 0; i < in->file_count && !match; i++) {
		const struct coil_file_range *f =
			&c->image->files[in->first_file + i];
		uint64_t at = f->start;

		while (at < f->end && !match) {
			uint64_t end = f->end;
			uint64_t offset = f->offset + (at - f->start);

			if (coil_module_fillable(phdrs, in->bias, at, offset,
						 &end))
				match = compare_range(c, at, end, offset);
			at = end;
		}
	}
	return match;
}

/* The dynamic section in memory is that of the file, moved or not. */
static enum coil_match compare_dynamic(struct comparison *c, size_t index,
				       const struct coil_phdrs *phdrs)
{
	uint64_t bias = c->image->insides[index].bias;
	const struct coil_phdr *dynamic = NULL;

	for (size_t i = 0; i < phdrs->count && !dynamic; i++)
		if (phdrs->row[i].type == PT_DYNAMIC)
			dynamic = &phdrs->row[i];
	if (!dynamic)
		return COIL_MATCH_SAME;
	for (uint64_t i = 0; i < dynamic->filesz / 16 && i < MOST_DYNAMIC;
	     i++) {
		uint64_t address = bias + dynamic->vaddr + 16 * i, tag, value;
		uint8_t entry[16];

		if (!coil_image_word(c->image, address, &tag) ||
		    !coil_image_word(c->image, address + 8, &value))
			return COIL_MATCH_SAME; /* not captured */
		if (!read_at(c->fd, dynamic->offset + 16 * i, entry, 16))
			return unread();
		if (tag != load64(entry) ||
		    (tag != DT_DEBUG && value != load64(entry + 8) &&
		     value != load64(entry + 8) + bias)) {
			c->at = address;
			return COIL_MATCH_OTHER;
		}
		if (tag == DT_NULL)
			break;
	}
	return COIL_MATCH_SAME;
}

enum coil_match coil_module_match(const struct coil_image *image, size_t index,
				  const struct coil_phdrs *phdrs, int fd,
				  uint64_t *compared, uint64_t *at)
{
	const struct coil_module *module = &image->modules[index];
	struct comparison c = {.image = image, .fd = fd};
	enum coil_match match;

	*compared = *at = 0;
	if (!module->build_id_size &&
	    !has_headers(image, &image->insides[index], phdrs))
		return COIL_MATCH_TOO_LITTLE;
	match = match_headers(fd, module, phdrs);
	if (match || module->build_id_size)
		return match;
	match = compare_module(&c, index, phdrs);
	if (!match)
		match = compare_dynamic(&c, index, phdrs);
	*at = c.at;
	*compared = c.compared;
	if (!match && !c.compared)
		return COIL_MATCH_TOO_LITTLE;
	return match;
}
