/* SPDX-License-Identifier: MIT */
/*
 * Cache files: a header, a table of sections, the sections, each on a multiple
 * of 64 bytes.  They are read by the machine and build that wrote them, so
 * nothing is converted; the header says which that was.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "snapshot/cache.h"

#define ALIGNMENT 64u
#define MAGIC	  0x3268706172476f63u /* "coGraph2" */

struct header {
	uint64_t magic;
	uint64_t size; /* of the whole file */
	struct coil_cache_key key;
	uint64_t count;
	uint64_t checksum; /* XXH3 of all that follows the header */
	uint64_t reserved[2];
};

struct entry {
	uint64_t offset, size;
};

static bool check(const struct coil_cache_map *map,
		  const struct coil_cache_key *key)
{
	const struct header *h = map->base;
	const struct entry *e = (const struct entry *)(h + 1);

	if (map->size < sizeof(*h) || h->magic != MAGIC ||
	    h->size != map->size || h->key.low != key->low ||
	    h->key.high != key->high || h->count > COIL_CACHE_SECTIONS ||
	    map->size - sizeof(*h) < h->count * sizeof(*e))
		return false;
	for (uint64_t i = 0; i < h->count; i++)
		if (e[i].offset > map->size ||
		    map->size - e[i].offset < e[i].size)
			return false;
	return XXH3_64bits(h + 1, map->size - sizeof(*h)) == h->checksum;
}

bool coil_cache_map(const char *path, const struct coil_cache_key *key,
		    struct coil_cache_map *out)
{
	/* Not blocking: it may be a pipe that nobody writes to. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	const struct entry *e;
	struct stat st;

	memset(out, 0, sizeof(*out));
	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    !(st.st_mode & 077) && st.st_size >= (off_t)sizeof(struct header)) {
		out->size = (size_t)st.st_size;
		out->base = mmap(NULL, out->size, PROT_READ,
				 MAP_PRIVATE | MAP_POPULATE, fd, 0);
		if (out->base == MAP_FAILED)
			out->base = NULL;
	}
	/* Used now: the oldest is thrown out first. */
	if (out->base)
		futimens(fd, NULL);
	close(fd);
	if (!out->base || !check(out, key)) {
		coil_cache_unmap(out);
		return false;
	}
	out->count = ((const struct header *)out->base)->count;
	e = (const struct entry *)((const struct header *)out->base + 1);
	for (size_t i = 0; i < out->count; i++) {
		out->sections[i].data = (const char *)out->base + e[i].offset;
		out->sections[i].size = e[i].size;
	}
	return true;
}

void coil_cache_unmap(struct coil_cache_map *map)
{
	if (map->base)
		munmap(map->base, map->size);
	memset(map, 0, sizeof(*map));
}

struct output {
	FILE *file;
	XXH3_state_t *state;
	uint64_t at;
	bool failed;
};

static void put(struct output *out, const void *data, uint64_t size)
{
	if (!size || out->failed)
		return;
	out->failed = fwrite(data, 1, size, out->file) != size ||
		      XXH3_64bits_update(out->state, data, size) == XXH_ERROR;
	out->at += size;
}

static void pad(struct output *out)
{
	static const char zeros[ALIGNMENT];

	put(out, zeros, align_up(out->at, ALIGNMENT) - out->at);
}

static bool write_all(struct output *out, const struct coil_cache_key *key,
		      const struct coil_section *sections, size_t count)
{
	struct header h = {.magic = MAGIC, .key = *key, .count = count};
	struct entry table[COIL_CACHE_SECTIONS] = {{0, 0}};
	uint64_t at = sizeof(h) + count * sizeof(*table);

	for (size_t i = 0; i < count; i++) {
		at = align_up(at, ALIGNMENT);
		table[i] = (struct entry){at, sections[i].size};
		at += sections[i].size;
	}
	/* The header comes again, with the checksum, when all is written. */
	if (fwrite(&h, sizeof(h), 1, out->file) != 1)
		return false;
	out->at = sizeof(h);
	put(out, table, count * sizeof(*table));
	for (size_t i = 0; i < count; i++) {
		pad(out);
		put(out, sections[i].data, sections[i].size);
	}
	h.size = out->at;
	h.checksum = XXH3_64bits_digest(out->state);
	return !out->failed && !fseek(out->file, 0, SEEK_SET) &&
	       fwrite(&h, sizeof(h), 1, out->file) == 1 && !fflush(out->file);
}

bool coil_cache_write(const char *path, const struct coil_cache_key *key,
		      const struct coil_section *sections, size_t count)
{
	struct output out = {.state = XXH3_createState()};
	_cleanup_free_ char *temporary = malloc(strlen(path) + 8);
	int fd = -1;
	bool ok;

	if (temporary) {
		sprintf(temporary, "%s.XXXXXX", path);
		fd = mkostemp(temporary, O_CLOEXEC);
	}
	if (fd >= 0)
		out.file = fdopen(fd, "w");
	if (!out.file || !out.state) {
		if (fd >= 0) {
			close(fd);
			unlink(temporary);
		}
		XXH3_freeState(out.state);
		return false;
	}
	XXH3_64bits_reset(out.state);
	ok = write_all(&out, key, sections, count);
	XXH3_freeState(out.state);
	ok = !fclose(out.file) && ok;
	if (ok)
		ok = !rename(temporary, path);
	if (!ok)
		unlink(temporary);
	return ok;
}
