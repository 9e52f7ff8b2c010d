/* SPDX-License-Identifier: MIT */
/*
 * Layout files that are like another: what a difference says, where the other
 * is looked for, and what is none.
 */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "layout/compare.h"
#include "layout/table.h"
#include "tests/unit.h"

/* What a file says of itself, behind its name. */
#define HEAD \
	"\"source\": \"made\", \"first\": \"0x030b0000\", " \
	"\"last\": \"0x030bffff\", \"debug\": false, \"free_threaded\": false"

#define FILES 40

static char folder[] = "/tmp/coil-like-XXXXXX";

static void file_path(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s/%s.json", folder, name);
}

/* NAME.json, like @like if that is not NULL; @rest: ", " and what it says. */
static void make_file(const char *name, const char *like, const char *rest)
{
	char path[256];
	FILE *file;

	file_path(path, sizeof(path), name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fprintf(file, "{\"name\": \"%s\", ", name);
	if (like)
		fprintf(file, "\"like\": \"%s\", ", like);
	fprintf(file, HEAD "%s}", rest);
	ck_assert_int_eq(fclose(file), 0);
}

static enum coil_status read_made(const char *name, struct coil_layout **layout,
				  struct coil_error *err)
{
	char path[256];

	file_path(path, sizeof(path), name);
	return coil_layout_read(path, layout, err);
}

static void start(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void end(void)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static void collect(void *ctx, const char *owner, const char *name,
		    const char *a, const char *b)
{
	FILE *file = ctx;

	fprintf(file, "%s.%s %s %s\n", owner, name, a, b);
}

/* What a file that is like 3.11 says, and what that changes. */
static const struct {
	const char *name, *rest, *differences;
} rows[] = {
	{"nothing", "", ""},
	{"empty sections",
	 ", \"structs\": {}, \"constants\": {}, \"strategies\": {}, "
	 "\"interpreter_roots\": {}, \"thread_roots\": {}",
	 ""},
	{"a field", ", \"structs\": {\"PyTupleObject\": {\"ob_item\": 32}}",
	 "PyTupleObject.ob_item 24 32\n"},
	{"a field less",
	 ", \"structs\": {\"PyListObject\": {\"allocated\": null}}",
	 "PyListObject.allocated 32 null\n"},
	{"a struct less", ", \"structs\": {\"PyTupleObject\": null}",
	 "PyTupleObject.size 32 0\nPyTupleObject.ob_item 24 null\n"},
	{"a struct more",
	 ", \"structs\": {\"managed_static_type_state\": {\"size\": 48, "
	 "\"tp_dict\": 24}}",
	 "managed_static_type_state.size 0 48\n"
	 "managed_static_type_state.tp_dict null 24\n"},
	{"a constant", ", \"constants\": {\"pool_size\": 4096}",
	 "constants.pool_size 16384 4096\n"},
	{"a strategy", ", \"strategies\": {\"arenas\": \"embedded\"}",
	 "strategies.arenas by_signature embedded\n"},
	{"a root", ", \"thread_roots\": {\"context\": 8}",
	 "thread_roots.context 224 8\n"},
	{"a root less", ", \"thread_roots\": {\"context\": null}",
	 "thread_roots.context 224 null\n"},
	{"a root more", ", \"thread_roots\": {\"other\": [8, 2, 16]}",
	 "thread_roots.other null 8\n"},
	{"a group that moved",
	 ", \"interpreter_roots\": {\"gc\": {\".\": 1000}}",
	 "interpreter_roots.gc.garbage 856 1000\n"
	 "interpreter_roots.gc.callbacks 864 1008\n"},
	{"a member of a group",
	 ", \"interpreter_roots\": {\"gc\": {\"callbacks\": 16}}",
	 "interpreter_roots.gc.callbacks 864 872\n"},
	{"a member less",
	 ", \"interpreter_roots\": {\"gc\": {\"garbage\": null}}",
	 "interpreter_roots.gc.garbage 856 null\n"},
	{"a group less", ", \"interpreter_roots\": {\"gc\": null}",
	 "interpreter_roots.gc.garbage 856 null\n"
	 "interpreter_roots.gc.callbacks 864 null\n"},
	{"a number in a group's place", ", \"interpreter_roots\": {\"gc\": 8}",
	 "interpreter_roots.gc.garbage 856 null\n"
	 "interpreter_roots.gc.callbacks 864 null\n"
	 "interpreter_roots.gc null 8\n"},
};

/* What it says; and written and read again the same. */
START_TEST(difference)
{
	const struct coil_layout *base = coil_layout_named("cpython-3.11");
	struct coil_layout *layout = NULL, *again = NULL;
	struct coil_error err = {.status = COIL_OK};
	const uint32_t *own;
	char *text = NULL, path[256];
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	make_file("a", "cpython-3.11", rows[_i].rest);
	ck_assert_msg(read_made("a", &layout, &err) == COIL_OK, "%s: %s",
		      rows[_i].name, err.text);
	ck_assert_ptr_eq(layout->like, base);
	own = layout->proved;
	layout->proved = base->proved; /* none inherits that */
	layout->proved_count = base->proved_count;
	coil_layout_compare(base, layout, collect, out);
	fclose(out);
	ck_assert_msg(strcmp(text, rows[_i].differences) == 0, "%s: %s",
		      rows[_i].name, text);
	free(text);
	file_path(path, sizeof(path), "a");
	out = fopen(path, "w");
	ck_assert_int_eq(coil_layout_write(layout, out), COIL_OK);
	fclose(out);
	ck_assert_int_eq(read_made("a", &again, &err), COIL_OK);
	out = open_memstream(&text, &size);
	coil_layout_compare(layout, again, collect, out);
	fclose(out);
	ck_assert_msg(!*text, "%s: %s", rows[_i].name, text);
	free(text);
	layout->proved = own;
	coil_layout_free(layout);
	coil_layout_free(again);
}
END_TEST

/* A file in the folder comes before what is compiled in. */
START_TEST(beside)
{
	struct coil_layout *layout = NULL;
	struct coil_error err = {.status = COIL_OK};

	make_file("a", "b", "");
	make_file("b", "cpython-3.11",
		  ", \"untested\": true, \"proved\": [\"0x030b02f0\"], "
		  "\"constants\": {\"pool_size\": 4096}");
	make_file("cpython-3.11", "cpython-3.12", "");
	ck_assert_msg(read_made("a", &layout, &err) == COIL_OK, "%s", err.text);
	ck_assert_uint_eq(layout->constant.pool_size, 4096);
	ck_assert_int_eq(layout->strategy.arenas, COIL_ARENAS_EMBEDDED);
	ck_assert_str_eq(layout->like->name, "b");
	ck_assert(layout->like->untested && !layout->untested);
	ck_assert_uint_eq(layout->like->proved_count, 1);
	ck_assert_uint_eq(layout->proved_count, 0);
	ck_assert_ptr_eq(layout->like->like->like,
			 coil_layout_named("cpython-3.12"));
	coil_layout_free(layout);
}
END_TEST

/* What "a" says, and the files "b" and "c", or NULL. */
static const struct {
	const char *name, *like, *rest, *b, *c, *text;
} wrong[] = {
	{"nothing at all", NULL, "", NULL, NULL, "constants is missing"},
	{"no name", "", "", NULL, NULL, "a.json: like is no layout's name"},
	{"a path", "/etc/passwd", "", NULL, NULL, "like is no layout's name"},
	{"a path upwards", "../a", "", NULL, NULL, "like is no layout's name"},
	{"a hidden file", ".a", "", NULL, NULL, "like is no layout's name"},
	{"not known", "cpython-2.7", "", NULL, NULL,
	 "like \"cpython-2.7\", which is neither in its folder nor known"},
	{"itself", "a", "", NULL, NULL, "a.json is like itself"},
	{"one that is like it", "b", "", "a", NULL, "a.json is like itself"},
	{"a ring", "b", "", "c", "a", "a.json is like itself"},
	{"a ring of others", "b", "", "c", "b", "b.json is like itself"},
	{"one that is like nothing known", "b", "", "cpython-2.7", NULL,
	 "b.json: like \"cpython-2.7\""},
	{"a number that is text", "cpython-3.11",
	 ", \"structs\": {\"PyObject\": {\"size\": \"16\"}}", NULL, NULL,
	 "PyObject.size is no number"},
	{"a struct without a size", "cpython-3.11",
	 ", \"structs\": {\"PyObject_t\": {\"ob_gc_bits\": 8}}", NULL, NULL,
	 "PyObject_t.size is missing"},
	{"a struct whose size is taken", "cpython-3.11",
	 ", \"structs\": {\"PyObject\": {\"size\": null}}", NULL, NULL,
	 "PyObject.size is missing"},
	{"a constant less", "cpython-3.11",
	 ", \"constants\": {\"pool_size\": null}", NULL, NULL,
	 "constants.pool_size is missing"},
	{"a section less", "cpython-3.11", ", \"strategies\": null", NULL, NULL,
	 "strategies is missing"},
	{"a section that is a list", "cpython-3.11", ", \"structs\": []", NULL,
	 NULL, "structs is no object"},
	{"the start of a group less", "cpython-3.11",
	 ", \"interpreter_roots\": {\"gc\": {\".\": null}}", NULL, NULL,
	 "gc.\".\" is missing"},
};

START_TEST(no_base)
{
	struct coil_layout *layout = NULL;
	struct coil_error err = {.status = COIL_OK};

	make_file("a", wrong[_i].like, wrong[_i].rest);
	if (wrong[_i].b)
		make_file("b", wrong[_i].b, "");
	if (wrong[_i].c)
		make_file("c", wrong[_i].c, "");
	ck_assert_int_eq(read_made("a", &layout, &err), COIL_E_BAD_DATA);
	ck_assert_msg(strstr(err.text, wrong[_i].text) != NULL, "%s: %s",
		      wrong[_i].name, err.text);
	ck_assert_int_eq(read_made("a", &layout, NULL), COIL_E_BAD_DATA);
	ck_assert_ptr_null(layout);
}
END_TEST

/* The file in the folder has another name than that by which it was found. */
START_TEST(other_name)
{
	struct coil_layout *layout = NULL;
	struct coil_error err = {.status = COIL_OK};
	char from[256], to[256];

	make_file("a", "b", "");
	make_file("c", "cpython-3.11", "");
	file_path(from, sizeof(from), "c");
	file_path(to, sizeof(to), "b");
	ck_assert_int_eq(rename(from, to), 0);
	ck_assert_int_eq(read_made("a", &layout, &err), COIL_E_BAD_DATA);
	ck_assert_msg(strstr(err.text, "b.json: name is \"c\"") != NULL, "%s",
		      err.text);
}
END_TEST

/* Up to 31 files, each like the next, and one compiled in. */
START_TEST(depth)
{
	struct coil_layout *layout = NULL;
	struct coil_error err = {.status = COIL_OK};
	char name[FILES + 1][8];

	for (size_t i = 0; i <= FILES; i++)
		snprintf(name[i], sizeof(name[i]), "x%zu", i);
	for (size_t i = 0; i < FILES; i++)
		make_file(name[i], i ? name[i - 1] : "cpython-3.11", "");
	ck_assert_msg(read_made(name[30], &layout, &err) == COIL_OK, "%s",
		      err.text);
	coil_layout_free(layout);
	ck_assert_int_eq(read_made(name[31], &layout, &err), COIL_E_BAD_DATA);
	ck_assert_msg(strstr(err.text, "more than 32 files") != NULL, "%s",
		      err.text);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, start, end);
	tcase_add_loop_test(tc, difference, 0, countof(rows));
	tcase_add_test(tc, beside);
	tcase_add_loop_test(tc, no_base, 0, countof(wrong));
	tcase_add_test(tc, other_name);
	tcase_add_test(tc, depth);
}
