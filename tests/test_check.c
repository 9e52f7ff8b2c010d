/* SPDX-License-Identifier: MIT */
/*
 * The checks of a snapshot: a made interpreter has nothing to find, and each
 * damage yields findings of its kind alone, at the address that was damaged.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "coil/check.h"
#include "fuzz/heapimage.h"
#include "tests/unit.h"

#define PYMALLOC 1u /* builds that a row is for: those of pymalloc */
#define MIMALLOC 2u
#define ANY	 (PYMALLOC | MIMALLOC)

struct made {
	struct heapimage *h;
	const struct coil_layout *l;
	struct coil_snapshot *s;
	uint64_t address; /* of the finding */
};

static uint64_t kept(struct made *m, uint64_t object)
{
	heapimage_keep(m->h, object);
	return object;
}

static uint64_t list(struct made *m)
{
	return kept(m, heapimage_list(m->h, NULL, 0));
}

static void nothing(struct made *m)
{
	list(m);
}

/* Of the file less is there than it promises. */
static void file(struct made *m)
{
	m->s->image->coverage.present -= 8;
}

static void noted(struct made *m)
{
	m->s->image->coverage.note = "cut off";
}

static void free_pools(struct made *m, uint32_t count)
{
	uint64_t slot = m->h->table + 2 * m->l->arena_object.size;

	heapimage_finish_pools(m->h);
	heapimage_put32(m->h, slot + m->l->arena_object.nfreepools, count);
	m->address = m->h->arena.start;
}

static void too_few_free(struct made *m)
{
	free_pools(m, 1);
}

static void too_many_free(struct made *m)
{
	free_pools(m, UINT32_MAX);
}

/* A row that no arena has. */
static void arena_row(struct made *m)
{
	m->address = m->h->table;
	heapimage_cut(m->h, m->address, m->l->arena_object.size);
}

/* The pool of a block of a size of which nothing else is made. */
static uint64_t own_pool(struct made *m)
{
	uint64_t pool = heapimage_block(m->h, 208) &
			~(uint64_t)(m->l->constant.pool_size - 1);

	heapimage_finish_pools(m->h);
	return pool;
}

static void pool_count(struct made *m)
{
	m->address = own_pool(m);
	heapimage_put32(m->h, m->address + m->l->pool_header.ref_count, 7);
}

static void pool_arena(struct made *m)
{
	m->address = own_pool(m);
	heapimage_put32(m->h, m->address + m->l->pool_header.arenaindex, 9);
}

static void pool_cut(struct made *m)
{
	m->address = own_pool(m);
	heapimage_cut(m->h, m->address, m->l->pool_header.size);
}

/* A page counts more blocks than its lists leave. */
static void page_count(struct made *m)
{
	uint64_t block = heapimage_block(m->h, 208), page;

	heapimage_finish_pools(m->h);
	page = m->h->pools.at[m->h->pools.count - 1];
	*heapimage_at(m->h, page + m->l->mi_page_s.used, 1) = 9;
	m->address = block & ~(uint64_t)(m->l->constant.mi_slice_size - 1);
}

/* The links of the collector's head of @object. */
static uint64_t link_at(const struct made *m, uint64_t object, bool next)
{
	return object - m->l->PyGC_Head.size +
	       (next ? m->l->PyGC_Head._gc_next : m->l->PyGC_Head._gc_prev);
}

static void list_open(struct made *m)
{
	const struct coil_layout *l = m->l;
	uint64_t gc = l->PyInterpreterState.gc != COIL_NO_FIELD
			      ? m->h->interpreter + l->PyInterpreterState.gc
			      : m->h->runtime + l->_PyRuntimeState.gc;

	list(m);
	heapimage_put(m->h, link_at(m, list(m), false), 0x10008);
	m->address =
		gc + l->_gc_runtime_state.generations + l->gc_generation.head;
}

static void on_no_list(struct made *m)
{
	uint64_t before = list(m), after;

	m->address = list(m);
	after = list(m);
	heapimage_put(m->h, link_at(m, before, true),
		      after - m->l->PyGC_Head.size);
	heapimage_put(m->h, link_at(m, after, false),
		      before - m->l->PyGC_Head.size);
}

/* Nothing refers to it: its count is 0. */
static void no_object(struct made *m)
{
	m->address = heapimage_list(m->h, NULL, 0);
}

