/* SPDX-License-Identifier: MIT */
#ifndef COIL_BASE_MAP_H
#define COIL_BASE_MAP_H

#include "base/base.h"

/*
 * A map from 64-bit keys, 0 apart, to 64-bit values: open addressing in a table
 * that is half empty at least.  Addresses come from the snapshot, which may be
 * hostile: each map has a seed of its own, so that nobody can choose those that
 * all fall into one place.  The order of the slots differs from run to run, and
 * nothing walks them; who needs an order keeps an array, and the index here.
 */
struct coil_map_slot {
	uint64_t key; /* 0: empty */
	uint64_t value;
};

struct coil_map {
	struct coil_map_slot *slots;
	uint64_t seed[2];
	uint64_t mask; /* slots - 1; they are a power of two */
	uint64_t count;
};

/** 64 bits that no snapshot can know: for seeds of hashes, not for secrets. */
uint64_t coil_random(void);

/** An empty map with room for @room keys; it grows beyond.  False: out of
 * memory, and @map is to be freed all the same. */
bool coil_map_init(struct coil_map *map, uint64_t room);
void coil_map_free(struct coil_map *map);

/** The value of @key; that of a new one is 0.  Good until the next call of
 * this. NULL: out of memory, or @key is 0, which is none; the map is as it was.
 */
uint64_t *coil_map_put(struct coil_map *map, uint64_t key);

/* The slot that has @key, or the empty one where it would be. */
static inline struct coil_map_slot *coil_map_slot(const struct coil_map *map,
						  uint64_t key)
{
	/* Both halves of a product with what is not known: wyhash's mixing. */
	unsigned __int128 product =
		(unsigned __int128)(key ^ map->seed[0]) * map->seed[1];
	uint64_t i = (uint64_t)product ^ (uint64_t)(product >> 64);

	for (;; i++) {
		struct coil_map_slot *slot = &map->slots[i & map->mask];

		if (slot->key == key || !slot->key)
			return slot;
	}
}

/** The value of @key, or NULL; 0 is no key.  @map was made by coil_map_init().
 */
static inline uint64_t *coil_map_find(const struct coil_map *map, uint64_t key)
{
	struct coil_map_slot *slot = coil_map_slot(map, key);

	return slot->key ? &slot->value : NULL;
}

#endif
