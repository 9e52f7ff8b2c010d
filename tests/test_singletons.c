/* SPDX-License-Identifier: MIT */
/*
 * Objects of which there should be one, in made interpreters: _PyRuntime has
 * its small ints, strs, bytes and empty tuple where the build keeps them there,
 * each row adds objects, and what is told is what was put in and nothing else.
 */
#include <stdlib.h>

#include "coil/singletons.h"
#include "fuzz/heapimage.h"
#include "tests/unit.h"

#define MOST	 1200
#define INTERNED 70 /* a table of fewer is taken for none */

struct made {
	struct heapimage *h;
	const struct coil_layout *l;
	struct coil_singleton expected[MOST]; /* no node */
	size_t count;
	uint64_t table[INTERNED]; /* strs; 0: there is no table */
};

static void expect(struct made *m, uint64_t address,
		   enum coil_singleton_kind kind,
		   enum coil_singleton_state state)
{
	ck_assert_uint_lt(m->count, MOST);
	m->expected[m->count++] =
		(struct coil_singleton){address, COIL_NO_NODE, kind, state};
}

static uint64_t kept(struct made *m, uint64_t object)
{
	heapimage_keep(m->h, object);
	return object;
}

/* An object in _PyRuntime. */
static uint64_t put(struct made *m, uint64_t at, const char *type)
{
	heapimage_put(m->h, at + m->l->PyObject.ob_refcnt,
		      heapimage_static_count(m->l));
	heapimage_put(m->h, at + m->l->PyObject.ob_type,
		      heapimage_type(m->h, type));
	return at;
}

static uint64_t small_int(const struct made *m, int32_t value)
{
	return m->h->runtime + m->l->_PyRuntimeState.small_ints +
	       (uint64_t)(value + (int32_t)m->l->constant.small_int_lowest) *
		       align_up(m->l->PyLongObject.size, 16);
}

static uint64_t character(const struct made *m, uint8_t c)
{
	return m->h->runtime + m->l->_PyRuntimeState.ascii +
	       c * align_up(m->l->PyASCIIObject.size + 2, 8);
}

static uint64_t byte(const struct made *m, uint8_t c)
{
	return m->h->runtime + m->l->_PyRuntimeState.bytes_characters +
	       c * align_up(m->l->PyBytesObject.size + 1, 8);
}

/* Whether the build has them in _PyRuntime. */
static bool in_runtime(const struct made *m)
{
	return m->l->_PyRuntimeState.small_ints != COIL_NO_FIELD;
}

static void put_ints(struct made *m)
{
	const int32_t lowest = -(int32_t)m->l->constant.small_int_lowest;

	for (int32_t i = 0; i < (int32_t)m->l->constant.small_int_count; i++) {
		uint64_t at = put(m, small_int(m, lowest + i), "int");

		heapimage_fill_int(m->h, at, lowest + i);
		expect(m, at, COIL_SINGLETON_INT, COIL_SINGLETON_OK);
	}
}

static void put_runtime(struct made *m)
{
	const uint64_t r = m->h->runtime;
	uint64_t at;

	if (!in_runtime(m))
		return;
	put_ints(m);
	at = put(m, character(m, 'a'), "str");
	heapimage_fill_str(m->h, at, "a", false);
	expect(m, at, COIL_SINGLETON_STR, COIL_SINGLETON_OK);
	put(m, r + m->l->_PyRuntimeState.bytes_empty, "bytes");
	expect(m, r + m->l->_PyRuntimeState.bytes_empty, COIL_SINGLETON_BYTES,
	       COIL_SINGLETON_OK);
	at = put(m, byte(m, 'b'), "bytes");
	heapimage_put(m->h, at + m->l->PyVarObject.ob_size, 1);
	*heapimage_at(m->h, at + m->l->PyBytesObject.ob_sval, 1) = 'b';
	expect(m, at, COIL_SINGLETON_BYTES, COIL_SINGLETON_OK);
	at = put(m, r + m->l->_PyRuntimeState.tuple_empty, "tuple");
	expect(m, at, COIL_SINGLETON_TUPLE, COIL_SINGLETON_OK);
}

static void nothing(struct made *m)
{
	(void)m;
}

