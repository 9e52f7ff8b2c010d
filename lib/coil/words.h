/* SPDX-License-Identifier: MIT */
#ifndef COIL_WORDS_H
#define COIL_WORDS_H

/* What is on the heap, in the words of a Python programmer. */

#include "coil/analysis.h"
#include "coil/diff.h"
#include "coil/snapshot.h"

/**
 * The value of an object, cut to fit @size bytes with its NUL: what repr()
 * returns of it (of a traceback, where it points), or "" where that cannot be
 * known, as its class has a __repr__ of its own.  UTF-8, no control characters.
 */
COIL_API void coil_snapshot_value(struct coil_snapshot *snapshot,
				  coil_node node, char *buf, size_t size);

/**
 * The label of an edge in Python's words: an attribute or variable name, an
 * index "3", a key "'user:17'", a field "f_back", an offset "+24".  Same form
 * of result as coil_snapshot_value().
 */
COIL_API void coil_snapshot_label(struct coil_snapshot *snapshot,
				  const struct coil_edge *edge, char *buf,
				  size_t size);

/**
 * All edges of @node with their labels, in order; cheaper than asking for
 * each.  @emit returns false to stop.
 */
COIL_API void coil_snapshot_edges(struct coil_snapshot *snapshot,
				  coil_node node,
				  bool (*emit)(void *ctx,
					       const struct coil_edge *edge,
					       const char *label),
				  void *ctx);

/**
 * The attribute @name of an instance or module, looked up in its own dict,
 * values or slots, not in its type; COIL_NO_NODE where there is none.
 */
COIL_API coil_node coil_snapshot_attribute(struct coil_snapshot *snapshot,
					   coil_node node, const char *name);

/*
 * Chains of references as a Python programmer would write them.  The dict
 * between a module and its variable, or between an instance and its attribute,
 * is no step of its own, nor are interpreters, frames and roots on the way to
 * what they hold.
 */
struct coil_words;

struct coil_words_step {
	coil_node node;	  /* the step leads to it */
	const char *text; /* "module app", ".cache", "['user:17']", "local x in
			   * f"; as coil_snapshot_value() has it.  "perhaps "
			   * stands before what may be no reference */
};

/**
 * What makes words of chains, one after another, for one thread.  The snapshot
 * must stay open as long.
 *
 * Returns COIL_OK, COIL_E_NOMEM, and those of coil_snapshot_graph().
 */
COIL_API enum coil_status coil_words_new(struct coil_snapshot *snapshot,
					 struct coil_words **out,
					 struct coil_error *err);
/** NULL is fine. */
COIL_API void coil_words_free(struct coil_words *words);

/**
 * Make the steps of @count edges, each from where the one before leads; what
 * was made before is lost.
 *
 * Returns COIL_OK, or COIL_E_NOMEM, after which there are no steps.
 */
COIL_API enum coil_status coil_words_chain(struct coil_words *words,
					   const struct coil_edge *edges,
					   size_t count);
/**
 * The same of the shortest path to @node: no steps for the root, and where the
 * node is not reached.
 *
 * Returns COIL_OK, or COIL_E_NOMEM, after which there are no steps.
 */
COIL_API enum coil_status coil_words_path(struct coil_words *words,
					  const struct coil_paths *paths,
					  coil_node node);
/** The steps made last, *@count of them, borrowed until others are made. */
COIL_API const struct coil_words_step *coil_words_steps(
	const struct coil_words *words, size_t *count);
/**
 * How many of these steps from @at on, which is less than their count, are
 * shown together, at least 1: *@period steps that repeat themselves four times
 * or more, but for subscripts, or a single one, where *@period is 0.
 */
COIL_API size_t coil_words_fold(const struct coil_words *words, size_t at,
				size_t *period);

/**
 * The end of the shortest path to @node in one line: "module
 * app.CACHE['user:17']", behind "..." where it begins further up, "" where the
 * node is not reached.  *@label is borrowed until the next call with @words,
 * whose steps are those of the label now.
 *
 * Returns COIL_OK or COIL_E_NOMEM.
 */
