/* SPDX-License-Identifier: MIT */
/*
 * References, buffers and sizes of containers, in made memory with the layout
 * of 3.11: sound objects, and objects that lie.
 */

#include "image/build.h"
#include "objects/kind.h"
#include "objects/loop.h"
#include "objects/nodes.h"
#include "tests/unit.h"

/* A page; what is at @at in it has the address BASE + @at. */
enum { BASE = 0x10000, SIZE = 0x2000, OBJECT = 0x100, DATA = 0x800 };
#define AT(at)	((uint64_t)BASE + (at))
#define OUTSIDE 0x900000 /* not captured */

static uint8_t page[SIZE];
static struct coil_image *image;
static const struct coil_layout *l;
static struct coil_reader reader;
static struct coil_type type;
static struct coil_object object;
static struct coil_sink sink;

static void put(uint64_t at, uint64_t value)
{
	ck_assert_uint_le(at, SIZE - 8);
	memcpy(page + at, &value, 8);
}

static void overflow(struct coil_sink *full)
{
	/* Whoever lies may be long-winded: what matters is that it ends. */
	full->count = 0;
}

static void setup(void)
{
	l = coil_layout_find(0x030b02f0, false, false);
	ck_assert_ptr_nonnull(l);
	memset(page, 0, sizeof(page));
	image = coil_image_new();
	ck_assert_ptr_nonnull(image);
	ck_assert_int_eq(coil_image_add(image, BASE, SIZE, page, true, false),
			 COIL_OK);
	ck_assert_int_eq(coil_image_seal(image, NULL), COIL_OK);
	reader = (struct coil_reader){
		.image = image, .layout = l, .set_dummy = AT(0x10)};
	type = (struct coil_type){.name = "made", .basicsize = 200};
	object = (struct coil_object){.address = AT(OBJECT),
				      .type = &type,
				      .head = page + OBJECT,
				      .head_size = 256};
	sink = (struct coil_sink){.flush = overflow};
}

static void teardown(void)
{
	coil_image_close(image);
}

#define SET(s, f, value) put(OBJECT + l->s.f, value)

/* The targets told with all of @flags, in order, against @expected. */
static void expect(const char *name, unsigned flags, const uint64_t *expected,
		   size_t count, uint64_t missing)
{
	size_t n = 0;

	for (unsigned i = 0; i < sink.count; i++) {
		if ((sink.refs[i].flags & flags) != flags)
			continue;
		ck_assert_msg(n < count && sink.refs[i].target == expected[n],
			      "%s: reference %u is to 0x%lx", name, i,
			      (unsigned long)sink.refs[i].target);
		n++;
	}
	ck_assert_msg(n == count, "%s: %zu references", name, n);
	ck_assert_msg(sink.missing == missing, "%s: %lu missing", name,
		      (unsigned long)sink.missing);
}

#define EXPECT(name, flags, missing, ...) \
	expect(name, flags, (const uint64_t[]){__VA_ARGS__}, \
	       sizeof((const uint64_t[]){__VA_ARGS__}) / 8, missing)
#define NOTHING(name, missing) expect(name, 0, NULL, 0, missing)

static const struct {
	const char *name;
	uint64_t size, items;
	unsigned count;
	uint64_t missing;
} lists[] = {
	{"empty, no array", 0, 0, 0, 0},
	{"empty, an array", 0, AT(DATA), 0, 0},
	{"three, one unset", 3, AT(DATA), 2, 0},
	{"no array", 3, 0, 0, 1},
	{"array not captured", 3, OUTSIDE, 0, 1},
	{"array partly captured", 3, AT(SIZE - 16), 0, 1},
	{"size beyond memory", 1u << 30, AT(DATA), 0, 1},
	{"bytes overflow", UINT64_MAX / 8 + 2, AT(DATA), 0, 1},
};

START_TEST(list)
{
	SET(PyVarObject, ob_size, lists[_i].size);
	SET(PyListObject, ob_item, lists[_i].items);
	put(DATA, 0x7000);
	put(DATA + 16, 0x7010);
	coil_kind_list.refs(&reader, &object, &sink);
	if (lists[_i].count)
		EXPECT(lists[_i].name, COIL_STRONG, 0, 0x7000, 0x7010);
	else
		NOTHING(lists[_i].name, lists[_i].missing);
}
END_TEST

