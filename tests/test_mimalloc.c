/* SPDX-License-Identifier: MIT */
/*
 * mimalloc's heaps in memory that is made: a thread with two pages, one of
 * them with free blocks on each list, a block that waits to be freed, and a
 * segment that a thread left.  Each row spoils one word: the walk ends, and
 * says what is broken.
 */
#include <stdlib.h>

#include "base/base.h"
#include "allocator/blocks.h"
#include "allocator/obmalloc.h"
#include "image/build.h"
#include "tests/unit.h"

#define STATE	   0x10000000ull
#define STATE_SIZE 0x100000u
#define SEGMENT	   0x40000000ull
#define LEFT	   0x42000000ull /* that a thread left */
#define SLICE	   0x10000u
#define COOKIE	   0x5bd1e995a3c7f10dull
#define SPAN	   (8 * SLICE) /* of a segment that is captured */

enum {
	RUNTIME = 0,
	INTERPRETER = 0x1000,
	THREAD = 0x80000,
	/* Slices of SEGMENT, and how long they are. */
	OBJECTS = 1,
	COLLECTED = 2,
	COLLECTED_SLICES = 2,
	/* Of LEFT. */
	ALONE = 1,
};

static const char *const builds[] = {"cpython-3.13t", "cpython-3.14t"};
/* Whose own allocator is another: heaps are found by pages. */
static const char *const mixed_builds[] = {"cpython-3.13", "cpython-3.14"};
static const struct coil_layout *l;
static uint8_t state[STATE_SIZE], segment[SPAN], left[SPAN];

static uint8_t *at(uint64_t address)
{
	if (address - STATE < sizeof(state) - 8)
		return state + (address - STATE);
	if (address - SEGMENT < SPAN - 8)
		return segment + (address - SEGMENT);
	ck_assert_uint_lt(address - LEFT, SPAN - 8);
	return left + (address - LEFT);
}

static void put64(uint64_t address, uint64_t value)
{
	memcpy(at(address), &value, 8);
}

static void put32(uint64_t address, uint32_t value)
{
	memcpy(at(address), &value, 4);
}

static void put16(uint64_t address, uint16_t value)
{
	memcpy(at(address), &value, 2);
}

/* The description of the page that starts at slice @slice. */
static uint64_t page_at(uint64_t of, unsigned slice)
{
	return of + l->mi_segment_s.slices + slice * l->mi_page_s.size;
}

/* Where its first block is: small ones stay away from the start. */
static uint64_t first_of(uint64_t of, unsigned slice, uint32_t block)
{
	return of + slice * (uint64_t)SLICE + (block <= 64 ? 3 * block : block);
}

static void put_page(uint64_t of, unsigned slice, unsigned slices,
		     uint32_t block, uint16_t capacity, uint16_t used,
		     uint8_t tag)
{
	uint64_t page = page_at(of, slice);

	put32(page + l->mi_page_s.slice_count, slices);
	for (unsigned i = 1; i < slices; i++)
		put32(page_at(of, slice + i) + l->mi_page_s.slice_offset,
		      i * l->mi_page_s.size);
	put16(page + l->mi_page_s.capacity, capacity);
	*at(page + l->mi_page_s.heap_tag) =
		(uint8_t)(tag << l->constant.mi_tag_shift);
	put16(page + l->mi_page_s.used, used);
	put32(page + l->mi_page_s.block_size, block);
	if (l->mi_page_s.page_start != COIL_NO_FIELD)
		put64(page + l->mi_page_s.page_start,
		      first_of(of, slice, block));
}

static void put_segment(uint64_t of, uint64_t thread, unsigned entries)
{
	put64(of + l->mi_segment_s.cookie, COOKIE ^ of);
	put64(of + l->mi_segment_s.thread_id, thread);
	put64(of + l->mi_segment_s.slice_entries, entries);
	/* The first slice is its own. */
	put32(page_at(of, 0) + l->mi_page_s.slice_count, 1);
}

static uint64_t heap_at(unsigned tag)
{
	/* One that a page leads to. */
	if (l->PyThreadState_t.mi_heaps == COIL_NO_FIELD)
		return STATE + THREAD;
	return STATE + THREAD + l->PyThreadState_t.mi_heaps +
	       tag * (uint64_t)l->mi_heap_s.size;
}

