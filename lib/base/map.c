/* SPDX-License-Identifier: MIT */
/* Maps from 64-bit keys, of which a snapshot may choose any: see map.h. */
#include <stdlib.h>
#include <sys/random.h>

#include "base/map.h"

#define LEAST_SLOTS 16

uint64_t coil_random(void)
{
	uint64_t bits;

	/* Where the kernel has none, where the stack lies is the next best. */
	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(bits))
		bits = (uintptr_t)&bits * UINT64_C(0x9e3779b97f4a7c15);
	return bits;
}

bool coil_map_init(struct coil_map *map, uint64_t room)
{
	uint64_t slots = LEAST_SLOTS;

	*map = (struct coil_map){0};
	while (slots / 2 < room && slots < (uint64_t)1 << 60)
		slots *= 2;
	map->slots = calloc(slots, sizeof(*map->slots));
	if (!map->slots)
		return false;
	map->mask = slots - 1;
	map->seed[0] = coil_random();
	map->seed[1] = coil_random() | 1;
	return true;
}

void coil_map_free(struct coil_map *map)
{
	free(map->slots);
	*map = (struct coil_map){0};
}

static bool grow(struct coil_map *map)
{
	struct coil_map bigger = *map;

	bigger.mask = map->mask * 2 + 1;
	bigger.slots = calloc(bigger.mask + 1, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (uint64_t i = 0; i <= map->mask; i++)
		if (map->slots[i].key)
			*coil_map_slot(&bigger, map->slots[i].key) =
				map->slots[i];
	free(map->slots);
	*map = bigger;
	return true;
}

uint64_t *coil_map_put(struct coil_map *map, uint64_t key)
{
	struct coil_map_slot *slot = coil_map_slot(map, key);

	if (slot->key)
		return &slot->value;
	if (!key)
		return NULL;
	if (map->count * 2 > map->mask) {
		if (!grow(map))
			return NULL;
		slot = coil_map_slot(map, key);
	}
	map->count++;
	slot->key = key;
	return &slot->value;
}
