/* SPDX-License-Identifier: MIT */
/*
 * formats/read/formats.c and what a format may say: a made one, of two files
 * and of memory that is in none, of no process; and every row of formats.def.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "formats/read/format.h"
#include "tests/unit.h"

/* Two files: "<name>" and beside it "<name>.more". */
static char path[] = "/tmp/coil-formats-XXXXXX", more[sizeof(path) + 5];
static int file = -1;

static void put(int fd, const char *bytes)
{
	ck_assert_int_eq(write(fd, bytes, strlen(bytes)),
			 (ssize_t)strlen(bytes));
}

static void make(void)
{
	FILE *f;

	file = mkstemp(path);
	ck_assert_int_ge(file, 0);
	put(file, "made: first file");
	snprintf(more, sizeof(more), "%s.more", path);
	f = fopen(more, "w");
	ck_assert_ptr_nonnull(f);
	fputs("second file", f);
	ck_assert_int_eq(fclose(f), 0);
}

static void end(void)
{
	close(file);
	unlink(path);
	unlink(more);
}

/* What the made format adds beside its two files. */
static struct coil_memory extra;
static bool has_extra;

static bool probe_made(const uint8_t *head, size_t size)
{
	return size >= 5 && !memcmp(head, "made:", 5);
}

static enum coil_status add_made(const struct coil_source *first,
				 struct coil_image *image,
				 struct coil_error *err)
{
	_cleanup_source_ struct coil_source second = {0};
	_cleanup_close_ int fd = coil_file_open(more);
	struct coil_source made;
	struct coil_memory stretch[] = {
		{.start = 0x1000, .size = 11, .saved = 11, .offset = 5},
		{.start = 0x2000, .size = 0x100, .saved = 40, .writable = true},
		{.start = 0x3000, .size = 8, .saved = 8},
	};
	const struct coil_source *sources[] = {first, &second, &made};
	enum coil_status st;
	uint8_t *bytes;

	st = coil_source_map(image, fd, more, &second, err);
	if (!st)
		st = coil_source_make(image, 8, first->path, &made, &bytes);
	if (st)
		return st;
	memcpy(bytes, "unpacked", 8);
	for (size_t i = 0; i < countof(stretch) && !st; i++) {
		stretch[i].source = sources[i];
		st = coil_image_add_memory(image, &stretch[i]);
	}
	extra.source = first;
	return !st && has_extra ? coil_image_add_memory(image, &extra) : st;
}

static const struct coil_format made = {
	.name = "made",
	.probe = probe_made,
	.add = add_made,
};

static enum coil_status build(struct coil_image **image, struct coil_error *err)
{
	const struct coil_opened opened = {.path = path, .fd = file};

	return coil_format_build(&made, &opened, NULL, image, err);
}

START_TEST(several_files)
{
	const struct coil_process *process;
	struct coil_coverage c;
	struct coil_image *image;
	struct coil_error err;

	ck_assert_msg(!build(&image, &err), "%s", err.text);
	ck_assert_mem_eq(coil_image_view(image, 0x1000, 11), " first file", 11);
	ck_assert_mem_eq(coil_image_view(image, 0x2000, 11), "second file", 11);
	ck_assert_ptr_null(coil_image_view(image, 0x2000, 12));
	ck_assert_mem_eq(coil_image_view(image, 0x3000, 8), "unpacked", 8);
	process = coil_image_process(image);
	ck_assert_str_eq(process->format, "made");
	ck_assert_str_eq(process->source, path);
	ck_assert_str_eq(process->command, "");
	ck_assert_int_eq(process->pid, -1);
	ck_assert_uint_eq(process->threads, 0);
	coil_image_coverage(image, &c);
	ck_assert_uint_eq(c.file_size, 16);
	ck_assert_uint_eq(c.promised, 11 + 40 + 8);
	ck_assert_uint_eq(c.present, 11 + 11 + 8);
	ck_assert_uint_eq(c.stored, 11 + 11 + 8);
	ck_assert_uint_eq(c.left_out, 0x100 - 40);
	ck_assert(coil_image_is_cut(image));
	coil_image_close(image);
}
END_TEST

static const struct {
	const char *name;
	struct coil_memory memory;
	enum coil_status status;
} extras[] = {
	{"nothing", {.start = 0x9000}, COIL_OK},
	{"nothing of it saved", {.start = 0x9000, .size = 8}, COIL_OK},
	{"nothing of it there",
	 {.start = 0x9000, .size = 8, .saved = 8, .offset = 1u << 20},
	 COIL_OK},
	{"at an address of another",
	 {.start = 0x1004, .size = 4, .saved = 4},
	 COIL_E_BAD_DATA},
	{"its address wraps",
	 {.start = UINT64_MAX, .size = 8, .saved = 8},
	 COIL_E_BAD_DATA},
	{"its size wraps",
	 {.start = 0x9000, .size = UINT64_MAX, .saved = 8},
	 COIL_E_BAD_DATA},
	{"its place wraps",
	 {.start = 0x9000, .size = 8, .saved = 8, .offset = UINT64_MAX},
	 COIL_E_BAD_DATA},
	{"more than is counted",
	 {.start = 0, .size = 8, .saved = UINT64_MAX - 8},
	 COIL_E_BAD_DATA},
};

START_TEST(stretch)
{
	struct coil_error err = {.status = COIL_OK};
	enum coil_status st;
	struct coil_image *image;

	extra = extras[_i].memory;
	has_extra = true;
	st = build(&image, &err);
	ck_assert_msg(st == extras[_i].status, "%s: %s", extras[_i].name,
		      coil_status_string(st));
	ck_assert((image == NULL) == (st != COIL_OK));
	ck_assert_str_eq(err.path, st ? path : "");
	coil_image_close(image);
}
END_TEST

#define COIL_FORMAT(name) {#name, &coil_format_##name},
static const struct {
	const char *name;
	const struct coil_format *format;
} rows[] = {
#include "formats/read/formats.def"
};
#undef COIL_FORMAT

/* Each has what it must, and none takes what is nothing or not its own. */
START_TEST(row)
{
	static const uint8_t nothing[COIL_FORMAT_HEAD];
	const struct coil_format *format = rows[_i].format;

	ck_assert_str_eq(format->name, rows[_i].name);
	ck_assert_ptr_nonnull(format->add);
	ck_assert(!format->probe(nothing, 0));
	ck_assert(!format->probe(nothing, 1));
	ck_assert(!format->probe(nothing, sizeof(nothing)));
	ck_assert(!format->probe((const uint8_t *)"made:", 5));
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, make, end);
	tcase_add_test(tc, several_files);
	tcase_add_loop_test(tc, stretch, 0, countof(extras));
	tcase_add_loop_test(tc, row, 0, countof(rows));
}