static uint64_t queue_at(unsigned tag, unsigned queue)
{
	return heap_at(tag) + l->mi_heap_s.pages +
	       queue * (uint64_t)l->mi_page_queue_s.size +
	       l->mi_page_queue_s.first;
}

static uint64_t block_at(unsigned slice, uint32_t block, unsigned n)
{
	return first_of(SEGMENT, slice, block) + n * (uint64_t)block;
}

#define BLOCK(n) block_at(OBJECTS, 64, (n))

/* Ten blocks, of which two are free, one was freed by its thread and one by
 * another, and one waits; eight collected; four that were left. */
enum { ALL = 5 + 8 + 4 };

static void build(void)
{
	uint64_t page;

	memset(state, 0, sizeof(state));
	memset(segment, 0, sizeof(segment));
	memset(left, 0, sizeof(left));
	put64(STATE + INTERPRETER + l->PyInterpreterState.threads_head,
	      STATE + THREAD);
	put64(STATE + THREAD + l->PyThreadState.interp, STATE + INTERPRETER);
	if (l->PyThreadState_t.mi_initialized != COIL_NO_FIELD)
		put32(STATE + THREAD + l->PyThreadState_t.mi_initialized, 1);
	put64(STATE + INTERPRETER + l->PyInterpreterState.modules, BLOCK(4));
	put_segment(SEGMENT, 7, 4);
	put_page(SEGMENT, OBJECTS, 1, 64, 10, 7, COIL_HEAP_OBJECTS);
	page = page_at(SEGMENT, OBJECTS);
	put64(queue_at(COIL_HEAP_OBJECTS, 5), page);
	put64(page + l->mi_page_s.free, BLOCK(0));
	put64(BLOCK(0), BLOCK(3));
	put64(page + l->mi_page_s.local_free, BLOCK(9));
	put64(page + l->mi_page_s.xthread_free, BLOCK(5) | 1);
	put64(page + l->mi_page_s.xheap, heap_at(COIL_HEAP_OBJECTS));
	put64(heap_at(COIL_HEAP_OBJECTS) + l->mi_heap_s.thread_delayed_free,
	      BLOCK(7));
	put_page(SEGMENT, COLLECTED, COLLECTED_SLICES, 128, 8, 8, COIL_HEAP_GC);
	put64(queue_at(COIL_HEAP_GC, 11), page_at(SEGMENT, COLLECTED));
	put_segment(LEFT, 0, 2);
	put_page(LEFT, ALONE, 1, 32, 4, 4, COIL_HEAP_OBJECTS);
	if (l->PyInterpreterState.mi_abandoned != COIL_NO_FIELD)
		put64(STATE + INTERPRETER + l->PyInterpreterState.mi_abandoned,
		      LEFT | 1);
}

static struct coil_blocks *read_blocks(void)
{
	struct coil_image *image = coil_image_new();
	uint64_t interpreter = STATE + INTERPRETER;
	struct coil_obmalloc obmalloc = {
		.image = image,
		.layout = l,
		.runtime = STATE + RUNTIME,
		.is = COIL_ALLOCATOR_MIMALLOC,
		.interpreters = &interpreter,
		.interpreter_count = 1,
	};
	struct coil_blocks *blocks = NULL;

	ck_assert(coil_image_add(image, STATE, sizeof(state), state, true,
				 false) == COIL_OK &&
		  coil_image_add(image, SEGMENT, SPAN, segment, true, false) ==
			  COIL_OK &&
		  coil_image_add(image, LEFT, SPAN, left, true, false) ==
			  COIL_OK &&
		  coil_image_seal(image, NULL) == COIL_OK);
	image->coverage.promised = image->coverage.present =
		image->coverage.stored = sizeof(state) + 2 * SPAN;
	ck_assert_int_eq(coil_blocks_read(&obmalloc, &blocks), COIL_OK);
	coil_image_close(image);
	return blocks;
}

/* Each block once: that in use is in the set, and the others are not. */
static uint64_t count_used(const struct coil_blocks *b)
{
	uint64_t count = 0;

	for (size_t i = 0; i < b->pool_count; i++)
		for (uint32_t n = 0; n < b->pools[i].count; n++)
			count += coil_addrset_has(
				&b->used,
				b->pools[i].first + n * b->pools[i].block);
	return count;
}

static void use_layout(const char *name)
{
	l = coil_layout_named(name);
	ck_assert_ptr_nonnull(l);
}