START_TEST(list_size)
{
	SET(PyListObject, allocated, 5);
	ck_assert_uint_eq(coil_kind_list.size(&reader, &object), 240);
}
END_TEST

START_TEST(set)
{
	SET(PySetObject, mask, 3);
	SET(PySetObject, used, 1);
	SET(PySetObject, table, AT(DATA));
	put(DATA, 0x7000);
	put(DATA + 16, reader.set_dummy);
	put(DATA + 32, 0x7020); /* the dummy of an interpreter unknown */
	put(DATA + 40, UINT64_MAX);
	coil_kind_set.refs(&reader, &object, &sink);
	EXPECT("set", COIL_STRONG, 0, 0x7000);
	ck_assert_uint_eq(coil_kind_set.size(&reader, &object), 264);
	SET(PySetObject, table, AT(OBJECT) + l->PySetObject.smalltable);
	ck_assert_uint_eq(coil_kind_set.size(&reader, &object), 200);
}
END_TEST

START_TEST(set_lies)
{
	static const uint64_t masks[] = {UINT64_MAX, UINT64_MAX >> 1,
					 UINT64_MAX >> 4, SIZE};

	SET(PySetObject, mask, masks[_i]);
	SET(PySetObject, table, AT(DATA));
	coil_kind_set.refs(&reader, &object, &sink);
	NOTHING("set", 1);
}
END_TEST

/* Keys of eight slots at DATA; entry @i holds @key, @value. */
static void make_keys(uint8_t kind, uint64_t refcnt)
{
	SET(PyDictObject, ma_keys, AT(DATA));
	put(DATA + l->PyDictKeysObject.dk_refcnt, refcnt);
	page[DATA + l->PyDictKeysObject.dk_log2_size] = 3;
	page[DATA + l->PyDictKeysObject.dk_log2_index_bytes] = 3;
	page[DATA + l->PyDictKeysObject.dk_kind] = kind;
	put(DATA + l->PyDictKeysObject.dk_usable, 2);
	put(DATA + l->PyDictKeysObject.dk_nentries, 3);
}

static void make_entry(uint64_t i, unsigned size, uint64_t key, uint64_t value)
{
	const uint64_t at =
		DATA + l->PyDictKeysObject.dk_indices + 8 + i * size;

	put(at + size - 16, key);
	put(at + size - 8, value);
}

START_TEST(dict_general)
{
	make_keys(0, 1);
	make_entry(0, 24, 0x7000, 0x7010);
	make_entry(2, 24, 0x7020, 0x7030); /* 1 was deleted */
	coil_kind_dict.refs(&reader, &object, &sink);
	EXPECT("visited", COIL_STRONG, 0, 0x7000, 0x7010, 0x7020, 0x7030);
	ck_assert_uint_eq(sink.refs[1].flags, COIL_REF_VALUE | COIL_STRONG);
	ck_assert_uint_eq(sink.refs[1].label, 0x7000);
	ck_assert_uint_eq(coil_kind_dict.size(&reader, &object),
			  200 + 32 + 8 + 5 * 24);
}
END_TEST

START_TEST(dict_of_strings)
{
	make_keys(1, 1);
	make_entry(0, 16, 0x7000, 0x7010);
	make_entry(2, 16, 0x7020, 0x7030);
	coil_kind_dict.refs(&reader, &object, &sink);
	EXPECT("visited", COIL_EDGE_TRAVERSED, 0, 0x7010, 0x7030);
	EXPECT("counted", COIL_EDGE_COUNTED, 0, 0x7000, 0x7010, 0x7020, 0x7030);
	ck_assert_uint_eq(coil_kind_dict.size(&reader, &object),
			  200 + 32 + 8 + 5 * 16);
}
END_TEST

