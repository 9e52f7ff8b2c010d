/* SPDX-License-Identifier: MIT */
#ifndef COIL_AUDIT_CONTENT_H
#define COIL_AUDIT_CONTENT_H

#include "base/map.h"
#include "coil/duplicates.h"
#include "snapshot/snapshot.h"

/* Kinds of values that are compared by content. */
enum coil_content_kind {
	COIL_CONTENT_NONE, /* by identity */
	COIL_CONTENT_STR,
	COIL_CONTENT_BYTES,
	COIL_CONTENT_INT,
	COIL_CONTENT_FLOAT,
	COIL_CONTENT_COMPLEX,
	COIL_CONTENT_TUPLE
};

struct coil_content {
	uint64_t low, high; /* XXH3-128 */
};

/** The kind of each type of the graph: an array of its type_count, which is
 * kept with the snapshot; NULL: out of memory. */
const uint8_t *coil_content_kinds(struct coil_snapshot *snapshot);

/**
 * The hash of the value at @address, of a kind that is no tuple; of its
 * address where the kind is none.  @seed is from coil_random(), so that nobody
 * can choose values that collide.  False where it was not captured whole.
 */
bool coil_content_hash(struct coil_snapshot *snapshot, uint64_t address,
		       enum coil_content_kind kind, uint64_t seed,
		       struct coil_content *out);

#endif
