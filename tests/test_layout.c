/* SPDX-License-Identifier: MIT */
/*
 * The layouts that are compiled in: each equals its file, the file is as it
 * would be written, and a version gets the right one.
 */

#include <stdio.h>
#include <stdlib.h>

#include "layout/compare.h"
#include "layout/table.h"
#include "tests/unit.h"

/* A file of formats/layouts. */
static void source_path(char *buf, size_t size, const char *name)
{
	const char *srcdir = getenv("srcdir");

	snprintf(buf, size, "%s/formats/layouts/%s.json", srcdir ? srcdir : ".",
		 name);
}

static void differs(void *ctx, const char *owner, const char *name,
		    const char *a, const char *b)
{
	ck_abort_msg("%s: %s.%s is %s, %s compiled in", (const char *)ctx,
		     owner, name, b, a);
}

START_TEST(embedded_equals_file)
{
	for (size_t i = 0; i < coil_layout_count; i++) {
		struct coil_layout *read = NULL;
		struct coil_error err;
		char path[4096];

		source_path(path, sizeof(path), coil_layouts[i]->name);
		ck_assert_msg(coil_layout_read(path, &read, &err) == COIL_OK,
			      "%s", err.text);
		ck_assert_str_eq(coil_layouts[i]->name, read->name);
		ck_assert_str_eq(coil_layouts[i]->source, read->source);
		coil_layout_compare(coil_layouts[i], read, differs, path);
		coil_layout_free(read);
	}
}
END_TEST

/* Each file is as coil-layout --normalise writes it. */
START_TEST(file_is_as_written)
{
	for (size_t i = 0; i < coil_layout_count; i++) {
		static char file[1u << 20];
		struct coil_layout *layout = NULL;
		char path[4096], *text = NULL;
		size_t size, length;
		FILE *out = open_memstream(&text, &size), *in;

		source_path(path, sizeof(path), coil_layouts[i]->name);
		in = fopen(path, "r");
		ck_assert_ptr_nonnull(in);
		length = fread(file, 1, sizeof(file), in);
		fclose(in);
		ck_assert_int_eq(coil_layout_read(path, &layout, NULL),
				 COIL_OK);
		ck_assert_int_eq(coil_layout_write(layout, out), COIL_OK);
		fclose(out);
		coil_layout_free(layout);
		ck_assert_msg(length == size && !memcmp(file, text, size), "%s",
			      path);
		free(text);
	}
}
END_TEST

START_TEST(known_numbers)
{
	const struct coil_layout *l =
		coil_layout_find(0x030b02f0, false, false);

	ck_assert_ptr_nonnull(l);
	ck_assert_str_eq(l->name, "cpython-3.11");
	ck_assert_uint_eq(l->PyObject.size, 16);
	ck_assert_uint_eq(l->PyObject.ob_type, 8);
	ck_assert_uint_eq(l->PyTypeObject.size, 408);
	ck_assert_uint_eq(l->PyLongObject.lv_tag, COIL_NO_FIELD);
	ck_assert_uint_eq(l->_obmalloc_state.size, 0);
	ck_assert_uint_eq(l->_obmalloc_state.arenas, COIL_NO_FIELD);
	ck_assert_uint_eq(l->constant.pool_size, 16384);
	ck_assert_int_eq(l->strategy.arenas, COIL_ARENAS_BY_SIGNATURE);
	ck_assert_int_eq(l->strategy.preheader,
			 COIL_PREHEADER_VALUES_THEN_DICT);
}
END_TEST

/* Which layout a version gets. */
static const struct {
	const char *name;
	uint32_t version;
	bool debug, free_threaded;
	const char *found;
	const char *nearest; /* NULL: the lowest or highest there is */
} finds[] = {
	{"no version", 0, false, false, NULL, NULL},
	{"3.11 alpha", 0x030b00a1, false, false, NULL, "cpython-3.11"},
	{"3.11 beta", 0x030b00b1, false, false, NULL, "cpython-3.11"},
	{"3.11 candidate", 0x030b00c1, false, false, "cpython-3.11",
	 "cpython-3.11"},
	{"3.13 alpha", 0x030d00a6, false, false, NULL, "cpython-3.13"},
	{"3.13 beta", 0x030d00b1, false, false, "cpython-3.13", "cpython-3.13"},
	{"3.15 alpha", 0x030f00a1, false, false, NULL, "cpython-3.15"},
	{"3.15 beta", 0x030f00b1, false, false, "cpython-3.15", "cpython-3.15"},
	{"3.11.2", 0x030b02f0, false, false, "cpython-3.11", "cpython-3.11"},
	{"3.11.2 debug", 0x030b02f0, true, false, "cpython-3.11-debug",
	 "cpython-3.11"},
	{"3.13.0 debug", 0x030d00f0, true, false, "cpython-3.13-debug",
	 "cpython-3.13"},
	{"3.13.0", 0x030d00f0, false, false, "cpython-3.13", "cpython-3.13"},
	{"3.13.5 free-threaded", 0x030d05f0, false, true, "cpython-3.13t",
	 "cpython-3.13"},
	{"3.12.0 free-threaded", 0x030c00f0, false, true, NULL, "cpython-3.12"},
	{"3.99", 0x036300f0, false, false, NULL, NULL},
};

