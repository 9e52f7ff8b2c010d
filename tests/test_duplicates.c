/* SPDX-License-Identifier: MIT */
/*
 * Equal values stored more than once, in made interpreters of several builds:
 * each row puts values in and says which groups they are.
 */
#include <stdlib.h>

#include "coil/duplicates.h"
#include "fuzz/heapimage.h"
#include "tests/unit.h"

/* Longer than what all other copies of a row take together. */
#define LINE \
	"................................................................" \
	"................................................................"
#define LONG 70 /* items of a tuple that is hashed as it is read */

struct made {
	struct heapimage *h;
	struct coil_duplicate groups[4]; /* .first: an address */
	uint64_t last[4];		 /* the copy with the highest */
	size_t count;
};

/* What the allocator spends on an object of a static type, by what was asked
 * for. */
static uint64_t spent(const struct made *m, const char *type, uint64_t more)
{
	const struct coil_layout *l = m->h->layout;
	uint64_t at = heapimage_type(m->h, type);
	uint64_t size =
		more + load64(heapimage_at(
			       m->h, at + l->PyTypeObject.tp_basicsize, 8));

	if (!strcmp(type, "tuple"))
		size += l->PyGC_Head.size;
	return m->h->mimalloc ? coil_mimalloc_class(size)
			      : align_up(size, l->constant.pool_alignment);
}

static uint64_t kept(struct made *m, uint64_t object)
{
	heapimage_keep(m->h, object);
	return object;
}

/* A group of @copies, of which the first and the last by address are these. */
static void expect(struct made *m, uint64_t first, uint64_t last,
		   uint64_t copies, uint64_t wasted)
{
	m->last[m->count] = last;
	m->groups[m->count++] =
		(struct coil_duplicate){(coil_node)first, copies, wasted};
}

static uint64_t str(struct made *m, const char *text)
{
	return kept(m, heapimage_text(m->h, text));
}

static uint64_t number(struct made *m, uint64_t bits)
{
	return kept(m, heapimage_float(m->h, bits));
}

static uint64_t tuple(struct made *m, uint64_t item)
{
	return kept(m, heapimage_tuple(m->h, &item, 1));
}

/* Of a str of @length characters. */
static uint64_t spent_str(const struct made *m, uint64_t length)
{
	const struct coil_layout *l = m->h->layout;
	uint64_t size = l->PyASCIIObject.size + length + 1;

	return m->h->mimalloc ? coil_mimalloc_class(size)
			      : align_up(size, l->constant.pool_alignment);
}

static void nothing(struct made *m)
{
	(void)m;
}

static void two_strs(struct made *m)
{
	uint64_t first = str(m, "spam");

	str(m, "eggs");
	expect(m, first, str(m, "spam"), 2, spent_str(m, 4));
}

static void interned(struct made *m)
{
	uint64_t first = kept(m, heapimage_str(m->h, "spam"));

	expect(m, first, str(m, "spam"), 2, spent_str(m, 4));
}

/* Most wasteful first, then by copies, then by address. */
static void order(struct made *m)
{
	const uint64_t few[] = {str(m, "abcd"), str(m, "abcd")};
	const uint64_t later[] = {str(m, "wxyz"), str(m, "wxyz")};
	const uint64_t many[] = {str(m, "ab"), str(m, "ab"), str(m, "ab")};
	const uint64_t large[] = {str(m, LINE), str(m, LINE)};

	expect(m, large[0], large[1], 2, spent_str(m, strlen(LINE)));
	expect(m, many[0], many[2], 3, 2 * spent_str(m, 2));
	expect(m, few[0], few[1], 2, spent_str(m, 4));
	expect(m, later[0], later[1], 2, spent_str(m, 4));
}

/* Of equal waste those of more copies first. */
static void equal_waste(struct made *m)
{
	uint64_t items[20], two[2], three[3], count = 2;

	for (size_t i = 0; i < countof(items); i++)
		items[i] = m->h->none;
	while (spent(m, "tuple", 8 * count) != 2 * spent(m, "tuple", 8))
		count++;
	ck_assert_uint_le(count, countof(items));
	for (size_t i = 0; i < 2; i++)
		two[i] = kept(m, heapimage_tuple(m->h, items, count));
	for (size_t i = 0; i < 3; i++)
		three[i] = kept(m, heapimage_tuple(m->h, items, 1));
	expect(m, three[0], three[2], 3, 2 * spent(m, "tuple", 8));
	expect(m, two[0], two[1], 2, 2 * spent(m, "tuple", 8));
}