START_TEST(dict_split)
{
	make_keys(2, 7);
	make_entry(0, 16, 0x7000, 0);
	make_entry(1, 16, 0x7010, 0);
	make_entry(2, 16, 0x7020, 0);
	SET(PyDictObject, ma_values, AT(0x1000));
	put(0x1000, 0x7030);
	put(0x1010, 0x7050);
	coil_kind_dict.refs(&reader, &object, &sink);
	EXPECT("visited", COIL_EDGE_TRAVERSED, 0, 0x7030, 0x7050);
	EXPECT("counted", COIL_EDGE_COUNTED, 0, AT(DATA), 0x7030, 0x7050);
	ck_assert_uint_eq(sink.refs[0].node, COIL_NODE_KEYS);
	ck_assert_uint_eq(sink.refs[2].label, 0x7020);
	/* Keys that others use too are not counted. */
	ck_assert_uint_eq(coil_kind_dict.size(&reader, &object), 200 + 5 * 8);
	sink.count = 0;
	coil_keys_refs(&reader, AT(DATA), &sink);
	EXPECT("keys", COIL_EDGE_COUNTED, 0, 0x7000, 0x7010, 0x7020);
	EXPECT("keys visited", COIL_EDGE_TRAVERSED, 0);
}
END_TEST

START_TEST(dict_split_without_values)
{
	make_keys(2, 7);
	SET(PyDictObject, ma_values, OUTSIDE);
	coil_kind_dict.refs(&reader, &object, &sink);
	EXPECT("counted", COIL_EDGE_COUNTED, 1, AT(DATA));
}
END_TEST

static const struct {
	const char *name;
	uint8_t kind, log2_size, log2_index;
	uint64_t entries, missing;
} dicts[] = {
	{"empty", 1, 3, 3, 0, 0},
	{"unknown kind", 3, 3, 3, 3, 1},
	{"more entries than memory", 1, 3, 3, SIZE, 1},
	{"entries overflow", 1, 3, 3, UINT64_MAX, 1},
	{"entries overflow in bytes", 1, 3, 3, UINT64_MAX / 16 + 2, 1},
	{"index beyond memory", 1, 3, 40, 3, 1},
	{"index overflows", 1, 3, 255, 3, 1},
	{"slots overflow", 1, 255, 3, 3, 1},
};

START_TEST(dict_lies)
{
	make_keys(dicts[_i].kind, 1);
	page[DATA + l->PyDictKeysObject.dk_log2_size] = dicts[_i].log2_size;
	page[DATA + l->PyDictKeysObject.dk_log2_index_bytes] =
		dicts[_i].log2_index;
	put(DATA + l->PyDictKeysObject.dk_nentries, dicts[_i].entries);
	coil_kind_dict.refs(&reader, &object, &sink);
	NOTHING(dicts[_i].name, dicts[_i].missing);
	(void)coil_kind_dict.size(&reader, &object);
}
END_TEST

/* Nodes at DATA and DATA + 0x40, the second followed by @next. */
static void make_nodes(uint64_t next)
{
	make_keys(1, 1);
	put(DATA + l->PyDictKeysObject.dk_nentries, 0);
	SET(PyODictObject, od_first, AT(0x1000));
	SET(PyODictObject, od_fast_nodes_size, 8);
	SET(PyDictObject, ma_used, 2);
	put(0x1000 + l->ODictNode.key, 0x7000);
	put(0x1000 + l->ODictNode.next, AT(0x1040));
	put(0x1040 + l->ODictNode.key, 0x7010);
	put(0x1040 + l->ODictNode.next, next);
}

START_TEST(ordered_dict)
{
	make_nodes(0);
	coil_kind_odict.refs(&reader, &object, &sink);
	EXPECT("nodes", COIL_STRONG, 0, 0x7000, 0x7010);
	ck_assert_uint_eq(coil_kind_odict.size(&reader, &object),
			  200 + 32 + 8 + 5 * 16 + 8 * 8 + 2 * 32);
}
END_TEST

static const uint64_t nexts[] = {AT(0x1000), AT(0x1040), OUTSIDE, UINT64_MAX};

START_TEST(ordered_dict_lies)
{
	make_nodes(nexts[_i]);
	coil_kind_odict.refs(&reader, &object, &sink);
	ck_assert_uint_ge(sink.count, 2);
	ck_assert_uint_lt(sink.count, 16);
}
END_TEST

/* Blocks at 0x1000 and 0x1400. */
static void make_deque(uint64_t left, uint64_t right, uint64_t items,
		       uint64_t next)
{
	SET(PyVarObject, ob_size, items);
	SET(dequeobject, leftblock, AT(0x1000));
	SET(dequeobject, rightblock, AT(0x1400));
	SET(dequeobject, leftindex, left);
	SET(dequeobject, rightindex, right);
	put(0x1000 + l->dequeblock.rightlink, next);
	put(0x1000 + l->dequeblock.data + 63 * 8, 0x7000);
	put(0x1400 + l->dequeblock.data, 0x7010);
	put(0x1400 + l->dequeblock.data + 8, 0x7020);
}