static void type_name(struct made *m)
{
	m->address = heapimage_type(m->h, "float");
	kept(m, heapimage_float(m->h, 0));
	heapimage_put(m->h, m->address + m->l->PyTypeObject.tp_name,
		      0x123456789000);
}

static void type_ring(struct made *m)
{
	m->address = heapimage_type(m->h, "float");
	kept(m, heapimage_float(m->h, 0));
	heapimage_put(m->h, m->address + m->l->PyTypeObject.tp_base,
		      m->address);
}

/* A list's items, in a buffer of malloc. */
static void object_cut(struct made *m)
{
	uint64_t items[80];

	for (size_t i = 0; i < countof(items); i++)
		items[i] = m->h->none;
	m->address = kept(m, heapimage_list(m->h, items, countof(items)));
	heapimage_cut(
		m->h,
		load64(heapimage_at(
			m->h, m->address + m->l->PyListObject.ob_item, 8)),
		sizeof(items));
}

/* Two lists have one buffer: the second that is read has it not. */
static void overlaps(struct made *m)
{
	const uint64_t items[] = {m->h->none, m->h->none};
	const uint32_t at = m->l->PyListObject.ob_item;
	uint64_t first = kept(m, heapimage_list(m->h, items, 2));

	m->address = kept(m, heapimage_list(m->h, items, 2));
	heapimage_put(m->h, m->address + at,
		      load64(heapimage_at(m->h, first + at, 8)));
}

/* A tuple with one item, which it does not count. */
static void leads_to(struct made *m, uint64_t item)
{
	m->address = kept(m, heapimage_tuple(m->h, (uint64_t[]){0}, 1));
	heapimage_put(m->h, m->address + m->l->PyTupleObject.ob_item, item);
}

static void missing(struct made *m)
{
	leads_to(m, 0x123456789000);
}

static void dangling(struct made *m)
{
	leads_to(m, heapimage_malloc(m->h, 32));
}

static void misaligned(struct made *m)
{
	leads_to(m, m->h->kept + 4);
}

static void count(struct made *m)
{
	m->address = list(m);
	kept(m, m->address);
	heapimage_put(m->h, m->address + m->l->PyObject.ob_refcnt, 1);
}

#define NOTHING COIL_FINDING_KINDS

static const struct {
	const char *name;
	void (*damage)(struct made *m);
	enum coil_finding_kind kind;
	unsigned builds;
	bool opened; /* it is done to the snapshot */
} rows[] = {
	{"nothing", nothing, NOTHING, ANY, false},
	{"a file that is cut", file, COIL_FINDING_FILE, ANY, true},
	{"a note on it", noted, COIL_FINDING_FILE, ANY, true},
	{"an arena's count", too_few_free, COIL_FINDING_ARENA, PYMALLOC, false},
	{"the same, too high", too_many_free, COIL_FINDING_ARENA, PYMALLOC,
	 false},
	{"a row of their table", arena_row, COIL_FINDING_ARENA, PYMALLOC,
	 false},
	{"a pool's count", pool_count, COIL_FINDING_POOL, PYMALLOC, false},
	{"a pool's arena", pool_arena, COIL_FINDING_POOL, PYMALLOC, false},
	{"a pool's header", pool_cut, COIL_FINDING_POOL, PYMALLOC, false},
	{"a page's count", page_count, COIL_FINDING_POOL, MIMALLOC, false},
	{"a list that does not close", list_open, COIL_FINDING_COLLECTOR, ANY,
	 false},
	{"tracked on no list", on_no_list, COIL_FINDING_COLLECTOR, ANY, false},
	{"no object on a list", no_object, COIL_FINDING_COLLECTOR, ANY, false},
	{"a type without a name", type_name, COIL_FINDING_TYPE, ANY, false},
	{"a type that is its base", type_ring, COIL_FINDING_TYPE, ANY, false},
	{"items that were not captured", object_cut, COIL_FINDING_OBJECT, ANY,
	 false},
	{"items of another", overlaps, COIL_FINDING_OBJECT, ANY, false},
	{"an item that was not captured", missing, COIL_FINDING_MISSING, ANY,
	 false},
	{"an item that is no object", dangling, COIL_FINDING_DANGLING, ANY,
	 false},
	{"an item between objects", misaligned, COIL_FINDING_DANGLING, ANY,
	 false},
	{"a count that is too low", count, COIL_FINDING_COUNT, ANY, false},
};

