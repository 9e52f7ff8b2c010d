/* SPDX-License-Identifier: MIT */
/*
 * The made interpreter's blocks as mimalloc would have given them: one segment,
 * in which each class of blocks has a page of one slice, and each page a free
 * block.
 *
 * Source: CPython 3.13, Include/internal/mimalloc/mimalloc/types.h
 * (mi_segment_t, mi_page_t), Objects/mimalloc/segment.c
 * (_mi_segment_page_start_from_slice()).
 */
#include <stdlib.h>

#include "heapimage.h"
#include "allocator/blocks.h"

#define COOKIE 0x5bd1e995a3c7f10dull

/* The description of the slice that starts at @address. */
static uint64_t page_of(const struct heapimage *h, uint64_t address)
{
	const struct coil_layout *l = h->layout;

	return h->arena.start + l->mi_segment_s.slices +
	       (address - h->arena.start) / l->constant.mi_slice_size *
		       l->mi_page_s.size;
}

/* Blocks of the page at @page: how many were handed out. */
static uint16_t *count_of(const struct heapimage *h, uint64_t page)
{
	uint8_t *p = heapimage_at(h, page + h->layout->mi_page_s.capacity, 2);

	return (uint16_t *)(void *)p;
}

void heapimage_mi_start(struct heapimage *h)
{
	const struct coil_layout *l = h->layout;
	uint64_t segment = h->arena.start;

	h->arena.used = l->constant.mi_slice_size;
	heapimage_put(h, segment + l->mi_segment_s.cookie, COOKIE ^ segment);
	heapimage_put(h, segment + l->mi_segment_s.thread_id, 1);
	heapimage_put32(
		h, segment + l->mi_segment_s.slices + l->mi_page_s.slice_count,
		1);
}

/* A page for blocks of @block bytes. */
static uint64_t new_page(struct heapimage *h, uint64_t block)
{
	const struct coil_layout *l = h->layout;
	uint64_t area = h->arena.start + h->arena.used, first = area, page;

	if (h->arena.size - h->arena.used < l->constant.mi_slice_size)
		abort();
	h->arena.used += l->constant.mi_slice_size;
	first += block <= 64 ? 3 * block : block <= 512 ? block : 0;
	page = page_of(h, area);
	heapimage_note(&h->pools, page);
	heapimage_put32(h, page + l->mi_page_s.slice_count, 1);
	heapimage_put32(h, page + l->mi_page_s.block_size, (uint32_t)block);
	heapimage_put_field(h, page, l->mi_page_s.page_start, first);
	/* A heap, of which only the list of what waits is read. */
	heapimage_put(h, page + l->mi_page_s.xheap, h->thread);
	h->class_pool[block / 8 - 1] = first;
	return first;
}

/* Where the slice of the block at @at ends. */
static uint64_t page_end(const struct heapimage *h, uint64_t at)
{
	return align_up(at + 1, h->layout->constant.mi_slice_size);
}

uint64_t heapimage_mi_block(struct heapimage *h, uint64_t size)
{
	uint64_t block = coil_mimalloc_class(size);
	uint64_t first = h->class_pool[block / 8 - 1], page, at;

	if (!first)
		first = new_page(h, block);
	page = page_of(h, first);
	at = first + *count_of(h, page) * block;
	/* One stays free, and what a page takes is in one slice. */
	if (at + 2 * block > page_end(h, first)) {
		first = new_page(h, block);
		page = page_of(h, first);
		at = first;
	}
	++*count_of(h, page);
	return at;
}

void heapimage_mi_finish(struct heapimage *h)
{
	const struct coil_layout *l = h->layout;

	for (size_t i = 0; i < h->pools.count; i++) {
		uint64_t page = h->pools.at[i], area, first, block;
		uint16_t *count = count_of(h, page);

		area = h->arena.start +
		       (page - h->arena.start - l->mi_segment_s.slices) /
			       l->mi_page_s.size * l->constant.mi_slice_size;
		block = load32(
			heapimage_at(h, page + l->mi_page_s.block_size, 4));
		first = area + (block <= 64 ? 3 * block : block);
		memcpy(heapimage_at(h, page + l->mi_page_s.used, 2), count, 2);
		heapimage_put(h, page + l->mi_page_s.free,
			      first + *count * block);
		++*count;
	}
	heapimage_put(h, h->arena.start + l->mi_segment_s.slice_entries,
		      h->arena.used / l->constant.mi_slice_size);
}
