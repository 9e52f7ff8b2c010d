/* SPDX-License-Identifier: MIT */
#ifndef COIL_DIFF_H
#define COIL_DIFF_H

#include "coil/graph.h"

/**
 * What of two graphs differs, or of three: what was born between the first
 * two and is still there in the third.  Two objects are the same where their
 * addresses and their types' names and addresses agree, and where the caller
 * finds that their contents do.  That an address was used again for an object
 * of the same type cannot be seen.
 */
struct coil_diff;

/**
 * Asked of pairs that agree otherwise: whether the contents do.  @before and
 * @after are nodes of graphs number @before_graph < @after_graph of the diff,
 * 0 to 2.
 */
typedef bool coil_diff_same_fn(void *data, unsigned before_graph,
			       coil_node before, unsigned after_graph,
			       coil_node after);

struct coil_diff_options {
	coil_diff_same_fn *same; /* NULL: contents do not matter */
	void *data;
	/* Types are all that is wanted: of two graphs no nodes are compared,
	 * none is born or gone. */
	bool types_only;
};

/** What grew, or shrank: a type here, a path in coil/words.h. */
struct coil_growth {
	const char *words;    /* borrowed: "app.models.Session" */
	int64_t count_change; /* objects */
	int64_t size_change;  /* bytes of size */
	uint64_t count, size; /* afterwards: in the last graph */
};

/**
 * Compare graphs.  They must stay as long as the diff.
 *
 * @later    The third graph, or NULL.
 * @options  May be NULL.
 * @out      Receives the diff, to be given to coil_diff_free().
 *
 * Returns COIL_OK or COIL_E_NOMEM.
 */
COIL_API enum coil_status coil_diff_find(
	const struct coil_graph *before, const struct coil_graph *after,
	const struct coil_graph *later, const struct coil_diff_options *options,
	struct coil_diff **out, struct coil_error *err);

/** NULL is fine. */
COIL_API void coil_diff_free(struct coil_diff *diff);

/**
 * Types that grew or shrank, most grown first, by size, then by count, then by
 * name: @index in [0, count).  Types of one name are one.  Of three graphs the
 * change is what coil_diff_born() has of them.
 */
COIL_API size_t coil_diff_type_count(const struct coil_diff *diff);
COIL_API void coil_diff_type(const struct coil_diff *diff, size_t index,
			     struct coil_growth *out);

/**
 * New objects, ascending: nodes of the second graph, or where there is a
 * third, those nodes of the third that are new in the second: @index in
 * [0, count).
 */
COIL_API size_t coil_diff_born_count(const struct coil_diff *diff);
COIL_API coil_node coil_diff_born(const struct coil_diff *diff, size_t index);

/** Nodes of the first graph that the second lacks, ascending: @index in
 * [0, count). */
COIL_API size_t coil_diff_gone_count(const struct coil_diff *diff);
COIL_API coil_node coil_diff_gone(const struct coil_diff *diff, size_t index);

#endif
