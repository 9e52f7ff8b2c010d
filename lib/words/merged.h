/* SPDX-License-Identifier: MIT */
#ifndef COIL_WORDS_MERGED_H
#define COIL_WORDS_MERGED_H

#include "base/map.h"
#include "words/words.h"

/* A node on a path. */
struct coil_merged_entry {
	coil_node node;
	uint32_t distance;
	uint32_t parent; /* entry; itself for the root */
	uint32_t group;	 /* its own, or where it is hidden that above */
	bool target, hidden;
	uint32_t children; /* entries below, one step */
	uint64_t count;	   /* targets that it leads to, itself included */
};

/* Steps that read the same, below the same group. */
struct coil_merged_group {
	char *words;
	uint32_t parent, type, depth;
	uint32_t next; /* of the same hash; 0: that was the last */
	uint32_t first_child, child_count; /* after sorting */
	uint32_t entries;		   /* that it joins */
	coil_node example;
	uint64_t count, own, size;
};

struct coil_merged {
	bool all; /* made by coil_merged_all() */
	const struct coil_graph *graph;
	const struct coil_paths *paths;
	struct coil_words *words;
	struct coil_phrase joined; /* the words of several steps */

	/* The nodes on the paths, by distance from the root, then node. */
	struct coil_merged_entry *entries;
	size_t entry_count, entry_room;
	uint32_t *entry_of; /* by node; 0: none, else 1 + entry */

	struct coil_merged_group *groups;
	size_t group_count, group_room;
	struct coil_map by_words; /* the last group of each hash */

	uint32_t *sorted; /* groups but the root, by parent */
	uint32_t *stack;  /* groups still to be given */
	size_t stack_size;
};

#define COIL_MERGED_ROOT  0  /* the group above all */
#define COIL_MERGED_DEPTH 16 /* of coil_merged_all() */

/**
 * As coil_merged_find(), of all objects: every index and key reads "[...]",
 * and what is deeper than COIL_MERGED_DEPTH counts where it is cut.
 */
enum coil_status coil_merged_all(struct coil_snapshot *snapshot,
				 const struct coil_paths *paths,
				 struct coil_merged **out,
				 struct coil_error *err);

/** Group the entries, which are in order and linked.  False: no memory. */
bool coil_merged_group(struct coil_merged *m);

#endif