COIL_API enum coil_status coil_words_label(struct coil_words *words,
					   const struct coil_paths *paths,
					   coil_node node, const char **label);

/*
 * The shortest paths of many objects as one tree: steps that read the same and
 * lead to objects of one type are one, and of several items or values only
 * "[...]" is left.
 */
struct coil_merged;

struct coil_merged_step {
	coil_node example; /* the lowest of the nodes that it leads to */
	uint64_t count;	   /* of the objects reached through it */
	uint64_t own;	   /* of the objects that it leads to itself */
	uint64_t size;	   /* theirs, in bytes */
	uint32_t depth;	   /* 0: from a root */
	const char *words; /* borrowed from the tree */
};

/**
 * Merge the paths to @count nodes; those that are not reached are left out.
 * @snapshot and @paths must stay as long as the tree.
 *
 * Returns COIL_OK, COIL_E_NOMEM, and those of coil_snapshot_graph().
 */
COIL_API enum coil_status coil_merged_find(struct coil_snapshot *snapshot,
					   const struct coil_paths *paths,
					   const coil_node *nodes, size_t count,
					   struct coil_merged **out,
					   struct coil_error *err);
/** The next step, each before what hangs from it, of those below one step that
 * of most objects first; false: that was the last. */
COIL_API bool coil_merged_next(struct coil_merged *merged,
			       struct coil_merged_step *out);
/** NULL is fine. */
COIL_API void coil_merged_free(struct coil_merged *merged);

/*
 * Growth between two snapshots by path: objects count where their shortest
 * path ends, every index and key reads "[...]", and what is deeper than 16
 * steps counts where it is cut.
 */
struct coil_growths;

/**
 * Returns COIL_OK, COIL_E_NOMEM, and those of coil_snapshot_paths().
 */
COIL_API enum coil_status coil_growths_find(struct coil_snapshot *before,
					    struct coil_snapshot *after,
					    struct coil_growths **out,
					    struct coil_error *err);
/** Paths at which something has changed, most grown first, by size, then by
 * count, then by words: index in [0, count). */
COIL_API size_t coil_growths_count(const struct coil_growths *growths);
COIL_API void coil_growths_get(const struct coil_growths *growths, size_t index,
			       struct coil_growth *out);
/** NULL is fine. */
COIL_API void coil_growths_free(struct coil_growths *growths);

/*
 * Reference cycles that read the same.
 */
struct coil_shapes;

struct coil_cycle_shape {
	const char *words; /* borrowed: "Node.children → list[...] → Node" */
	struct coil_cycle_info sum; /* of all that read so; the first's
				     * example */
};

/* Which cycles; NULL for all, joined. */
struct coil_shape_options {
	const bool *types; /* by type index, of the example: whether it is
			    * wanted; NULL: all are */
	bool garbage;	   /* those that the collector would free */
	bool each;	   /* each by itself, in the order of @cycles */
};

/**
 * The shapes of @cycles, which are those of the graph of @snapshot.  Cycles of
 * one shape, of which some are garbage and some are not, are two.
 *
 * Returns COIL_OK, COIL_E_NOMEM, and those of coil_snapshot_graph().
 */
COIL_API enum coil_status coil_shapes_find(
	struct coil_snapshot *snapshot, const struct coil_cycles *cycles,
	const struct coil_shape_options *options, struct coil_shapes **out,
	struct coil_error *err);
/** Most bytes first, then the one whose first cycle comes first: index in
 * [0, count). */
COIL_API size_t coil_shapes_count(const struct coil_shapes *shapes);
COIL_API void coil_shapes_get(const struct coil_shapes *shapes, size_t index,
			      struct coil_cycle_shape *out);
/** NULL is fine. */
COIL_API void coil_shapes_free(struct coil_shapes *shapes);

#endif
