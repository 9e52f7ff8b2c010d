/* SPDX-License-Identifier: MIT */
/*
 * The audit of reference counts in made interpreters: each row puts in objects
 * with references that nothing known holds, and words that may be those.
 */
#include <inttypes.h>
#include <stdio.h>

#include "coil/holders.h"
#include "fuzz/heapimage.h"
#include "tests/unit.h"

#define RED_ZONE 128 /* below the pointer of a stack; System V ABI */

struct made {
	struct heapimage *h;
	uint64_t object[6];	       /* by likelihood, */
	struct coil_holder holders[6]; /* as they should be told; no node */
	size_t count;
};

static uint64_t kept(struct made *m, uint64_t object)
{
	heapimage_keep(m->h, object);
	return object;
}

/* Bytes that one known reference leads to, and @excess more are counted. */
static uint64_t excessive(struct made *m, uint64_t excess)
{
	uint64_t at = kept(m, heapimage_bytes(m->h, "spam", 4));

	heapimage_put(m->h, at + m->h->layout->PyObject.ob_refcnt, 1 + excess);
	return at;
}

static struct coil_holder *expect(struct made *m, uint64_t object,
				  uint64_t excess, enum coil_holder_kind kind,
				  uint64_t leaked)
{
	struct coil_holder *e = &m->holders[m->count];

	m->object[m->count++] = object;
	*e = (struct coil_holder){.refcount = 1 + excess,
				  .found = 1,
				  .excess = excess,
				  .kind = kind,
				  .leaked = leaked};
	return e;
}

/* A word at @at that has the address of the object that was expected last. */
static void word(struct made *m, enum coil_holder_kind kind, uint64_t at)
{
	struct coil_holder *e = &m->holders[m->count - 1];

	heapimage_put(m->h, at, m->object[m->count - 1]);
	if (!e->words[kind]++)
		e->first[kind] = at;
}

static void nothing(struct made *m)
{
	(void)m;
}

static void exact(struct made *m)
{
	excessive(m, 0);
}

/* What another object has as well is known: two words, two references. */
static void held_twice(struct made *m)
{
	kept(m, kept(m, heapimage_bytes(m->h, "spam", 4)));
}

static void leak(struct made *m)
{
	expect(m, excessive(m, 1), 1, COIL_HOLDER_LEAK, 1);
}

static void c_memory(struct made *m)
{
	expect(m, excessive(m, 1), 1, COIL_HOLDER_HEAP, 0);
	word(m, COIL_HOLDER_HEAP, heapimage_malloc(m->h, 64) + 16);
}

static void c_block(struct made *m)
{
	expect(m, excessive(m, 1), 1, COIL_HOLDER_HEAP, 0);
	word(m, COIL_HOLDER_HEAP, heapimage_block(m->h, 64) + 8);
}

static void stack(struct made *m)
{
	expect(m, excessive(m, 1), 1, COIL_HOLDER_STACK, 0);
	word(m, COIL_HOLDER_STACK, heapimage_sp(m->h) + 0x40);
}

static void red_zone(struct made *m)
{
	expect(m, excessive(m, 1), 1, COIL_HOLDER_STACK, 0);
	word(m, COIL_HOLDER_STACK, heapimage_sp(m->h) - RED_ZONE);
}

static void stale_stack(struct made *m)
{
	uint64_t object = excessive(m, 1);

	expect(m, object, 1, COIL_HOLDER_LEAK, 1);
	heapimage_put(m->h, heapimage_sp(m->h) - RED_ZONE - 8, object);
}

static void variable(struct made *m)
{
	expect(m, excessive(m, 1), 1, COIL_HOLDER_STATIC, 0);
	word(m, COIL_HOLDER_STATIC, heapimage_static(m->h, 16) + 8);
}

/* In a str's characters: an object's memory is known, whatever it says. */
static void in_object(struct made *m)
{
	uint64_t object = excessive(m, 1), text;

	text = kept(m, heapimage_text(m->h, "as long as a word and a bit"));
	heapimage_put(m->h, text + m->h->layout->PyASCIIObject.size, object);
	expect(m, object, 1, COIL_HOLDER_LEAK, 1);
}

