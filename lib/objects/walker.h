/* SPDX-License-Identifier: MIT */
/* What the steps of the discovery share: see walk.h. */
#ifndef COIL_OBJECTS_WALKER_H
#define COIL_OBJECTS_WALKER_H

#include "objects/walk.h"

struct coil_walker {
	struct coil_sink sink; /* first: flush() gets at the walker */
	struct coil_buffers buffers;
	struct coil_heap *heap;
	struct coil_walk *walk;
	uint64_t *stack;
	size_t count, room;
	uint64_t *again; /* entries that were not read whole: of what they
			  * refer to, not all types may be known yet */
	size_t again_count, again_room;
	bool uncertain; /* what is found now hangs from a guess */
	bool nomem;
	struct coil_addrset dead; /* objects on free lists */
	coil_progress_fn *progress;
	void *progress_data;
	uint64_t visited;
};

/* Whether a living object stands at @address; where a reference @counts, what
 * is none is counted as missing or dangling. */
bool coil_walk_is_object(struct coil_walker *w, uint64_t address, bool counts);

/* @address is a node: goes to the worklist if it is new. */
void coil_walk_found(struct coil_walker *w, uint64_t address,
		     enum coil_node_kind node);

/* Something refers to @address: found if it is what @node says. */
void coil_walk_consider(struct coil_walker *w, uint64_t address,
			enum coil_node_kind node, bool counts);

/* Decode everything on the worklist and what that refers to. */
void coil_walk_drain(struct coil_walker *w);

/* What is known by name, whoever refers to it (walk_known.c). */
void coil_walk_symbols(struct coil_walker *w);
void coil_walk_runtime(struct coil_walker *w);

/* Objects in used blocks that nothing explains (walk_blocks.c): guessed, with
 * all that they lead to. */
void coil_walk_blocks(struct coil_walker *w);
/* A guess whose block turned out to be some object's buffer is none. */
void coil_walk_drop_claimed(struct coil_walker *w);
/* How far what was found explains the used blocks. */
void coil_walk_count(struct coil_walker *w);

#endif
