/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_MERGE_H
#define COIL_OBJECTS_MERGE_H

#include "objects/kind.h"

/*
 * An object whose C base has a kind and whose own tp_traverse was stepped: the
 * kind tells the references, with their names and those that nobody visits; the
 * visits tell which of them are traversed, and what comes in addition.
 */
struct coil_merge {
	struct coil_sink sink; /* first: flush() gets at the merge */
	struct coil_ref *refs;
	size_t count, room;
	struct coil_merge_target *targets; /* sorted */
	size_t target_count;
	bool nomem;
};

struct coil_merge_target {
	uint64_t target;
	size_t ref;	/* index of the reference */
	size_t visited; /* of those with this target, held by the first */
	bool untold;	/* the kind does not call it traversed */
};

/** Take what @kind tells of @object, to be handed on to @outer.  To be freed
 * even on failure. */
bool coil_merge_begin(struct coil_reader *reader,
		      const struct coil_object *object,
		      const struct coil_kind *kind, struct coil_sink *outer,
		      struct coil_merge *merge);

/** One visit: true where a reference that the kind emitted is that. */
bool coil_merge_visited(struct coil_merge *merge, uint64_t target);

/** Emit the kind's references, traversed where they were visited. */
void coil_merge_end(struct coil_merge *merge, struct coil_sink *sink);
void coil_merge_free(struct coil_merge *merge);

#endif
