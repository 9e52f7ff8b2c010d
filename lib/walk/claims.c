/* SPDX-License-Identifier: MIT */
/*
 * Which memory has its owner: see claims.h.
 *
 * Small arrays are known by where they start, and only those that the walk met
 * twice are looked at.  Of large ones every granule that is theirs from end to
 * end is marked, so that two overlap where a granule is marked already.
 */
#include "walk/claims.h"

#define GRANULE 64u  /* bytes */
#define SMALL	512u /* bytes; such arrays are in pools */

bool coil_claims_init(struct coil_claims *c,
		      const struct coil_addrset *doubtful)
{
	*c = (struct coil_claims){.doubtful = doubtful};
	return coil_addrset_init(&c->taken) && coil_addrset_init(&c->blocks);
}

void coil_claims_free(struct coil_claims *c)
{
	coil_addrset_free(&c->taken);
	coil_addrset_free(&c->blocks);
}

/* Granules in the set: one bit each, a word for 4 KiB. */
static uint64_t key(uint64_t granule)
{
	return granule / GRANULE * 8;
}

/* The bits of the word at @at, which starts at a multiple of 64 granules. */
static uint64_t word_at(const struct coil_addrset *set, uint64_t at)
{
	const struct coil_addrset_page *page = coil_addrset_page(set, at);

	return page ? page->bits[coil_addrset_bit(at) / 64] : 0;
}

static bool any(const struct coil_addrset *set, uint64_t from, uint64_t to)
{
	while (from < to) {
		uint64_t start = from & ~(uint64_t)511, last = start + 512;
		uint64_t word = word_at(set, start);

		word &= UINT64_MAX << (from - start) / 8;
		if (to < last)
			word &= ((uint64_t)1 << (to - start) / 8) - 1;
		if (word)
			return true;
		from = last;
	}
	return false;
}

enum coil_add coil_claims_take(struct coil_claims *c, uint64_t address,
			       uint64_t bytes)
{
	uint64_t from, to;

	if (bytes <= SMALL)
		return coil_addrset_has(c->doubtful, address)
			       ? coil_addrset_add(&c->taken, address)
			       : COIL_ADD_NEW;
	if (address + bytes < address)
		return COIL_ADD_OLD;
	from = key(address + GRANULE - 1);
	to = key(address + bytes);
	if (any(&c->blocks, from, to))
		return COIL_ADD_OLD;
	return coil_addrset_add_run(&c->blocks, from, 8,
				    (uint32_t)((to - from) / 8))
		       ? COIL_ADD_NEW
		       : COIL_ADD_NOMEM;
}
