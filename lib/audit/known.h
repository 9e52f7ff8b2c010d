/* SPDX-License-Identifier: MIT */
#ifndef COIL_AUDIT_KNOWN_H
#define COIL_AUDIT_KNOWN_H

#include "snapshot/snapshot.h"

/*
 * The memory of known objects, and of what else is in the graph: what
 * stands there was decoded, so that a search for who holds an object passes
 * it over.
 */
struct coil_known {
	const struct coil_blocks *blocks; /* pymalloc's */
	const struct coil_layout *layout;
	struct coil_addrset used;  /* data of blocks that are known */
	struct coil_range *ranges; /* the rest, arenas whole: sorted,
				    * disjoint */
	size_t count, room;
	bool nomem;
};

/** The snapshot's graph must be there.  False: out of memory; @out is to be
 * given to coil_known_free() all the same. */
bool coil_known_read(struct coil_snapshot *snapshot, struct coil_known *out);
void coil_known_free(struct coil_known *known);

typedef void coil_known_visit(void *ctx, uint64_t start, uint64_t end);

/** Call @visit for the parts of [@start, @end) that are outside of pymalloc
 * and that nothing known takes, by address. */
void coil_known_gaps(const struct coil_known *known, uint64_t start,
		     uint64_t end, coil_known_visit *visit, void *ctx);

/** Call @visit for every used block of pymalloc that nothing known takes. */
void coil_known_blocks(const struct coil_known *known, coil_known_visit *visit,
		       void *ctx);

#endif