/* On the stack of a frame that executes, which may be stale. */
static void of_frame(struct made *m)
{
	const uint64_t words[] = {0, kept(m, heapimage_bytes(m->h, "x", 1))};
	struct heapimage_frame frame = {
		.words = words, .count = 2, .executes = true};
	struct coil_holder *e = expect(m, words[1], 1, COIL_HOLDER_STACK, 0);

	frame.code = heapimage_code(
		m->h, &(struct heapimage_code){
			      .name = "f", .locals = {{"a", 0}}, .count = 1});
	e->first[COIL_HOLDER_STACK] = heapimage_frame(m->h, &frame);
	e->words[COIL_HOLDER_STACK] = 1;
	heapimage_run(m->h, e->first[COIL_HOLDER_STACK]);
}

/* Freed: the block that has the word is on its pool's list. */
static void in_free_block(struct made *m)
{
	uint64_t object = excessive(m, 1), at = heapimage_block(m->h, 64);

	/* What comes last is free when the pools are finished. */
	heapimage_put(m->h, at + 64 + 8, object);
	expect(m, object, 1, COIL_HOLDER_LEAK, 1);
}

/* The variable first, for it is the most innocent. */
static void both(struct made *m)
{
	expect(m, excessive(m, 1), 1, COIL_HOLDER_STATIC, 0);
	word(m, COIL_HOLDER_STATIC, heapimage_static(m->h, 16));
	word(m, COIL_HOLDER_HEAP, heapimage_malloc(m->h, 64));
}

static void two_kinds(struct made *m)
{
	expect(m, excessive(m, 2), 2, COIL_HOLDER_HEAP, 0);
	word(m, COIL_HOLDER_STATIC, heapimage_static(m->h, 16));
	word(m, COIL_HOLDER_HEAP, heapimage_malloc(m->h, 64));
}

static void too_few_words(struct made *m)
{
	expect(m, excessive(m, 5), 5, COIL_HOLDER_LEAK, 2);
	word(m, COIL_HOLDER_HEAP, heapimage_malloc(m->h, 64));
	word(m, COIL_HOLDER_HEAP, heapimage_malloc(m->h, 64));
	word(m, COIL_HOLDER_STACK, heapimage_sp(m->h));
}

/* It began with a count that no reference holds. */
static void of_module(struct made *m)
{
	const struct coil_layout *l = m->h->layout;
	uint64_t at = kept(m, heapimage_fixed(m->h, "bytes", 64));
	uint64_t count = at + l->PyObject.ob_refcnt;

	heapimage_put(m->h, count, 3);
	expect(m, at, 1, COIL_HOLDER_LEAK, 1)->refcount = 3;
}

/* By kind; of leaks those of the type that lost most; of those who lost most;
 * then by address. */
static void order(struct made *m)
{
	const struct coil_layout *l = m->h->layout;
	uint64_t in_static = excessive(m, 1), first = excessive(m, 2);
	uint64_t second = excessive(m, 2), most = excessive(m, 3);
	uint64_t in_heap = excessive(m, 1);
	uint64_t other = kept(m, heapimage_float(m->h, 0));

	heapimage_put(m->h, other + l->PyObject.ob_refcnt, 5);
	expect(m, most, 3, COIL_HOLDER_LEAK, 3);
	expect(m, first, 2, COIL_HOLDER_LEAK, 2);
	expect(m, second, 2, COIL_HOLDER_LEAK, 2);
	expect(m, other, 4, COIL_HOLDER_LEAK, 4);
	expect(m, in_heap, 1, COIL_HOLDER_HEAP, 0);
	word(m, COIL_HOLDER_HEAP, heapimage_malloc(m->h, 64));
	expect(m, in_static, 1, COIL_HOLDER_STATIC, 0);
	word(m, COIL_HOLDER_STATIC, heapimage_static(m->h, 16));
}

static const struct {
	const char *name;
	void (*fill)(struct made *m);
} rows[] = {
	{"nothing", nothing},
	{"an exact count", exact},
	{"two known references", held_twice},
	{"nowhere", leak},
	{"in memory of malloc", c_memory},
	{"in a block that nothing known has", c_block},
	{"on a native stack", stack},
	{"at the end of the red zone", red_zone},
	{"below it", stale_stack},
	{"in a variable", variable},
	{"inside an object", in_object},
	{"in a free block", in_free_block},
	{"on a frame's stack", of_frame},
	{"in a variable and in C memory", both},
	{"two, in a variable and in C memory", two_kinds},
	{"five, and three words", too_few_words},
	{"of an object in a module", of_module},
	{"the order", order},
};

