/* SPDX-License-Identifier: MIT */
/* Sets of addresses: bitmaps over hashed granules, with rank once sealed. */
#include <stdlib.h>

#include "base/addrset.h"

bool coil_addrset_init(struct coil_addrset *set)
{
	memset(set, 0, sizeof(*set));
	return coil_map_init(&set->by_key, 128);
}

void coil_addrset_free(struct coil_addrset *set)
{
	free(set->pages);
	coil_map_free(&set->by_key);
	memset(set, 0, sizeof(*set));
}

static struct coil_addrset_page *add_page(struct coil_addrset *set,
					  uint64_t address)
{
	uint64_t key = (address >> COIL_PAGE_BITS) + 1, *number;

	if (!RESERVE(set->pages, set->page_room, set->page_count + 1))
		return NULL;
	number = coil_map_put(&set->by_key, key);
	if (!number)
		return NULL;
	*number = set->page_count++;
	set->pages[*number] = (struct coil_addrset_page){.key = key};
	return &set->pages[*number];
}

enum coil_add coil_addrset_add(struct coil_addrset *set, uint64_t address)
{
	uint64_t key = (address >> COIL_PAGE_BITS) + 1;
	uint32_t bit = coil_addrset_bit(address);
	uint64_t mask = (uint64_t)1 << bit % 64;
	struct coil_addrset_page *page;

	/* Neighbours are added one after the other, mostly. */
	if (set->last < set->page_count && set->pages[set->last].key == key)
		page = &set->pages[set->last];
	else
		page = (struct coil_addrset_page *)(uintptr_t)coil_addrset_page(
			set, address);
	if (!page)
		page = add_page(set, address);
	if (!page)
		return COIL_ADD_NOMEM;
	set->last = (size_t)(page - set->pages);
	if (page->bits[bit / 64] & mask)
		return COIL_ADD_OLD;
	page->bits[bit / 64] |= mask;
	return COIL_ADD_NEW;
}

bool coil_addrset_add_run(struct coil_addrset *set, uint64_t first,
			  uint64_t stride, uint32_t count)
{
	struct coil_addrset_page *page = NULL;

	for (uint64_t at = first; count--; at += stride) {
		uint32_t bit = coil_addrset_bit(at);

		if (!page || page->key != (at >> COIL_PAGE_BITS) + 1) {
			if (coil_addrset_add(set, at) == COIL_ADD_NOMEM)
				return false;
			page = (struct coil_addrset_page *)(uintptr_t)
				coil_addrset_page(set, at);
		}
		page->bits[bit / 64] |= (uint64_t)1 << bit % 64;
	}
	return true;
}

bool coil_addrset_remove(struct coil_addrset *set, uint64_t address)
{
	struct coil_addrset_page *page =
		(struct coil_addrset_page *)(uintptr_t)coil_addrset_page(
			set, address);
	uint32_t bit = coil_addrset_bit(address);
	uint64_t mask = (uint64_t)1 << bit % 64;
	bool there = page && page->bits[bit / 64] & mask;

	if (there)
		page->bits[bit / 64] &= ~mask;
	return there;
}

static int by_key(const void *a, const void *b)
{
	uint64_t x = ((const struct coil_addrset_page *)a)->key;
	uint64_t y = ((const struct coil_addrset_page *)b)->key;

	return x < y ? -1 : x > y;
}

bool coil_addrset_seal(struct coil_addrset *set)
{
	uint64_t count = 0;

	if (set->page_count)
		qsort(set->pages, set->page_count, sizeof(*set->pages), by_key);
	for (size_t p = 0; p < set->page_count; p++) {
		struct coil_addrset_page *page = &set->pages[p];

		*coil_map_find(&set->by_key, page->key) = p;
		page->rank = (uint32_t)count;
		for (uint32_t w = 0; w < COIL_PAGE_WORDS; w++) {
			page->before[w] = (uint16_t)(count - page->rank);
			count += count_bits(page->bits[w]);
		}
	}
	set->count = count;
	return count < UINT32_MAX;
}

bool coil_addrset_next(const struct coil_addrset *set,
		       struct coil_addrset_walk *walk, uint64_t *address)
{
	const struct coil_addrset_page *page;

	if (!walk->started) {
		walk->started = true;
		walk->rest = set->page_count ? set->pages[0].bits[0] : 0;
	}
	while (walk->page < set->page_count) {
		page = &set->pages[walk->page];
		if (walk->rest) {
			uint32_t bit = (uint32_t)__builtin_ctzll(walk->rest);

			walk->rest &= walk->rest - 1;
			*address = ((page->key - 1) << COIL_PAGE_BITS) +
				   ((uint64_t)walk->word * 64 + bit) * 8;
			return true;
		}
		if (++walk->word == COIL_PAGE_WORDS) {
			walk->word = 0;
			walk->page++;
			page++;
		}
		if (walk->page < set->page_count)
			walk->rest = page->bits[walk->word];
	}
	return false;
}
