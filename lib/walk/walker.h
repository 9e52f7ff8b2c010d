/* SPDX-License-Identifier: MIT */
/* What the steps of the discovery share: see walk.h. */
#ifndef COIL_WALK_WALKER_H
#define COIL_WALK_WALKER_H

#include "walk/walk.h"

/* Addresses, in the order in which they came. */
struct coil_addresses {
	uint64_t *items;
	size_t count, room;
};

#define COIL_TYPES_SEEN 64

struct coil_walker {
	struct coil_sink sink; /* first: flush() gets at the walker */
	struct coil_buffers buffers;
	struct coil_reader *reader;
	struct coil_walk *walk;
	const struct coil_walk_order *order; /* NULL: the quickest */
	struct coil_addresses todo; /* nodes to decode: address | node kind */
	/* What only a reference that may be none leads to: looked at when all
	 * that is certain has been found (walk_guess.c). */
	struct coil_addresses doubtful;
	struct coil_addrset doubted; /* all that ever were in it */
	bool uncertain;		     /* what is found now hangs from a guess */
	bool new_types;		     /* types were found since this was false */
	bool nomem;
	struct coil_addrset dead; /* objects on free lists */
	/* Types of decoded objects, by index: not to be looked up each time. */
	const struct coil_type *types[COIL_TYPES_SEEN];
	coil_progress_fn *progress;
	void *progress_data;
	uint64_t visited;
};

/* Append @item; where there is no room the walker has no memory. */
void coil_walk_append(struct coil_walker *w, struct coil_addresses *to,
		      uint64_t item);

/* Whether a living object stands at @address; where a reference @counts, what
 * is none is counted as missing or dangling. */
bool coil_walk_is_object(struct coil_walker *w, uint64_t address, bool counts);

/* @address is a node: goes to the worklist if it is new. */
void coil_walk_found(struct coil_walker *w, uint64_t address,
		     enum coil_node_kind node);

/* Something refers to @address for certain: found if it is what @node says. */
void coil_walk_consider(struct coil_walker *w, uint64_t address,
			enum coil_node_kind node);

/* Something may refer to an object at @address. */
void coil_walk_doubt(struct coil_walker *w, uint64_t address);

/* Decode everything on the worklist and what that refers to. */
void coil_walk_drain(struct coil_walker *w);

/* What is known by name, or built into _PyRuntime, whoever refers to it
 * (walk_known.c). */
void coil_walk_symbols(struct coil_walker *w);
void coil_walk_runtime(struct coil_walker *w);

/* What is not certain: first what doubtful references lead to, then used blocks
 * that nothing explains; with all that these lead to (walk_guess.c). */
void coil_walk_guess(struct coil_walker *w);

/* Used blocks that nothing claims and that hold no known object
 * (walk_blocks.c). */
bool coil_walk_is_unexplained(const struct coil_walker *w, uint64_t block);
/* A guess whose block turned out to be some object's buffer is none. */
void coil_walk_drop_claimed(struct coil_walker *w);
/* How far what was found explains the used blocks. */
void coil_walk_count(struct coil_walker *w);

/* Whether what looks like an object at @address, which nothing certain leads
 * to, is one in all respects (plausible.c).  All that is certain has been
 * found before. */
bool coil_walk_plausible(struct coil_walker *w, uint64_t address);

#endif