static void check_one(const struct made *m, const struct coil_graph *g,
		      const struct coil_holders *found, size_t i)
{
	const struct coil_holder *e = &m->holders[i];
	struct coil_holder got;

	coil_holders_get(found, i, &got);
	ck_assert_uint_eq(g->address[got.node], m->object[i]);
	ck_assert_uint_eq(got.refcount, e->refcount);
	ck_assert_uint_eq(got.found, e->found);
	ck_assert_uint_eq(got.excess, e->excess);
	ck_assert_uint_eq(got.leaked, e->leaked);
	ck_assert_int_eq(got.kind, e->kind);
	ck_assert_mem_eq(got.words, e->words, sizeof(got.words));
	ck_assert_mem_eq(got.first, e->first, sizeof(got.first));
}

START_TEST(holders)
{
	size_t row = (size_t)_i / HEAPIMAGE_BUILDS;
	struct made m = {.h = heapimage_build((unsigned)_i % HEAPIMAGE_BUILDS)};
	struct coil_holders *found = NULL;
	struct coil_snapshot *s;

	rows[row].fill(&m);
	s = heapimage_snapshot(m.h);
	ck_assert_int_eq(coil_holders_find(s, &found, NULL), COIL_OK);
	ck_assert_msg(coil_holders_count(found) == m.count, "%s: %zu",
		      rows[row].name, coil_holders_count(found));
	for (size_t i = 0; i < m.count; i++)
		check_one(&m, heapimage_graph(s), found, i);
	coil_holders_free(found);
	coil_snapshot_close(s);
	heapimage_free(m.h);
}
END_TEST

START_TEST(where)
{
	struct heapimage *h = heapimage_build((unsigned)_i);
	uint64_t object = heapimage_bytes(h, "spam", 4);
	uint64_t memory = heapimage_malloc(h, 64);
	uint64_t block = heapimage_block(h, 64) + 8;
	uint64_t variable_at = heapimage_static(h, 16) + 8;
	char of_module[64], of_block[64], of_memory[64], of_object[64], got[64];
	const struct {
		uint64_t at;
		const char *words;
	} places[] = {
		{variable_at, of_module},
		{block, of_block},
		{memory, of_memory},
		{object, of_object},
		{heapimage_sp(h), "thread 4711 sp+0x0"},
		{heapimage_sp(h) + 0x48, "thread 4711 sp+0x48"},
	};
	struct coil_holders *found = NULL;
	struct coil_snapshot *s;

	heapimage_keep(h, object);
	snprintf(of_module, sizeof(of_module), "libapp.so+0x%" PRIx64,
		 variable_at - h->data.start);
	snprintf(of_block, sizeof(of_block), "block of 64 bytes at 0x%" PRIx64,
		 block);
	snprintf(of_memory, sizeof(of_memory), "memory at 0x%" PRIx64, memory);
	snprintf(of_object, sizeof(of_object), "bytes at 0x%" PRIx64, object);
	s = heapimage_snapshot(h);
	ck_assert_int_eq(coil_holders_find(s, &found, NULL), COIL_OK);
	for (size_t i = 0; i < countof(places); i++) {
		coil_holders_where(found, places[i].at, got, sizeof(got));
		ck_assert_str_eq(got, places[i].words);
	}
	coil_holders_where(found, memory, got, 7);
	ck_assert_str_eq(got, "memory");
	coil_holders_free(found);
	coil_snapshot_close(s);
	heapimage_free(h);
}
END_TEST

START_TEST(names)
{
	static const char *const words[] = {"leak", "heap", "stack", "static"};

	for (unsigned k = 0; k < COIL_HOLDER_KINDS; k++)
		ck_assert_str_eq(
			coil_holder_kind_name((enum coil_holder_kind)k),
			words[k]);
	ck_assert_str_eq(coil_holder_kind_name(COIL_HOLDER_KINDS), "");
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, holders, 0,
			    (int)countof(rows) * HEAPIMAGE_BUILDS);
	tcase_add_loop_test(tc, where, 0, HEAPIMAGE_BUILDS);
	tcase_add_test(tc, names);
}
