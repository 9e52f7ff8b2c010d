/* SPDX-License-Identifier: MIT */
/*
 * Layout files: what is compiled in equals its file, and every mistake in a
 * file is told by name.
 */

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "layout/table.h"

/* A file of formats/layouts. */
static void source_path(char *buf, size_t size, const char *name)
{
	const char *srcdir = getenv("srcdir");

	snprintf(buf, size, "%s/formats/layouts/%s.json", srcdir ? srcdir : ".",
		 name);
}

static void check_roots(const struct coil_layout_root *a, uint32_t n_a,
			const struct coil_layout_root *b, uint32_t n_b)
{
	ck_assert_uint_eq(n_a, n_b);
	for (uint32_t i = 0; i < n_a; i++) {
		ck_assert_str_eq(a[i].name, b[i].name);
		ck_assert_uint_eq(a[i].offset, b[i].offset);
		ck_assert_uint_eq(a[i].count, b[i].count);
		ck_assert_uint_eq(a[i].stride, b[i].stride);
	}
}

/* All numbers, and the words, of two layouts. */
static void check_equal(const struct coil_layout *a,
			const struct coil_layout *b)
{
	ck_assert_str_eq(a->name, b->name);
	ck_assert_str_eq(a->source, b->source);
	ck_assert_uint_eq(a->first, b->first);
	ck_assert_uint_eq(a->last, b->last);
	ck_assert(a->debug == b->debug);
	ck_assert(a->free_threaded == b->free_threaded);
	ck_assert_uint_eq(a->proved_count, b->proved_count);
	for (uint32_t i = 0; i < a->proved_count; i++)
		ck_assert_uint_eq(a->proved[i], b->proved[i]);
	for (size_t i = 0; i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];

		ck_assert_msg(coil_layout_number(a, row->at) ==
				      coil_layout_number(b, row->at),
			      "%s.%s", row->owner,
			      row->field ? row->field : "size");
	}
	ck_assert(!memcmp(&a->constant, &b->constant, sizeof(a->constant)));
	ck_assert(!memcmp(&a->strategy, &b->strategy, sizeof(a->strategy)));
	check_roots(a->interpreter_roots, a->interpreter_root_count,
		    b->interpreter_roots, b->interpreter_root_count);
	check_roots(a->thread_roots, a->thread_root_count, b->thread_roots,
		    b->thread_root_count);
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
		check_equal(coil_layouts[i], read);
		coil_layout_free(read);
	}
}
END_TEST

