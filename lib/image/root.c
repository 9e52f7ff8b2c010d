/* SPDX-License-Identifier: MIT */
/*
 * Opening files by names that nobody vouches for; see root.h.
 *
 * A name is resolved twice: without opening what it leads to (O_PATH), which
 * is then looked at, and to read it.  Between the two it must not have become
 * another file.
 *
 * Source: openat2(2), RESOLVE_IN_ROOT (Linux 5.6); where the kernel or a
 * sandbox has none, the walk does the same by hand: path_resolution(7).  Magic
 * numbers: statfs(2), <linux/magic.h>.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "image/file.h"
#include "image/root.h"

#define TO_READ	  (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
#define TO_LOOK	  (O_PATH | O_CLOEXEC)
#define LINKS_MAX 40 /* as the kernel has it */
#define TRIES	  16 /* of openat2(2), which may meet a rename */

typedef int resolve_fn(int root, const char *name, int flags);

/* File systems whose files are made up as they are read. */
static const uint32_t made_up[] = {
	0x00009fa0, /* proc */
	0x62656572, /* sysfs */
	0x00001cd1, /* devpts */
	0x74726163, /* tracefs */
	0x64626720, /* debugfs */
	0x73636673, /* securityfs */
	0x0027e0eb, /* cgroup */
	0x63677270, /* cgroup2 */
	0x62656570, /* configfs */
	0xcafe4a11, /* bpf */
	0x42494e4d, /* binfmt_misc */
	0xde5e81e4, /* efivarfs */
	0x6165676c, /* pstore */
	0x65735543, /* fusectl */
	0x19800202, /* mqueue */
	0x6e736673, /* nsfs */
	0x50495045, /* pipefs */
	0x534f434b, /* sockfs */
	0x09041934, /* anonymous inodes */
	0xf97cff8c, /* selinux */
	0x43415d53, /* smack */
	0x5a3c69f0, /* apparmor */
	0x67596969, /* rpc_pipefs */
	0x00000187, /* autofs */
	0x0bad1dea, /* futexfs */
	0x62646576, /* bdevfs */
	0x9fa2,	    /* usbfs */
	0x7655821,  /* resctrl */
};

const char *coil_open_words(int reason)
{
	if (reason == EINVAL)
		return "not a regular file";
	if (reason == EMEDIUMTYPE)
		return "not on a file system that keeps files";
	return strerror(reason);
}

/* Is what @fd stands for a file that may be read?  Else errno says why. */
static bool is_file(int fd, struct stat *st)
{
	struct statfs fs;

	if (fstat(fd, st) || fstatfs(fd, &fs))
		return false;
	for (size_t i = 0; i < countof(made_up); i++) {
		if ((uint32_t)fs.f_type != made_up[i])
			continue;
		errno = EMEDIUMTYPE;
		return false;
	}
	errno = EINVAL;
	return S_ISREG(st->st_mode);
}

static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static int open_checked(int root, const char *name, resolve_fn *resolve)
{
	_cleanup_close_ int look = resolve(root, name, TO_LOOK), fd = -1;
	struct stat before, after;

	if (look < 0 || !is_file(look, &before))
		return -1;
	fd = resolve(root, name, TO_READ);
	if (fd < 0 || !is_file(fd, &after))
		return -1;
	if (same(&before, &after))
		return steal_fd(&fd);
	errno = EAGAIN;
	return -1;
}

/* The same folder as the root, from which ".." leads nowhere. */
static bool is_root(int folder, int root)
{
	struct stat a, b;

	return fstat(folder, &a) || fstat(root, &b) || same(&a, &b);
}

/* A name as it is being walked: what is left of it, after links. */
struct walk {
	int root;
	int at; /* the folder reached, or the end */
	unsigned links;
	bool folder; /* a slash follows: it must be one */
	char rest[PATH_MAX];
};

static void close_walk(struct walk *w)
{
	coil_close_guard(&w->at);
}

static void move_to(struct walk *w, int fd)
{
	coil_close_guard(&w->at);
	w->at = fd;
}

