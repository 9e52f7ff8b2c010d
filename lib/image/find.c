/* SPDX-License-Identifier: MIT */
/*
 * The file that a module was loaded from: looked for by name, accepted only
 * if it is the same build, told by build-id and program headers.
 *
 * The program headers matter, too: a file of debug information has the
 * build-id of its program and not its contents.
 */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "image/debuginfod.h"
#include "image/file.h"
#include "image/modules.h"

/* Most bytes of one file's notes that are searched. */
#define MOST_NOTES 65536

/* Most modules that servers are asked for: a hostile core has millions. */
#define MOST_ASKED 256

static bool read_at(int fd, uint64_t offset, void *buf, size_t count)
{
	return offset <= INT64_MAX &&
	       pread(fd, buf, count, (off_t)offset) == (ssize_t)count;
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

/* Is @fd the file that @module was loaded from? */
static bool agrees(int fd, const struct coil_module *module,
		   const struct coil_phdrs *phdrs)
{
	uint8_t raw[COIL_EHDR_SIZE];
	struct coil_ehdr eh;
	bool same_build = false;

	if (!read_at(fd, 0, raw, sizeof(raw)) ||
	    !coil_elf_magic(raw, sizeof(raw)) || !coil_elf_is_64le(raw))
		return false;
	coil_elf_ehdr(raw, &eh);
	if (eh.phentsize != COIL_PHDR_SIZE || eh.phnum < phdrs->count ||
	    eh.phoff > INT64_MAX)
		return false;
	for (size_t i = 0; i < phdrs->count; i++) {
		struct coil_phdr ph;

		if (!read_at(fd, eh.phoff + i * COIL_PHDR_SIZE, raw,
			     COIL_PHDR_SIZE))
			return false;
		coil_elf_phdr(raw, &ph);
		if (!same_phdr(&ph, &phdrs->row[i]))
			return false;
		if (ph.type == PT_NOTE && !same_build)
			same_build = notes_agree(fd, &ph, module);
	}
	return same_build;
}

/*
 * Look at one candidate.  The first that exists is named in the module, the
 * first that agrees ends the search.
 */
static enum coil_status try_file(struct coil_image *image, size_t index,
				 const struct coil_phdrs *phdrs,
				 const char *path, const uint8_t **bytes,
				 uint64_t *size)
{
	struct coil_module *module = &image->modules[index];
	_cleanup_close_ int fd = coil_file_open(path);
	bool same;

	if (fd < 0)
		return COIL_OK;
	same = agrees(fd, module, phdrs);
	if (!same && module->file)
		return COIL_OK;
	module->file = coil_image_keep(image, path);
	if (!module->file)
		return COIL_E_NOMEM;
	module->state = COIL_MODULE_OTHER;
	if (!same || coil_image_map(image, fd, bytes, size))
		return COIL_OK;
	module->state = COIL_MODULE_USED;
	return COIL_OK;
}

static void build_id_path(const struct coil_module *module, const char *root,
			  const char *folder, char *out, size_t room)
{
	int at = snprintf(out, room, "%s%s/", root, folder);

	for (uint32_t i = 0; i < module->build_id_size; i++) {
		if (at < 0 || (size_t)at >= room)
			return;
		at += snprintf(out + at, room - (size_t)at, "%02x%s",
			       module->build_id[i], i ? "" : "/");
	}
}

/* The folders that are to be looked in first. */
static enum coil_status try_folders(struct coil_image *image, size_t index,
				    const struct coil_phdrs *phdrs,
				    const struct coil_image_options *options,
				    const uint8_t **bytes, uint64_t *size)
{
	struct coil_module *module = &image->modules[index];
	const char *base = strrchr(module->path, '/');
	size_t count = options ? options->module_path_count : 0;
	enum coil_status st = COIL_OK;
	char path[PATH_MAX];

	for (size_t i = 0; i < count && !st; i++) {
		if (module->state == COIL_MODULE_USED)
			break;
		if (base && base[1]) {
			snprintf(path, sizeof(path), "%s%s",
				 options->module_paths[i], base);
			st = try_file(image, index, phdrs, path, bytes, size);
		}
		if (st || module->state == COIL_MODULE_USED)
			break;
		build_id_path(module, options->module_paths[i], "/.build-id",
			      path, sizeof(path));
		st = try_file(image, index, phdrs, path, bytes, size);
	}
	return st;
}

/* Where distributions link files by build-id: below these, xx/yyyy. */
static const char *const by_build_id[] = {
	"/usr/lib/.build-id",
	"/usr/lib/debug/.build-id",
};

enum coil_status coil_module_find(struct coil_image *image, size_t index,
				  const struct coil_phdrs *phdrs,
				  const struct coil_image_options *options,
				  const uint8_t **bytes, uint64_t *size)
{
	struct coil_module *module = &image->modules[index];
	const char *root = options && options->sysroot ? options->sysroot : "";
	char path[PATH_MAX];
	enum coil_status st;

	module->state = COIL_MODULE_NO_BUILDID;
	if (!module->build_id_size)
		return COIL_OK;
	module->state = COIL_MODULE_NO_FILE;
	if (module->executable && options && options->exe)
		return try_file(image, index, phdrs, options->exe, bytes, size);
	st = try_folders(image, index, phdrs, options, bytes, size);
	/* The name of a memfd or of shared memory is no path. */
	if (!st && module->state != COIL_MODULE_USED &&
	    module->path[0] == '/') {
		snprintf(path, sizeof(path), "%s%s", root, module->path);
		st = try_file(image, index, phdrs, path, bytes, size);
	}
	for (size_t i = 0; i < countof(by_build_id); i++) {
		if (st || module->state == COIL_MODULE_USED)
			break;
		build_id_path(module, root, by_build_id[i], path, sizeof(path));
		st = try_file(image, index, phdrs, path, bytes, size);
	}
	if (st || module->state == COIL_MODULE_USED ||
	    image->asked >= MOST_ASKED)
		return st;
	image->asked++;
	if (coil_debuginfod_find(module, path, sizeof(path)))
		st = try_file(image, index, phdrs, path, bytes, size);
	return st;
}
