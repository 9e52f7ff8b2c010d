/* SPDX-License-Identifier: MIT */
/*
 * The collector of CPython 3.14.0 to 3.14.4, whose lists are a young generation
 * and two old spaces and whose links carry flags, in a made interpreter; and
 * that it is told from the later ones by what the process says of its state.
 *
 * Source: CPython 3.14.0, Python/gc.c: _PyGC_NEXT_MASK_OLD_SPACE_1 is bit 0 of
 * _gc_next, NEXT_MASK_UNREACHABLE bit 1.
 */

#include "base/base.h"
#include "fuzz/heapimage.h"
#include "walk/walk.h"
#include "layout/table.h"
#include "runtime/self.h"
#include "tests/unit.h"

#define OLD_SPACE_1 1u
#define UNREACHABLE 2u

enum { YOUNG, OLD_0, OLD_1, PERMANENT, LISTS };

/* Move what is on the young list to others, a quarter each, in turn. */
static size_t spread(struct heapimage *h, const struct coil_runtime *r,
		     uint64_t flags)
{
	uint64_t heads[LISTS], last[LISTS], at;
	size_t count = 0;

	for (unsigned i = 0; i < LISTS; i++)
		heads[i] = last[i] = coil_runtime_gc_list(r, h->interpreter, i);
	at = load64(heapimage_at(h, heads[YOUNG], 8));
	while (at != heads[YOUNG]) {
		uint64_t next = load64(heapimage_at(h, at, 8));
		unsigned n = count++ % LISTS;

		heapimage_put(h, last[n], at | (n == OLD_1 ? OLD_SPACE_1 : 0));
		heapimage_put(h, at + 8, last[n]);
		last[n] = at;
		at = next;
	}
	for (unsigned i = 0; i < LISTS; i++) {
		heapimage_put(h, last[i],
			      heads[i] | (i == OLD_1 ? OLD_SPACE_1 : 0) |
				      flags);
		heapimage_put(h, heads[i] + 8, last[i]);
	}
	return count;
}

static void count_one(void *ctx, uint64_t object)
{
	size_t *count = ctx;

	(void)object;
	++*count;
}

static const struct {
	const char *name;
	uint64_t flags; /* at the end of each list */
	bool collecting;
} rows[] = {
	{"no flags but those of the space", 0, false},
	{"all flags", OLD_SPACE_1 | UNREACHABLE, false},
	{"while it collects", UNREACHABLE, true},
};

START_TEST(lists)
{
	struct heapimage *h =
		heapimage_new(coil_layout_named("cpython-3.14.0"));
	struct coil_image *image = heapimage_image(h);
	struct coil_runtime *runtime = heapimage_runtime(h, image);
	struct coil_reader reader;
	size_t all, found, sum = 0;

	ck_assert_uint_eq(h->layout->strategy.gc_lists,
			  COIL_GC_LISTS_INCREMENTAL);
	all = spread(h, runtime, rows[_i].flags);
	ck_assert_uint_gt(all, LISTS);
	runtime->info.gc_collecting = rows[_i].collecting;
	ck_assert_int_eq(coil_reader_open(runtime, &reader, NULL), COIL_OK);
	for (unsigned i = 0; i < LISTS; i++) {
		found = 0;
		ck_assert_msg(coil_gc_list(&reader, h->interpreter, i,
					   count_one, &found),
			      "%s: list %u does not close", rows[_i].name, i);
		ck_assert_uint_ge(found, all / LISTS);
		sum += found;
	}
	ck_assert_uint_eq(sum, all);
	coil_reader_close(&reader);
	coil_runtime_close(runtime);
	coil_image_close(image);
	heapimage_free(h);
}
END_TEST

/* The generations of gc.get_objects(): both old spaces are 2. */
START_TEST(generations)
{
	static const unsigned as[][LISTS] = {{0, 2, 2, 3}, {0, 1, 2, 3}};
	const struct coil_layout *of[] = {coil_layout_named("cpython-3.14.0"),
					  coil_layout_named("cpython-3.14")};

	for (size_t i = 0; i < countof(of); i++)
		for (unsigned n = 0; n < LISTS; n++)
			ck_assert_uint_eq(coil_gc_generation(of[i], n),
					  as[i][n]);
}
END_TEST

