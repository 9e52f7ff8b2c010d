/* SPDX-License-Identifier: MIT */
/*
 * Layout files: every mistake in one is told by name.
 */

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "layout/table.h"
#include "tests/unit.h"

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
	{"no struct", "structs", "PyDateTime_Time", NULL, COIL_OK, ""},
	{"a struct of this name but null", "structs", "PyDictValues", "null",
	 COIL_OK, ""},
	{"a struct that is a number", "structs", "PyObject", "3",
	 COIL_E_BAD_DATA, "structs.PyObject is neither"},
	{"no size", "structs", "PyObject", "{\"ob_refcnt\": 0, \"ob_type\": 8}",
	 COIL_E_BAD_DATA, "PyObject.size is missing"},
	{"null for a size", "structs", "PyObject",
	 "{\"size\": null, \"ob_refcnt\": 0, \"ob_type\": 8}", COIL_E_BAD_DATA,
	 "PyObject.size is missing"},
	{"no field", "structs", "PyObject", "{\"size\": 16, \"ob_type\": 8}",
	 COIL_OK, ""},
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
	{"roots a list", NULL, "thread_roots", "[]", COIL_E_BAD_DATA,
	 "thread_roots is no object"},
	{"no root at all", NULL, "thread_roots", "{}", COIL_OK, ""},
	{"a root that is null", NULL, "thread_roots", "{\"dict\": null}",
	 COIL_OK, ""},
	{"a root that is text", NULL, "thread_roots", "{\"dict\": \"8\"}",
	 COIL_E_BAD_DATA, "dict.offset is no number"},
	{"a root before all", NULL, "thread_roots", "{\"dict\": -8}",
	 COIL_E_BAD_DATA, "dict.offset is no number"},
	{"a run of two numbers", NULL, "thread_roots", "{\"dict\": [8, 1]}",
	 COIL_E_BAD_DATA, "dict is not [offset, count, stride]"},
	{"a run with a text", NULL, "thread_roots",
	 "{\"dict\": 8, \"context\": [8, \"1\", 8]}", COIL_E_BAD_DATA,
	 "context.count is no number"},
	{"a run without end", NULL, "thread_roots",
	 "{\"dict\": [8, 16777216, 8]}", COIL_E_BAD_DATA,
	 "dict.count times its stride"},
	{"a group", NULL, "thread_roots", "{\"a\": {\".\": 8, \"b.c\": 0}}",
	 COIL_OK, ""},
	{"a group of nothing", NULL, "thread_roots", "{\"a\": {\".\": 8}}",
	 COIL_OK, ""},
	{"a group without a start", NULL, "thread_roots", "{\"a\": {\"b\": 0}}",
	 COIL_E_BAD_DATA, "a.\".\" is missing"},
	{"a group of groups", NULL, "thread_roots",
	 "{\"a\": {\".\": 8, \"b\": {\".\": 8}}}", COIL_E_BAD_DATA,
	 "b.offset is no number"},
	{"a group that starts too far", NULL, "thread_roots",
	 "{\"a\": {\".\": 16777216, \"b\": 1}}", COIL_E_BAD_DATA,
	 "b.offset is beyond"},
	{"a member of no group", NULL, "thread_roots", "{\"a.b\": 8}",
	 COIL_E_BAD_DATA, "a.b stands in no group"},
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
	FILE *out;
	json_t *root, *section;
	enum coil_status st;
	char path[64], *text;
	size_t size;

	out = open_memstream(&text, &size);
	ck_assert_int_eq(
		coil_layout_write(coil_layout_named("cpython-3.11"), out),
		COIL_OK);
	fclose(out);
	root = json_loads(text, 0, NULL);
	free(text);
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
	struct coil_error err = {.status = COIL_OK};
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
	{"no struct", "structs", "PyObject", NULL, "has no PyObject, which"},
	{"null for a struct", "structs", "PyDictKeysObject", "null",
	 "has no PyDictKeysObject, which"},
	{"null for a struct of a kind", "structs", "PyDateTime_Time", "null",
	 ""},
	{"no struct of a kind", "structs", "PyDateTime_Time", NULL, ""},
	{"null for a field", "structs", "PyObject",
	 "{\"size\": 16, \"ob_refcnt\": null, \"ob_type\": 8}",
	 "has no PyObject.ob_refcnt, which"},
	{"no field", "structs", "PyObject", "{\"size\": 16, \"ob_type\": 8}",
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
	 "{\"far\": 107745}", "root far leaves its struct"},
	{"a root of none", NULL, "thread_roots", "{\"none\": [9000, 0, 8]}",
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
	struct coil_error err = {.status = COIL_OK};
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
	ck_assert_str_eq(err.path, "/nonexistent.json");
	ck_assert_ptr_eq(strstr(err.text, "/nonexistent.json: "), err.text);
	ck_assert_int_eq(coil_layout_read("/nonexistent.json", &layout, NULL),
			 COIL_E_OS);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, change, 0, countof(changes));
	tcase_add_loop_test(tc, usable, 0, countof(unusable));
	tcase_add_loop_test(tc, wrong_file, 0, countof(wrong));
	tcase_add_test(tc, no_file);
}
