/* SPDX-License-Identifier: MIT */
/* Opens the layers one after the other; see coil/snapshot.h. */
#include <inttypes.h>
#include <stdlib.h>

#include "walk/build.h"
#include "snapshot/snapshot.h"

/*
 * What failed because memory is not there says so, and not what was looked for
 * first: a file that was cut, or memory that the process asked not to save.
 * Whatever it is, it is of this file.
 */
static enum coil_status blame(struct coil_snapshot *s, enum coil_status st,
			      struct coil_error *err)
{
	const struct coil_image *image = s->image;
	bool unknown = st == COIL_E_NOT_PYTHON || st == COIL_E_BAD_DATA;
	struct coil_error words = {.status = st};
	char text[300];

	if (st == COIL_OK)
		return st;
	if (err)
		words = *err;
	if ((unknown || st == COIL_E_UNSUPPORTED) &&
	    coil_image_shortage(
		    image, unknown ? ", the interpreter's data is not" : "",
		    text, sizeof(text)))
		st = coil_about_address(
			err,
			coil_fail(err, unknown ? COIL_E_BAD_DATA : st, "%s%s%s",
				  text, unknown ? "" : "; ",
				  unknown ? "" : words.text),
			words.address);
	else if (st == COIL_E_NOT_PYTHON && image->coverage.left_out)
		st = coil_fail(err, st,
			       "no CPython found: %" PRIu64
			       " bytes of memory that the process could write "
			       "were not saved; see coredump_filter in core(5)",
			       image->coverage.left_out);
	return coil_about_file(err, st, image->process.source);
}

enum coil_status coil_snapshot_open(const char *path,
				    const struct coil_options *options,
				    struct coil_snapshot **out,
				    struct coil_error *err)
{
	struct coil_snapshot *s = calloc(1, sizeof(*s));
	struct coil_image_options image_options = {0};
	enum coil_status st;

	if (!s)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	if (options)
		s->options = *options;
	image_options.sysroot = s->options.sysroot;
	image_options.exe = s->options.exe;
	image_options.module_paths = s->options.module_paths;
	image_options.module_path_count = s->options.module_path_count;
	image_options.max_unpacked = s->options.max_unpacked;
	image_options.progress = s->options.progress;
	image_options.progress_data = s->options.progress_data;
	st = coil_image_open(path, &image_options, &s->image, err);
	if (st == COIL_OK)
		st = blame(s,
			   coil_runtime_open(s->image, s->options.layout,
					     &s->runtime, err),
			   err);
	if (st != COIL_OK) {
		coil_snapshot_close(s);
		return st;
	}
	coil_snapshot_cache_open(s, path);
	*out = s;
	return COIL_OK;
}

static void let_go(struct coil_kept *kept)
{
	if (kept->state)
		kept->free(kept->state);
	kept->state = NULL;
}

void coil_snapshot_close(struct coil_snapshot *s)
{
	if (!s)
		return;
	let_go(&s->labels);
	coil_paths_free(s->paths);
	coil_dominators_free(s->dominators);
	coil_graph_free(s->graph);
	coil_cache_unmap(&s->paths_map);
	coil_cache_unmap(&s->dominators_map);
	coil_cache_unmap(&s->graph_map);
	coil_cachedir_close(&s->cache);
	coil_reader_close(&s->reader);
	coil_runtime_close(s->runtime);
	coil_image_close(s->image);
	let_go(&s->content);
	free(s->missing);
	free(s);
}

const struct coil_image *coil_snapshot_image(const struct coil_snapshot *s)
{
	return s->image;
}

const struct coil_runtime_info *coil_snapshot_runtime(
	const struct coil_snapshot *s)
{
	return &s->runtime->info;
}

/* Objects and types whose references come from a scan, and objects whose
 * items are left out. */
static void count_inexact(struct coil_snapshot *s)
{
	const struct coil_graph *g = s->graph;
	uint32_t seen = UINT32_MAX; /* most come in runs of one type */
	bool *types = calloc(g->type_count, sizeof(*types));

	for (uint32_t i = 0; types && i < g->object_count; i++) {
		if (g->flags[i] & COIL_FLAG_OVERLAPS)
			s->stats.overlapping++;
		if (!(g->flags[i] & COIL_FLAG_INEXACT))
			continue;
		s->stats.inexact_objects++;
		if (g->type[i] == seen)
			continue;
		seen = g->type[i];
		s->stats.inexact_types += !types[seen];
		types[seen] = true;
	}
	free(types);
}

