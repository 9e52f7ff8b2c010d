/* SPDX-License-Identifier: MIT */
/*
 * What a snapshot keeps in the cache: its graph with what the walk met, the
 * dominators, the shortest paths.  The key is a hash of all that these depend
 * on: the snapshot's file (device, inode, size, times), the process it tells
 * of, the modules with their build-ids and states, the layout, and the build of
 * this library.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "analysis/saved.h"
#include "graph/sections.h"
#include "snapshot/snapshot.h"

struct hasher {
	XXH3_state_t *state;
};

static void add(struct hasher *h, const void *data, size_t size)
{
	XXH3_128bits_update(h->state, data, size);
}

static void add_string(struct hasher *h, const char *s)
{
	add(h, s ? s : "", s ? strlen(s) + 1 : 1);
}

static void add_number(struct hasher *h, uint64_t n)
{
	add(h, &n, sizeof(n));
}

/* The notes of the object that holds this code: its build-id is there. */
static int add_self(struct dl_phdr_info *info, size_t size, void *ctx)
{
	uintptr_t here = (uintptr_t)(void *)&coil_snapshot_open;
	bool ours = false;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		ours = ours ||
		       (p->p_type == PT_LOAD &&
			here - (info->dlpi_addr + p->p_vaddr) < p->p_memsz);
	}
	for (int i = 0; ours && i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_NOTE)
			add(ctx, (const void *)(info->dlpi_addr + p->p_vaddr),
			    p->p_memsz);
	}
	return ours;
}

static void add_modules(struct hasher *h, const struct coil_image *image)
{
	struct stat st;

	for (size_t i = 0; i < coil_image_module_count(image); i++) {
		const struct coil_module *m = coil_image_module(image, i);

		add_string(h, m->path);
		add_number(h, m->start);
		add_number(h, m->state);
		add(h, m->build_id, m->build_id_size);
		add_number(h, m->compared);
		/* What no build-id names is known by what it was found as. */
		if (m->compared && !stat(m->file, &st)) {
			add_number(h, st.st_dev);
			add_number(h, st.st_ino);
			add_number(h, (uint64_t)st.st_size);
			add(h, &st.st_mtim, sizeof(st.st_mtim));
			add(h, &st.st_ctim, sizeof(st.st_ctim));
		}
	}
}

/* False where the snapshot is no file that can be known again. */
static bool make_key(struct coil_snapshot *s, const char *path,
		     struct coil_cache_key *key)
{
	const struct coil_process *process = coil_image_process(s->image);
	struct hasher h = {XXH3_createState()};
	XXH128_hash_t hash;
	struct stat st;

	if (!h.state || stat(path, &st) || !S_ISREG(st.st_mode)) {
		XXH3_freeState(h.state);
		return false;
	}
	XXH3_128bits_reset(h.state);
	dl_iterate_phdr(add_self, &h);
	add_string(&h, s->runtime->layout->name);
	add_string(&h, s->options.layout);
	add_number(&h, st.st_dev);
	add_number(&h, st.st_ino);
	add_number(&h, (uint64_t)st.st_size);
	add(&h, &st.st_mtim, sizeof(st.st_mtim));
	add(&h, &st.st_ctim, sizeof(st.st_ctim));
	add_number(&h, (uint64_t)process->pid);
	add_string(&h, process->command);
	add_modules(&h, s->image);
	hash = XXH3_128bits_digest(h.state);
	XXH3_freeState(h.state);
	key->low = hash.low64;
	key->high = hash.high64;
	return true;
}

void coil_snapshot_cache_open(struct coil_snapshot *s, const char *path)
{
	if (s->options.no_cache || !s->options.cache_dir ||
	    !coil_cachedir_open(&s->cache, s->options.cache_dir,
				s->options.cache_size))
		return;
	if (!make_key(s, path, &s->key))
		coil_cachedir_close(&s->cache);
	else
		s->cache_use = COIL_CACHE_EMPTY;
}

/* Write @sections as the file with @suffix; without room, not at all. */
static void save(struct coil_snapshot *s, const char *suffix,
		 const struct coil_section *sections, size_t count)
{
	_cleanup_free_ char *path =
		coil_cachedir_file(&s->cache, &s->key, suffix);
	uint64_t size = 4096;

	for (size_t i = 0; i < count; i++)
		size += sections[i].size + 64;
	if (path && coil_cachedir_room(&s->cache, size))
		coil_cache_write(path, &s->key, sections, count);
}

static bool load(struct coil_snapshot *s, const char *suffix,
		 struct coil_cache_map *map)
{
	_cleanup_free_ char *path =
		coil_cachedir_file(&s->cache, &s->key, suffix);

	return path && coil_cache_map(path, &s->key, map);
}

bool coil_cache_load_graph(struct coil_snapshot *s)
{
	const struct coil_section *last;

	if (!s->cache.path || !load(s, ".objects", &s->graph_map))
		return false;
	last = &s->graph_map.sections[COIL_GRAPH_SECTIONS];
	if (s->graph_map.count != COIL_GRAPH_SECTIONS + 1 ||
	    last->size != sizeof(s->stats) ||
	    coil_graph_of_sections(s->graph_map.sections, COIL_GRAPH_SECTIONS,
				   &s->graph) != COIL_OK) {
		coil_cache_unmap(&s->graph_map);
		return false;
	}
	memcpy(&s->stats, last->data, sizeof(s->stats));
	s->cache_use = COIL_CACHE_USED;
	return true;
}

void coil_cache_save_graph(struct coil_snapshot *s)
{
	struct coil_section sections[COIL_GRAPH_SECTIONS + 1];
	struct coil_graph_head head;

	if (!s->cache.path)
		return;
	coil_graph_to_sections(s->graph, &head, sections);
	sections[COIL_GRAPH_SECTIONS] =
		(struct coil_section){&s->stats, sizeof(s->stats)};
	save(s, ".objects", sections, countof(sections));
}

bool coil_cache_load_dominators(struct coil_snapshot *s)
{
	if (!s->cache.path || !load(s, ".dominators", &s->dominators_map))
		return false;
	if (coil_dominators_of_sections(s->graph, s->dominators_map.sections,
					s->dominators_map.count,
					&s->dominators) == COIL_OK)
		return true;
	coil_cache_unmap(&s->dominators_map);
	return false;
}

void coil_cache_save_dominators(struct coil_snapshot *s)
{
	struct coil_section sections[COIL_DOMINATORS_SECTIONS];

	if (!s->cache.path)
		return;
	coil_dominators_to_sections(s->dominators, sections);
	save(s, ".dominators", sections, countof(sections));
}

bool coil_cache_load_paths(struct coil_snapshot *s)
{
	if (!s->cache.path || !load(s, ".paths", &s->paths_map))
		return false;
	if (coil_paths_of_sections(s->graph, s->paths_map.sections,
				   s->paths_map.count, &s->paths) == COIL_OK)
		return true;
	coil_cache_unmap(&s->paths_map);
	return false;
}

void coil_cache_save_paths(struct coil_snapshot *s)
{
	struct coil_section sections[COIL_PATHS_SECTIONS];

	if (!s->cache.path)
		return;
	coil_paths_to_sections(s->paths, sections);
	save(s, ".paths", sections, countof(sections));
}