static void truths(struct made *m)
{
	for (int i = 0; i < 2; i++) {
		uint64_t at = kept(m, heapimage_fixed(m->h, "bool", 32));

		heapimage_fill_int(m->h, at, i);
		expect(m, at, i ? COIL_SINGLETON_TRUE : COIL_SINGLETON_FALSE,
		       COIL_SINGLETON_OK);
	}
}

static void others(struct made *m)
{
	expect(m, kept(m, heapimage_fixed(m->h, "ellipsis", 16)),
	       COIL_SINGLETON_ELLIPSIS, COIL_SINGLETON_OK);
	expect(m, kept(m, heapimage_fixed(m->h, "NotImplementedType", 16)),
	       COIL_SINGLETON_NOT_IMPLEMENTED, COIL_SINGLETON_OK);
}

/* One in the heap is a second one, whether _PyRuntime has the first or not. */
static void second_ones(struct made *m)
{
	const enum coil_singleton_state second = COIL_SINGLETON_DUPLICATE;

	if (in_runtime(m)) {
		expect(m, kept(m, heapimage_int(m->h, 7)), COIL_SINGLETON_INT,
		       second);
		expect(m, kept(m, heapimage_int(m->h, -5)), COIL_SINGLETON_INT,
		       second);
	}
	expect(m, kept(m, heapimage_text(m->h, "a")), COIL_SINGLETON_STR,
	       second);
	expect(m, kept(m, heapimage_text(m->h, "")), COIL_SINGLETON_STR,
	       second);
	expect(m, kept(m, heapimage_bytes(m->h, "b", 1)), COIL_SINGLETON_BYTES,
	       second);
	expect(m, kept(m, heapimage_bytes(m->h, "", 0)), COIL_SINGLETON_BYTES,
	       second);
	expect(m, kept(m, heapimage_tuple(m->h, NULL, 0)), COIL_SINGLETON_TUPLE,
	       second);
}

/* Values beside those of which there is one. */
static void ordinary(struct made *m)
{
	kept(m, heapimage_int(m->h, 2000));
	kept(m, heapimage_int(m->h, -6));
	kept(m, heapimage_text(m->h, "ab"));
	kept(m, heapimage_bytes(m->h, "ab", 2));
	kept(m, heapimage_float(m->h, 0));
}

/* Constants of frozen code. Where _PyRuntime has none, the static one is it. */
static void of_module(struct made *m)
{
	uint64_t at = kept(m, heapimage_fixed(m->h, "int", 32));

	heapimage_fill_int(m->h, at, 7);
	if (in_runtime(m))
		expect(m, at, COIL_SINGLETON_INT, COIL_SINGLETON_STATIC);
	at = kept(m, heapimage_fixed(m->h, "tuple", 32));
	expect(m, at, COIL_SINGLETON_TUPLE,
	       in_runtime(m) ? COIL_SINGLETON_STATIC : COIL_SINGLETON_OK);
}

/* Zeros where an int should be. */
static void missing(struct made *m)
{
	uint64_t at;

	if (!in_runtime(m))
		return;
	at = small_int(m, 100);
	heapimage_put(m->h, at + m->l->PyObject.ob_type, 0);
	for (size_t i = 0; i < m->count; i++)
		if (m->expected[i].address == at)
			m->expected[i].state = COIL_SINGLETON_MISSING;
}

/* A table of the strs that the interpreter interned, which leads to itself
 * from a variable, or from the interpreter. */
static void interned(struct made *m)
{
	uint64_t pairs[2 * INTERNED], table, place;
	char text[3] = "a0";

	for (size_t i = 0; i < INTERNED; i++) {
		text[0] = (char)('A' + i / 10);
		text[1] = (char)('0' + i % 10);
		m->table[i] = pairs[2 * i] = pairs[2 * i + 1] =
			heapimage_str(m->h, text);
	}
	table = heapimage_dict(m->h, 0, pairs, INTERNED);
	place = m->l->strategy.interned == COIL_INTERNED_STATIC
			? heapimage_static(m->h, 8)
			: m->h->interpreter +
				  m->l->PyInterpreterState.interned_strings;
	heapimage_hold(m->h, place, table);
}

static void immortal(struct made *m)
{
	uint64_t at = kept(m, heapimage_float(m->h, 0));

	if (m->l->strategy.immortality == COIL_IMMORTALITY_NONE)
		return;
	heapimage_put(m->h, at + m->l->PyObject.ob_refcnt,
		      heapimage_static_count(m->l));
	expect(m, at, COIL_SINGLETON_IMMORTAL, COIL_SINGLETON_OK);
}

