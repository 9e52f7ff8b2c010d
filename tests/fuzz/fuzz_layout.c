/* SPDX-License-Identifier: MIT */
/*
 * Layout files.  An input that begins with '{' is a file; any other changes
 * numbers of a layout that is compiled in: a byte says of which, then five
 * bytes a number say which and what.  What is said to be usable is used, to
 * read a made interpreter.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ask.h"
#include "fuzz.h"
#include "heapimage.h"
#include "layout/compare.h"
#include "layout/table.h"

#define HIT 5u /* bytes of a change */

static FILE *open_file(char path[64])
{
	int fd = memfd_create("layout", 0);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

	if (!file)
		abort();
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return file;
}

static uint8_t *seed(unsigned number, size_t *size)
{
	static const uint8_t hits[] = {
		0, 3, 0, 8, 0, 0, 1, 80, 1, 255, 0, 1, 9, 200, 0, 7,
	};
	bool whole = number % 2;
	uint8_t *bytes;
	char path[64];
	FILE *file;

	if (number >= 16)
		return NULL;
	file = open_file(path);
	if (whole) {
		struct coil_layout layout =
			*heapimage_layout((uint8_t)(8 + number / 2));

		/* Every other one like the version before. */
		if (number % 4 == 3)
			layout.like =
				heapimage_layout((uint8_t)(7 + number / 2));
		(void)!coil_layout_write(&layout, file);
	} else {
		fwrite(hits, 1, sizeof(hits), file);
	}
	if (fflush(file) || ftell(file) < 0)
		abort();
	*size = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(*size);
	if (!bytes || fread(bytes, 1, *size, file) != *size)
		abort();
	if (!whole)
		bytes[0] = (uint8_t)(8 + number / 2);
	fclose(file);
	return bytes;
}

/* The layout in the file at @path, used on the interpreter that @model made. */
static void use(const char *path, const struct coil_layout *model)
{
	struct heapimage *h = heapimage_new(model);
	struct coil_snapshot *s = calloc(1, sizeof(*s));
	struct coil_error err = {.status = COIL_OK};

	if (!s)
		abort();
	s->image = heapimage_image(h);
	if (coil_runtime_open(s->image, path, &s->runtime, &err) == COIL_OK)
		ask_everything(s);
	else if (!err.text[0])
		abort();
	coil_snapshot_close(s);
	heapimage_free(h);
}

static void differs(void *ctx, const char *owner, const char *name,
		    const char *a, const char *b)
{
	(void)ctx;
	(void)owner;
	(void)name;
	(void)a;
	(void)b;
	abort();
}

/* Reads the file at @path; written and read again it must be the same. */
static void read_file(const char *path, const struct coil_layout *model)
{
	struct coil_layout *layout = NULL, *again = NULL;
	struct coil_error err = {.status = COIL_OK};
	char other[64];
	FILE *file;

	if (coil_layout_read(path, &layout, &err) != COIL_OK) {
		if (layout || !err.text[0])
			abort();
		return;
	}
	file = open_file(other);
	if (coil_layout_write(layout, file) || fflush(file))
		abort();
	if (coil_layout_read(other, &again, &err) != COIL_OK)
		abort();
	coil_layout_compare(layout, again, differs, NULL);
	if (strcmp(layout->name, again->name))
		abort();
	fclose(file);
	if (coil_layout_usable(layout, &err) == COIL_OK)
		use(path, model);
	coil_layout_free(layout);
	coil_layout_free(again);
}

static void hit(struct coil_layout *layout, const uint8_t *data)
{
	uint32_t which = load16(data), value = load16(data + 2);
	size_t at;

	at = which < 4 * coil_layout_constant_count
		     ? coil_layout_constants[which / 4].at
		     : coil_layout_rows[which % coil_layout_row_count].at;
	if (data[4] & 1)
		value = coil_layout_number(layout, at) + value % 64 - 32;
	coil_layout_set(layout, at, value << (data[4] / 32u * 4u));
}

static void input(const uint8_t *data, size_t size)
{
	const struct coil_layout *model = heapimage_layout(0);
	struct coil_layout changed;
	char path[64];
	FILE *file;

	if (!size)
		return;
	file = open_file(path);
	if (data[0] == '{') {
		fwrite(data, 1, size, file);
	} else {
		model = heapimage_layout(data[0]);
		changed = *model;
		for (size_t i = 1; size - i >= HIT; i += HIT)
			hit(&changed, data + i);
		(void)!coil_layout_write(&changed, file);
	}
	if (fflush(file))
		abort();
	read_file(path, model);
	fclose(file);
}

FUZZ_TARGET(.name = "layout", .input = input, .seed = seed, .runs = 300,
	    .longest = 60000)
