/* SPDX-License-Identifier: MIT */
/*
 * Snapshots compressed as a whole, as systemd-coredump leaves them: unpacked
 * into a file without a name, which is then opened as what it is.  One that
 * was cut is opened with what could be unpacked.  What is compressed twice is
 * refused: a few bytes could unpack to any number.
 *
 * Source: the magic numbers of RFC 8878 (zstd), the LZ4 and XZ file format
 * specifications, RFC 1952 (gzip); libarchive's "raw" format, which is one
 * member without a name.
 */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "formats/read/format.h"
#include "image/elf.h"
#include "image/file.h"

/* Bytes read from the compressed file at a time. */
#define BLOCK 65536
/* Unless the user says otherwise, it may unpack to so many bytes, or to so many
 * times its own: real cores come to some twenty times at most. */
#define BOUND	    (UINT64_C(2) << 30)
#define BOUND_TIMES 200
/* Of what is free where it is unpacked, one part of so many is left. */
#define LEFT_FREE 16
/* Bytes unpacked between two words of progress. */
#define PROGRESS_EVERY (16 << 20)

static const struct {
	const char *name;
	uint8_t size, magic[6];
} magics[] = {
	{"zstd", 4, {0x28, 0xb5, 0x2f, 0xfd}},
	{"lz4", 4, {0x04, 0x22, 0x4d, 0x18}},
	{"xz", 6, {0xfd, '7', 'z', 'X', 'Z', 0x00}},
	{"gzip", 2, {0x1f, 0x8b}},
};

static bool probe(const uint8_t *head, size_t size)
{
	for (size_t i = 0; i < countof(magics); i++) {
		if (size >= magics[i].size &&
		    !memcmp(head, magics[i].magic, magics[i].size))
			return true;
	}
	return false;
}

static void free_archive(struct archive **archive)
{
	archive_read_free(*archive);
}

/* A file without a name, for its owner only; -1 with errno set. */
static int spool_file(void)
{
	const char *folder = getenv("TMPDIR");
	_cleanup_free_ char *name = NULL;
	int fd;

	if (!folder || !*folder)
		folder = "/tmp";
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	/* Not all file systems know files without names. */
	if (asprintf(&name, "%s/coil-XXXXXX", folder) < 0) {
		name = NULL;
		errno = ENOMEM;
		return -1;
	}
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	return fd;
}

/* Where unpacking stands, and what it came to. */
struct unpacked {
	const struct coil_image_options *options; /* for progress, or NULL */
	uint64_t packed; /* bytes of the compressed file */
	uint64_t bound;	 /* most bytes that it may unpack to */
	uint64_t room;	 /* most bytes that may be written: the rest is holes */
	uint64_t written;
	int64_t size;
	int64_t told;	/* size when progress was told last */
	char note[200]; /* why there is not more; "" */
};

static bool is_zero(const uint8_t *p, size_t size)
{
	return !*p && !memcmp(p, p + 1, size - 1);
}

/* Bytes from @p on, at @at in the file, up to the first page that is zeros or
 * that is not, as the first is. */
static size_t run(const uint8_t *p, size_t size, int64_t at, bool *zeros)
{
	size_t n = COIL_PAGE - (size_t)at % COIL_PAGE;

	*zeros = is_zero(p, n < size ? n : size);
	while (n < size) {
		size_t more = size - n < COIL_PAGE ? size - n : COIL_PAGE;

		if (is_zero(p + n, more) != *zeros)
			return n;
		n += more;
	}
	return size;
}

/* Write all of @p at @at, but for pages of zeros, which become holes. */
static bool write_at(struct unpacked *u, int fd, const uint8_t *p, size_t size,
		     int64_t at)
{
	while (size) {
		bool zeros;
		size_t n = run(p, size, at, &zeros);
		ssize_t written = (ssize_t)n;

		if (!zeros && u->room - u->written < n) {
			errno = ENOSPC;
			return false;
		}
		if (!zeros)
			written = pwrite(fd, p, n, (off_t)at);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		u->written += zeros ? 0 : (uint64_t)written;
		p += written;
		size -= (size_t)written;
		at += written;
	}
	return true;
}

static void progress(struct unpacked *u, struct archive *archive)
{
	if (!u->options || !u->options->progress ||
	    u->size - u->told < PROGRESS_EVERY)
		return;
	u->told = u->size;
	/* -1: the filter next to the file. */
	u->options->progress(u->options->progress_data, "unpacking",
			     (uint64_t)archive_filter_bytes(archive, -1),
			     u->packed);
}

/* libarchive's words for its last failure; never NULL. */
static const char *words(struct archive *archive)
{
	const char *text = archive_error_string(archive);

	return text ? text : "the compressed data is damaged";
}

static enum coil_status nothing(struct archive *archive, const char *path,
				struct coil_error *err)
{
	return coil_fail(err, COIL_E_BAD_DATA,
			 "%s: cut off or damaged: nothing could be unpacked: "
			 "%s",
			 path, words(archive));
}

/* Whether what was unpacked begins like a snapshot: terabytes of zeros are not
 * unpacked to find that they are none. */
static bool is_known(int spool)
{
	uint8_t head[COIL_FORMAT_HEAD];
	ssize_t n = pread(spool, head, sizeof(head), 0);

	return n < 0 || coil_format_find(head, (size_t)n, false);
}