START_TEST(find)
{
	const struct coil_layout *l = coil_layout_find(
		finds[_i].version, finds[_i].debug, finds[_i].free_threaded);

	if (finds[_i].found)
		ck_assert_msg(l && !strcmp(l->name, finds[_i].found), "%s",
			      finds[_i].name);
	else
		ck_assert_msg(!l, "%s: %s", finds[_i].name, l ? l->name : "");
	l = coil_layout_nearest(finds[_i].version);
	ck_assert_msg(l != NULL, "%s: nothing is near", finds[_i].name);
	if (finds[_i].nearest) {
		ck_assert_msg(!strncmp(l->name, finds[_i].nearest,
				       strlen(finds[_i].nearest)),
			      "%s: nearest %s", finds[_i].name, l->name);
		return;
	}
	for (size_t i = 0; i < coil_layout_count; i++)
		ck_assert_msg(finds[_i].version
				      ? coil_layouts[i]->last <= l->last
				      : coil_layouts[i]->first >= l->first,
			      "%s: %s, but there is %s", finds[_i].name,
			      l->name, coil_layouts[i]->name);
}
END_TEST

/* How a release stands to those on which a layout was proved. */
static const struct {
	const char *name;
	uint32_t proved[3];
	uint32_t version;
	enum coil_release release;
} releases[] = {
	{"on none", {0}, 0x030d06f0, COIL_RELEASE_UNPROVED},
	{"the only one", {0x030b02f0}, 0x030b02f0, COIL_RELEASE_PROVED},
	{"the last", {0x030b02f0, 0x030b07f0}, 0x030b07f0, COIL_RELEASE_PROVED},
	{"between", {0x030b02f0, 0x030b07f0}, 0x030b06f0, COIL_RELEASE_BETWEEN},
	{"older", {0x030b02f0, 0x030b07f0}, 0x030b01f0, COIL_RELEASE_BEFORE},
	{"older than one", {0x030d05f0}, 0x030d04f0, COIL_RELEASE_BEFORE},
	{"newer", {0x030b02f0, 0x030b07f0}, 0x030b63f0, COIL_RELEASE_BEYOND},
	{"newer than one", {0x030f02f0}, 0x030f09f0, COIL_RELEASE_BEYOND},
	{"an alpha", {0x030f02f0}, 0x030f00a1, COIL_RELEASE_ALPHA},
	{"a beta", {0x030f02f0}, 0x030f00b4, COIL_RELEASE_BETA},
	{"a candidate", {0x030f02f0}, 0x030f00c2, COIL_RELEASE_CANDIDATE},
	{"a candidate between",
	 {0x030b02f0, 0x030b07f0},
	 0x030b05c1,
	 COIL_RELEASE_CANDIDATE},
	{"a candidate on none", {0}, 0x030d00c1, COIL_RELEASE_CANDIDATE},
	{"a beta that was proved",
	 {0x030d00b1},
	 0x030d00b1,
	 COIL_RELEASE_PROVED},
};

START_TEST(release)
{
	struct coil_layout layout = {.proved = releases[_i].proved};

	while (layout.proved_count < 3 && layout.proved[layout.proved_count])
		layout.proved_count++;
	ck_assert_msg(coil_layout_release(&layout, releases[_i].version) ==
			      releases[_i].release,
		      "%s", releases[_i].name);
}
END_TEST

START_TEST(embedded_are_usable)
{
	for (size_t i = 0; i < coil_layout_count; i++) {
		struct coil_error err = {.status = COIL_OK};

		ck_assert_msg(coil_layout_usable(coil_layouts[i], &err) ==
				      COIL_OK,
			      "%s", err.text);
	}
}
END_TEST

/* Of those that may be tried on one build the narrowest is first, in whatever
 * order Makefile.inc has them. */
START_TEST(order)
{
	for (size_t i = 0; i < coil_layout_count; i++) {
		const struct coil_layout *a = coil_layouts[i];

		for (size_t k = i + 1; k < coil_layout_count; k++) {
			const struct coil_layout *b = coil_layouts[k];

			if (a->debug != b->debug ||
			    a->free_threaded != b->free_threaded ||
			    a->last < b->first || b->last < a->first)
				continue;
			ck_assert_msg(a->last - a->first <= b->last - b->first,
				      "%s is tried before %s", a->name,
				      b->name);
		}
	}
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_test(tc, embedded_equals_file);
	tcase_add_test(tc, file_is_as_written);
	tcase_add_test(tc, known_numbers);
	tcase_add_loop_test(tc, find, 0, countof(finds));
	tcase_add_loop_test(tc, release, 0, countof(releases));
	tcase_add_test(tc, embedded_are_usable);
	tcase_add_test(tc, order);
}