START_TEST(intact)
{
	const struct coil_pool *pool;
	struct coil_blocks *b;

	use_layout(builds[_i]);
	build();
	b = read_blocks();
	ck_assert(b->by_heap);
	ck_assert_uint_eq(b->used_blocks, ALL);
	ck_assert_uint_eq(b->used_bytes, 5 * 64 + 8 * 128 + 4 * 32);
	ck_assert_uint_eq(count_used(b), ALL);
	ck_assert_uint_eq(b->broken_pools, 0);
	ck_assert_uint_eq(b->missing_pools, 0);
	ck_assert_uint_eq(b->segment_count, 2);
	for (unsigned n = 0; n < 10; n++)
		ck_assert_int_eq(coil_addrset_has(&b->used, BLOCK(n)),
				 n != 0 && n != 3 && n != 5 && n != 7 &&
					 n != 9);
	pool = coil_blocks_pool(b, SEGMENT + (COLLECTED + 1) * SLICE + 64);
	ck_assert(pool && !pool->count && pool->heap == COIL_HEAP_GC);
	pool = coil_blocks_pool(b, LEFT + ALONE * SLICE);
	ck_assert(pool && pool->count == 4 && pool->heap == COIL_HEAP_OBJECTS);
	ck_assert_ptr_null(coil_blocks_pool(b, SEGMENT));
	coil_blocks_free(b);
}
END_TEST

/* Of what a word is written over, by its offset: its name in the layout. */
enum where { PAGE, HEAP, QUEUE, MEMORY, THREADS, INTERP, LEFT_BEHIND, NEXT };
#define FIELD(of, name) offsetof(struct coil_layout, of.name)
#define NONE		SIZE_MAX
#define UNLIKE		UINT64_MAX /* in 3.14t left segments are found by another's */

static const struct {
	const char *name;
	enum where where;
	size_t field; /* in struct coil_layout; NONE: where itself */
	unsigned bytes;
	uint64_t value;
	uint64_t used; /* blocks that are counted */
	bool broken;
} rows[] = {
	{"nothing", THREADS, NONE, 8, 0, ALL, false},
	{"no heaps", THREADS, FIELD(PyThreadState_t, mi_initialized), 4, 0,
	 UNLIKE, false},
	{"a free list that loops", MEMORY, NONE, 8, SEGMENT + SLICE + 192, 18,
	 true},
	{"a free list out of the page", MEMORY, NONE, 8, STATE, 18, true},
	{"a free list into what is not there", MEMORY, NONE, 8, ~7ull, 18,
	 true},
	{"a free list between blocks", MEMORY, NONE, 8, SEGMENT + SLICE + 200,
	 18, true},
	{"a free list before the first block", PAGE, FIELD(mi_page_s, free), 8,
	 SEGMENT + SLICE, 19, true},
	{"a block that was never carved", PAGE, FIELD(mi_page_s, local_free), 8,
	 SEGMENT + SLICE + 192 + 640, 18, true},
	{"a block on two lists", PAGE, FIELD(mi_page_s, local_free), 8,
	 SEGMENT + SLICE + 192, 18, true},
	{"flags alone for a list", PAGE, FIELD(mi_page_s, xthread_free), 8, 3,
	 18, false},
	{"blocks of no size", PAGE, FIELD(mi_page_s, block_size), 4, 0, 12,
	 true},
	{"blocks of an odd size", PAGE, FIELD(mi_page_s, block_size), 4, 63, 12,
	 true},
	{"blocks larger than the page", PAGE, FIELD(mi_page_s, block_size), 4,
	 0x7ffffff8, 12, true},
	{"more blocks than fit", PAGE, FIELD(mi_page_s, capacity), 2, 0xffff,
	 12, true},
	{"no blocks", PAGE, FIELD(mi_page_s, capacity), 2, 0, 12, true},
	{"a count too high", PAGE, FIELD(mi_page_s, used), 2, 9, ALL, true},
	{"a count of all", PAGE, FIELD(mi_page_s, used), 2, 0xffff, ALL, true},
	{"a page of no slices", PAGE, FIELD(mi_page_s, slice_count), 4, 0, 12,
	 true},
	{"a page of all slices", PAGE, FIELD(mi_page_s, slice_count), 4,
	 UINT32_MAX, 12, true},
	{"pages one over the other", PAGE, FIELD(mi_page_s, slice_count), 4, 2,
	 9, true},
	{"a page within another", PAGE, FIELD(mi_page_s, slice_offset), 4, 96,
	 12, true},
	{"a page that is its own next", NEXT, NONE, 8, 0, ALL, true},
	{"a next that is not there", PAGE, FIELD(mi_page_s, next), 8,
	 8ull << 40, ALL, true},
	{"a next that is not aligned", PAGE, FIELD(mi_page_s, next), 8,
	 SEGMENT + 3, ALL, true},
	{"a queue of no page", QUEUE, NONE, 8, SEGMENT, 12, true},
	{"a queue outside of segments", QUEUE, NONE, 8, STATE, 12, true},
	{"a queue in the last word", QUEUE, NONE, 8, ~7ull, 12, true},
	{"a block that waits and is free", HEAP,
	 FIELD(mi_heap_s, thread_delayed_free), 8, SEGMENT + SLICE + 192, 18,
	 true},
	{"one that waits outside", HEAP, FIELD(mi_heap_s, thread_delayed_free),
	 8, STATE, 18, true},
	{"one that is not aligned", HEAP, FIELD(mi_heap_s, thread_delayed_free),
	 8, SEGMENT + SLICE + 193, 18, true},
	{"all slices left", LEFT_BEHIND, FIELD(mi_segment_s, slice_entries), 8,
	 UINT64_MAX, ALL, false},
	{"no slices left", LEFT_BEHIND, FIELD(mi_segment_s, slice_entries), 8,
	 0, 13, false},
	{"left segments in a ring", LEFT_BEHIND,
	 FIELD(mi_segment_s, abandoned_next), 8, LEFT, ALL, true},
	{"a left segment that is not there", INTERP,
	 FIELD(PyInterpreterState, mi_abandoned), 8, 1ull << 45, 13, false},
};

