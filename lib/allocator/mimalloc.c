/* SPDX-License-Identifier: MIT */
/*
 * Walks mimalloc's heaps: see blocks.h.  In free-threaded builds every thread
 * has one heap for each kind of memory, with queues of pages; pages of threads
 * that are gone are in segments that the interpreter keeps.  In other builds
 * (PYTHONMALLOC=mimalloc) no symbol leads to the heaps, which hold everything:
 * their segments are found by their place and cookie, and the heaps by the
 * pages.
 *
 * Source: CPython 3.13, Include/internal/mimalloc/mimalloc/types.h (mi_page_t:
 * "used - |thread_free| + |free| + |local_free| == capacity"),
 * Objects/mimalloc/segment.c (_mi_segment_page_start_from_slice(),
 * mi_segment_visit_pages(), _mi_abandoned_pool_visit_blocks()),
 * Objects/mimalloc/page.c (mi_bin(), mi_page_thread_free_collect()),
 * Objects/mimalloc/alloc.c (_mi_free_block_mt(): a block that another thread
 * frees may wait on the heap's list), Python/gc_free_threading.c
 * (gc_visit_heaps()).  Release builds do not encode the links.
 */
#include <stdlib.h>

#include "allocator/blocks.h"
#include "layout/derived.h"
#include "values/threads.h"

/* xthread_free and the list of abandoned segments have flags below. */
#define THREAD_FREE_MASK (~(uint64_t)3)

#define TAG_MASK 15u

/* A page for each thread that a process ever had would be less. */
#define HEAPS_MAX 4096

/* A page of one block that is this large tells its size by its slices.
 * Source: MI_HUGE_BLOCK_SIZE. */
#define HUGE_BLOCK (1ull << 31)

struct reader {
	const struct coil_obmalloc *obmalloc;
	const struct coil_image *image;
	const struct coil_layout *layout;
	struct coil_blocks *blocks;
	uint64_t left;	 /* slices that fit into what was captured */
	uint64_t *heaps; /* where there are no lists of them: those of pages */
	size_t heap_count, heap_room;
	bool nomem;
};

/* A page as its description tells it. */
struct page {
	uint64_t segment, area, end; /* its slices: [area, end) */
	uint64_t first, block;
	uint32_t capacity, used;
	uint64_t lists[2], thread_free, next, owner;
	uint8_t heap;
};

uint64_t coil_mimalloc_class(uint64_t bytes)
{
	uint64_t words = (bytes + 7) / 8;
	unsigned shift;

	if (words <= 1)
		return 8;
	if (words <= 8)
		return align_up(words, 2) * 8;
	/* Four classes between two powers of two. */
	words--;
	shift = 61 - (unsigned)__builtin_clzll(words);
	return ((words >> shift) + 1) << shift << 3;
}

/* Bytes that stay free before the first block, so that blocks of several pages
 * do not meet in the cache. */
static uint64_t start_offset(uint64_t block)
{
	if (block >= 8 && block <= 64)
		return 3 * block;
	return block >= 8 && block <= 512 ? block : 0;
}

/* Segments are aligned to their size. */
static uint64_t segment_of(const struct coil_layout *l, uint64_t address)
{
	return address & ~(uint64_t)(l->constant.mi_segment_size - 1);
}

static uint32_t load_used(const struct coil_layout *l, const uint8_t *p)
{
	/* 2.5 has a field of 16 bits, behind which other ones stand. */
	return l->mi_page_s.page_start == COIL_NO_FIELD
		       ? load32(p + l->mi_page_s.used)
		       : load16(p + l->mi_page_s.used);
}

/* False: there is no page described at @address. */
static bool read_page(const struct reader *r, uint64_t address,
		      struct page *out)
{
	const struct coil_layout *l = r->layout;
	const uint64_t slice = l->constant.mi_slice_size;
	uint64_t segment = segment_of(l, address);
	uint64_t at = address - segment - l->mi_segment_s.slices, slices;
	const uint8_t *p = address & 7 ? NULL
				       : coil_image_view(r->image, address,
							 l->mi_page_s.size);

