/* SPDX-License-Identifier: MIT */
/*
 * The file that a module was loaded from: looked for by name, accepted only
 * if it is the same build (match.c).
 *
 * The names come from the input: see root.h for what of them is opened.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "image/build.h"
#include "image/debuginfod.h"
#include "image/file.h"
#include "image/modules.h"
#include "image/root.h"

/* Most modules that servers are asked for: a hostile core has millions. */
#define MOST_ASKED 256

/* The module that is looked for, and where its file goes. */
struct search {
	struct coil_image *image;
	size_t index;
	struct coil_module *module;
	const struct coil_phdrs *phdrs;
	const struct coil_image_options *options; /* never NULL */
	const uint8_t **bytes;
	uint64_t *size;
};

/* Remember why the module's file is not used, but for what was said first. */
static enum coil_status refuse(struct search *s, enum coil_module_state state,
			       const char *file, const char *format, ...)
	COIL_PRINTF(4, 5);

static enum coil_status refuse(struct search *s, enum coil_module_state state,
			       const char *file, const char *format, ...)
{
	struct coil_module *module = s->module;
	char text[128];
	va_list ap;

	if (module->file || module->reason)
		return COIL_OK;
	module->state = state;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (text[0] && !(module->reason = coil_image_keep(s->image, text)))
		return COIL_E_NOMEM;
	if (file && !(module->file = coil_image_keep(s->image, file)))
		return COIL_E_NOMEM;
	return COIL_OK;
}

/* Say why the file does not agree. */
static enum coil_status refuse_match(struct search *s, enum coil_match match,
				     const char *path, uint64_t at)
{
	static const char none[] = "no build-id, and ";

	if (match == COIL_MATCH_FAILED)
		return refuse(s, COIL_MODULE_FAILED, path, "%s",
			      strerror(errno));
	if (s->module->build_id_size)
		return refuse(s, COIL_MODULE_OTHER, path, "%s", "");
	if (match == COIL_MATCH_TOO_LITTLE)
		return refuse(s, COIL_MODULE_NO_BUILDID, path,
			      "%sits ELF header was not captured to know it by",
			      none);
	if (!at)
		return refuse(s, COIL_MODULE_OTHER, path,
			      "%sother program headers, not used", none);
	return refuse(s, COIL_MODULE_OTHER, path,
		      "%sother bytes at 0x%" PRIx64 ", not used", none, at);
}

/* Take the file if it agrees: that ends the search. */
static enum coil_status take(struct search *s, int fd, const char *path)
{
	struct coil_module *module = s->module;
	uint64_t compared, at;
	enum coil_match match = coil_module_match(s->image, s->index, s->phdrs,
						  fd, &compared, &at);
	enum coil_status st;

	if (match)
		return refuse_match(s, match, path, at);
	module->file = module->reason = NULL;
	st = coil_image_map(s->image, fd, s->bytes, s->size);
	if (st)
		return refuse(s, COIL_MODULE_FAILED, path, "cannot map it: %s",
			      strerror(st == COIL_E_OS ? errno : ENOMEM));
	module->file = coil_image_keep(s->image, path);
	if (!module->file)
		return COIL_E_NOMEM;
	module->state = COIL_MODULE_USED;
	module->compared = compared;
	return COIL_OK;
}

/* Look at one candidate, opened or not (errno says why), and close it. */
static enum coil_status try_file(struct search *s, int given, const char *path)
{
	_cleanup_close_ int fd = given;

	if (fd >= 0)
		return take(s, fd, path);
	if (errno == ENOENT || errno == ENOTDIR)
		return COIL_OK;
	return refuse(s, COIL_MODULE_FAILED, path, "%s",
		      coil_open_words(errno));
}

/* The file @name below @folder; @inside: no link may lead out of it. */
static enum coil_status try_below(struct search *s, const char *folder,
				  const char *name, bool inside)
{
	_cleanup_free_ char *path = NULL;
	int fd = inside ? coil_root_open(folder, name)
			: coil_folder_open(folder, name);

	if (asprintf(&path, "%s%s", folder, name) >= 0)
		return try_file(s, fd, path);
	path = NULL;
	coil_close_guard(&fd);
	return COIL_E_NOMEM;
}

static bool done(const struct search *s, enum coil_status st)
{
	return st || s->module->state == COIL_MODULE_USED;
}