static uint64_t taken, taken_bytes;

static void take(struct coil_buffers *buffers, uint64_t address, uint64_t bytes)
{
	(void)buffers;
	(void)address;
	taken++;
	taken_bytes += bytes;
}

START_TEST(deque)
{
	struct coil_buffers buffers = {take};

	make_deque(63, 0, 2, AT(0x1400));
	SET(dequeobject, numfreeblocks, 1);
	SET(dequeobject, freeblocks, AT(0x1800));
	coil_kind_deque.refs(&reader, &object, &sink);
	EXPECT("deque", COIL_STRONG, 0, 0x7000, 0x7010);
	ck_assert_uint_eq(sink.refs[1].label, 1);
	ck_assert_uint_eq(coil_kind_deque.size(&reader, &object),
			  200 + 2 * 528);
	coil_kind_deque.buffers(&reader, &object, &buffers);
	ck_assert_uint_eq(taken, 3);
	ck_assert_uint_eq(taken_bytes, 3 * 528);
}
END_TEST

static const struct {
	const char *name;
	uint64_t left, right, next;
	unsigned count; /* references at most */
} deques[] = {
	{"left beyond the block", 64, 0, AT(0x1400), 1},
	{"left overflows", UINT64_MAX, 0, AT(0x1400), 1},
	{"right beyond the block", 63, 200, AT(0x1400), 3},
	{"right before the block", 63, UINT64_MAX - 1, AT(0x1400), 3},
	{"a loop", 63, 0, AT(0x1000), 16},
	{"leads nowhere", 63, 0, 0, 1},
	{"leads out", 63, 0, OUTSIDE, 1},
};

START_TEST(deque_lies)
{
	struct coil_buffers buffers = {take};

	make_deque(deques[_i].left, deques[_i].right, 2, deques[_i].next);
	SET(dequeobject, numfreeblocks, UINT64_MAX);
	coil_kind_deque.refs(&reader, &object, &sink);
	ck_assert_msg(sink.count <= deques[_i].count, "%s: %u", deques[_i].name,
		      sink.count);
	coil_kind_deque.buffers(&reader, &object, &buffers);
}
END_TEST

START_TEST(lru_cache)
{
	SET(lru_cache_object, root_next, AT(0x1000));
	put(0x1000 + l->lru_list_elem.next, AT(OBJECT));
	put(0x1000 + l->lru_list_elem.key, 0x7000);
	put(0x1000 + l->lru_list_elem.result, 0x7010);
	put(0x1000 + l->PyObject.ob_type, AT(0x1100));
	put(0x1100 + l->PyTypeObject.tp_flags, COIL_TP_HEAPTYPE);
	coil_kind_lru_cache.refs(&reader, &object, &sink);
	EXPECT("visited", COIL_EDGE_TRAVERSED, 0, 0x7000, 0x7010, AT(0x1100));
	EXPECT("counted", COIL_EDGE_COUNTED, 0, AT(0x1000));
}
END_TEST

START_TEST(lru_cache_lies)
{
	SET(lru_cache_object, root_next, nexts[_i]);
	put(0x1000 + l->lru_list_elem.next, AT(0x1040));
	put(0x1040 + l->lru_list_elem.next, AT(0x1000));
	coil_kind_lru_cache.refs(&reader, &object, &sink);
	ck_assert_uint_lt(sink.count, 64);
}
END_TEST

/* A list may be as long as memory is. */
START_TEST(long_list)
{
	struct coil_loop loop = {0};
	uint64_t at = 1;

	while (at < 1000000 && coil_loop_on(&loop, at))
		at++;
	ck_assert_uint_eq(at, 1000000);
	for (at = 0; at < 1000 && coil_loop_on(&loop, 1000000 + at % 7); at++)
		;
	ck_assert_uint_eq(at, 1000); /* the mark is elsewhere yet */
	loop = (struct coil_loop){0};
	for (at = 0; at < 1000 && coil_loop_on(&loop, 1 + at % 7); at++)
		;
	ck_assert_uint_lt(at, 30);
}
END_TEST