/* How far unpacking may go. */
static void set_bounds(struct unpacked *u, int spool)
{
	uint64_t most = u->options ? u->options->max_unpacked : 0;
	struct statvfs fs;

	u->bound = most;
	if (!most && mul64(u->packed, BOUND_TIMES, &u->bound))
		u->bound = max64(u->bound, BOUND);
	u->room = UINT64_MAX;
	if (!fstatvfs(spool, &fs) && mul64(fs.f_bavail, fs.f_frsize, &u->room))
		u->room -= u->room / LEFT_FREE;
}

static enum coil_status too_big(const struct unpacked *u, const char *path,
				struct coil_error *err)
{
	return coil_fail(err, COIL_E_UNSUPPORTED,
			 "%s: its %" PRIu64
			 " bytes unpack to more than %" PRIu64
			 "; --max-unpacked=SIZE raises the bound",
			 path, u->packed, u->bound);
}

static enum coil_status cannot_write(const char *path, struct coil_error *err)
{
	const bool full = errno == ENOSPC || errno == EDQUOT;
	const char *advice =
		full ? "; set TMPDIR to a folder with more room"
		: errno == EFBIG
			? "; raise the limit (ulimit -f), or set TMPDIR to a "
			  "folder that takes larger files"
			: "";

	return coil_fail(err, COIL_E_OS, "%s: unpacking it: %s%s", path,
			 strerror(errno), advice);
}

/*
 * Unpack until the end or until the data is bad, which is no failure as long
 * as there is something.
 */
static enum coil_status unpack(struct archive *archive, int spool,
			       const char *path, struct unpacked *out,
			       struct coil_error *err)
{
	struct archive_entry *entry;
	bool known = false;
	int st = archive_read_next_header(archive, &entry);

	while (st == ARCHIVE_OK || st == ARCHIVE_WARN) {
		const void *block;
		la_int64_t at;
		size_t n;

		st = archive_read_data_block(archive, &block, &n, &at);
		if (st != ARCHIVE_OK || !n)
			continue;
		if (at < 0 || (uint64_t)at > out->bound ||
		    out->bound - (uint64_t)at < n)
			return too_big(out, path, err);
		if (!write_at(out, spool, block, n, at))
			return cannot_write(path, err);
		out->size = at + (int64_t)n;
		progress(out, archive);
		if (out->size >= COIL_FORMAT_HEAD && !known) {
			known = is_known(spool);
			if (!known)
				st = ARCHIVE_EOF; /* its opening will say so */
		}
	}
	if (st != ARCHIVE_EOF)
		snprintf(out->note, sizeof(out->note),
			 "only %" PRId64 " bytes could be unpacked: %s",
			 out->size, words(archive));
	/* The last pages may have been zeros. */
	if (ftruncate(spool, (off_t)out->size))
		return cannot_write(path, err);
	if (!out->size && !*out->note)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s: nothing was compressed in it", path);
	if (!out->size)
		return nothing(archive, path, err);
	return COIL_OK;
}

static enum coil_status unpack_file(int fd, int spool, const char *path,
				    struct unpacked *out,
				    struct coil_error *err)
{
	__attribute__((cleanup(free_archive))) struct archive *archive =
		archive_read_new();

	if (!archive)
		return coil_fail(err, COIL_E_NOMEM, "%s: out of memory", path);
	archive_read_support_filter_zstd(archive);
	archive_read_support_filter_lz4(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_gzip(archive);
	archive_read_support_format_raw(archive);
	if (archive_read_open_fd(archive, fd, BLOCK))
		return nothing(archive, path, err);
	/* The last is the file itself. */
	if (archive_filter_count(archive) > 2)
		return coil_fail(err, COIL_E_UNSUPPORTED,
				 "%s: compressed more than once (%s in %s); "
				 "unpack it once",
				 path, archive_filter_name(archive, 0),
				 archive_filter_name(archive, 1));
	return unpack(archive, spool, path, out, err);
}

static enum coil_status open_compressed(
	int given, const char *path, const struct coil_image_options *options,
	struct coil_image **out, struct coil_error *err)
{
	_cleanup_close_ int fd = given, spool = -1;
	struct unpacked unpacked = {.options = options};
	struct coil_coverage *coverage;
	enum coil_status st;
	struct stat stat;

	if (!fstat(fd, &stat))
		unpacked.packed = (uint64_t)stat.st_size;
	spool = spool_file();
	if (spool < 0)
		return coil_fail(err, COIL_E_OS,
				 "%s: no place to unpack it: %s; set TMPDIR",
				 path, strerror(errno));
	set_bounds(&unpacked, spool);
	st = unpack_file(fd, spool, path, &unpacked, err);
	if (!st)
		st = coil_format_open(steal_fd(&spool), path, options, false,
				      out, err);
	if (st)
		return st;
	coverage = &(*out)->coverage;
	coverage->file_size = unpacked.packed;
	if (*unpacked.note)
		coverage->note = coil_image_keep(*out, unpacked.note);
	if (coverage->note)
		return COIL_OK;
	coil_image_close(*out);
	*out = NULL;
	return coil_fail(err, COIL_E_NOMEM, "%s: out of memory", path);
}

const struct coil_format coil_format_compressed = {
	.name = "compressed",
	.probe = probe,
	.open = open_compressed,
};
