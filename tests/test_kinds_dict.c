/* SPDX-License-Identifier: MIT */
/*
 * Dicts, split and ordered ones too: references and sizes, of sound objects and
 * of those that lie.
 */
#include "objects/nodes.h"
#include "tests/objectmake.h"
#include "tests/unit.h"

/* Keys of eight slots at DATA; entry @i holds @key, @value. */
static void make_keys(uint8_t kind, uint64_t refcnt)
{
	SET(PyDictObject, ma_keys, AT(DATA));
	objectmake_put(DATA + made.layout->PyDictKeysObject.dk_refcnt, refcnt);
	made.page[DATA + made.layout->PyDictKeysObject.dk_log2_size] = 3;
	made.page[DATA + made.layout->PyDictKeysObject.dk_log2_index_bytes] = 3;
	made.page[DATA + made.layout->PyDictKeysObject.dk_kind] = kind;
	objectmake_put(DATA + made.layout->PyDictKeysObject.dk_usable, 2);
	objectmake_put(DATA + made.layout->PyDictKeysObject.dk_nentries, 3);
}

static void make_entry(uint64_t i, unsigned size, uint64_t key, uint64_t value)
{
	const uint64_t at =
		DATA + made.layout->PyDictKeysObject.dk_indices + 8 + i * size;

	objectmake_put(at + size - 16, key);
	objectmake_put(at + size - 8, value);
}

START_TEST(dict_general)
{
	make_keys(0, 1);
	make_entry(0, 24, 0x7000, 0x7010);
	make_entry(2, 24, 0x7020, 0x7030); /* 1 was deleted */
	coil_kind_dict.refs(&made.reader, &made.object, &made.sink);
	EXPECT("visited", COIL_STRONG, 0, 0x7000, 0x7010, 0x7020, 0x7030);
	ck_assert_uint_eq(made.sink.refs[1].flags,
			  COIL_REF_VALUE | COIL_STRONG);
	ck_assert_uint_eq(made.sink.refs[1].label, 0x7000);
	ck_assert_uint_eq(coil_kind_dict.size(&made.reader, &made.object),
			  200 + 32 + 8 + 5 * 24);
}
END_TEST

START_TEST(dict_of_strings)
{
	make_keys(1, 1);
	make_entry(0, 16, 0x7000, 0x7010);
	make_entry(2, 16, 0x7020, 0x7030);
	coil_kind_dict.refs(&made.reader, &made.object, &made.sink);
	EXPECT("visited", COIL_EDGE_TRAVERSED, 0, 0x7010, 0x7030);
	EXPECT("counted", COIL_EDGE_COUNTED, 0, 0x7000, 0x7010, 0x7020, 0x7030);
	ck_assert_uint_eq(coil_kind_dict.size(&made.reader, &made.object),
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
	objectmake_put(0x1000, 0x7030);
	objectmake_put(0x1010, 0x7050);
	coil_kind_dict.refs(&made.reader, &made.object, &made.sink);
	EXPECT("visited", COIL_EDGE_TRAVERSED, 0, 0x7030, 0x7050);
	EXPECT("counted", COIL_EDGE_COUNTED, 0, AT(DATA), 0x7030, 0x7050);
	ck_assert_uint_eq(made.sink.refs[0].node, COIL_NODE_KEYS);
	ck_assert_uint_eq(made.sink.refs[2].label, 0x7020);
	/* Keys that others use too are not counted. */
	ck_assert_uint_eq(coil_kind_dict.size(&made.reader, &made.object),
			  200 + 5 * 8);
	made.sink.count = 0;
	coil_keys_refs(&made.reader, AT(DATA), &made.sink);
	EXPECT("keys", COIL_EDGE_COUNTED, 0, 0x7000, 0x7010, 0x7020);
	EXPECT("keys visited", COIL_EDGE_TRAVERSED, 0);
}
END_TEST

START_TEST(dict_split_without_values)
{
	make_keys(2, 7);
	SET(PyDictObject, ma_values, OUTSIDE);
	coil_kind_dict.refs(&made.reader, &made.object, &made.sink);
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
	made.page[DATA + made.layout->PyDictKeysObject.dk_log2_size] =
		dicts[_i].log2_size;
	made.page[DATA + made.layout->PyDictKeysObject.dk_log2_index_bytes] =
		dicts[_i].log2_index;
	objectmake_put(DATA + made.layout->PyDictKeysObject.dk_nentries,
		       dicts[_i].entries);
	coil_kind_dict.refs(&made.reader, &made.object, &made.sink);
	NOTHING(dicts[_i].name, dicts[_i].missing);
	(void)coil_kind_dict.size(&made.reader, &made.object);
}
END_TEST

/* Nodes at DATA and DATA + 0x40, the second followed by @next. */
static void make_nodes(uint64_t next)
{
	make_keys(1, 1);
	objectmake_put(DATA + made.layout->PyDictKeysObject.dk_nentries, 0);
	SET(PyODictObject, od_first, AT(0x1000));
	SET(PyODictObject, od_fast_nodes_size, 8);
	SET(PyDictObject, ma_used, 2);
	objectmake_put(0x1000 + made.layout->ODictNode.key, 0x7000);
	objectmake_put(0x1000 + made.layout->ODictNode.next, AT(0x1040));
	objectmake_put(0x1040 + made.layout->ODictNode.key, 0x7010);
	objectmake_put(0x1040 + made.layout->ODictNode.next, next);
}

START_TEST(ordered_dict)
{
	make_nodes(0);
	coil_kind_odict.refs(&made.reader, &made.object, &made.sink);
	EXPECT("nodes", COIL_STRONG, 0, 0x7000, 0x7010);
	ck_assert_uint_eq(coil_kind_odict.size(&made.reader, &made.object),
			  200 + 32 + 8 + 5 * 16 + 8 * 8 + 2 * 32);
}
END_TEST

static const uint64_t nexts[] = {AT(0x1000), AT(0x1040), OUTSIDE, UINT64_MAX};

START_TEST(ordered_dict_lies)
{
	make_nodes(nexts[_i]);
	coil_kind_odict.refs(&made.reader, &made.object, &made.sink);
	ck_assert_uint_ge(made.sink.count, 2);
	ck_assert_uint_lt(made.sink.count, 16);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, objectmake_setup, objectmake_teardown);
	tcase_add_test(tc, dict_general);
	tcase_add_test(tc, dict_of_strings);
	tcase_add_test(tc, dict_split);
	tcase_add_test(tc, dict_split_without_values);
	tcase_add_loop_test(tc, dict_lies, 0, countof(dicts));
	tcase_add_test(tc, ordered_dict);
	tcase_add_loop_test(tc, ordered_dict_lies, 0, countof(nexts));
}
