/* SPDX-License-Identifier: MIT */
#ifndef COIL_SNAPSHOT_CACHE_H
#define COIL_SNAPSHOT_CACHE_H

#include "base/base.h"
#include "base/section.h"

/*
 * The cache of graphs and of what was computed from them: one file each in a
 * folder of the user's, named by a hash of all that the content depends on.
 */

#define COIL_CACHE_SECTIONS 32 /* at most, in a file */

/* 128 bits over everything that a result depends on. */
struct coil_cache_key {
	uint64_t low, high;
};

/* A cache file in memory, read-only. */
struct coil_cache_map {
	void *base;
	size_t size;
	size_t count;
	struct coil_section sections[COIL_CACHE_SECTIONS];
};

/**
 * Map the file at @path.  False where it is not there, is not the user's own,
 * is of another key or version, or is damaged: its checksum is verified whole.
 */
bool coil_cache_map(const char *path, const struct coil_cache_key *key,
		    struct coil_cache_map *out);
void coil_cache_unmap(struct coil_cache_map *map);

/**
 * Write @count sections to @path: beside it first, then renamed, so that it
 * appears whole or not at all.  False where that failed; nothing is left.
 */
bool coil_cache_write(const char *path, const struct coil_cache_key *key,
		      const struct coil_section *sections, size_t count);

/* The folder; opened with coil_cachedir_open(). */
struct coil_cachedir {
	char *path;	/* NULL: no cache */
	uint64_t limit; /* bytes of all files together */
};

/** Use (and make, 0700) the folder @path.  False: it cannot be used safely. */
bool coil_cachedir_open(struct coil_cachedir *dir, const char *path,
			uint64_t limit);
void coil_cachedir_close(struct coil_cachedir *dir);

/** The path of a file in it, to be freed; NULL: no memory. */
char *coil_cachedir_file(const struct coil_cachedir *dir,
			 const struct coil_cache_key *key, const char *suffix);

/**
 * Wait until nobody else makes the file for @key, and keep others waiting
 * until coil_cachedir_unlock().  Returns a descriptor, -1 where locks do not
 * work (the work is then done unlocked).
 */
int coil_cachedir_lock(const struct coil_cachedir *dir,
		       const struct coil_cache_key *key);
void coil_cachedir_unlock(const struct coil_cachedir *dir,
			  const struct coil_cache_key *key, int lock);

/** Remove the least recently used files until @incoming bytes more fit.
 * False where they never will. */
bool coil_cachedir_room(const struct coil_cachedir *dir, uint64_t incoming);

#endif
