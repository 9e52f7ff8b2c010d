/* SPDX-License-Identifier: MIT */
#ifndef COIL_IMAGE_ROOT_H
#define COIL_IMAGE_ROOT_H

/*
 * Files whose names come from the input: a core may name any file of this
 * machine.  Only a regular file on a file system that keeps files is opened;
 * what the kernel makes up (proc, sysfs, tracefs, ...) may wait or act.
 */

#include <stdbool.h>

/**
 * Open @name below the folder @root for reading, as after chroot(2): neither
 * a symbolic link nor ".." leads out of it, absolute links begin at @root.
 *
 * @root  "" or NULL: the machine's own.
 *
 * Returns a descriptor, or -1 with errno set; for what is opened by no means
 * that is EINVAL (not a regular file) or EMEDIUMTYPE (no file system that
 * keeps files).
 */
int coil_root_open(const char *root, const char *name);

/**
 * Open @name, which has no "..", in a folder that the user vouches for: links
 * are followed wherever they lead.  Otherwise as coil_root_open().
 */
int coil_folder_open(const char *folder, const char *name);

/** The same as coil_root_open() without the help of openat2(2). */
int coil_root_walk(const char *root, const char *name);

/** What errno says, in words, for the two of above and coil_file_open(). */
const char *coil_open_words(int reason);

#endif
