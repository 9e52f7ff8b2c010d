/* SPDX-License-Identifier: MIT */
#ifndef COIL_WALK_WALK_H
#define COIL_WALK_WALK_H

#include "coil/walk.h"
#include "allocator/blocks.h"
#include "objects/collector.h"
#include "objects/kind.h"

/*
 * The discovery of all objects: from the collector's lists, the static types,
 * the interpreter and its threads, along every reference; then what only words
 * that may be none lead to, and the used blocks that nothing claims, where an
 * object stands in all respects.
 *
 * What is found does not depend on the order in which things are met: whether a
 * word is the address of an object is asked of memory alone, and what is not
 * certain is looked at in rounds, each when all of the one before is done.
 */

/* A node that is no Python object. Sorted by address. */
struct coil_special {
	uint64_t address;
	enum coil_node_kind node;
};

struct coil_walk {
	struct coil_addrset nodes;     /* sealed: every node */
	struct coil_addrset claimed;   /* used blocks that are buffers */
	struct coil_addrset doubtful;  /* of claimed: met more than once */
	struct coil_addrset uncertain; /* of nodes: not reached from a certain
					* one */
	struct coil_special *specials;
	size_t special_count, special_room;
	struct coil_walk_stats stats;
};

/* Another order in which things are met, for tests: it changes nothing. */
struct coil_walk_order {
	/* Puts what is to be done next, addresses with a tag in the low three
	 * bits, into any order. */
	void (*arrange)(void *ctx, uint64_t *items, size_t count);
	void *ctx;
	unsigned first_source; /* which of the sources begins, the others
				* following in a ring: any number */
};

/**
 * Find every object of @reader.  @walk is the caller's, to be given to
 * coil_walk_free() even on failure.
 *
 * @order  NULL: the quickest one.
 *
 * Returns COIL_OK, COIL_E_NOMEM, COIL_E_BAD_DATA where `type` itself cannot
 * be found.
 */
enum coil_status coil_walk_heap(struct coil_reader *reader,
				struct coil_walk *walk,
				const struct coil_walk_order *order,
				coil_progress_fn *progress, void *progress_data,
				struct coil_error *err);
void coil_walk_free(struct coil_walk *walk);

/** The node kind of a member of nodes. */
enum coil_node_kind coil_walk_kind(const struct coil_walk *walk,
				   uint64_t address);

/**
 * Add the dead objects on free lists that look like living ones to @dead,
 * which is initialised.  False where memory ran out.
 */
bool coil_dead_objects(struct coil_reader *reader, struct coil_addrset *dead);

/**
 * Whether what looks like an object of @type at @address, in no pool of
 * pymalloc, can be one that lives: its collector's links are mutual and its
 * count is no more than there is memory for.  True where nothing can tell.
 */
bool coil_may_live(struct coil_reader *reader, uint64_t address,
		   const struct coil_type *type);

/**
 * Whether the count of the object at @head, whose PyObject is in view, is no
 * more than there is memory for: each reference that is counted is a word.
 */
bool coil_count_fits(const struct coil_reader *reader, const uint8_t *head);

/**
 * Whether the collector's head of the object at @address may be that of one
 * that lives: its links are mutual, or it has none.  True where it was not
 * captured, and where the build or the moment has no such links.
 */
bool coil_gc_links_hold(struct coil_reader *reader, uint64_t address,
			const struct coil_type *type);

#endif
