/* SPDX-License-Identifier: MIT */
/*
 * Whether the allocator's own headers add up: of a sample, most of it, as a
 * crash may have spoilt a few.
 */
#include "allocator/obmalloc.h"
#include "values/field.h"
#include "values/threads.h"

/* Enough to tell a wrong layout; the walk of the heap sees every pool. */
#define POOLS_CHECKED 64

bool coil_pool_count(const struct coil_image *image,
		     const struct coil_layout *l, uint64_t pool, uint32_t *used)
{
	uint32_t pool_size = l->constant.pool_size;
	const uint8_t *p = coil_image_view(image, pool, pool_size);
	uint32_t size, carved, free_blocks = 0, next;
	uint64_t block;

	if (!p)
		return false;
	size = (load32(p + l->pool_header.szidx) + 1) *
	       l->constant.pool_alignment;
	next = load32(p + l->pool_header.nextoffset);
	if (!size || size > pool_size || next < l->constant.pool_overhead ||
	    next > pool_size)
		return false;
	carved = (next - l->constant.pool_overhead) / size;
	for (block = load64(p + l->pool_header.freeblock); block;
	     block = load64(p + (block - pool))) {
		if (block - pool < l->constant.pool_overhead ||
		    block - pool > pool_size - size || free_blocks == carved)
			return false;
		free_blocks++;
	}
	*used = carved - free_blocks;
	return *used == load32(p + l->pool_header.ref_count);
}

struct sample {
	uint32_t checked, right;
};

/* One pool an arena. */
static void check_table(const struct coil_obmalloc *r,
			const struct coil_arena_table *table,
			struct sample *sample)
{
	const struct coil_layout *l = r->layout;
	uint32_t used;

	for (uint32_t i = 0;
	     i < table->count && sample->checked < POOLS_CHECKED; i++) {
		uint64_t slot = table->address +
				(uint64_t)i * l->arena_object.size,
			 pool;
		uint64_t end = coil_field(r->image, slot,
					  l->arena_object.pool_address);

		if (!coil_arena_valid(r, table->address, i))
			continue;
		pool = coil_arena_first_pool(
			l, coil_field(r->image, slot, l->arena_object.address));
		/* Pools that are free again have a stale header. */
		if (pool >= end ||
		    coil_field(r->image, slot, l->arena_object.freepools) ||
		    !coil_image_view(r->image, pool, l->constant.pool_size))
			continue;
		sample->checked++;
		sample->right += coil_pool_count(r->image, l, pool, &used);
	}
}

/* Most of a sample: a crash may have spoilt a few. */
bool coil_obmalloc_pools_hold(const struct coil_obmalloc *r)
{
	struct sample sample = {0, 0};

	for (size_t i = 0; i < r->table_count; i++)
		check_table(r, &r->tables[i], &sample);
	return sample.right * 2 >= sample.checked;
}

/* Pages in the queues of a thread's heap. */
static void count_pages(const struct coil_obmalloc *r, uint64_t heap,
			uint32_t *checked, uint32_t *right)
{
	const struct coil_layout *l = r->layout;

	for (uint32_t q = 0; q < l->constant.mi_queues; q++) {
		uint64_t page = coil_field(r->image, heap,
					   l->mi_heap_s.pages +
						   q * l->mi_page_queue_s.size +
						   l->mi_page_queue_s.first);
		uint64_t at = (page & (l->constant.mi_segment_size - 1)) -
			      l->mi_segment_s.slices;
		const uint8_t *p = page ? coil_image_view(r->image, page,
							  l->mi_page_s.size)
					: NULL;

		/* A number, and no page that was not captured. */
		if (page && page < l->constant.mi_segment_size)
			++*checked;
		if (!p)
			continue;
		++*checked;
		/* Its place is one of a description, of a page's first slice,
		 * and it has blocks. */
		*right += at % l->mi_page_s.size == 0 &&
			  at / l->mi_page_s.size < l->constant.mi_slices &&
			  !load32(p + l->mi_page_s.slice_offset) &&
			  load32(p + l->mi_page_s.block_size) &&
			  load16(p + l->mi_page_s.used) <=
				  load16(p + l->mi_page_s.capacity);
	}
}

struct pages {
	const struct coil_obmalloc *obmalloc;
	uint32_t checked, right;
};

static void check_thread(void *ctx, uint64_t tstate)
{
	struct pages *pages = ctx;
	const struct coil_layout *l = pages->obmalloc->layout;

	for (uint32_t i = 0;
	     i < l->constant.mi_heaps && pages->checked < POOLS_CHECKED; i++)
		count_pages(pages->obmalloc,
			    tstate + l->PyThreadState_t.mi_heaps +
				    (uint64_t)i * l->mi_heap_s.size,
			    &pages->checked, &pages->right);
}

/* Most of a sample of mimalloc's pages. */
bool coil_obmalloc_pages_hold(const struct coil_obmalloc *r)
{
	struct pages pages = {.obmalloc = r};

	if (r->layout->strategy.arenas != COIL_ARENAS_MIMALLOC)
		return true;
	coil_threads(r->image, r->layout, r->interpreters[0], check_thread,
		     &pages);
	return pages.right * 2 >= pages.checked;
}
