/* SPDX-License-Identifier: MIT */
/*
 * Opening a snapshot of any format: what was compressed is unpacked, the format
 * is known by the first bytes and adds what the file has, and what every image
 * needs follows.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/read/compressed.h"
#include "image/file.h"
#include "image/root.h"

static const struct coil_format *const formats[] = {
#define COIL_FORMAT(name) &coil_format_##name,
#include "formats/read/formats.def"
#undef COIL_FORMAT
};

/* Say why @path, which should be @what, cannot be opened. errno is that of
 * coil_file_open(). */
static enum coil_status cannot_open(const char *path, const char *what,
				    struct coil_error *err)
{
	int reason = errno;
	struct stat st;

	if (reason == EINVAL && !stat(path, &st))
		return S_ISDIR(st.st_mode)
			       ? coil_fail_file(err, COIL_E_UNSUPPORTED, path,
						"a folder, not %s", what)
			       : coil_fail_file(err, COIL_E_UNSUPPORTED, path,
						"not a regular file");
	coil_fail_file(err, COIL_E_OS, path, "%s", coil_open_words(reason));
	errno = reason;
	return COIL_E_OS;
}

/* What the user named beside the snapshot: a file, and folders.  One that is
 * not there may yet be meant: then its files are missing. */
static enum coil_status check_named(const struct coil_image_options *options,
				    struct coil_error *err)
{
	struct stat st;

	if (!options)
		return COIL_OK;
	if (options->exe) {
		_cleanup_close_ int fd = coil_file_open(options->exe);

		if (fd < 0)
			return cannot_open(options->exe, "a file", err);
	}
	for (size_t i = 0; i <= options->module_path_count; i++) {
		const char *folder =
			i ? options->module_paths[i - 1] : options->sysroot;

		if (folder && *folder && !stat(folder, &st) &&
		    !S_ISDIR(st.st_mode))
			return coil_fail_file(err, COIL_E_UNSUPPORTED, folder,
					      "not a folder");
	}
	return COIL_OK;
}

const struct coil_format *coil_format_find(const uint8_t *head, size_t size)
{
	for (size_t i = 0; i < countof(formats); i++)
		if (formats[i]->probe(head, size))
			return formats[i];
	return NULL;
}

static enum coil_status find_format(const struct coil_opened *opened,
				    const struct coil_format **out,
				    struct coil_error *err)
{
	uint8_t head[COIL_FORMAT_HEAD];
	ssize_t n = pread(opened->fd, head, sizeof(head), 0);

	if (n < 0)
		return coil_fail_file(err, COIL_E_OS, opened->path, "%s",
				      strerror(errno));
	if (!n)
		return coil_fail_file(err, COIL_E_UNSUPPORTED, opened->path,
				      "an empty file");
	*out = coil_format_find(head, (size_t)n);
	return *out ? COIL_OK
		    : coil_fail_file(err, COIL_E_UNSUPPORTED, opened->path,
				     "not a snapshot: neither a core file nor "
				     "an archive");
}

enum coil_status coil_format_build(const struct coil_format *format,
				   const struct coil_opened *opened,
				   const struct coil_image_options *options,
				   struct coil_image **out,
				   struct coil_error *err)
{
	_cleanup_image_ struct coil_image *image = coil_image_new();
	_cleanup_source_ struct coil_source file = {0};
	enum coil_status st;

	*out = NULL;
	if (!image)
		return coil_fail_file(err, COIL_E_NOMEM, opened->path,
				      "out of memory");
	st = coil_source_map(image, opened->fd, opened->path, &file, err);
	if (st)
		return st;
	st = coil_image_set_source(image, format->name, &file, opened->packed,
				   opened->note);
	if (st)
		return coil_fail_file(err, st, opened->path, "out of memory");
	st = format->add(&file, image, err);
	if (!st)
		st = coil_image_seal(image, err);
	if (!st)
		st = coil_image_load_modules(image, options, err);
	if (!st)
		*out = steal(image);
	return coil_about_file(err, st, opened->path);
}

enum coil_status coil_image_open(const char *path,
				 const struct coil_image_options *options,
				 struct coil_image **out,
				 struct coil_error *err)
{
	_cleanup_opened_ struct coil_opened opened = {.path = path, .fd = -1};
	const struct coil_format *format;
	enum coil_status st = check_named(options, err);

	*out = NULL;
	if (st)
		return st;
	opened.fd = coil_file_open(path);
	if (opened.fd < 0)
		return cannot_open(path, "a snapshot", err);
	st = coil_unpack(&opened, options, err);
	if (!st)
		st = find_format(&opened, &format, err);
	return st ? st : coil_format_build(format, &opened, options, out, err);
}
