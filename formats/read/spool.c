/* SPDX-License-Identifier: MIT */
/*
 * The file without a name that a snapshot is unpacked into: sparse, and never
 * so large that the file system is full.
 *
 * Source: open(2), O_TMPFILE; statvfs(3), f_bavail in units of f_frsize.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "formats/read/spool.h"
#include "image/elf.h"

/* Of what is free where it is unpacked, one part of so many is left. */
#define LEFT_FREE 16

/* Its descriptor, -1 with errno set. */
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

bool coil_spool_open(struct coil_spool *spool)
{
	struct statvfs fs;
	uint64_t free_bytes;

	*spool = (struct coil_spool){.fd = spool_file(), .room = UINT64_MAX};
	if (spool->fd < 0)
		return false;
	if (!fstatvfs(spool->fd, &fs) &&
	    mul64(fs.f_bavail, fs.f_frsize, &free_bytes))
		spool->room = free_bytes - free_bytes / LEFT_FREE;
	return true;
}

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

bool coil_spool_write(struct coil_spool *spool, const uint8_t *p, size_t size,
		      int64_t at)
{
	while (size) {
		bool zeros;
		size_t n = run(p, size, at, &zeros);
		ssize_t written = (ssize_t)n;

		if (!zeros && spool->room - spool->written < n) {
			errno = ENOSPC;
			return false;
		}
		if (!zeros)
			written = pwrite(spool->fd, p, n, (off_t)at);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		spool->written += zeros ? 0 : (uint64_t)written;
		p += written;
		size -= (size_t)written;
		at += written;
	}
	return true;
}