enum coil_status coil_snapshot_open_heap(struct coil_snapshot *s,
					 struct coil_error *err)
{
	enum coil_status st = COIL_OK;

	if (!s->heap_open)
		st = coil_reader_open(s->runtime, &s->reader, err);
	if (st != COIL_OK) {
		/* The next call opens it again. */
		coil_reader_close(&s->reader);
		return st;
	}
	s->heap_open = true;
	/* A graph from the cache brings types that no walk has read. */
	for (uint32_t i = 0;
	     s->graph && !s->types_read && i < s->graph->type_count; i++)
		coil_types_get(s->reader.types, s->graph->types[i].address);
	s->types_read = s->graph != NULL;
	return COIL_OK;
}

static enum coil_status build(struct coil_snapshot *s, struct coil_error *err)
{
	struct coil_walk walk;
	enum coil_status st = coil_snapshot_open_heap(s, err);

	if (st != COIL_OK)
		return st;
	st = coil_walk_heap(&s->reader, &walk, NULL, s->options.progress,
			    s->options.progress_data, err);
	if (st == COIL_OK)
		st = coil_graph_build(&s->reader, &walk, s->options.progress,
				      s->options.progress_data, &s->graph, err);
	s->stats = walk.stats;
	if (st == COIL_OK)
		count_inexact(s);
	coil_walk_free(&walk);
	return st;
}

enum coil_status coil_snapshot_graph(struct coil_snapshot *s,
				     struct coil_graph **out,
				     struct coil_error *err)
{
	enum coil_status st = COIL_OK;
	int lock = -1;

	/* Of two tools at once the second waits here, and maps. */
	if (!s->graph && !coil_cache_load_graph(s) && s->cache.path)
		lock = coil_cachedir_lock(&s->cache, &s->key);
	if (!s->graph && (lock < 0 || !coil_cache_load_graph(s))) {
		st = blame(s, build(s, err), err);
		if (st == COIL_OK)
			coil_cache_save_graph(s);
	}
	coil_cachedir_unlock(&s->cache, &s->key, lock);
	if (st == COIL_OK)
		st = coil_snapshot_open_heap(s, err);
	if (st == COIL_OK && !s->missing)
		st = coil_snapshot_find_missing(s, err);
	if (st == COIL_OK)
		*out = s->graph;
	return st;
}

enum coil_status coil_snapshot_dominators(struct coil_snapshot *s,
					  const struct coil_dominators **out,
					  struct coil_error *err)
{
	struct coil_graph *graph;
	enum coil_status st = coil_snapshot_graph(s, &graph, err);
	int lock = -1;

	if (st != COIL_OK)
		return st;
	if (!s->dominators && !coil_cache_load_dominators(s) && s->cache.path)
		lock = coil_cachedir_lock(&s->cache, &s->key);
	if (!s->dominators && (lock < 0 || !coil_cache_load_dominators(s))) {
		st = coil_dominators_find(graph, &s->dominators, err);
		if (st == COIL_OK)
			coil_cache_save_dominators(s);
	}
	coil_cachedir_unlock(&s->cache, &s->key, lock);
	*out = s->dominators;
	return st;
}

enum coil_status coil_snapshot_paths(struct coil_snapshot *s,
				     const struct coil_paths **out,
				     struct coil_error *err)
{
	struct coil_graph *graph;
	enum coil_status st = coil_snapshot_graph(s, &graph, err);
	int lock = -1;

	if (st != COIL_OK)
		return st;
	if (!s->paths && !coil_cache_load_paths(s) && s->cache.path)
		lock = coil_cachedir_lock(&s->cache, &s->key);
	if (!s->paths && (lock < 0 || !coil_cache_load_paths(s))) {
		st = coil_paths_find(graph, false, &s->paths, err);
		if (st == COIL_OK)
			coil_cache_save_paths(s);
	}
	coil_cachedir_unlock(&s->cache, &s->key, lock);
	*out = s->paths;
	return st;
}

enum coil_cache_use coil_snapshot_cache(const struct coil_snapshot *s)
{
	return s->cache_use;
}

const struct coil_walk_stats *coil_snapshot_stats(const struct coil_snapshot *s)
{
	return &s->stats;
}

const char *coil_snapshot_c_heap(struct coil_snapshot *s, bool *known)
{
	enum coil_c_heap heap = coil_c_heap_find(s->image);

	*known = coil_c_heap_tells(heap);
	return coil_c_heap_name(heap);
}
