/* SPDX-License-Identifier: MIT */
/*
 * Snapshots compressed as a whole, as systemd-coredump leaves them: unpacked
 * before their format is looked for.  Of one that was cut there is what could
 * be unpacked.  What is compressed twice is refused: a few bytes could unpack
 * to any number.
 *
 * Source: the magic numbers of RFC 8878 (zstd), the LZ4 and XZ file format
 * specifications, RFC 1952 (gzip); libarchive's "raw" format, which is one
 * member without a name.
 */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/read/compressed.h"
#include "formats/read/spool.h"
#include "image/file.h"

/* Bytes read from the compressed file at a time. */
#define BLOCK 65536
/* Unless the user says otherwise, it may unpack to so many bytes, or to so many
 * times its own: real cores come to some twenty times at most. */
#define BOUND	    (UINT64_C(2) << 30)
#define BOUND_TIMES 200
/* Bytes unpacked between two calls for progress. */
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

static bool is_compressed(const uint8_t *head, size_t size)
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

/* Where unpacking stands. */
struct unpacking {
	struct coil_opened *opened;
	const struct coil_image_options *options; /* or NULL */
	struct coil_spool spool;
	uint64_t bound; /* most bytes that it may unpack to */
	int64_t size;	/* bytes so far */
	int64_t shown;	/* of them, when progress was last called for */
};

static void progress(struct unpacking *u, struct archive *archive)
{
	if (!u->options || !u->options->progress ||
	    u->size - u->shown < PROGRESS_EVERY)
		return;
	u->shown = u->size;
	/* -1: the filter next to the file. */
	u->options->progress(u->options->progress_data, "unpacking",
			     (uint64_t)archive_filter_bytes(archive, -1),
			     u->opened->packed);
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
	return coil_fail_file(err, COIL_E_BAD_DATA, path,
			      "cut off or damaged: nothing could be unpacked: "
			      "%s",
			      words(archive));
}

/* Whether what was unpacked begins like a snapshot: terabytes of zeros are not
 * unpacked to find that they are none. */
static bool is_known(int spool)
{
	uint8_t head[COIL_FORMAT_HEAD];
	ssize_t n = pread(spool, head, sizeof(head), 0);

	return n < 0 || coil_format_find(head, (size_t)n);
}

/* Most bytes that a file of @packed may unpack to. */
static uint64_t bound(uint64_t packed, const struct coil_image_options *options)
{
	uint64_t times;

	if (options && options->max_unpacked)
		return options->max_unpacked;
	return mul64(packed, BOUND_TIMES, &times) ? max64(times, BOUND)
						  : UINT64_MAX;
}

static enum coil_status too_big(const struct unpacking *u,
				struct coil_error *err)
{
	return coil_fail_file(err, COIL_E_UNSUPPORTED, u->opened->path,
			      "its %" PRIu64
			      " bytes unpack to more than %" PRIu64
			      "; --max-unpacked=SIZE raises the bound",
			      u->opened->packed, u->bound);
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

	return coil_fail_file(err, COIL_E_OS, path, "unpacking it: %s%s",
			      strerror(errno), advice);
}

/* Unpack until the data ends or is bad: *@end is libarchive's status then. */
static enum coil_status unpack_all(struct archive *archive, struct unpacking *u,
				   int *end, struct coil_error *err)
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
		if (at < 0 || (uint64_t)at > u->bound ||
		    u->bound - (uint64_t)at < n)
			return too_big(u, err);
		if (!coil_spool_write(&u->spool, block, n, at))
			return cannot_write(u->opened->path, err);
		u->size = at + (int64_t)n;
		progress(u, archive);
		if (u->size >= COIL_FORMAT_HEAD && !known) {
			known = is_known(u->spool.fd);
			if (!known)
				st = ARCHIVE_EOF; /* its opening will say so */
		}
	}
	*end = st;
	return COIL_OK;
}

/* That the data is cut or bad is no failure as long as there is something. */
static enum coil_status unpack(struct archive *archive, struct unpacking *u,
			       struct coil_error *err)
{
	struct coil_opened *opened = u->opened;
	int end = ARCHIVE_EOF;
	enum coil_status st = unpack_all(archive, u, &end, err);

	if (st)
		return st;
	if (end != ARCHIVE_EOF)
		snprintf(opened->note, sizeof(opened->note),
			 "only %" PRId64 " bytes could be unpacked: %s",
			 u->size, words(archive));
	/* The last pages may have been zeros. */
	if (ftruncate(u->spool.fd, (off_t)u->size))
		return cannot_write(opened->path, err);
	if (!u->size && !*opened->note)
		return coil_fail_file(err, COIL_E_BAD_DATA, opened->path,
				      "nothing was compressed in it");
	if (!u->size)
		return nothing(archive, opened->path, err);
	return COIL_OK;
}

static enum coil_status unpack_file(struct unpacking *u, struct coil_error *err)
{
	const char *path = u->opened->path;
	__attribute__((cleanup(free_archive))) struct archive *archive =
		archive_read_new();

	if (!archive)
		return coil_fail_file(err, COIL_E_NOMEM, path, "out of memory");
	archive_read_support_filter_zstd(archive);
	archive_read_support_filter_lz4(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_gzip(archive);
	archive_read_support_format_raw(archive);
	if (archive_read_open_fd(archive, u->opened->fd, BLOCK))
		return nothing(archive, path, err);
	/* The last is the file itself. */
	if (archive_filter_count(archive) > 2)
		return coil_fail_file(err, COIL_E_UNSUPPORTED, path,
				      "compressed more than once (%s in %s); "
				      "unpack it once",
				      archive_filter_name(archive, 0),
				      archive_filter_name(archive, 1));
	return unpack(archive, u, err);
}

enum coil_status coil_unpack(struct coil_opened *opened,
			     const struct coil_image_options *options,
			     struct coil_error *err)
{
	struct unpacking u = {.opened = opened, .options = options};
	_cleanup_close_ int packed = -1, spool = -1;
	uint8_t head[sizeof(magics[0].magic)];
	ssize_t n = pread(opened->fd, head, sizeof(head), 0);
	enum coil_status st;
	struct stat stat;

	if (n < 0 || !is_compressed(head, (size_t)n))
		return COIL_OK; /* what it is, its opening will say */
	if (!fstat(opened->fd, &stat))
		opened->packed = (uint64_t)stat.st_size;
	if (!coil_spool_open(&u.spool))
		return coil_fail_file(err, COIL_E_OS, opened->path,
				      "no place to unpack it: %s; set TMPDIR",
				      strerror(errno));
	spool = u.spool.fd;
	u.bound = bound(opened->packed, options);
	st = unpack_file(&u, err);
	if (st)
		return st;
	packed = opened->fd;
	opened->fd = steal_fd(&spool);
	return COIL_OK;
}
