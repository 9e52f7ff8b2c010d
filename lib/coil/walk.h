/* SPDX-License-Identifier: MIT */
#ifndef COIL_WALK_H
#define COIL_WALK_H

#include <stdint.h>

#include "coil/status.h"

/** What the walk met. All are numbers of objects or blocks unless said. */
struct coil_walk_stats {
	uint64_t objects;     /* Python objects */
	uint64_t certain;     /* reached by reference or collector list */
	uint64_t uncertain;   /* in a used block and merely look like one */
	uint64_t used_blocks; /* of pymalloc */
	uint64_t used_bytes;  /* of pymalloc, in bytes */
	uint64_t explained_blocks; /* used blocks that hold a known object or a
				    * buffer of one */
	uint64_t explained_bytes;
	uint64_t arenas, pools;
	uint64_t missing_targets; /* references to memory that is not there */
	uint64_t dangling;	  /* references to what is no object */
	uint64_t incomplete;	  /* objects part of whose memory is missing */
	uint64_t overlapping;	/* objects whose items are in others' memory */
	uint64_t inexact_types; /* types whose references come from a scan */
	uint64_t inexact_objects;
	uint64_t broken_lists;	 /* collector lists that do not close */
	uint64_t size_classes;	 /* filled of the two arrays below */
	uint64_t class_size[64]; /* bytes of a block of this class */
	uint64_t class_used[64]; /* used blocks of it */
};

#endif