static const struct {
	const char *name;
	uint32_t state;
	uint64_t length, wstr, utf8, utf8_length, data;
	uint64_t size, buffers, buffer_bytes;
} strs[] = {
	{"empty", 0xe4, 0, 0, 0, 0, 0, 49, 0, 0},
	{"ascii", 0xe4, 5, 0, 0, 0, 0, 54, 0, 0},
	{"ascii and wide", 0xe4, 5, AT(0x40), 0, 0, 0, 78, 1, 24},
	{"latin", 0xa4, 5, 0, 0, 0, 0, 78, 0, 0},
	{"latin and utf-8", 0xa4, 5, 0, AT(0x40), 7, 0, 86, 1, 8},
	{"two bytes", 0xa8, 5, 0, 0, 0, 0, 84, 0, 0},
	{"four bytes, wide shared", 0xb0, 5, AT(OBJECT + 72), 0, 0, 0, 96, 0,
	 0},
	{"of a subclass", 0x84, 5, 0, 0, 0, AT(DATA), 86, 1, 6},
	{"of a subclass, ascii", 0xc4, 5, 0, AT(DATA), 5, AT(DATA), 86, 1, 6},
	{"not ready", 0x00, 0, AT(0x40), 0, 0, 0, 84, 1, 4},
};

START_TEST(str)
{
	struct coil_buffers buffers = {take};

	SET(PyASCIIObject, length, strs[_i].length);
	SET(PyASCIIObject, state, strs[_i].state);
	SET(PyASCIIObject, wstr, strs[_i].wstr);
	SET(PyCompactUnicodeObject, utf8, strs[_i].utf8);
	SET(PyCompactUnicodeObject, utf8_length, strs[_i].utf8_length);
	SET(PyUnicodeObject, data, strs[_i].data);
	ck_assert_msg(coil_kind_str.size(&reader, &object) == strs[_i].size,
		      "%s: %lu", strs[_i].name,
		      (unsigned long)coil_kind_str.size(&reader, &object));
	coil_kind_str.buffers(&reader, &object, &buffers);
	ck_assert_msg(taken == strs[_i].buffers &&
			      taken_bytes == strs[_i].buffer_bytes,
		      "%s: %lu buffers, %lu bytes", strs[_i].name,
		      (unsigned long)taken, (unsigned long)taken_bytes);
}
END_TEST

START_TEST(int_size)
{
	static const struct {
		uint64_t ob_size, size;
	} ints[] = {
		{0, 28}, {1, 28}, {2, 32}, {UINT64_MAX - 2, 36}, {100, 424},
	};

	SET(PyVarObject, ob_size, ints[_i].ob_size);
	ck_assert_uint_eq(coil_kind_int.size(&reader, &object), ints[_i].size);
}
END_TEST

START_TEST(names)
{
	const char *seen[2 * coil_kind_count];
	size_t n = 0;

	for (size_t i = 0; i < coil_kind_count; i++) {
		if (coil_kinds[i]->name)
			seen[n++] = coil_kinds[i]->name;
		if (coil_kinds[i]->other_name)
			seen[n++] = coil_kinds[i]->other_name;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(strcmp(seen[i], seen[k]) != 0,
				      "%s is there twice", seen[i]);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, list, 0, countof(lists));
	tcase_add_test(tc, list_size);
	tcase_add_test(tc, set);
	tcase_add_loop_test(tc, set_lies, 0, 4);
	tcase_add_test(tc, dict_general);
	tcase_add_test(tc, dict_of_strings);
	tcase_add_test(tc, dict_split);
	tcase_add_test(tc, dict_split_without_values);
	tcase_add_loop_test(tc, dict_lies, 0, countof(dicts));
	tcase_add_test(tc, ordered_dict);
	tcase_add_loop_test(tc, ordered_dict_lies, 0, countof(nexts));
	tcase_add_test(tc, deque);
	tcase_add_loop_test(tc, deque_lies, 0, countof(deques));
	tcase_add_test(tc, lru_cache);
	tcase_add_loop_test(tc, lru_cache_lies, 0, countof(nexts));
	tcase_add_test(tc, long_list);
	tcase_add_loop_test(tc, str, 0, countof(strs));
	tcase_add_loop_test(tc, int_size, 0, 5);
	tcase_add_test(tc, names);
}