/* Each file is as coil-layout writes it, so that two compare well. */
START_TEST(file_is_as_written)
{
	for (size_t i = 0; i < coil_layout_count; i++) {
		static char file[1u << 20];
		char path[4096], *text = NULL;
		size_t size, length;
		FILE *out = open_memstream(&text, &size), *in;

		source_path(path, sizeof(path), coil_layouts[i]->name);
		in = fopen(path, "r");
		ck_assert_ptr_nonnull(in);
		length = fread(file, 1, sizeof(file), in);
		fclose(in);
		ck_assert_int_eq(coil_layout_write(coil_layouts[i], out),
				 COIL_OK);
		fclose(out);
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

/* One change to a good file: @value of NULL removes @key of @section. */
static const struct {
	const char *name, *section, *key, *value;
	enum coil_status status;
	const char *text;
} changes[] = {
	{"unchanged", NULL, "name", "\"x\"", COIL_OK, ""},
	{"no name", NULL, "name", NULL, COIL_E_BAD_DATA, "name is missing"},
	{"name a number", NULL, "name", "1", COIL_E_BAD_DATA,
	 "name is no string"},
	{"no source", NULL, "source", NULL, COIL_E_BAD_DATA,
	 "source is missing"},
	{"no range", NULL, "first", NULL, COIL_E_BAD_DATA, "first is missing"},
	{"a range in decimal", NULL, "last", "\"3\"", COIL_E_BAD_DATA,
	 "last is not of the form"},
	{"a range too large", NULL, "last", "\"0x100000000\"", COIL_E_BAD_DATA,
	 "last is not of the form"},
	{"a range of no digits", NULL, "last", "\"0x\"", COIL_E_BAD_DATA,
	 "last is not of the form"},
	{"no debug", NULL, "debug", NULL, COIL_E_BAD_DATA, "debug is missing"},
	{"free_threaded a number", NULL, "free_threaded", "0", COIL_E_BAD_DATA,
	 "free_threaded is neither"},
	{"proved nowhere", NULL, "proved", "[]", COIL_OK, ""},
	{"nothing on where it was proved", NULL, "proved", NULL, COIL_OK, ""},
	{"proved a number", NULL, "proved", "1", COIL_E_BAD_DATA,
	 "proved is no list"},
	{"proved on 3.11", NULL, "proved", "[\"3.11.2\"]", COIL_E_BAD_DATA,
	 "proved is not of the form"},
	{"proved twice on one", NULL, "proved",
	 "[\"0x030b02f0\", \"0x030b02f0\"]", COIL_E_BAD_DATA,
	 "proved is not ascending"},
	{"no structs", NULL, "structs", NULL, COIL_E_BAD_DATA,
	 "structs is missing"},
	{"structs a list", NULL, "structs", "[]", COIL_E_BAD_DATA,
	 "structs is no object"},
	{"no struct", "structs", "PyObject", NULL, COIL_E_BAD_DATA,
	 "structs.PyObject is missing"},
	{"a struct of this name but null", "structs", "PyDictValues", "null",
	 COIL_OK, ""},
	{"a struct that is a number", "structs", "PyObject", "3",
	 COIL_E_BAD_DATA, "structs.PyObject is neither"},
	{"no size", "structs", "PyObject", "{\"ob_refcnt\": 0, \"ob_type\": 8}",
	 COIL_E_BAD_DATA, "PyObject.size is missing"},
	{"null for a size", "structs", "PyObject",
	 "{\"size\": null, \"ob_refcnt\": 0, \"ob_type\": 8}", COIL_E_BAD_DATA,
	 "PyObject.size is no number"},
	{"no field", "structs", "PyObject", "{\"size\": 16, \"ob_type\": 8}",
	 COIL_E_BAD_DATA, "PyObject.ob_refcnt is missing"},
	{"null for a field", "structs", "PyObject",
	 "{\"size\": 16, \"ob_refcnt\": null, \"ob_type\": 8}", COIL_OK, ""},
	{"a negative field", "structs", "PyObject",
	 "{\"size\": 16, \"ob_refcnt\": -1, \"ob_type\": 8}", COIL_E_BAD_DATA,
	 "PyObject.ob_refcnt is no number"},
	{"a field beyond reason", "structs", "PyObject",
	 "{\"size\": 16, \"ob_refcnt\": 4294967295, \"ob_type\": 8}",
	 COIL_E_BAD_DATA, "PyObject.ob_refcnt is no number"},
	{"a field that is text", "structs", "PyObject",
	 "{\"size\": 16, \"ob_refcnt\": \"0\", \"ob_type\": 8}",
	 COIL_E_BAD_DATA, "PyObject.ob_refcnt is no number"},
	{"more than asked for", "structs", "PyOther", "{}", COIL_OK, ""},
	{"no constants", NULL, "constants", NULL, COIL_E_BAD_DATA,
	 "constants is missing"},
	{"no constant", "constants", "pool_size", NULL, COIL_E_BAD_DATA,
	 "constants.pool_size is missing"},
	{"a constant of all bits", "constants", "static_refcount", "4294967295",
	 COIL_OK, ""},
	{"a constant of more", "constants", "static_refcount", "4294967296",
	 COIL_E_BAD_DATA, "constants.static_refcount is no number"},
	{"no strategies", NULL, "strategies", "3", COIL_E_BAD_DATA,
	 "strategies is no object"},
	{"no strategy", "strategies", "arenas", NULL, COIL_E_BAD_DATA,
	 "strategies.arenas is missing"},
	{"a strategy not known", "strategies", "arenas", "\"guess\"",
	 COIL_E_BAD_DATA, "strategies.arenas: no strategy \"guess\""},
	{"a strategy that is a number", "strategies", "arenas", "1",
	 COIL_E_BAD_DATA, "strategies.arenas is no string"},
	{"no roots", NULL, "interpreter_roots", NULL, COIL_E_BAD_DATA,
	 "interpreter_roots is missing"},
	{"roots an object", NULL, "thread_roots", "{}", COIL_E_BAD_DATA,
	 "thread_roots is no list"},
	{"no root at all", NULL, "thread_roots", "[]", COIL_OK, ""},
	{"a root of three", NULL, "thread_roots", "[[\"dict\", 8, 1]]",
	 COIL_E_BAD_DATA, "thread_roots[0] is not"},
	{"a root without a name", NULL, "thread_roots", "[[1, 8, 1, 8]]",
	 COIL_E_BAD_DATA, "thread_roots[0] is not"},
	{"a root with a text", NULL, "thread_roots",
	 "[[\"dict\", 8, 1, 8], [\"context\", 8, \"1\", 8]]", COIL_E_BAD_DATA,
	 "context.count is no number"},
	{"a root without end", NULL, "thread_roots",
	 "[[\"dict\", 8, 16777216, 8]]", COIL_E_BAD_DATA,
	 "dict.count times its stride"},
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert(fputs(text, file) >= 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void temporary(char *path, size_t size)
{
	int fd;

	snprintf(path, size, "/tmp/coil-layout-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

/* The layout of 3.11 with one key set or removed, read again. */
static enum coil_status read_changed(const char *in, const char *key,
				     const char *value,
				     struct coil_layout **layout,
				     struct coil_error *err)
{
	char path[4096];
	json_t *root, *section;
	enum coil_status st;
	char *text;

	source_path(path, sizeof(path), "cpython-3.11");
	root = json_load_file(path, 0, NULL);
	ck_assert_ptr_nonnull(root);
	section = in ? json_object_get(root, in) : root;
	if (value)
		ck_assert_int_eq(
			json_object_set_new(
				section, key,
				json_loads(value, JSON_DECODE_ANY, NULL)),
			0);
	else
		ck_assert_int_eq(json_object_del(section, key), 0);
	text = json_dumps(root, 0);
	json_decref(root);
	temporary(path, sizeof(path));
	write_file(path, text);
	free(text);
	st = coil_layout_read(path, layout, err);
	unlink(path);
	return st;
}

START_TEST(change)
{
	struct coil_layout *layout = NULL;
	struct coil_error err = {COIL_OK, ""};
	enum coil_status st = read_changed(changes[_i].section, changes[_i].key,
					   changes[_i].value, &layout, &err);

	ck_assert_msg(st == changes[_i].status, "%s: status %d %s",
		      changes[_i].name, st, err.text);
	ck_assert_msg(strstr(err.text, changes[_i].text) != NULL, "%s: %s",
		      changes[_i].name, err.text);
	coil_layout_free(layout);
}
END_TEST

/* The same for what is a layout, but none to work with. */
static const struct {
	const char *name, *section, *key, *value, *text;
} unusable[] = {
	{"nothing", NULL, "name", "\"x\"", ""},
	{"no struct", "structs", "PyDictKeysObject", "null",
	 "has no PyDictKeysObject, which"},
	{"no field", "structs", "PyObject",
	 "{\"size\": 16, \"ob_refcnt\": null, \"ob_type\": 8}",
	 "has no PyObject.ob_refcnt, which"},
	{"a field beyond its struct", "structs", "PyObject",
	 "{\"size\": 16, \"ob_refcnt\": 0, \"ob_type\": 9}",
	 "PyObject.ob_type leaves its struct"},
	{"a struct that is too small", "structs", "PyObject",
	 "{\"size\": 0, \"ob_refcnt\": 0, \"ob_type\": 8}",
	 "has no PyObject, which"},
	{"strategies that do not go together", "strategies", "ints",
	 "\"lv_tag\"", "no layout that is known"},
	{"pools of no bytes", "constants", "pool_size", "0",
	 "constants.pool_size is 0"},
	{"pools of odd sizes", "constants", "pool_size", "16383",
	 "constants.pool_size is 16383"},
	{"arenas smaller than pools", "constants", "arena_size", "4096",
	 "arenas smaller than pools"},
	{"alignment none", "constants", "pool_alignment", "0",
	 "constants.pool_alignment is 0"},
	{"no generation", "constants", "gc_generations", "0",
	 "constants.gc_generations is 0"},
	{"a root beyond the state", NULL, "interpreter_roots",
	 "[[\"far\", 107745, 1, 8]]", "root far leaves its struct"},
	{"a root of none", NULL, "thread_roots", "[[\"none\", 9000, 0, 8]]",
	 ""},
};

/* Files that are no layout at all. */
static const struct {
	const char *name, *text, *error;
} wrong[] = {
	{"empty", "", ":1: "},
	{"a list", "[]", "not a JSON object"},
	{"cut", "{\"name\": ", ":1: "},
	{"a key twice", "{\"name\": \"a\", \"name\": \"b\"}", "duplicate"},
};

START_TEST(usable)
{
	struct coil_layout *layout = NULL;
	struct coil_error err = {COIL_OK, ""};
	enum coil_status st, expected = COIL_E_UNSUPPORTED;

	if (!*unusable[_i].text)
		expected = COIL_OK;
	ck_assert_msg(read_changed(unusable[_i].section, unusable[_i].key,
				   unusable[_i].value, &layout,
				   &err) == COIL_OK,
		      "%s: %s", unusable[_i].name, err.text);
	st = coil_layout_usable(layout, &err);
	ck_assert_msg(st == expected, "%s: status %d %s", unusable[_i].name, st,
		      err.text);
	ck_assert_msg(strstr(err.text, unusable[_i].text) != NULL, "%s: %s",
		      unusable[_i].name, err.text);
	coil_layout_free(layout);
}
END_TEST

START_TEST(embedded_are_usable)
{
	for (size_t i = 0; i < coil_layout_count; i++) {
		struct coil_error err = {COIL_OK, ""};

		ck_assert_msg(coil_layout_usable(coil_layouts[i], &err) ==
				      COIL_OK,
			      "%s", err.text);
	}
}
END_TEST

START_TEST(wrong_file)
{
	struct coil_layout *layout = NULL;
	struct coil_error err;
	char path[64];

	temporary(path, sizeof(path));
	write_file(path, wrong[_i].text);
	ck_assert_int_eq(coil_layout_read(path, &layout, &err),
			 COIL_E_BAD_DATA);
	unlink(path);
	ck_assert_msg(strstr(err.text, wrong[_i].error) != NULL, "%s: %s",
		      wrong[_i].name, err.text);
}
END_TEST

START_TEST(no_file)
{
	struct coil_layout *layout = NULL;
	struct coil_error err;

	ck_assert_int_eq(coil_layout_read("/nonexistent.json", &layout, &err),
			 COIL_E_OS);
	ck_assert_int_eq(coil_layout_read("/nonexistent.json", &layout, NULL),
			 COIL_E_OS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("layout");
	TCase *tc = tcase_create("layout");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, embedded_equals_file);
	tcase_add_test(tc, file_is_as_written);
	tcase_add_test(tc, known_numbers);
	tcase_add_loop_test(tc, find, 0, countof(finds));
	tcase_add_loop_test(tc, release, 0, countof(releases));
	tcase_add_loop_test(tc, change, 0, countof(changes));
	tcase_add_loop_test(tc, usable, 0, countof(unusable));
	tcase_add_test(tc, embedded_are_usable);
	tcase_add_loop_test(tc, wrong_file, 0, countof(wrong));
	tcase_add_test(tc, no_file);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