	if (!p || address < segment + l->mi_segment_s.slices ||
	    at % l->mi_page_s.size ||
	    at / l->mi_page_s.size >= l->constant.mi_slices ||
	    load32(p + l->mi_page_s.slice_offset))
		return false;
	slices = load32(p + l->mi_page_s.slice_count);
	if (!slices || slices > r->left)
		return false;
	out->segment = segment;
	out->area = segment + at / l->mi_page_s.size * slice;
	out->end = out->area + slices * slice;
	out->capacity = load16(p + l->mi_page_s.capacity);
	out->used = load_used(l, p);
	out->lists[0] = load64(p + l->mi_page_s.free);
	out->lists[1] = load64(p + l->mi_page_s.local_free);
	out->thread_free =
		load64(p + l->mi_page_s.xthread_free) & THREAD_FREE_MASK;
	out->next = load64(p + l->mi_page_s.next);
	out->owner = load64(p + l->mi_page_s.xheap);
	out->heap = (unsigned)load8(p + l->mi_page_s.heap_tag) >>
			    l->constant.mi_tag_shift &
		    TAG_MASK;
	if (l->mi_page_s.page_start != COIL_NO_FIELD) {
		out->block = load64(p + l->mi_page_s.block_size);
		out->first = load64(p + l->mi_page_s.page_start);
	} else {
		out->block = load32(p + l->mi_page_s.block_size);
		out->first = out->area + start_offset(out->block);
		if (out->block >= HUGE_BLOCK)
			out->block = out->end - out->area;
	}
	return out->end > out->area && out->block >= 8 && out->block % 8 == 0 &&
	       out->first >= out->area && out->first <= out->end &&
	       out->first % 8 == 0 &&
	       out->capacity <= (out->end - out->first) / out->block;
}

/* Take the blocks of the list at @block off those in use: a list that names
 * one twice, or something else than a block of its page, ends there. */
static bool take_list(struct reader *r, const struct page *page, uint64_t block,
		      uint32_t *count)
{
	const uint32_t front = r->blocks->front;

	for (*count = 0; block; ++*count) {
		if (block < page->first ||
		    (block - page->first) % page->block ||
		    (block - page->first) / page->block >= page->capacity ||
		    !coil_addrset_has(&r->blocks->used, block + front))
			return false;
		coil_addrset_remove(&r->blocks->used, block + front);
		if (!coil_image_word(r->image, block, &block))
			return false;
	}
	return true;
}

/* One entry a slice; what is in the page the first says. */
static void add_slices(struct reader *r, const struct page *page,
		       struct coil_pool *pool)
{
	for (uint64_t at = page->area; at < page->end && !r->nomem;
	     at += r->blocks->pool_size) {
		pool->address = at;
		r->nomem = !coil_blocks_add(r->blocks, pool);
		pool->count = pool->used = 0;
	}
	r->left -= (page->end - page->area) / r->blocks->pool_size;
}

static void add_segment(struct reader *r, const struct page *page)
{
	struct coil_blocks *b = r->blocks;
	uint64_t end = page->segment + r->layout->constant.mi_segment_size;

	for (size_t i = b->segment_count; i-- > 0;)
		if (b->segments[i].start == page->segment) {
			b->segments[i].end =
				max64(b->segments[i].end, page->end);
			return;
		}
	if (!APPEND(b->segments, b->segment_count, b->segment_room,
		    (struct coil_segment_range){page->segment,
						max64(end, page->end)}))
		r->nomem = true;
}

/* Whether heaps are of one kind, each with all sorts of memory. */
static bool is_mixed(const struct reader *r)
{
	return r->layout->strategy.arenas != COIL_ARENAS_MIMALLOC;
}

/* A heap that a page belongs to; threads have one each. */
static void note_heap(struct reader *r, uint64_t heap)
{
	if (!is_mixed(r) || !heap || r->heap_count == HEAPS_MAX)
		return;
	for (size_t i = r->heap_count; i-- > 0;)
		if (r->heaps[i] == heap)
			return;
	if (!APPEND(r->heaps, r->heap_count, r->heap_room, heap))
		r->nomem = true;
}

