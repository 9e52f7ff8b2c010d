/* SPDX-License-Identifier: MIT */
/*
 * pymalloc's arenas, pools and classes, and what stands in their blocks, of
 * made interpreters: each row changes what was made, and what changed is told.
 */
#include <stdlib.h>

#include "coil/pymalloc.h"
#include "fuzz/heapimage.h"
#include "tests/unit.h"

#define BUILDS (HEAPIMAGE_BUILDS - 1) /* without mimalloc's */
#define BLOCK  208u /* bytes of a block of which nothing else is made */

struct made {
	struct heapimage *h;
	const struct coil_layout *l;
	uint64_t pool; /* of BLOCK bytes */
	uint64_t used; /* blocks of it that were given out */
};

static uint64_t in_pool(const struct made *m)
{
	return (m->l->constant.pool_size - m->l->constant.pool_overhead) /
	       BLOCK;
}

static uint64_t pool_of(const struct made *m, uint64_t block)
{
	return block & ~(uint64_t)(m->l->constant.pool_size - 1);
}

/* @count blocks of a pool of their own. */
static void take(struct made *m, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		m->pool = pool_of(m, heapimage_block(m->h, BLOCK));
	m->used = count;
	heapimage_finish_pools(m->h);
}

static void one(struct made *m)
{
	take(m, 1);
}

static void all(struct made *m)
{
	take(m, in_pool(m));
}

/* What it counts is not what its list leaves. */
static void count(struct made *m)
{
	take(m, 3);
	heapimage_put32(m->h, m->pool + m->l->pool_header.ref_count, 2);
}

/* The list leads to itself: of four blocks that were cut one is free. */
static void loop(struct made *m)
{
	uint64_t free;

	take(m, 3);
	free = m->pool + m->l->constant.pool_overhead + 3 * BLOCK;
	heapimage_put(m->h, free, free);
}

/* It leads between blocks, after the first. */
static void astray(struct made *m)
{
	uint64_t free;

	take(m, 3);
	free = m->pool + m->l->constant.pool_overhead + 3 * BLOCK;
	heapimage_put(m->h, free, free - 8);
}

static void foreign(struct made *m)
{
	take(m, 1);
	m->used = 0;
	heapimage_put32(m->h, m->pool + m->l->pool_header.arenaindex, 99);
}

static void cut(struct made *m)
{
	take(m, 1);
	m->used = 0;
	heapimage_cut(m->h, m->pool, m->l->pool_header.size);
}

/* Its arena has it on the list of those that can be given away. */
static void returned(struct made *m)
{
	uint64_t slot = m->h->table + 2 * m->l->arena_object.size;

	take(m, 1);
	m->used = 0;
	heapimage_put(m->h, slot + m->l->arena_object.freepools, m->pool);
	heapimage_put(m->h, m->pool + m->l->pool_header.nextpool, 0);
}

static const struct {
	const char *name;
	void (*fill)(struct made *m);
	enum coil_pool_state state;
} rows[] = {
	{"one block", one, COIL_POOL_USED},
	{"all blocks", all, COIL_POOL_USED},
	{"a count that is too low", count, COIL_POOL_BROKEN},
	{"a list of free blocks that is a loop", loop, COIL_POOL_BROKEN},
	{"one that leads astray", astray, COIL_POOL_BROKEN},
	{"a header of another arena", foreign, COIL_POOL_MISSING},
	{"a header that was not captured", cut, COIL_POOL_MISSING},
	{"a pool that was returned", returned, COIL_POOL_FREE},
};

/* Blocks in use of all pools but that one, as they were handed out: the maker
 * leaves one free in each that is not full. */
static void add_pools(const struct made *m, struct coil_arena_info *all)
{
	for (size_t i = 0; i < m->h->pools.count; i++) {
		uint64_t pool = m->h->pools.at[i], block, used;
		const uint8_t *p =
			heapimage_at(m->h, pool, m->l->pool_header.size);

		if (pool == m->pool)
			continue;
		block = (load32(p + m->l->pool_header.szidx) + 1ull) *
			m->l->constant.pool_alignment;
		used = (load32(p + m->l->pool_header.nextoffset) -
			m->l->constant.pool_overhead) /
			       block -
		       (load64(p + m->l->pool_header.freeblock) != 0);
		all->pools++;
		all->used_blocks += used;
		all->used_bytes += used * block;
		all->free_bytes += ((m->l->constant.pool_size -
				     m->l->constant.pool_overhead) /
					    block -
				    used) *
				   block;
	}
	all->free_bytes += (all->total_pools - m->h->pools.count) *
			   m->l->constant.pool_size;
}