/* What the process says of itself, what it is, and what comes of it. */
static const struct {
	const char *name, *is;
	uint32_t hex;
	uint64_t size;	    /* of the collector's state, by its own word */
	const char *layout; /* that is taken, or */
	const char *text;   /* why none is */
} says[] = {
	{"3.14.0", "cpython-3.14.0", 0x030e00f0, 240, "cpython-3.14.0", NULL},
	{"3.14.4", "cpython-3.14.0", 0x030e04f0, 240, "cpython-3.14.0", NULL},
	{"3.14.5rc1", "cpython-3.14", 0x030e05c1, 264, "cpython-3.14", NULL},
	{"3.14.10", "cpython-3.14", 0x030e0af0, 264, "cpython-3.14", NULL},
	{"3.14.4 with the state of 3.14.5", "cpython-3.14.0", 0x030e04f0, 264,
	 NULL, "_gc_runtime_state.size is "},
	{"3.14.5 with that of 3.14.4", "cpython-3.14", 0x030e05f0, 240, NULL,
	 "_gc_runtime_state.size is "},
	{"a state of no size", "cpython-3.14", 0x030e0af0, 0, NULL,
	 "_gc_runtime_state.size is "},
};

START_TEST(selection)
{
	struct heapimage *h = heapimage_new(coil_layout_named(says[_i].is));
	struct coil_runtime *r = NULL;
	struct coil_error err = {.status = COIL_OK};
	struct coil_image *image;

	heapimage_debug_offsets(h, says[_i].hex);
	heapimage_put(h, h->runtime + h->layout->_Py_DebugOffsets.gc_size,
		      says[_i].size);
	image = heapimage_image(h);
	(void)coil_runtime_open(image, NULL, &r, &err);
	if (says[_i].layout) {
		ck_assert_msg(r != NULL, "%s: %s", says[_i].name, err.text);
		ck_assert_str_eq(r->info.layout, says[_i].layout);
		ck_assert_int_eq(r->info.untested,
				 !strcmp(says[_i].layout, "cpython-3.14.0"));
	} else {
		ck_assert_msg(r == NULL, "%s: taken", says[_i].name);
		ck_assert_msg(strstr(err.text, says[_i].text) != NULL, "%s: %s",
			      says[_i].name, err.text);
	}
	coil_runtime_close(r);
	coil_image_close(image);
	heapimage_free(h);
}
END_TEST

/* The third threshold is none; of two counts the visited space's is first. */
START_TEST(numbers)
{
	struct heapimage *h =
		heapimage_new(coil_layout_named("cpython-3.14.0"));
	const struct coil_layout *l = h->layout;
	uint64_t gc = h->interpreter + l->PyInterpreterState.gc;
	struct coil_runtime *r = NULL;
	struct coil_error err = {.status = COIL_OK};
	struct coil_image *image;

	for (unsigned i = 0; i < 3; i++) {
		uint64_t at = gc + l->_gc_runtime_state.generations +
			      i * l->gc_generation.size;

		heapimage_put32(h, at + l->gc_generation.threshold, 10 + i);
		heapimage_put32(h, at + l->gc_generation.count, 20 + i);
	}
	heapimage_debug_offsets(h, l->first);
	heapimage_put32(h, gc + l->_gc_runtime_state.visited_space,
			(uint32_t)_i);
	image = heapimage_image(h);
	ck_assert_msg(coil_runtime_open(image, NULL, &r, &err) == COIL_OK, "%s",
		      err.text);
	ck_assert_int_eq(r->info.gc_threshold[0], 10);
	ck_assert_int_eq(r->info.gc_threshold[1], 11);
	ck_assert_int_eq(r->info.gc_threshold[2], 0);
	ck_assert_int_eq(r->info.gc_count[0], 20);
	ck_assert_int_eq(r->info.gc_count[1], _i ? 22 : 21);
	ck_assert_int_eq(r->info.gc_count[2], _i ? 21 : 22);
	coil_runtime_close(r);
	coil_image_close(image);
	heapimage_free(h);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, lists, 0, countof(rows));
	tcase_add_test(tc, generations);
	tcase_add_loop_test(tc, selection, 0, countof(says));
	tcase_add_loop_test(tc, numbers, 0, 2);
}
