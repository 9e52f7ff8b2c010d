/* SPDX-License-Identifier: MIT */
#ifndef COIL_SNAPSHOT_H
#define COIL_SNAPSHOT_H

#include "coil/analysis.h"
#include "coil/graph.h"
#include "coil/image.h"
#include "coil/runtime.h"
#include "coil/walk.h"

/**
 * A snapshot opened for questions: the image, the interpreter in it and, once
 * asked for, the graph of its objects.  One thread at a time may use it, as
 * questions keep what they read; others may open the same file again.
 */
struct coil_snapshot;

/** Zero-initialise; every field may stay 0. Strings are borrowed. */
struct coil_options {
	const char *sysroot; /* where the crashed machine's files are */
	const char *exe;     /* the interpreter's file */
	const char *const *module_paths; /* folders with files of modules */
	size_t module_path_count;
	uint64_t max_unpacked; /* as in struct coil_image_options */
	const char *layout;    /* a layout file to use whatever the version */
	bool no_cache;	       /* neither read nor write the graph cache */
	const char *cache_dir; /* absolute path of its folder, made with mode
				* 0700 where it is not there; NULL: none */
	uint64_t cache_size;   /* bytes that all its files may have */
	unsigned threads; /* for how many the work is to be divided; nothing is
			   * divided yet: read by nobody, leave it 0 */
	coil_progress_fn *progress; /* of long work, or NULL */
	void *progress_data;
};

/**
 * Open @path and find the interpreter in it.
 *
 * @options  May be NULL.  Its strings must stay as long as the snapshot.
 * @out      Receives the snapshot, to be given to coil_snapshot_close().
 *
 * Returns COIL_OK, those of coil_image_open(), COIL_E_NOT_PYTHON where there is
 * no interpreter, COIL_E_UNSUPPORTED for a version without a layout,
 * COIL_E_BAD_DATA where what it says of itself is not so.
 */
COIL_API enum coil_status coil_snapshot_open(const char *path,
					     const struct coil_options *options,
					     struct coil_snapshot **out,
					     struct coil_error *err);

/** NULL is fine. */
COIL_API void coil_snapshot_close(struct coil_snapshot *snapshot);

/** What it was opened as.  Borrowed from the snapshot. */
COIL_API const struct coil_image *coil_snapshot_image(
	const struct coil_snapshot *snapshot);
COIL_API const struct coil_runtime_info *coil_snapshot_runtime(
	const struct coil_snapshot *snapshot);

/**
 * The graph, built at the first call.  Borrowed from the snapshot.
 *
 * Returns COIL_OK, COIL_E_NOMEM, COIL_E_BAD_DATA where nothing like a heap
 * can be read.
 */
COIL_API enum coil_status coil_snapshot_graph(struct coil_snapshot *snapshot,
					      struct coil_graph **out,
					      struct coil_error *err);

/**
 * Dominators and shortest paths over strong references, found at the first
 * call or taken from the cache.  Borrowed from the snapshot.
 *
 * Returns COIL_OK, COIL_E_NOMEM, and those of coil_snapshot_graph().
 */
COIL_API enum coil_status coil_snapshot_dominators(
	struct coil_snapshot *snapshot, const struct coil_dominators **out,
	struct coil_error *err);
COIL_API enum coil_status coil_snapshot_paths(struct coil_snapshot *snapshot,
					      const struct coil_paths **out,
					      struct coil_error *err);

/** What became of the graph cache. */
enum coil_cache_use {
	COIL_CACHE_OFF,	  /* not wanted, or its folder cannot be used */
	COIL_CACHE_EMPTY, /* the graph was not in it and was built */
	COIL_CACHE_USED	  /* the graph was taken from it */
};

/** The same for this snapshot, after coil_snapshot_graph(). */
COIL_API enum coil_cache_use coil_snapshot_cache(
	const struct coil_snapshot *snapshot);

/** What the walk met.  Borrowed; valid after coil_snapshot_graph(). */
COIL_API const struct coil_walk_stats *coil_snapshot_stats(
	const struct coil_snapshot *snapshot);

/** A file of the target that analysis wants and has not. */
struct coil_missing_file {
	const struct coil_module *module; /* borrowed from the image */
	uint64_t types;	  /* Python types that it holds, or whose code it has */
	uint64_t derived; /* of these: named by what holds them or by their
			   * structure */
	uint64_t unnamed; /* of these: without a name */
	uint64_t scanned; /* of these: references come from a scan */
};

/**
 * The files that are missing, or are there in another build only, and without
 * which something of a Python type is not in the snapshot, in order of
 * address: @index in [0, count).  Borrowed; valid after coil_snapshot_graph().
 */
COIL_API size_t
coil_snapshot_missing_count(const struct coil_snapshot *snapshot);
COIL_API const struct coil_missing_file *coil_snapshot_missing(
	const struct coil_snapshot *snapshot, size_t index);

/**
 * Whose malloc the process has: "glibc", "jemalloc", "tcmalloc", "mimalloc",
 * "musl", "other" or "unknown".  *@known is false where what it spends on a
 * block is not known (COIL_FLAG_AT_LEAST).  Reads tables of imports at each
 * call.
 */
COIL_API const char *coil_snapshot_c_heap(struct coil_snapshot *snapshot,
					  bool *known);

#endif
