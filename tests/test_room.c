/* SPDX-License-Identifier: MIT */
/*
 * How far a struct may be read that no layout knows the size of, and greenlets
 * that stand at the very end of the memory there is.
 */
#include <stdlib.h>

#include "allocator/blocks.h"
#include "image/build.h"
#include "objects/kind.h"
#include "tests/unit.h"

enum {
	BASE = 0x100000, /* a pool; behind it nothing is mapped */
	POOL = 4096,
	BLOCK = 192,
	FIRST = POOL - 20 * BLOCK, /* so that the last ends with the pool */
	CHUNKS = 0x200000,
	CHUNKS_SIZE = 4096
};

static uint8_t pool_bytes[POOL], chunk_bytes[CHUNKS_SIZE];
static struct coil_image *image;
static struct coil_runtime runtime;
static struct coil_reader reader;
static struct coil_blocks blocks;

static void make(void)
{
	const struct coil_pool pool = {.address = BASE,
				       .first = BASE + FIRST,
				       .count = 20,
				       .used = 20,
				       .block = BLOCK};

	memset(pool_bytes, 0, sizeof(pool_bytes));
	memset(chunk_bytes, 0, sizeof(chunk_bytes));
	blocks = (struct coil_blocks){.pool_size = POOL};
	ck_assert(coil_map_init(&blocks.pool_at, 1));
	ck_assert(coil_blocks_add(&blocks, &pool));
	image = coil_image_new();
	ck_assert_ptr_nonnull(image);
	ck_assert_int_eq(
		coil_image_add(image, BASE, POOL, pool_bytes, true, false),
		COIL_OK);
	ck_assert_int_eq(coil_image_add(image, CHUNKS, CHUNKS_SIZE, chunk_bytes,
					true, false),
			 COIL_OK);
	ck_assert_int_eq(coil_image_seal(image, NULL), COIL_OK);
	runtime = (struct coil_runtime){
		.image = image,
		.layout = coil_layout_find(0x030b02f0, false, false)};
	ck_assert_ptr_nonnull(runtime.layout);
	reader = (struct coil_reader){.image = image,
				      .layout = runtime.layout,
				      .runtime = &runtime,
				      .blocks = &blocks};
}

static void unmake(void)
{
	coil_image_close(image);
	coil_map_free(&blocks.pool_at);
	free(blocks.pools);
}

static void put(uint64_t address, uint64_t value)
{
	uint8_t *p = address >= CHUNKS ? chunk_bytes + (address - CHUNKS)
				       : pool_bytes + (address - BASE);

	memcpy(p, &value, 8);
}

static uint64_t room(uint64_t address)
{
	uint64_t bytes;
	const uint8_t *p = coil_reader_view(&reader, address, 4 * POOL, &bytes);

	ck_assert(!p == !bytes);
	return bytes;
}

START_TEST(in_pool)
{
	uint64_t bytes, word;

	ck_assert_uint_eq(room(BASE + FIRST), BLOCK);
	ck_assert_uint_eq(room(BASE + FIRST + BLOCK + 40), BLOCK - 40);
	ck_assert_uint_eq(room(BASE + POOL - BLOCK), BLOCK);
	ck_assert_uint_eq(room(BASE + POOL - 8), 8);
	ck_assert_uint_eq(room(BASE + POOL), 0);
	ck_assert_uint_eq(room(BASE + 8), 0);
	ck_assert_ptr_nonnull(
		coil_reader_view(&reader, BASE + FIRST, 24, &bytes));
	ck_assert_uint_eq(bytes, 24);
	put(BASE + FIRST + BLOCK - 8, 7);
	put(BASE + FIRST + BLOCK, 8);
	ck_assert(coil_reader_word(&reader, BASE + FIRST, BLOCK - 8, &word));
	ck_assert_uint_eq(word, 7);
	ck_assert(!coil_reader_word(&reader, BASE + FIRST, BLOCK, &word));
	ck_assert_uint_eq(word, 0);
	ck_assert(!coil_reader_word(&reader, BASE + FIRST, UINT64_MAX - 4,
				    &word));
}
END_TEST

START_TEST(under_hooks)
{
	blocks.front = 16;
	blocks.extra = 24;
	ck_assert_uint_eq(room(BASE + FIRST + 16), BLOCK - 24);
	ck_assert_uint_eq(room(BASE + POOL - BLOCK + 16), BLOCK - 24);
}
END_TEST

START_TEST(in_chunk)
{
	/* 0x50 bytes, its neighbour in use. */
	put(CHUNKS + 8, 0x51);
	put(CHUNKS + 0x58, 0x21);
	ck_assert_uint_eq(room(CHUNKS + 0x10), 0x48);
	/* No chunk follows: another malloc's memory. */
	put(CHUNKS + 0x58, 0);
	ck_assert_uint_eq(room(CHUNKS + 0x10), CHUNKS_SIZE - 0x10);
	put(CHUNKS + 8, UINT64_MAX & ~15ull);
	ck_assert_uint_eq(room(CHUNKS + 0x10), CHUNKS_SIZE - 0x10);
	ck_assert_uint_eq(room(CHUNKS + 4), CHUNKS_SIZE - 4);
	/* A mapping of its own, cut off. */
	put(CHUNKS + 8, 0x4002);
	ck_assert_uint_eq(room(CHUNKS + 0x10), CHUNKS_SIZE - 0x10);
	put(CHUNKS + 8, 0x1002);
	ck_assert_uint_eq(room(CHUNKS + 0x10), 0x1000 - 0x10);
}
END_TEST