static void floats(struct made *m)
{
	uint64_t first = number(m, 0x3ff8000000000000);

	number(m, 0);		       /* 0.0 */
	number(m, 0x8000000000000000); /* -0.0 */
	number(m, 0x7ff8000000000000); /* NaN, */
	number(m, 0x7ff8000000000001); /* and another */
	expect(m, first, number(m, 0x3ff8000000000000), 2,
	       spent(m, "float", 0));
}

static void nans(struct made *m)
{
	uint64_t first = number(m, 0x7ff8000000000001);

	expect(m, first, number(m, 0x7ff8000000000001), 2,
	       spent(m, "float", 0));
}

static void ones(struct made *m)
{
	uint64_t yes = heapimage_named(m->h, "bool", 4);

	heapimage_fill_int(m->h, yes, 1);
	kept(m, yes);
	kept(m, heapimage_int(m->h, 1));
	kept(m, heapimage_int(m->h, -1));
	number(m, 0x3ff0000000000000);
	str(m, "1");
	kept(m, heapimage_bytes(m->h, "1", 1));
}

static void ints(struct made *m)
{
	uint64_t first = kept(m, heapimage_int(m->h, -7));

	kept(m, heapimage_int(m->h, 7));
	expect(m, first, kept(m, heapimage_int(m->h, -7)), 2,
	       spent(m, "int", 4));
}

/* Of equal items that are not the same; the strs are a group too. */
static void tuples(struct made *m)
{
	const uint64_t items[] = {str(m, LINE), str(m, LINE)};
	uint64_t first = tuple(m, items[0]);

	expect(m, items[0], items[1], 2, spent_str(m, strlen(LINE)));
	expect(m, first, tuple(m, items[1]), 2, spent(m, "tuple", 8));
}

static void same_item(struct made *m)
{
	uint64_t item = kept(m, heapimage_list(m->h, NULL, 0));
	uint64_t first = tuple(m, item);

	expect(m, first, tuple(m, item), 2, spent(m, "tuple", 8));
}

/* Equal lists are not the same. */
static void other_items(struct made *m)
{
	tuple(m, heapimage_list(m->h, NULL, 0));
	tuple(m, heapimage_list(m->h, NULL, 0));
}

/* The inner ones stand behind the outer: they are hashed first all the same. */
static void nested(struct made *m)
{
	const uint32_t item = m->h->layout->PyTupleObject.ob_item;
	const uint64_t outer[] = {tuple(m, 0), tuple(m, 0)};
	uint64_t value = str(m, "spam"), inner[2];

	for (unsigned i = 0; i < 2; i++) {
		inner[i] = heapimage_tuple(m->h, &value, 1);
		heapimage_hold(m->h, outer[i] + item, inner[i]);
	}
	expect(m, outer[0], outer[1], 2, spent(m, "tuple", 8));
	expect(m, inner[0], inner[1], 2, spent(m, "tuple", 8));
}

/* ((...),) twice, and two that hold each other. */
static void rings(struct made *m)
{
	const uint32_t item = m->h->layout->PyTupleObject.ob_item;
	const uint64_t at[] = {tuple(m, 0), tuple(m, 0), tuple(m, 0),
			       tuple(m, 0)};

	heapimage_hold(m->h, at[0] + item, at[0]);
	heapimage_hold(m->h, at[1] + item, at[1]);
	heapimage_hold(m->h, at[2] + item, at[3]);
	heapimage_hold(m->h, at[3] + item, at[2]);
}

