/* SPDX-License-Identifier: MIT */
/* Opening a snapshot of any format, told by its first bytes. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/read/format.h"
#include "image/file.h"
#include "image/root.h"

/* Most specific first.  A new format is one file and one line here. */
static const struct coil_format *const formats[] = {
	&coil_format_elfcore,
	&coil_format_compressed,
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
			       ? coil_fail(err, COIL_E_UNSUPPORTED,
					   "%s: a folder, not %s", path, what)
			       : coil_fail(err, COIL_E_UNSUPPORTED,
					   "%s: not a regular file", path);
	coil_fail(err, COIL_E_OS, "%s: %s", path, coil_open_words(reason));
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
			return coil_fail(err, COIL_E_UNSUPPORTED,
					 "%s: not a folder", folder);
	}
	return COIL_OK;
}

const struct coil_format *coil_format_find(const uint8_t *head, size_t size,
					   bool compressed)
{
	for (size_t i = 0; i < countof(formats); i++)
		if ((compressed || formats[i] != &coil_format_compressed) &&
		    formats[i]->probe(head, size))
			return formats[i];
	return NULL;
}

enum coil_status coil_format_open(int given, const char *path,
				  const struct coil_image_options *options,
				  bool compressed, struct coil_image **out,
				  struct coil_error *err)
{
	_cleanup_close_ int fd = given;
	const struct coil_format *format;
	uint8_t head[COIL_FORMAT_HEAD];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	if (n < 0)
		return coil_fail(err, COIL_E_OS, "%s: %s", path,
				 strerror(errno));
	if (!n)
		return coil_fail(err, COIL_E_UNSUPPORTED, "%s: an empty file",
				 path);
	format = coil_format_find(head, (size_t)n, compressed);
	if (format)
		return format->open(steal_fd(&fd), path, options, out, err);
	return coil_fail(err, COIL_E_UNSUPPORTED,
			 "%s: not a snapshot: neither a core file nor an "
			 "archive",
			 path);
}

enum coil_status coil_image_open(const char *path,
				 const struct coil_image_options *options,
				 struct coil_image **out,
				 struct coil_error *err)
{
	enum coil_status st = check_named(options, err);
	int fd;

	*out = NULL;
	if (st)
		return st;
	fd = coil_file_open(path);
	if (fd < 0)
		return cannot_open(path, "a snapshot", err);
	return coil_format_open(fd, path, options, true, out, err);
}
