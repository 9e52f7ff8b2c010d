/* SPDX-License-Identifier: MIT */
/*
 * What is linked: deques, caches of functools, and lists that are a loop.
 */
#include "objects/loop.h"
#include "tests/objectmake.h"
#include "tests/unit.h"

static const uint64_t nexts[] = {AT(0x1000), AT(0x1040), OUTSIDE, UINT64_MAX};

/* Blocks at 0x1000 and 0x1400. */
static void make_deque(uint64_t left, uint64_t right, uint64_t items,
		       uint64_t next)
{
	SET(PyVarObject, ob_size, items);
	SET(dequeobject, leftblock, AT(0x1000));
	SET(dequeobject, rightblock, AT(0x1400));
	SET(dequeobject, leftindex, left);
	SET(dequeobject, rightindex, right);
	objectmake_put(0x1000 + made.layout->dequeblock.rightlink, next);
	objectmake_put(0x1000 + made.layout->dequeblock.data + 63 * 8, 0x7000);
	objectmake_put(0x1400 + made.layout->dequeblock.data, 0x7010);
	objectmake_put(0x1400 + made.layout->dequeblock.data + 8, 0x7020);
}

START_TEST(deque)
{
	struct coil_buffers buffers = {objectmake_take};

	make_deque(63, 0, 2, AT(0x1400));
	SET(dequeobject, numfreeblocks, 1);
	SET(dequeobject, freeblocks, AT(0x1800));
	coil_kind_deque.refs(&made.reader, &made.object, &made.sink);
	EXPECT("deque", COIL_STRONG, 0, 0x7000, 0x7010);
	ck_assert_uint_eq(made.sink.refs[1].label, 1);
	ck_assert_uint_eq(coil_kind_deque.size(&made.reader, &made.object),
			  200 + 2 * 528);
	coil_kind_deque.buffers(&made.reader, &made.object, &buffers);
	ck_assert_uint_eq(made.taken, 3);
	ck_assert_uint_eq(made.taken_bytes, 3 * 528);
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
	struct coil_buffers buffers = {objectmake_take};

	make_deque(deques[_i].left, deques[_i].right, 2, deques[_i].next);
	SET(dequeobject, numfreeblocks, UINT64_MAX);
	coil_kind_deque.refs(&made.reader, &made.object, &made.sink);
	ck_assert_msg(made.sink.count <= deques[_i].count, "%s: %u",
		      deques[_i].name, made.sink.count);
	coil_kind_deque.buffers(&made.reader, &made.object, &buffers);
}
END_TEST

START_TEST(lru_cache)
{
	SET(lru_cache_object, root_next, AT(0x1000));
	objectmake_put(0x1000 + made.layout->lru_list_elem.next, AT(OBJECT));
	objectmake_put(0x1000 + made.layout->lru_list_elem.key, 0x7000);
	objectmake_put(0x1000 + made.layout->lru_list_elem.result, 0x7010);
	objectmake_put(0x1000 + made.layout->PyObject.ob_type, AT(0x1100));
	objectmake_put(0x1100 + made.layout->PyTypeObject.tp_flags,
		       COIL_TP_HEAPTYPE);
	coil_kind_lru_cache.refs(&made.reader, &made.object, &made.sink);
	EXPECT("visited", COIL_EDGE_TRAVERSED, 0, 0x7000, 0x7010, AT(0x1100));
	EXPECT("counted", COIL_EDGE_COUNTED, 0, AT(0x1000));
}
END_TEST

START_TEST(lru_cache_lies)
{
	SET(lru_cache_object, root_next, nexts[_i]);
	objectmake_put(0x1000 + made.layout->lru_list_elem.next, AT(0x1040));
	objectmake_put(0x1040 + made.layout->lru_list_elem.next, AT(0x1000));
	coil_kind_lru_cache.refs(&made.reader, &made.object, &made.sink);
	ck_assert_uint_lt(made.sink.count, 64);
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

void unit_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, objectmake_setup, objectmake_teardown);
	tcase_add_test(tc, deque);
	tcase_add_loop_test(tc, deque_lies, 0, countof(deques));
	tcase_add_test(tc, lru_cache);
	tcase_add_loop_test(tc, lru_cache_lies, 0, countof(nexts));
	tcase_add_test(tc, long_list);
}