static void long_tuples(struct made *m)
{
	uint64_t items[LONG], first, one = kept(m, heapimage_int(m->h, 1000));

	for (size_t i = 0; i < LONG; i++)
		items[i] = one;
	first = kept(m, heapimage_tuple(m->h, items, LONG));
	/* Of malloc: its chunk says how large it is, before the GC head. */
	expect(m, first, kept(m, heapimage_tuple(m->h, items, LONG)), 2,
	       load64(heapimage_at(
		       m->h, first - m->h->layout->PyGC_Head.size - 8, 8)) &
		       ~7ull);
	items[LONG - 1] = kept(m, heapimage_int(m->h, 1001));
	kept(m, heapimage_tuple(m->h, items, LONG));
}

/* Of a class whose name and value are those of float. */
static void subclass(struct made *m)
{
	uint64_t type = heapimage_class(m->h, "builtins", "float", "float"), at;

	for (unsigned i = 0; i < 2; i++) {
		at = kept(m, heapimage_object(m->h, type, 0));
		heapimage_put(m->h, at + m->h->layout->PyFloatObject.ob_fval,
			      0x3ff8000000000000);
	}
	number(m, 0x3ff8000000000000);
}

/* Two of three, of which the last word of one is not there. */
static void not_captured(struct made *m)
{
	const uint32_t value = m->h->layout->PyBytesObject.ob_sval;
	static const char text[1000];
	uint64_t at[3];

	for (size_t i = 0; i < 3; i++)
		at[i] = kept(m, heapimage_bytes(m->h, text, sizeof(text)));
	heapimage_cut(m->h, at[1] + value + sizeof(text) - 8, 8);
	expect(m, at[0], at[2], 2,
	       load64(heapimage_at(m->h, at[0] - 8, 8)) & ~7ull);
}

/* What nothing refers to may be none: what C code has left. */
static void merely_looks(struct made *m)
{
	uint64_t at = heapimage_text(m->h, "spam");

	heapimage_put(m->h, at + m->h->layout->PyObject.ob_refcnt, 1);
	str(m, "spam");
}

/* What stands in a module is there anyway. */
static void in_module(struct made *m)
{
	const struct coil_layout *l = m->h->layout;
	uint64_t at = kept(m, heapimage_fixed(m->h, "bytes", 64));
	uint64_t copy = kept(m, heapimage_bytes(m->h, "spam", 4));

	kept(m, heapimage_bytes(m->h, "spam", 4));
	heapimage_put(m->h, at + l->PyVarObject.ob_size, 4);
	memcpy(heapimage_at(m->h, at + l->PyBytesObject.ob_sval, 4), "spam", 4);
	expect(m, copy, at, 3, 2 * spent(m, "bytes", 5));
}

static const struct {
	const char *name;
	void (*fill)(struct made *m);
} rows[] = {
	{"nothing", nothing},
	{"two equal strs and another", two_strs},
	{"an interned one and one that is not", interned},
	{"the order", order},
	{"equal waste", equal_waste},
	{"floats: equal bits", floats},
	{"a NaN twice", nans},
	{"1, True, -1, 1.0, '1', b'1'", ones},
	{"ints of one sign", ints},
	{"tuples of equal items", tuples},
	{"tuples of the same item", same_item},
	{"tuples of equal lists", other_items},
	{"nested tuples", nested},
	{"tuples in rings", rings},
	{"long tuples", long_tuples},
	{"instances of a subclass", subclass},
	{"one of three not captured whole", not_captured},
	{"one that merely looks like one", merely_looks},
	{"one of three in a module", in_module},
};

static void check_group(const struct made *m, const struct coil_graph *g,
			const struct coil_duplicates *d, size_t i)
{
	struct coil_duplicate got;

	coil_duplicates_get(d, i, &got);
	ck_assert_uint_eq(g->address[got.first], m->groups[i].first);
	ck_assert_uint_eq(got.copies, m->groups[i].copies);
	ck_assert_uint_eq(got.wasted, m->groups[i].wasted);
	ck_assert_uint_eq(coil_duplicates_member(d, i, 0), got.first);
	ck_assert_uint_eq(
		g->address[coil_duplicates_member(d, i, got.copies - 1)],
		m->last[i]);
	for (uint64_t n = 1; n < got.copies; n++)
		ck_assert_uint_lt(coil_duplicates_member(d, i, n - 1),
				  coil_duplicates_member(d, i, n));
}