/* 0: these releases have no such field. */
static uint64_t place(enum where where, size_t field)
{
	const uint64_t base[] = {
		[PAGE] = page_at(SEGMENT, OBJECTS),
		[HEAP] = heap_at(COIL_HEAP_OBJECTS),
		[QUEUE] = queue_at(COIL_HEAP_OBJECTS, 5),
		[MEMORY] = BLOCK(0),
		[THREADS] = STATE + THREAD,
		[INTERP] = STATE + INTERPRETER,
		[LEFT_BEHIND] = LEFT,
		[NEXT] = page_at(SEGMENT, OBJECTS) + l->mi_page_s.next,
	};
	uint32_t offset;

	if (field == NONE)
		return base[where];
	memcpy(&offset, (const uint8_t *)l + field, sizeof(offset));
	return offset == COIL_NO_FIELD ? 0 : base[where] + offset;
}

START_TEST(spoilt)
{
	for (size_t i = 0; i < countof(builds); i++) {
		struct coil_blocks *b;
		uint64_t address, value = rows[_i].value, used = rows[_i].used;

		use_layout(builds[i]);
		build();
		address = place(rows[_i].where, rows[_i].field);
		if (!address)
			continue;
		if (rows[_i].where == NEXT)
			value = page_at(SEGMENT, OBJECTS);
		memcpy(at(address), &value, rows[_i].bytes);
		if (used == UNLIKE)
			used = l->PyInterpreterState.mi_abandoned ==
					       COIL_NO_FIELD
				       ? 0
				       : 4;
		b = read_blocks();
		ck_assert_msg(b->used_blocks == used,
			      "%s, %s: %u blocks in use", builds[i],
			      rows[_i].name, (unsigned)b->used_blocks);
		ck_assert_msg((b->broken_pools > 0) == rows[_i].broken,
			      "%s, %s: %u pools are broken", builds[i],
			      rows[_i].name, (unsigned)b->broken_pools);
		ck_assert_msg(count_used(b) == b->used_blocks,
			      "%s, %s: another number in the set", builds[i],
			      rows[_i].name);
		coil_blocks_free(b);
	}
}
END_TEST