static const struct {
	const char *name;
	void (*fill)(struct made *m);
} rows[] = {
	{"what every interpreter has", nothing},
	{"True and False", truths},
	{"Ellipsis and NotImplemented", others},
	{"second ones in the heap", second_ones},
	{"values of which there are many", ordinary},
	{"an int and a tuple of a module", of_module},
	{"no int where one should be", missing},
	{"a table of interned strs", interned},
	{"an immortal float", immortal},
};

static bool in_table(const struct made *m, uint64_t address)
{
	for (size_t i = 0; i < INTERNED; i++)
		if (m->table[i] == address)
			return true;
	return false;
}

/* Strs that were made interned, and what is immortal, of all that was made. */
static void expect_made(struct made *m)
{
	const uint64_t str = heapimage_type(m->h, "str");

	for (size_t i = 0; i < m->h->objects.count; i++) {
		uint64_t at = m->h->objects.at[i];
		const uint8_t *p =
			heapimage_at(m->h, at, m->l->PyASCIIObject.size);

		if (load64(p + m->l->PyObject.ob_type) != str ||
		    !(load32(p + m->l->PyASCIIObject.state) & 3))
			continue;
		expect(m, at, COIL_SINGLETON_INTERNED,
		       !m->table[0] || in_table(m, at) ? COIL_SINGLETON_OK
						       : COIL_SINGLETON_STRAY);
	}
	expect(m, m->h->none, COIL_SINGLETON_NONE, COIL_SINGLETON_OK);
}

/* Static types are immortal from 3.12 on, those that objects lead to. */
static void expect_types(struct made *m, const struct coil_graph *g)
{
	for (size_t i = 0; i < m->h->types.count; i++) {
		uint64_t at = m->h->types.at[i];

		if (at && m->l->strategy.immortality != COIL_IMMORTALITY_NONE &&
		    coil_graph_find(g, at) != COIL_NO_NODE)
			expect(m, at, COIL_SINGLETON_IMMORTAL,
			       COIL_SINGLETON_OK);
	}
}

static int by_kind(const void *a, const void *b)
{
	const struct coil_singleton *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->address < y->address ? -1 : x->address > y->address;
}

START_TEST(singletons)
{
	size_t row = (size_t)_i / HEAPIMAGE_BUILDS;
	struct made m = {.h = heapimage_build((unsigned)_i % HEAPIMAGE_BUILDS)};
	struct coil_singletons *found = NULL;
	struct coil_snapshot *s;

	m.l = m.h->layout;
	put_runtime(&m);
	rows[row].fill(&m);
	expect_made(&m);
	s = heapimage_snapshot(m.h);
	expect_types(&m, heapimage_graph(s));
	qsort(m.expected, m.count, sizeof(*m.expected), by_kind);
	ck_assert_int_eq(coil_singletons_find(s, &found, NULL), COIL_OK);
	ck_assert_msg(coil_singletons_count(found) == m.count,
		      "%s: %zu for %zu", rows[row].name,
		      coil_singletons_count(found), m.count);
	for (size_t i = 0; i < m.count; i++) {
		const struct coil_singleton *e = &m.expected[i];
		struct coil_singleton got;

		coil_singletons_get(found, i, &got);
		ck_assert_uint_eq(got.address, e->address);
		ck_assert_int_eq(got.kind, e->kind);
		ck_assert_int_eq(got.state, e->state);
		ck_assert_uint_eq(got.node, coil_graph_find(heapimage_graph(s),
							    e->address));
	}
	coil_singletons_free(found);
	coil_snapshot_close(s);
	heapimage_free(m.h);
}
END_TEST

START_TEST(names)
{
	for (unsigned i = 0; i < COIL_SINGLETON_KINDS; i++)
		ck_assert_str_ne(
			coil_singleton_kind_name((enum coil_singleton_kind)i),
			"");
	ck_assert_str_eq(coil_singleton_kind_name(COIL_SINGLETON_KINDS), "");
	ck_assert_str_eq(coil_singleton_state_name(COIL_SINGLETON_MISSING),
			 "missing");
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, singletons, 0,
			    (int)countof(rows) * HEAPIMAGE_BUILDS);
	tcase_add_test(tc, names);
}
