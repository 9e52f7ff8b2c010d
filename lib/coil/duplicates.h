/* SPDX-License-Identifier: MIT */
#ifndef COIL_DUPLICATES_H
#define COIL_DUPLICATES_H

#include "coil/snapshot.h"

/**
 * Equal immutable values that are stored more than once: str, bytes, int,
 * float, complex (not of subclasses), and tuples of which all items are equal
 * such values or the same objects.  Equal means equal bits: 0.0 and -0.0, 1 and
 * 1.0 are not.  Known by XXH3-128 of the content.
 */
struct coil_duplicate {
	coil_node first; /* the copy with the lowest address */
	uint64_t copies; /* 2 or more */
	uint64_t wasted; /* bytes that the allocator spent on all but one */
};

struct coil_duplicates;

/**
 * Find them all.  Needs the graph: calls coil_snapshot_graph().  Takes some 40
 * bytes an object while it runs.  Objects that merely look like one do not
 * count.
 *
 * @out  Receives the result, to be given to coil_duplicates_free().
 *
 * Returns COIL_OK, COIL_E_NOMEM, and those of coil_snapshot_graph().
 */
COIL_API enum coil_status coil_duplicates_find(struct coil_snapshot *snapshot,
					       struct coil_duplicates **out,
					       struct coil_error *err);

/** NULL is fine. */
COIL_API void coil_duplicates_free(struct coil_duplicates *duplicates);

/** Most wasteful first, then by copies, then by address: @index in
 * [0, count). */
COIL_API size_t coil_duplicates_count(const struct coil_duplicates *duplicates);
COIL_API void coil_duplicates_get(const struct coil_duplicates *duplicates,
				  size_t index, struct coil_duplicate *out);

/** Copy @copy of [0, its copies) of duplicate @index, ascending. */
COIL_API coil_node coil_duplicates_member(
	const struct coil_duplicates *duplicates, size_t index, uint64_t copy);

/**
 * Whether two nodes of types of the same name, in two snapshots, hold the same
 * value: compared whole for str, bytes, int, float and complex (not
 * subclasses), true for all others.  Where one was not captured whole, whether
 * neither was.  False where memory runs out.
 */
COIL_API bool coil_snapshot_same_value(struct coil_snapshot *a,
				       coil_node node_a,
				       struct coil_snapshot *b,
				       coil_node node_b);

#endif