struct seen {
	const struct made *m;
	const char *row;
	enum coil_finding_kind kind;
	unsigned count, most;
};

static bool see(void *ctx, const struct coil_finding *finding)
{
	struct seen *seen = ctx;

	ck_assert_msg(finding->kind == seen->kind, "%s: %s %s", seen->row,
		      coil_finding_kind_name(finding->kind), finding->text);
	ck_assert_msg(finding->address == seen->m->address,
		      "%s: 0x%" PRIx64 ": %s", seen->row, finding->address,
		      finding->text);
	ck_assert_uint_ne(strlen(finding->text), 0);
	return ++seen->count < seen->most;
}

START_TEST(one)
{
	size_t row = (size_t)_i / HEAPIMAGE_BUILDS;
	struct made m = {.h = heapimage_build((unsigned)_i % HEAPIMAGE_BUILDS)};
	struct seen seen = {.m = &m,
			    .row = rows[row].name,
			    .kind = rows[row].kind,
			    .most = UINT32_MAX};

	m.l = m.h->layout;
	if (rows[row].builds & (m.h->mimalloc ? MIMALLOC : PYMALLOC)) {
		if (!rows[row].opened)
			rows[row].damage(&m);
		m.s = heapimage_snapshot(m.h);
		if (rows[row].opened)
			rows[row].damage(&m);
		ck_assert_int_eq(coil_check_run(m.s, see, &seen, NULL),
				 COIL_OK);
		ck_assert_msg(seen.count == (seen.kind != NOTHING),
			      "%s: %u findings", seen.row, seen.count);
		coil_snapshot_close(m.s);
	}
	heapimage_free(m.h);
}
END_TEST

/* Of four findings the first is told, and no more. */
START_TEST(stop)
{
	struct made m = {.h = heapimage_build(1)};
	struct seen seen = {.m = &m,
			    .row = "stop",
			    .kind = COIL_FINDING_MISSING,
			    .most = 1};
	uint64_t first;

	m.l = m.h->layout;
	missing(&m);
	first = m.address;
	missing(&m);
	dangling(&m);
	count(&m);
	m.address = first;
	m.s = heapimage_snapshot(m.h);
	ck_assert_int_eq(coil_check_run(m.s, see, &seen, NULL), COIL_OK);
	ck_assert_uint_eq(seen.count, 1);
	coil_snapshot_close(m.s);
	heapimage_free(m.h);
}
END_TEST

/* Up to 3.8 all interpreters have one collector. */
START_TEST(two_interpreters)
{
	struct made m = {.h = heapimage_build(0)};
	struct seen seen = {.m = &m, .row = "two", .kind = NOTHING};
	uint64_t *interpreters = malloc(2 * sizeof(*interpreters));

	m.l = m.h->layout;
	ck_assert_ptr_nonnull(interpreters);
	ck_assert_uint_eq(m.l->PyInterpreterState.gc, COIL_NO_FIELD);
	interpreters[0] = m.h->interpreter;
	interpreters[1] = heapimage_malloc(m.h, m.l->PyInterpreterState.size);
	m.s = heapimage_snapshot(m.h);
	free(m.s->runtime->interpreters);
	m.s->runtime->interpreters = interpreters;
	m.s->runtime->interpreter_count = 2;
	ck_assert_int_eq(coil_check_run(m.s, see, &seen, NULL), COIL_OK);
	ck_assert_uint_eq(seen.count, 0);
	coil_snapshot_close(m.s);
	heapimage_free(m.h);
}
END_TEST

START_TEST(names)
{
	for (unsigned k = 0; k < COIL_FINDING_KINDS; k++)
		ck_assert_str_ne(
			coil_finding_kind_name((enum coil_finding_kind)k), "");
	ck_assert_str_eq(coil_finding_kind_name(COIL_FINDING_KINDS), "");
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, one, 0, (int)countof(rows) * HEAPIMAGE_BUILDS);
	tcase_add_test(tc, stop);
	tcase_add_test(tc, two_interpreters);
	tcase_add_test(tc, names);
}