/* Put the target of the link at @fd before the rest. */
static bool follow(struct walk *w, int fd)
{
	char target[2 * PATH_MAX];
	ssize_t n = readlinkat(fd, "", target, PATH_MAX);
	size_t left = strlen(w->rest);
	struct statfs fs;

	/* Links of proc lead where their text does not say. */
	if (n <= 0 || fstatfs(fd, &fs) || (uint32_t)fs.f_type == made_up[0] ||
	    ++w->links > LINKS_MAX) {
		errno = ELOOP;
		return false;
	}
	if ((size_t)n + 1 + left >= sizeof(w->rest)) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (target[0] == '/')
		move_to(w, fcntl(w->root, F_DUPFD_CLOEXEC, 0));
	target[n] = '/';
	memcpy(target + n + 1, w->rest, left + 1);
	/* No slash where the link is the end of the name. */
	if (!left && !w->folder)
		target[n] = '\0';
	memcpy(w->rest, target, (size_t)n + 1 + left + 1);
	return w->at >= 0;
}

/* Take the next part of the name off the rest. */
static bool next_part(struct walk *w, char part[NAME_MAX + 1])
{
	const char *from = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(from, "/");

	if (n > NAME_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(part, from, n);
	part[n] = '\0';
	w->folder = from[n] == '/';
	memmove(w->rest, from + n, strlen(from + n) + 1);
	return true;
}

/* One part of the name; its last is opened by @flags. */
static bool step(struct walk *w, const char *part, int flags)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (!strcmp(part, "."))
		return true;
	if (!strcmp(part, "..")) {
		if (!is_root(w->at, w->root))
			move_to(w, openat(w->at, "..", TO_LOOK | O_DIRECTORY));
		return w->at >= 0;
	}
	fd = openat(w->at, part, TO_LOOK | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st))
		return false;
	if (S_ISLNK(st.st_mode))
		return follow(w, fd);
	if (w->folder && !S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return false;
	}
	if (!w->folder && !(flags & O_PATH)) {
		close(steal_fd(&fd));
		fd = openat(w->at, part, flags | O_NOFOLLOW);
	}
	move_to(w, steal_fd(&fd));
	return w->at >= 0;
}

static int by_hand(int root, const char *name, int flags)
{
	__attribute__((cleanup(close_walk))) struct walk w = {
		.root = root,
		.at = fcntl(root, F_DUPFD_CLOEXEC, 0),
	};
	char part[NAME_MAX + 1];

	if (w.at < 0)
		return -1;
	if (strlen(name) >= sizeof(w.rest)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(w.rest, name);
	while (w.rest[strspn(w.rest, "/")])
		if (!next_part(&w, part) || !step(&w, part, flags))
			return -1;
	return steal_fd(&w.at);
}

/* By the kernel, which knows no better way only where it has none. */
static int by_kernel(int root, const char *name, int flags)
{
	struct open_how how = {
		.flags = (unsigned)flags,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd = -1;

	for (int i = 0; i < TRIES; i++) {
		fd = syscall(SYS_openat2, root, name, &how, sizeof(how));
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EAGAIN))
		return by_hand(root, name, flags);
	return (int)fd;
}

static int by_name(int folder, const char *name, int flags)
{
	return openat(folder, name, flags);
}

static int open_below(const char *root, const char *name, resolve_fn *resolve)
{
	_cleanup_close_ int folder =
		open(root && *root ? root : "/", TO_LOOK | O_DIRECTORY);

	name += strspn(name, "/");
	if (!*name) {
		errno = EINVAL; /* the folder itself */
		return -1;
	}
	return folder < 0 ? -1 : open_checked(folder, name, resolve);
}

int coil_root_open(const char *root, const char *name)
{
	return open_below(root, name, by_kernel);
}

int coil_root_walk(const char *root, const char *name)
{
	return open_below(root, name, by_hand);
}

int coil_folder_open(const char *folder, const char *name)
{
	return open_below(folder, name, by_name);
}