/* The page described at @address; false: it is none, or was read before. */
static bool add_page(struct reader *r, uint64_t address, struct page *page,
		     const uint8_t *heap)
{
	struct coil_blocks *b = r->blocks;
	struct coil_pool pool = {.arena = UINT32_MAX};
	uint32_t free_blocks, local, thread;

	if (!read_page(r, address, page))
		return false;
	for (uint64_t at = page->area; at < page->end; at += b->pool_size)
		if (coil_blocks_pool(b, at))
			return false;
	pool.heap = is_mixed(r) ? COIL_HEAP_OBJECTS : heap ? *heap : page->heap;
	note_heap(r, page->owner);
	pool.first = page->first;
	pool.block = page->block;
	pool.count = page->capacity;
	for (uint32_t i = 0; i < page->capacity && !r->nomem; i++)
		r->nomem = coil_addrset_add(&b->used,
					    page->first + i * page->block +
						    b->front) == COIL_ADD_NOMEM;
	pool.broken = !take_list(r, page, page->lists[0], &free_blocks);
	pool.broken |= !take_list(r, page, page->lists[1], &local);
	pool.broken |= !take_list(r, page, page->thread_free, &thread);
	pool.used = page->capacity - free_blocks - local - thread;
	pool.broken |= pool.used + thread != page->used;
	b->broken_pools += pool.broken;
	b->used_blocks += pool.used;
	b->used_bytes += pool.used * page->block;
	add_segment(r, page);
	add_slices(r, page, &pool);
	return true;
}

static void read_heap(struct reader *r, uint64_t heap, uint8_t tag)
{
	const struct coil_layout *l = r->layout;

	for (uint32_t q = 0; q < l->constant.mi_queues; q++) {
		uint64_t at = heap + l->mi_heap_s.pages +
			      (uint64_t)q * l->mi_page_queue_s.size;
		struct page page = {0};

		if (!coil_image_word(r->image, at + l->mi_page_queue_s.first,
				     &page.next))
			r->blocks->missing_pools++;
		while (page.next && !r->nomem)
			if (!add_page(r, page.next, &page, &tag)) {
				r->blocks->broken_pools++;
				break;
			}
	}
}

/*
 * Blocks that other threads freed in pages that were full: chained from the
 * heap, and free, though their page does not know yet.
 */
static void read_delayed(struct reader *r, uint64_t heap)
{
	struct coil_blocks *b = r->blocks;
	uint64_t block = 0;

	(void)!coil_image_word(r->image,
			       heap + r->layout->mi_heap_s.thread_delayed_free,
			       &block);
	while (block) {
		const struct coil_pool *pool = coil_blocks_pool(b, block);

		if (block & 7 || !pool ||
		    !coil_addrset_has(&b->used, block + b->front)) {
			b->broken_pools++;
			return;
		}
		coil_addrset_remove(&b->used, block + b->front);
		b->used_blocks--;
		b->used_bytes -= pool->block;
		if (!coil_image_word(r->image, block, &block))
			return;
	}
}

static void for_heaps(struct reader *r, uint64_t tstate,
		      void (*each)(struct reader *r, uint64_t heap,
				   uint8_t tag))
{
	const struct coil_layout *l = r->layout;
	uint32_t ready = 0;
	const uint8_t *p = coil_image_view(
		r->image, tstate + l->PyThreadState_t.mi_initialized, 4);

	if (p)
		ready = load32(p);
	for (uint32_t i = 0; ready && i < l->constant.mi_heaps; i++)
		each(r,
		     tstate + l->PyThreadState_t.mi_heaps +
			     (uint64_t)i * l->mi_heap_s.size,
		     (uint8_t)i);
}

static void each_delayed(struct reader *r, uint64_t heap, uint8_t tag)
{
	(void)tag;
	read_delayed(r, heap);
}

static void thread_pages(void *ctx, uint64_t tstate)
{
	for_heaps(ctx, tstate, read_heap);
}

static void thread_delayed(void *ctx, uint64_t tstate)
{
	for_heaps(ctx, tstate, each_delayed);
}

/* The pages of a segment without a thread: its slices from end to end, the
 * first of which describes the segment itself. */
static void read_segment(struct reader *r, uint64_t segment)
{
	const struct coil_layout *l = r->layout;
	uint64_t entries = 0, i = 0;

	(void)!coil_image_word(
		r->image, segment + l->mi_segment_s.slice_entries, &entries);
	entries = min64(entries, l->constant.mi_slices);
	while (i < entries && !r->nomem) {
		uint64_t at = segment + l->mi_segment_s.slices +
			      i * l->mi_page_s.size;
		const uint8_t *p =
			coil_image_view(r->image, at, l->mi_page_s.size);
		struct page page;
		uint32_t slices;

		if (!p) {
			r->blocks->missing_pools++;
			return;
		}
		slices = load32(p + l->mi_page_s.slice_count);
		/* A span that is free has blocks of no size. */
		if (i && load32(p + l->mi_page_s.block_size) &&
		    !add_page(r, at, &page, NULL))
			r->blocks->broken_pools++;
		if (!slices)
			return;
		i += slices;
	}
}

