/* SPDX-License-Identifier: MIT */
/*
 * What looks like an object outside of pymalloc's pools, with the words in it
 * that the collector and malloc leave there.
 */
#include <stdlib.h>

#include "base/base.h"
#include "fuzz/heapimage.h"
#include "walk/walk.h"
#include "tests/unit.h"

enum { KEEP, NONE, FINALIZED, LINK, ONE_LINK, FOREIGN };

static const struct {
	const char *name;
	int links;	/* what stands in the collector's head */
	uint64_t count; /* reference count */
	bool collected, collecting, lives;
} rows[] = {
	{"tracked", KEEP, 1, true, false, true},
	{"untracked", NONE, 1, true, false, true},
	{"untracked, finalized", FINALIZED, 1, true, false, true},
	{"a bin's link and key", LINK, 1, true, false, false},
	{"a bin's link, no key", ONE_LINK, 1, true, false, false},
	{"links of what is tracked elsewhere", FOREIGN, 1, true, false, false},
	{"counts while it collects", FOREIGN, 1, true, true, true},
	{"no head, another's words", LINK, 1, false, false, true},
	{"more references than memory", KEEP, 1u << 30, true, false, false},
	{"no head, too many references", KEEP, 1u << 30, false, false, false},
};

static void put_links(struct heapimage *h, uint64_t head, int links,
		      uint64_t other)
{
	const uint64_t words[][2] = {
		[NONE] = {0, 0},
		[FINALIZED] = {0, 1},
		[LINK] = {0x2654f0a0, 0x5b8c1d2e3f405160},
		[ONE_LINK] = {0x2654f0a0, 0},
		[FOREIGN] = {other, other},
	};

	if (links == KEEP)
		return;
	heapimage_put(h, head, words[links][0]);
	heapimage_put(h, head + 8, words[links][1]);
}

START_TEST(alive)
{
	struct heapimage *h = heapimage_new(heapimage_layout(8 + 3));
	struct coil_image *image = heapimage_image(h);
	struct coil_runtime *runtime = heapimage_runtime(h, image);
	struct coil_error err = {.status = COIL_OK};
	const struct coil_type *type;
	struct coil_reader reader;
	uint64_t object, type_at;

	ck_assert_int_eq(coil_reader_open(runtime, &reader, &err), COIL_OK);
	runtime->info.gc_collecting = rows[_i].collecting;
	object = 0;
	for (size_t i = 0; i < h->samples.count && !object; i++) {
		if (!h->samples.at[i] || !h->types.at[i])
			continue;
		type_at = load64(heapimage_at(h, h->samples.at[i] + 8, 8));
		type = coil_types_get(reader.types, type_at);
		if (type &&
		    !!(type->flags & COIL_TP_HAVE_GC) == rows[_i].collected)
			object = h->samples.at[i];
	}
	ck_assert(object);
	heapimage_put(h, object, rows[_i].count);
	put_links(h, object - 16, rows[_i].links, h->gc_last);
	ck_assert_msg(coil_may_live(&reader, object, type) == rows[_i].lives,
		      "%s", rows[_i].name);
	coil_reader_close(&reader);
	coil_runtime_close(runtime);
	coil_image_close(image);
	heapimage_free(h);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, alive, 0, countof(rows));
}