/* "FOLDER/xx/yyyy", where distributions link files by build-id. */
struct build_id_name {
	char text[256];
};

static void build_id_name(const struct coil_module *module, const char *folder,
			  struct build_id_name *out)
{
	int at = snprintf(out->text, sizeof(out->text), "%s/", folder);

	for (uint32_t i = 0; i < module->build_id_size; i++)
		at += snprintf(out->text + at, sizeof(out->text) - (size_t)at,
			       "%02x%s", module->build_id[i], i ? "" : "/");
}

/* The folders that are to be looked in first. */
static enum coil_status try_folders(struct search *s)
{
	const char *base = strrchr(s->module->path, '/');
	enum coil_status st = COIL_OK;
	struct build_id_name name;

	for (size_t i = 0; i < s->options->module_path_count; i++) {
		const char *folder = s->options->module_paths[i];

		if (base && base[1] && strcmp(base, "/..") != 0)
			st = try_below(s, folder, base, false);
		if (done(s, st))
			break;
		if (!s->module->build_id_size)
			continue;
		build_id_name(s->module, "/.build-id", &name);
		st = try_below(s, folder, name.text, false);
		if (done(s, st))
			break;
	}
	return st;
}

/* The path that the target had it at, and its build-id: below the root. */
static enum coil_status try_root(struct search *s)
{
	static const char *const by_build_id[] = {
		"/usr/lib/.build-id",
		"/usr/lib/debug/.build-id",
	};
	const char *root = s->options->sysroot ? s->options->sysroot : "";
	enum coil_status st = COIL_OK;
	struct build_id_name name;

	/* The name of a memfd or of shared memory is no path, and what stands
	 * where a file was deleted is another: only a build-id can tell. */
	if (s->module->path[0] == '/') {
		if (!s->module->build_id_size && s->module->deleted && !*root)
			st = refuse(s, COIL_MODULE_NO_BUILDID, NULL,
				    "no build-id, and its file was deleted");
		else
			st = try_below(s, root, s->module->path, true);
	}
	for (size_t i = 0; i < countof(by_build_id); i++) {
		if (done(s, st) || !s->module->build_id_size)
			break;
		build_id_name(s->module, by_build_id[i], &name);
		st = try_below(s, root, name.text, true);
	}
	return st;
}

/* Ask servers by way of debuginfod-find(1). */
static enum coil_status try_servers(struct search *s)
{
	struct coil_image *image = s->image;
	char *path = NULL;
	enum coil_status st = COIL_OK;

	if (!s->module->build_id_size || image->asked >= MOST_ASKED)
		return COIL_OK;
	image->asked++;
	switch (coil_debuginfod_find(s->module, &image->asked_ms, &path)) {
	case COIL_DEBUGINFOD_NONE:
		break;
	case COIL_DEBUGINFOD_FOUND:
		st = try_file(s, coil_root_open("", path), path);
		break;
	case COIL_DEBUGINFOD_LATE:
		image->asked = MOST_ASKED;
		st = refuse(s, COIL_MODULE_NO_FILE, NULL,
			    "debuginfod-find took too long and was ended");
		break;
	}
	free(path);
	return st;
}

enum coil_status coil_module_find(struct coil_image *image, size_t index,
				  const struct coil_phdrs *phdrs,
				  const struct coil_image_options *options,
				  const uint8_t **bytes, uint64_t *size)
{
	static const struct coil_image_options none;
	struct search s = {
		.image = image,
		.index = index,
		.module = &image->modules[index],
		.phdrs = phdrs,
		.options = options ? options : &none,
		.bytes = bytes,
		.size = size,
	};
	enum coil_status st;

	/* What is no ELF file was mapped for its data: nothing to fill. */
	if (!s.module->build_id_size && !phdrs->count)
		return COIL_OK;
	s.module->state = s.module->build_id_size ? COIL_MODULE_NO_FILE
						  : COIL_MODULE_NO_BUILDID;
	if (s.module->executable && s.options->exe)
		return try_file(&s, coil_file_open(s.options->exe),
				s.options->exe);
	st = try_folders(&s);
	if (!done(&s, st))
		st = try_root(&s);
	if (!done(&s, st))
		st = try_servers(&s);
	return st;
}