/* No list leads to heaps: all segments are those with the same key. */
START_TEST(mixed)
{
	struct coil_blocks *b;

	use_layout(mixed_builds[_i]);
	ck_assert_uint_ne(l->strategy.arenas, COIL_ARENAS_MIMALLOC);
	build();
	b = read_blocks();
	ck_assert(b->by_heap);
	ck_assert_uint_eq(b->used_blocks, ALL);
	ck_assert_uint_eq(count_used(b), ALL);
	ck_assert_uint_eq(b->broken_pools, 0);
	ck_assert_uint_eq(coil_blocks_pool(b, BLOCK(0))->heap,
			  COIL_HEAP_OBJECTS);
	coil_blocks_free(b);
	/* One of another process, or none. */
	put64(LEFT + l->mi_segment_s.cookie, COOKIE);
	b = read_blocks();
	ck_assert_uint_eq(b->used_blocks, ALL - 4);
	coil_blocks_free(b);
	/* A heap that is none. */
	put64(page_at(SEGMENT, OBJECTS) + l->mi_page_s.xheap, ~7ull);
	b = read_blocks();
	ck_assert_uint_eq(b->used_blocks, ALL - 4 + 1);
	coil_blocks_free(b);
	/* A table of modules that is elsewhere. */
	put64(STATE + INTERPRETER + l->PyInterpreterState.modules, ~7ull);
	b = read_blocks();
	ck_assert_uint_eq(b->used_blocks, 0);
	coil_blocks_free(b);
}
END_TEST

/* How such a process is told from one whose memory is malloc's: what a word
 * of the segment is, and whether it is one then. */
static const struct {
	const char *name;
	enum where where;
	size_t field;
	unsigned bytes;
	uint64_t value;
	bool is;
} told[] = {
	{"nothing", THREADS, NONE, 8, 0, true},
	{"no slices", PAGE, FIELD(mi_page_s, slice_count), 4, 0, false},
	{"a slice of a page before all", PAGE, FIELD(mi_page_s, slice_offset),
	 4, 960, false},
	{"a slice of no page", PAGE, FIELD(mi_page_s, slice_offset), 4, 1,
	 false},
	{"no size", PAGE, FIELD(mi_page_s, block_size), 4, 0, false},
	{"no block", PAGE, FIELD(mi_page_s, capacity), 2, 0, false},
	{"none in use", PAGE, FIELD(mi_page_s, used), 2, 0, false},
	{"more in use than there are", PAGE, FIELD(mi_page_s, used), 2, 11,
	 false},
};

START_TEST(holds)
{
	struct coil_image *image;

	for (size_t i = 0; i < countof(mixed_builds); i++) {
		image = coil_image_new();
		use_layout(mixed_builds[i]);
		build();
		memcpy(at(place(told[_i].where, told[_i].field)),
		       &told[_i].value, told[_i].bytes);
		ck_assert(coil_image_add(image, SEGMENT, SPAN, segment, true,
					 false) == COIL_OK &&
			  coil_image_seal(image, NULL) == COIL_OK);
		ck_assert_msg(coil_mimalloc_holds(image, l, BLOCK(4)) ==
				      told[_i].is,
			      "%s", told[_i].name);
		ck_assert(!coil_mimalloc_holds(image, l, STATE));
		ck_assert(!coil_mimalloc_holds(image, l, SEGMENT));
		ck_assert(!coil_mimalloc_holds(image, l, ~7ull));
		coil_image_close(image);
	}
	use_layout("cpython-3.12");
	image = coil_image_new();
	ck_assert(!coil_mimalloc_holds(image, l, BLOCK(4)));
	coil_image_close(image);
}
END_TEST

/* The size of the block that a request comes to. */
static const struct {
	uint64_t bytes, block;
} classes[] = {
	{0, 8},	    {1, 8},	  {8, 8},	{9, 16},
	{17, 32},   {64, 64},	  {65, 80},	{81, 96},
	{129, 160}, {1024, 1024}, {1025, 1280}, {65536, 65536},
};

START_TEST(class_of)
{
	ck_assert_msg(coil_mimalloc_class(classes[_i].bytes) ==
			      classes[_i].block,
		      "%u: %u", (unsigned)classes[_i].bytes,
		      (unsigned)coil_mimalloc_class(classes[_i].bytes));
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, intact, 0, countof(builds));
	tcase_add_loop_test(tc, spoilt, 0, countof(rows));
	tcase_add_loop_test(tc, mixed, 0, countof(mixed_builds));
	tcase_add_loop_test(tc, holds, 0, countof(told));
	tcase_add_loop_test(tc, class_of, 0, countof(classes));
}