static void read_abandoned(struct reader *r, uint64_t list)
{
	const struct coil_layout *l = r->layout;
	uint64_t segment = 0;
	uint64_t left =
		r->image->coverage.stored / l->constant.mi_segment_size +
		r->image->segment_count + 1;

	(void)!coil_image_word(r->image, list, &segment);
	for (; left && !r->nomem; left--) {
		segment = segment_of(l, segment);
		if (!segment)
			return;
		read_segment(r, segment);
		if (!coil_image_word(r->image,
				     segment + l->mi_segment_s.abandoned_next,
				     &segment))
			return;
	}
}

/* What the addresses of all segments of a process are mixed with. Source:
 * Include/internal/mimalloc/mimalloc/internal.h, _mi_ptr_cookie(). */
static bool segment_key(const struct reader *r, uint64_t segment, uint64_t *key)
{
	uint64_t cookie;

	if (!coil_image_word(r->image, segment + r->layout->mi_segment_s.cookie,
			     &cookie))
		return false;
	*key = cookie ^ segment;
	return true;
}

static bool is_known(const struct coil_blocks *b, uint64_t segment)
{
	for (size_t i = 0; i < b->segment_count; i++)
		if (b->segments[i].start == segment)
			return true;
	return false;
}

/*
 * Later releases keep what threads left in a bitmap of an arena that no symbol
 * names: such segments stand where segments stand, have no thread, and their
 * cookie is mixed as that of @known is.  Without heaps, all are found so.
 */
static void search_segments(struct reader *r, uint64_t known)
{
	const struct coil_layout *l = r->layout;
	const uint64_t size = l->constant.mi_segment_size;
	uint64_t key, found, thread;

	if (!segment_key(r, known, &key))
		return;
	for (size_t i = 0; i < r->image->segment_count; i++) {
		const struct coil_segment *s = &r->image->segments[i];
		uint64_t at = align_up(s->start, size);

		for (; at >= s->start && at < s->end && !r->nomem; at += size)
			if (segment_key(r, at, &found) && found == key &&
			    coil_image_word(r->image,
					    at + l->mi_segment_s.thread_id,
					    &thread) &&
			    (!thread || is_mixed(r)) &&
			    !is_known(r->blocks, at))
				read_segment(r, at);
	}
}

/* All that there is, without a list of it. */
static void read_mixed(struct reader *r)
{
	uint64_t modules = 0;

	if (!r->obmalloc->interpreter_count ||
	    !coil_image_word(r->image,
			     r->obmalloc->interpreters[0] +
				     r->layout->PyInterpreterState.modules,
			     &modules))
		return;
	search_segments(r, segment_of(r->layout, modules));
	for (size_t i = 0; i < r->heap_count; i++)
		read_delayed(r, r->heaps[i]);
	free(r->heaps);
}

bool coil_mimalloc_read(const struct coil_obmalloc *obmalloc,
			struct coil_blocks *blocks)
{
	const struct coil_layout *l = obmalloc->layout;
	const uint32_t lists[] = {
		l->PyInterpreterState.mi_abandoned,
		l->PyInterpreterState.mi_abandoned_visited,
	};
	struct reader r = {
		.obmalloc = obmalloc,
		.image = obmalloc->image,
		.layout = l,
		.blocks = blocks,
	};

	r.left = obmalloc->image->coverage.stored / blocks->pool_size +
		 obmalloc->image->segment_count * 2 + l->constant.mi_slices;
	if (is_mixed(&r)) {
		read_mixed(&r);
		return !r.nomem;
	}
	for (size_t i = 0; i < obmalloc->interpreter_count; i++)
		coil_threads(r.image, r.layout, obmalloc->interpreters[i],
			     thread_pages, &r);
	for (size_t i = 0; i < obmalloc->interpreter_count; i++)
		for (size_t n = 0; n < countof(lists); n++)
			if (lists[n] != COIL_NO_FIELD)
				read_abandoned(&r, obmalloc->interpreters[i] +
							   lists[n]);
	if (lists[0] == COIL_NO_FIELD && blocks->segment_count)
		search_segments(&r, blocks->segments[0].start);
	for (size_t i = 0; i < obmalloc->interpreter_count; i++)
		coil_threads(r.image, r.layout, obmalloc->interpreters[i],
			     thread_delayed, &r);
	return !r.nomem;
}
