/* SPDX-License-Identifier: MIT */
#ifndef COIL_BASE_ADDRSET_H
#define COIL_BASE_ADDRSET_H

#include "base/map.h"

/*
 * A set of addresses that are multiples of 8: a bitmap over the granules in
 * which there are any, found by hashing.  Costs one bit for 8 bytes of target
 * memory and looks up in constant time; once sealed it also numbers its members
 * in ascending order.
 */

#define COIL_PAGE_BITS	18 /* a granule: 256 KiB */
#define COIL_PAGE_WORDS (1u << (COIL_PAGE_BITS - 3 - 6))

struct coil_addrset_page {
	uint64_t key;			  /* (address >> COIL_PAGE_BITS) + 1 */
	uint32_t rank;			  /* members of the pages before it */
	uint16_t before[COIL_PAGE_WORDS]; /* of this page, before a word */
	uint64_t bits[COIL_PAGE_WORDS];
};

struct coil_addrset {
	struct coil_addrset_page *pages;
	size_t page_count, page_room;
	size_t last;		/* page that was added to */
	struct coil_map by_key; /* the number of a page */
	uint64_t count;		/* members; valid once sealed */
};

enum coil_add { COIL_ADD_NEW, COIL_ADD_OLD, COIL_ADD_NOMEM };

bool coil_addrset_init(struct coil_addrset *set);
void coil_addrset_free(struct coil_addrset *set);

/** Add @address (a multiple of 8). */
enum coil_add coil_addrset_add(struct coil_addrset *set, uint64_t address);
/** False: it was not there. */
bool coil_addrset_remove(struct coil_addrset *set, uint64_t address);

/** Add @count addresses from @first on, every @stride bytes: multiples of 8
 * that do not wrap.  False: out of memory. */
bool coil_addrset_add_run(struct coil_addrset *set, uint64_t first,
			  uint64_t stride, uint32_t count);

static inline const struct coil_addrset_page *coil_addrset_page(
	const struct coil_addrset *set, uint64_t address)
{
	const uint64_t *page =
		coil_map_find(&set->by_key, (address >> COIL_PAGE_BITS) + 1);

	return page ? &set->pages[*page] : NULL;
}

static inline uint32_t coil_addrset_bit(uint64_t address)
{
	return (uint32_t)(address & ((1u << COIL_PAGE_BITS) - 1)) >> 3;
}

static inline bool coil_addrset_has(const struct coil_addrset *set,
				    uint64_t address)
{
	const struct coil_addrset_page *page = coil_addrset_page(set, address);
	uint32_t bit = coil_addrset_bit(address);

	return page && !(address & 7) && page->bits[bit / 64] >> bit % 64 & 1;
}

/** Sort, and number the members.  Adding afterwards needs another seal. */
bool coil_addrset_seal(struct coil_addrset *set);

/** The number of @address among the members, ascending from 0; UINT32_MAX
 * where it is none.  The set must be sealed. */
static inline uint32_t coil_addrset_rank(const struct coil_addrset *set,
					 uint64_t address)
{
	const struct coil_addrset_page *page = coil_addrset_page(set, address);
	uint32_t bit = coil_addrset_bit(address), word = bit / 64;

	if (!page || address & 7 || !(page->bits[word] >> bit % 64 & 1))
		return UINT32_MAX;
	return page->rank + page->before[word] +
	       count_bits(page->bits[word] & (((uint64_t)1 << bit % 64) - 1));
}

/** Walk a sealed set in ascending order: start with at = 0, page = 0. */
struct coil_addrset_walk {
	size_t page;
	uint32_t word;
	uint64_t rest; /* bits of the word not given yet */
	bool started;
};
bool coil_addrset_next(const struct coil_addrset *set,
		       struct coil_addrset_walk *walk, uint64_t *address);

#endif
