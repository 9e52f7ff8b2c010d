/* SPDX-License-Identifier: MIT */
/*
 * Layouts that may be tried on one release: on a made interpreter of each of
 * them it is the one that is taken, since what the process says of itself tells
 * it from the others.
 */

#include <stdio.h>
#include <stdlib.h>

#include "fuzz/heapimage.h"
#include "tests/unit.h"

/* A release for which both hold, if one was proved on it that; 0: none. */
static uint32_t release_of_both(const struct coil_layout *a,
				const struct coil_layout *b)
{
	uint32_t first = (a->first > b->first ? a->first : b->first) | 0xf0;

	for (uint32_t i = 0; i < a->proved_count; i++) {
		if (coil_layout_fits(b, a->proved[i], a->debug,
				     a->free_threaded))
			return a->proved[i];
	}
	return coil_layout_fits(a, first, a->debug, a->free_threaded) &&
			       coil_layout_fits(b, first, a->debug,
						a->free_threaded)
		       ? first
		       : 0;
}

/* Row: the layout of the interpreter, and any other. */
START_TEST(taken)
{
	const struct coil_layout *is =
		coil_layouts[(size_t)_i / coil_layout_count];
	const struct coil_layout *other =
		coil_layouts[(size_t)_i % coil_layout_count];
	uint32_t release = is == other ? 0 : release_of_both(is, other);
	struct coil_layout made = *is;
	struct coil_runtime *r = NULL;
	struct coil_error err = {.status = COIL_OK};
	struct coil_image *image;
	struct heapimage *h;
	char path[4096];

	if (!release)
		return;
	made.proved = &release; /* what the interpreter says it is */
	made.proved_count = 1;
	h = heapimage_new(&made);
	heapimage_debug_offsets(h, release);
	image = heapimage_image(h);
	ck_assert_msg(coil_runtime_open(image, NULL, &r, &err) == COIL_OK,
		      "%s, 0x%08x: %s", is->name, release, err.text);
	ck_assert_msg(r->layout == is, "%s, 0x%08x: read by %s", is->name,
		      release, r->layout->name);
	coil_runtime_close(r);
	r = NULL;
	snprintf(path, sizeof(path), "%s/formats/layouts/%s.json",
		 getenv("srcdir") ? getenv("srcdir") : ".", other->name);
	ck_assert_msg(coil_runtime_open(image, path, &r, &err) != COIL_OK,
		      "%s, 0x%08x: read by %s too", is->name, release,
		      other->name);
	coil_image_close(image);
	heapimage_free(h);
}
END_TEST

/* There are such pairs: those of Debian's 3.13 and the one of others. */
START_TEST(pairs)
{
	const struct coil_layout *a = coil_layout_named("cpython-3.13.18");
	const struct coil_layout *b =
		coil_layout_named("cpython-3.13.18-debian");

	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_nonnull(b);
	ck_assert_uint_eq(a->first, b->first);
	ck_assert_uint_eq(a->last, b->last);
	ck_assert_uint_eq(release_of_both(a, b), 0x030d0ff0);
	ck_assert_uint_eq(release_of_both(b, a), 0x030d12f0);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, taken, 0,
			    (int)(coil_layout_count * coil_layout_count));
	tcase_add_test(tc, pairs);
}
