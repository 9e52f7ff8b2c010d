/* SPDX-License-Identifier: MIT */
#ifndef COIL_CHECK_H
#define COIL_CHECK_H

#include "coil/snapshot.h"

/** Whether a snapshot is whole and does not contradict itself. */
enum coil_finding_kind {
	COIL_FINDING_FILE,	/* of the file less is there than it promises */
	COIL_FINDING_ARENA,	/* its numbers contradict each other */
	COIL_FINDING_POOL,	/* the same; or it was not captured */
	COIL_FINDING_COLLECTOR, /* a list that does not close; an object that is
				 * on none, on two, or is no object */
	COIL_FINDING_TYPE,	/* its name cannot be read */
	COIL_FINDING_OBJECT,	/* part of it was not captured */
	COIL_FINDING_MISSING,	/* it refers to memory that was not captured */
	COIL_FINDING_DANGLING,	/* it refers to what is no object */
	COIL_FINDING_COUNT,	/* its reference count is lower than the
				 * references to it */
	COIL_FINDING_KINDS	/* how many */
};

struct coil_finding {
	enum coil_finding_kind kind;
	uint64_t address; /* 0: of the whole */
	const char *text; /* one line; valid during the call */
};

/**
 * Call @emit for every finding, by kind in the order above, then by address;
 * those of arenas and of the collector as the allocator's tables and the lists
 * have them, 0 last.  It returns false to stop, which is no failure.  Needs the
 * graph: calls coil_snapshot_graph().
 *
 * Returns COIL_OK, COIL_E_NOMEM, and those of coil_snapshot_graph().
 */
COIL_API enum coil_status coil_check_run(
	struct coil_snapshot *snapshot,
	bool (*emit)(void *ctx, const struct coil_finding *finding), void *ctx,
	struct coil_error *err);

/** "file", "arena", ...; never NULL. */
COIL_API const char *coil_finding_kind_name(enum coil_finding_kind kind);

#endif