static void check_pool(const struct made *m, const struct coil_pymalloc *found,
		       enum coil_pool_state state)
{
	const uint32_t size = m->l->constant.pool_size;
	const bool has = state == COIL_POOL_USED || state == COIL_POOL_BROKEN;
	struct coil_pool_info pool;

	coil_pymalloc_pool(found, 0, (m->pool - m->h->arena.start) / size,
			   &pool);
	ck_assert_uint_eq(pool.address, m->pool);
	ck_assert_int_eq(pool.state, state);
	ck_assert_uint_eq(pool.block, has ? BLOCK : 0);
	ck_assert_uint_eq(pool.blocks, has ? in_pool(m) : 0);
	ck_assert_uint_eq(pool.used, m->used);
}

static void check_arena(const struct made *m, const struct coil_pymalloc *found,
			enum coil_pool_state state)
{
	const uint32_t size = m->l->constant.arena_size;
	const bool has = state == COIL_POOL_USED || state == COIL_POOL_BROKEN;
	struct coil_arena_info e = {
		.address = m->h->arena.start,
		.size = size,
		.total_pools = size / m->l->constant.pool_size,
	};
	struct coil_arena_info got;

	add_pools(m, &e);
	e.pools += state != COIL_POOL_FREE;
	e.broken_pools +=
		state == COIL_POOL_BROKEN || state == COIL_POOL_MISSING;
	e.used_blocks += m->used;
	e.used_bytes += m->used * BLOCK;
	if (has)
		e.free_bytes += (in_pool(m) - m->used) * BLOCK;
	if (state == COIL_POOL_FREE)
		e.free_bytes += m->l->constant.pool_size;
	coil_pymalloc_arena(found, 0, &got);
	ck_assert_uint_eq(got.address, e.address);
	ck_assert_uint_eq(got.size, e.size);
	ck_assert_uint_eq(got.total_pools, e.total_pools);
	ck_assert_uint_eq(got.pools, e.pools);
	ck_assert_uint_eq(got.used_blocks, e.used_blocks);
	ck_assert_uint_eq(got.used_bytes, e.used_bytes);
	ck_assert_uint_eq(got.free_bytes, e.free_bytes);
	ck_assert_uint_eq(got.broken_pools, e.broken_pools);
}

/* Ascending; that of BLOCK bytes has the one pool, where it counts. */
static void check_classes(const struct made *m,
			  const struct coil_pymalloc *found, bool has)
{
	uint64_t last = 0;
	bool met = false;

	for (size_t i = 0; i < coil_pymalloc_class_count(found); i++) {
		struct coil_class_info info;

		coil_pymalloc_class(found, i, &info);
		ck_assert_uint_gt(info.block, last);
		ck_assert_uint_gt(info.pools, 0);
		last = info.block;
		if (info.block != BLOCK)
			continue;
		met = true;
		ck_assert_uint_eq(info.pools, 1);
		ck_assert_uint_eq(info.used, m->used);
		ck_assert_uint_eq(info.free, in_pool(m) - m->used);
	}
	ck_assert_int_eq(met, has);
}

START_TEST(pools)
{
	size_t row = (size_t)_i / BUILDS;
	struct made m = {.h = heapimage_build((unsigned)_i % BUILDS)};
	enum coil_pool_state state = rows[row].state;
	struct coil_pymalloc *found = NULL;
	struct coil_snapshot *s;

	m.l = m.h->layout;
	rows[row].fill(&m);
	s = heapimage_snapshot(m.h);
	ck_assert_int_eq(coil_pymalloc_find(s, &found, NULL), COIL_OK);
	ck_assert_uint_eq(coil_pymalloc_arena_count(found), 1);
	check_pool(&m, found, state);
	check_arena(&m, found, state);
	check_classes(&m, found,
		      state == COIL_POOL_USED || state == COIL_POOL_BROKEN);
	coil_pymalloc_free(found);
	coil_snapshot_close(s);
	heapimage_free(m.h);
}
END_TEST