START_TEST(behind_object)
{
	const struct coil_type type = {.prefix = 16};
	const struct coil_object object = {.address = BASE + POOL - BLOCK + 16,
					   .type = &type};

	ck_assert_ptr_nonnull(coil_object_behind(&reader, &object, 168, 8));
	ck_assert_ptr_null(coil_object_behind(&reader, &object, 176, 8));
	ck_assert_ptr_null(coil_object_behind(&reader, &object, 8, UINT64_MAX));
}
END_TEST

/* A greenlet whose C++ object (of greenlet 2.0, 3.11) is the last block. */
enum {
	GREENLET = BASE + FIRST + 16,
	STATE = BASE + POOL - BLOCK,
	STACK = 48, /* class StackState */
	TOP_FRAME = 96,
	CHUNK = 136, /* datastack_chunk */
	COPY = BASE + FIRST + BLOCK
};

static uint64_t taken[8];
static unsigned taken_count;

static void take(struct coil_buffers *buffers, uint64_t address, uint64_t bytes)
{
	(void)buffers;
	ck_assert_uint_lt(taken_count, countof(taken) / 2);
	taken[taken_count * 2] = address;
	taken[taken_count++ * 2 + 1] = bytes;
}

static void suspend(void)
{
	put(GREENLET + 32, STATE);
	put(STATE + STACK, 0x7000);
	put(STATE + STACK + 8, 0x9000);
	put(STATE + STACK + 16, COPY);
	put(STATE + STACK + 24, 0x40);
	put(STATE + TOP_FRAME, 0x5550);
	/* What the words of the next object would be: its frame. */
	put(STATE - BLOCK + TOP_FRAME, 0x6660);
	/* Its piece of data stack. */
	put(CHUNKS + runtime.layout->_PyStackChunk.bytes, 0x400);
	put(STATE + CHUNK, CHUNKS);
	put(STATE + CHUNK + 8, CHUNKS + 0x80);
	put(STATE + CHUNK + 16, CHUNKS + 0x400);
}

static void told(struct coil_sink *sink)
{
	static const struct coil_type type = {.prefix = 16};
	const struct coil_object object = {.address = GREENLET,
					   .type = &type,
					   .head = pool_bytes + FIRST + 16,
					   .head_size = 40};
	struct coil_buffers buffers = {.take = take};

	memset(sink, 0, sizeof(*sink));
	taken_count = 0;
	coil_kind_greenlet.refs(&reader, &object, sink);
	coil_kind_greenlet.buffers(&reader, &object, &buffers);
}

START_TEST(greenlet)
{
	struct coil_sink sink;

	suspend();
	told(&sink);
	ck_assert_uint_eq(sink.missing, 0);
	ck_assert_uint_eq(sink.count, 1);
	ck_assert_uint_eq(sink.refs[0].target, 0x5550);
	ck_assert_uint_eq(sink.refs[0].flags, COIL_REF_ATTR);
	ck_assert_uint_eq(taken_count, 3);
	ck_assert_uint_eq(taken[0], STATE);
	ck_assert_uint_eq(taken[1], BLOCK);
	ck_assert_uint_eq(taken[2], COPY);
	ck_assert_uint_eq(taken[3], 0x40);
	ck_assert_uint_eq(taken[4], CHUNKS);
	ck_assert_uint_eq(taken[5], 0x400);
}
END_TEST

/* It has ended, or was not started; its data stack is stale. */
START_TEST(greenlet_without_frame)
{
	struct coil_sink sink;

	suspend();
	put(STATE + TOP_FRAME, 0);
	put(STATE + STACK + 16, 0);
	put(STATE + STACK + 24, 0);
	told(&sink);
	ck_assert_uint_eq(sink.missing, 0);
	ck_assert_uint_eq(sink.count, 0);
	ck_assert_uint_eq(taken_count, 1);
}
END_TEST

/* With its own address first, as in later releases. */
START_TEST(greenlet_with_self)
{
	struct coil_sink sink;

	suspend();
	memmove(pool_bytes + POOL - BLOCK + 16, pool_bytes + POOL - BLOCK + 8,
		BLOCK - 16);
	put(STATE + 8, GREENLET);
	told(&sink);
	ck_assert_uint_eq(sink.missing, 0);
	ck_assert_uint_eq(sink.count, 1);
	ck_assert_uint_eq(sink.refs[0].target, 0x5550);
	ck_assert_uint_eq(taken_count, 3);
}
END_TEST

static const struct {
	uint64_t address, value;
} lies[] = {
	{GREENLET + 32, BASE + POOL - 64}, /* cut off by its block */
	{GREENLET + 32, 0x9990},	   /* not there */
	{STATE + STACK + 16, 0},	   /* saved, and nowhere */
	{STATE + STACK + 24, 0x2001},	   /* more saved than there is */
	{STATE + STACK, 0},		   /* saved, and no stack */
};

START_TEST(greenlet_lies)
{
	struct coil_sink sink;

	suspend();
	put(lies[_i].address, lies[_i].value);
	told(&sink);
	ck_assert_uint_eq(sink.missing, 1);
	ck_assert_uint_eq(sink.count, 0);
	ck_assert_uint_eq(taken_count, 0);
}
END_TEST

void unit_tests(TCase *t)
{
	tcase_add_checked_fixture(t, make, unmake);
	tcase_add_test(t, in_pool);
	tcase_add_test(t, under_hooks);
	tcase_add_test(t, in_chunk);
	tcase_add_test(t, behind_object);
	tcase_add_test(t, greenlet);
	tcase_add_test(t, greenlet_without_frame);
	tcase_add_test(t, greenlet_with_self);
	tcase_add_loop_test(t, greenlet_lies, 0, countof(lies));
}