START_TEST(groups)
{
	size_t row = (size_t)_i / HEAPIMAGE_BUILDS;
	struct made m = {.h = heapimage_build((unsigned)_i % HEAPIMAGE_BUILDS)};
	struct coil_snapshot *s;
	struct coil_duplicates *d = NULL;

	rows[row].fill(&m);
	s = heapimage_snapshot(m.h);
	ck_assert_int_eq(coil_duplicates_find(s, &d, NULL), COIL_OK);
	ck_assert_msg(coil_duplicates_count(d) == m.count, "%s: %zu groups",
		      rows[row].name, coil_duplicates_count(d));
	for (size_t i = 0; i < m.count; i++)
		check_group(&m, heapimage_graph(s), d, i);
	coil_duplicates_free(d);
	coil_snapshot_close(s);
	heapimage_free(m.h);
}
END_TEST

/* A value, and another in the heap that it is compared with. */
enum same {
	STR,
	STR_OTHER,
	STR_PREFIX,
	INT,
	INT_OTHER,
	FLOAT,
	FLOAT_NEGATIVE,
	BYTES,
	BYTES_CUT,
	LIST
};

static uint64_t make_value(struct heapimage *h, enum same what)
{
	const uint32_t bytes = h->layout->PyBytesObject.ob_sval;
	uint64_t at;

	switch (what) {
	case STR:
		return heapimage_text(h, "spam");
	case STR_OTHER:
		return heapimage_text(h, "spat");
	case STR_PREFIX:
		return heapimage_text(h, "spa");
	case INT:
		return heapimage_int(h, 1000);
	case INT_OTHER:
		return heapimage_int(h, -1000);
	case FLOAT:
		return heapimage_float(h, 0);
	case FLOAT_NEGATIVE:
		return heapimage_float(h, 1ull << 63);
	case LIST:
		return heapimage_list(h, NULL, 0);
	case BYTES:
	case BYTES_CUT:
		break;
	}
	at = heapimage_bytes(h, (const char[1000]){0}, 1000);
	if (what == BYTES_CUT)
		heapimage_cut(h, at + bytes + 500, 8);
	return at;
}

static const struct {
	const char *name;
	enum same a, b;
	bool same;
} pairs[] = {
	{"equal strs", STR, STR, true},
	{"strs of one length", STR, STR_OTHER, false},
	{"the beginning of a str", STR, STR_PREFIX, false},
	{"equal ints", INT, INT, true},
	{"ints of two signs", INT, INT_OTHER, false},
	{"equal floats", FLOAT, FLOAT, true},
	{"0.0 and -0.0", FLOAT, FLOAT_NEGATIVE, false},
	{"equal bytes", BYTES, BYTES, true},
	{"one not captured whole", BYTES, BYTES_CUT, false},
	{"neither captured whole", BYTES_CUT, BYTES_CUT, true},
	{"lists have no value", LIST, LIST, true},
};

/* In heaps of two builds. */
START_TEST(same_value)
{
	const enum same what[] = {pairs[_i].a, pairs[_i].b};
	struct heapimage *h[2];
	struct coil_snapshot *s[2];
	coil_node node[2];

	for (unsigned i = 0; i < 2; i++) {
		uint64_t at;

		h[i] = heapimage_build(3 * i);
		at = make_value(h[i], what[i]);
		heapimage_keep(h[i], at);
		s[i] = heapimage_snapshot(h[i]);
		node[i] = coil_graph_find(heapimage_graph(s[i]), at);
		ck_assert_uint_ne(node[i], COIL_NO_NODE);
	}
	ck_assert_msg(coil_snapshot_same_value(s[0], node[0], s[1], node[1]) ==
			      pairs[_i].same,
		      "%s", pairs[_i].name);
	for (unsigned i = 0; i < 2; i++) {
		coil_snapshot_close(s[i]);
		heapimage_free(h[i]);
	}
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, groups, 0,
			    (int)countof(rows) * HEAPIMAGE_BUILDS);
	tcase_add_loop_test(tc, same_value, 0, countof(pairs));
}