/* The block that has @address, or NULL. */
static const struct coil_block_info *block_at(
	const struct coil_block_info *blocks, size_t count, uint64_t address)
{
	for (size_t i = 0; i < count; i++)
		if (address >= blocks[i].address &&
		    address - blocks[i].address < blocks[i].size)
			return &blocks[i];
	return NULL;
}

START_TEST(uses)
{
	struct heapimage *h = heapimage_build((unsigned)_i);
	const struct coil_layout *l = h->layout;
	const uint64_t items[] = {h->none, h->none};
	uint64_t list = heapimage_list(h, items, 2);
	uint64_t unknown = heapimage_block(h, BLOCK);
	uint64_t buffer =
		load64(heapimage_at(h, list + l->PyListObject.ob_item, 8));
	const struct {
		uint64_t at;
		enum coil_block_use use;
		uint64_t object;
	} expected[] = {
		{list, COIL_BLOCK_OBJECT, list},
		{buffer, COIL_BLOCK_BUFFER, list},
		{unknown, COIL_BLOCK_UNKNOWN, 0},
	};
	struct coil_pymalloc *found = NULL;
	struct coil_block_info *blocks = NULL;
	struct coil_arena_info arena;
	struct coil_snapshot *s;
	size_t count = 0;
	bool wanted = true;

	heapimage_keep(h, list);
	s = heapimage_snapshot(h);
	ck_assert_int_eq(coil_pymalloc_find(s, &found, NULL), COIL_OK);
	ck_assert_int_eq(
		coil_pymalloc_blocks(found, &wanted, &blocks, &count, NULL),
		COIL_OK);
	coil_pymalloc_arena(found, 0, &arena);
	ck_assert_uint_eq(count, arena.used_blocks);
	for (size_t i = 1; i < count; i++)
		ck_assert_uint_lt(blocks[i - 1].address, blocks[i].address);
	for (size_t i = 0; i < countof(expected); i++) {
		const struct coil_block_info *b =
			block_at(blocks, count, expected[i].at);

		ck_assert_ptr_nonnull(b);
		ck_assert_int_eq(b->use, expected[i].use);
		ck_assert_uint_eq(b->arena, 0);
		ck_assert_uint_eq(b->node, coil_graph_find(heapimage_graph(s),
							   expected[i].object));
	}
	free(blocks);
	wanted = false;
	ck_assert_int_eq(
		coil_pymalloc_blocks(found, &wanted, &blocks, &count, NULL),
		COIL_OK);
	ck_assert_uint_eq(count, 0);
	free(blocks);
	coil_pymalloc_free(found);
	coil_snapshot_close(s);
	heapimage_free(h);
}
END_TEST

/* Where the process used another allocator. */
START_TEST(empty)
{
	struct heapimage *h = heapimage_build(HEAPIMAGE_BUILDS - 1);
	struct coil_snapshot *s = heapimage_snapshot(h);
	struct coil_block_info *blocks = NULL;
	struct coil_pymalloc *found = NULL;
	size_t count = 1;

	ck_assert_int_eq(coil_pymalloc_find(s, &found, NULL), COIL_OK);
	ck_assert_uint_eq(coil_pymalloc_arena_count(found), 0);
	ck_assert_uint_eq(coil_pymalloc_class_count(found), 0);
	ck_assert_int_eq(
		coil_pymalloc_blocks(found, NULL, &blocks, &count, NULL),
		COIL_OK);
	ck_assert_uint_eq(count, 0);
	free(blocks);
	coil_pymalloc_free(found);
	coil_snapshot_close(s);
	heapimage_free(h);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_test(tc, empty);
	tcase_add_loop_test(tc, pools, 0, (int)countof(rows) * BUILDS);
	tcase_add_loop_test(tc, uses, 0, BUILDS);
}
