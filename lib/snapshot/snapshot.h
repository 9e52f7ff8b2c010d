/* SPDX-License-Identifier: MIT */
#ifndef COIL_SNAPSHOT_SNAPSHOT_H
#define COIL_SNAPSHOT_SNAPSHOT_H

#include "coil/analysis.h"
#include "coil/snapshot.h"
#include "graph/graph.h"
#include "walk/walk.h"
#include "snapshot/cache.h"

/* What a room to the right keeps with a snapshot: made by its owner when it is
 * first wanted, freed when the snapshot is closed. */
struct coil_kept {
	void *state; /* NULL: not yet */
	void (*free)(void *state);
};

/* The inside of a snapshot: every layer's handle, in the order of opening. */
struct coil_snapshot {
	struct coil_options options;
	struct coil_image *image;
	struct coil_runtime *runtime;
	struct coil_reader reader;
	bool heap_open, types_read;
	struct coil_graph *graph;	    /* NULL until asked for, */
	struct coil_dominators *dominators; /* and so are these */
	struct coil_paths *paths;
	struct coil_kept labels;  /* of long rows: words/label.h */
	struct coil_kept content; /* kinds, by type: audit/content.h */
	struct coil_walk_stats stats;
	struct coil_missing_file *missing; /* NULL until the graph is there */
	size_t missing_count;

	struct coil_cachedir cache; /* .path NULL: no cache */
	struct coil_cache_key key;
	enum coil_cache_use cache_use;
	struct coil_cache_map graph_map, dominators_map, paths_map;
};

/* cache.c: what the cache holds of this snapshot.  Loading fills the field
 * and its map; saving does nothing where there is no cache or no room. */
void coil_snapshot_cache_open(struct coil_snapshot *s, const char *path);
bool coil_cache_load_graph(struct coil_snapshot *s);
void coil_cache_save_graph(struct coil_snapshot *s);
bool coil_cache_load_dominators(struct coil_snapshot *s);
void coil_cache_save_dominators(struct coil_snapshot *s);
bool coil_cache_load_paths(struct coil_snapshot *s);
void coil_cache_save_paths(struct coil_snapshot *s);

/** Open what decoding labels and values needs, walk or no walk. */
enum coil_status coil_snapshot_open_heap(struct coil_snapshot *s,
					 struct coil_error *err);

/* missing.c */
/** Fill missing and missing_count; the heap and the graph are open. */
enum coil_status coil_snapshot_find_missing(struct coil_snapshot *s,
					    struct coil_error *err);
/** The label of a reference as a kind tells it (label.c). */
void coil_snapshot_ref_label(struct coil_snapshot *s, const struct coil_ref *r,
			     char *buf, size_t size);

/* ancestry.c */
/** Whether the class @type is or inherits from one named @name. */
bool coil_snapshot_inherits(struct coil_snapshot *s,
			    const struct coil_type *type, const char *name);
/** out[i] becomes whether type number i of the graph is wanted. */
void coil_snapshot_types_that(struct coil_snapshot *s, bool *out,
			      bool (*wanted)(struct coil_snapshot *s,
					     const struct coil_type *type));

/** Type number @index of the graph; NULL: it is none of Python's. */
static inline const struct coil_type *coil_snapshot_type(
	const struct coil_snapshot *s, uint32_t index)
{
	uint64_t address = s->graph->types[index].address;

	return address ? coil_types_known(s->reader.types, address) : NULL;
}

#endif
