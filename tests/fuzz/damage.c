/* SPDX-License-Identifier: MIT */
/* Damage to a made interpreter: see damage.h. */
#include "damage.h"

/* Values at which checks go wrong. */
static const uint64_t extremes[] = {
	0,
	1,
	2,
	7,
	8,
	0xff,
	0xffff,
	1u << 31,
	UINT32_MAX,
	1ull << 32,
	1ull << 40,
	1ull << 47,
	(1ull << 60) + 1,
	(1ull << 61) - 1,
	INT64_MAX,
	1ull << 63,
	UINT64_MAX - 7,
	UINT64_MAX,
};

static uint64_t pick(const struct heapimage_list *list, size_t n)
{
	return list->count ? list->at[n % list->count] : 0;
}

/* What becomes of @old. */
static uint64_t changed(const struct heapimage *h, uint64_t old, unsigned how,
			uint16_t value)
{
	const uint8_t *p;
	uint64_t extreme = extremes[value % countof(extremes)];

	switch (how % 16) {
	case 0:
	case 1:
	case 2:
		return pick(&h->objects, value);
	case 3:
		return pick(&h->types, value);
	case 4:
		return pick(&h->buffers, value);
	case 5:
		return extreme;
	case 6:
		return old ^ (uint64_t)1 << value % 64;
	case 7:
		return value;
	case 8:
		return old + (uint64_t)(int64_t)(int16_t)value;
	case 9:
		return h->low.start + value * 8ull;
	case 10:
		return h->arena.start + value * 8ull;
	case 11:
		return (uint64_t)0 - value;
	case 12:
		return (old & ~(uint64_t)UINT32_MAX) | (uint32_t)extreme;
	case 13:
		return (uint32_t)old | extreme << 32;
	case 14:
		return (old & ~((uint64_t)0xff << value % 8 * 8)) |
		       (uint64_t)(value >> 8) << value % 8 * 8;
	default:
		p = heapimage_at(
			h, pick(&h->objects, value) + (value >> 10) * 8u, 8);
		return p ? load64(p) : 0;
	}
}

void damage_word(struct heapimage *h, struct damage *damage, uint64_t address,
		 unsigned how, uint16_t value)
{
	uint8_t *p = heapimage_at(h, address, 8);
	uint64_t word;

	if (!p || damage->count == DAMAGE_HITS)
		return;
	word = load64(p);
	damage->hits[damage->count].address = address;
	damage->hits[damage->count++].old = word;
	word = changed(h, word, how, value);
	memcpy(p, &word, 8);
}

/* The word number @word of what @where says. */
static uint64_t place(const struct heapimage *h, unsigned where, uint16_t what,
		      uint8_t word)
{
	switch (where % 8) {
	case 0:
	case 1:
		return pick(&h->objects, what) - 32 + word % 64 * 8u;
	case 2:
		return pick(&h->samples, what) + word % 64 * 8u;
	case 3:
		return pick(&h->types, what) + word * 8u;
	case 4:
		return pick(&h->buffers, what) + word * 8u;
	case 5:
		return pick(&h->pools, what) + word % 8 * 8u;
	case 6:
		return h->runtime + (what % 1024) * 2048u + word * 8u;
	default:
		return what & 1 ? h->table - 16 + word * 8u
				: h->thread + word * 8u;
	}
}

void damage_apply(struct heapimage *h, struct damage *damage,
		  const uint8_t *data, size_t size)
{
	for (; size >= DAMAGE_SIZE; data += DAMAGE_SIZE, size -= DAMAGE_SIZE)
		damage_word(h, damage,
			    place(h, data[0] >> 4, load16(data + 1), data[3]),
			    data[0], load16(data + 4));
}

void damage_undo(struct heapimage *h, struct damage *damage)
{
	while (damage->count) {
		uint64_t at = damage->hits[--damage->count].address;

		heapimage_put(h, at, damage->hits[damage->count].old);
	}
}
