/* SPDX-License-Identifier: MIT */
/*
 * The cache's folder: only the user's own (graphs tell what was in the memory
 * of a process), bounded in size, one maker a file.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snapshot/cache.h"

#define NAME_PREFIX "graph-"
#define LOCK_TRIES  64 /* lock files replaced under our hands */

/* Make @path and the folders above it. */
static bool make_path(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);

	for (char *p = copy; p && (p = strchr(p + 1, '/'));) {
		*p = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			return false;
		*p = '/';
	}
	return copy && (!mkdir(copy, 0700) || errno == EEXIST);
}

bool coil_cachedir_open(struct coil_cachedir *dir, const char *path,
			uint64_t limit)
{
	struct stat st;

	memset(dir, 0, sizeof(*dir));
	if (!path || *path != '/' || !make_path(path) || lstat(path, &st) ||
	    !S_ISDIR(st.st_mode) || st.st_uid != geteuid() || st.st_mode & 077)
		return false;
	dir->path = strdup(path);
	dir->limit = limit;
	return dir->path != NULL;
}

void coil_cachedir_close(struct coil_cachedir *dir)
{
	free(dir->path);
	memset(dir, 0, sizeof(*dir));
}

char *coil_cachedir_file(const struct coil_cachedir *dir,
			 const struct coil_cache_key *key, const char *suffix)
{
	size_t n = strlen(dir->path) + strlen(suffix) + 64;
	char *path = malloc(n);

	if (path)
		snprintf(path, n,
			 "%s/" NAME_PREFIX "%016" PRIx64 "%016" PRIx64 "%s",
			 dir->path, key->high, key->low, suffix);
	return path;
}

int coil_cachedir_lock(const struct coil_cachedir *dir,
		       const struct coil_cache_key *key)
{
	_cleanup_free_ char *path = coil_cachedir_file(dir, key, ".lock");

	for (int i = 0; path && i < LOCK_TRIES; i++) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			      0600);
		struct stat mine, there;

		if (fd < 0)
			return -1;
		while (flock(fd, LOCK_EX)) {
			if (errno != EINTR) {
				close(fd);
				return -1;
			}
		}
		/* The one before took its lock file away: wait at the new. */
		if (!fstat(fd, &mine) && !stat(path, &there) &&
		    mine.st_ino == there.st_ino && mine.st_dev == there.st_dev)
			return fd;
		close(fd);
	}
	return -1;
}

void coil_cachedir_unlock(const struct coil_cachedir *dir,
			  const struct coil_cache_key *key, int lock)
{
	_cleanup_free_ char *path = NULL;

	if (lock < 0)
		return;
	path = coil_cachedir_file(dir, key, ".lock");
	if (path)
		unlink(path);
	close(lock);
}

struct file {
	char *name;
	struct timespec used;
	uint64_t size;
};

static int by_use(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec < y->used.tv_sec ? -1 : 1;
	if (x->used.tv_nsec != y->used.tv_nsec)
		return x->used.tv_nsec < y->used.tv_nsec ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* All files of the cache, locks aside; *total is the sum of their sizes. */
static struct file *list(DIR *d, size_t *count, uint64_t *total)
{
	struct file *files = NULL;
	size_t room = 0;
	struct dirent *e;
	struct stat st;

	*count = 0;
	*total = 0;
	while ((e = readdir(d))) {
		size_t n = strlen(e->d_name);

		if (strncmp(e->d_name, NAME_PREFIX, strlen(NAME_PREFIX)) ||
		    (n > 5 && !strcmp(e->d_name + n - 5, ".lock")) ||
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(st.st_mode))
			continue;
		if (!RESERVE(files, room, *count + 1))
			break;
		files[*count].name = strdup(e->d_name);
		if (!files[*count].name)
			break;
		files[*count].used = st.st_mtim;
		files[*count].size = (uint64_t)st.st_size;
		*total += files[*count].size;
		++*count;
	}
	return files;
}

bool coil_cachedir_room(const struct coil_cachedir *dir, uint64_t incoming)
{
	_cleanup_free_ struct file *files = NULL;
	uint64_t total;
	size_t count;
	DIR *d;

	if (incoming > dir->limit)
		return false;
	d = opendir(dir->path);
	if (!d)
		return false;
	files = list(d, &count, &total);
	if (count)
		qsort(files, count, sizeof(*files), by_use);
	for (size_t i = 0; i < count; i++) {
		if (total + incoming > dir->limit &&
		    !unlinkat(dirfd(d), files[i].name, 0))
			total -= files[i].size;
		free(files[i].name);
	}
	closedir(d);
	return total + incoming <= dir->limit;
}
