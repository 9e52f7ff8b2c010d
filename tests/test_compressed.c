/* SPDX-License-Identifier: MIT */
/* formats/read/compressed.c and spool.c: whole, cut, damaged, and compressed
 * twice. */
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include "elfmake.h"
#include "image/image.h"
#include "tests/unit.h"

static const struct {
	const char *name;
	int (*add)(struct archive *archive);
	size_t memory; /* bytes in the core: several blocks of the method */
} methods[] = {
	{"zstd", archive_write_add_filter_zstd, 1u << 20},
	{"lz4", archive_write_add_filter_lz4, 16u << 20},
	{"xz", archive_write_add_filter_xz, 1u << 20},
	{"gzip", archive_write_add_filter_gzip, 1u << 20},
};

/* A core whose memory is half noise, half zeros, so that holes matter. */
static uint8_t *make_core(int method, size_t *size)
{
	size_t memory_size = methods[method].memory;
	struct elfmake *m = elfmake_new();
	uint32_t *memory = calloc(1, memory_size), state = 1;
	uint8_t *bytes;

	ck_assert_ptr_nonnull(memory);
	for (size_t i = 0; i < memory_size / 4; i++) {
		state = state * 1664525 + 1013904223;
		if (i / 4096 % 2)
			memory[i] = state;
	}
	elfmake_process(m, 7, "python3");
	elfmake_memory(m, 0x100000, PF_R | PF_W, memory, memory_size);
	bytes = elfmake_core(m, size);
	elfmake_free(m);
	free(memory);
	return bytes;
}

static uint8_t *compress(int method, const uint8_t *bytes, size_t size,
			 size_t *out_size)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	size_t room = 2 * size + 65536;
	uint8_t *out = malloc(room);

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(archive_write_set_format_raw(archive), 0);
	ck_assert_int_eq(methods[method].add(archive), 0);
	archive_write_set_bytes_in_last_block(archive, 1);
	ck_assert_int_eq(
		archive_write_open_memory(archive, out, room, out_size), 0);
	archive_entry_set_filetype(entry, AE_IFREG);
	ck_assert_int_eq(archive_write_header(archive, entry), 0);
	ck_assert_int_eq(archive_write_data(archive, bytes, size),
			 (la_ssize_t)size);
	archive_entry_free(entry);
	ck_assert_int_eq(archive_write_close(archive), 0);
	archive_write_free(archive);
	return out;
}

struct told {
	unsigned times;
	uint64_t done, total;
};

static void tell(void *data, const char *what, uint64_t done, uint64_t total)
{
	struct told *told = data;

	ck_assert_str_eq(what, "unpacking");
	ck_assert_uint_ge(done, told->done);
	told->times++;
	told->done = done;
	told->total = total;
}

START_TEST(whole)
{
	size_t size, packed_size;
	uint8_t *bytes = make_core(_i, &size);
	uint8_t *packed = compress(_i, bytes, size, &packed_size);
	struct coil_coverage c;
	struct coil_image *image;
	struct coil_error err;

	ck_assert_msg(!elfmake_open(packed, packed_size, NULL, &image, &err),
		      "%s: %s", methods[_i].name, err.text);
	coil_image_coverage(image, &c);
	ck_assert_uint_eq(c.present, methods[_i].memory);
	ck_assert_uint_eq(c.file_size, packed_size);
	ck_assert_str_eq(c.note, "");
	ck_assert_str_eq(coil_image_process(image)->format, "elfcore");
	ck_assert_mem_eq(coil_image_view(image, 0x100000, methods[_i].memory),
			 bytes + size - methods[_i].memory, methods[_i].memory);
	coil_image_close(image);
	free(packed);
	free(bytes);
}
END_TEST

START_TEST(cut)
{
	size_t size, packed_size;
	uint8_t *bytes = make_core(_i, &size);
	uint8_t *packed = compress(_i, bytes, size, &packed_size);
	struct coil_coverage c;
	struct coil_image *image;
	struct coil_error err;

	ck_assert_msg(
		!elfmake_open(packed, packed_size / 2, NULL, &image, &err),
		"%s: %s", methods[_i].name, err.text);
	coil_image_coverage(image, &c);
	ck_assert_uint_eq(c.promised, methods[_i].memory);
	ck_assert_uint_gt(c.present, methods[_i].memory / 4);
	ck_assert_uint_lt(c.present, methods[_i].memory);
	ck_assert_ptr_nonnull(strstr(c.note, "could be unpacked"));
	ck_assert_mem_eq(coil_image_view(image, 0x100000, c.present),
			 bytes + size - methods[_i].memory, c.present);
	coil_image_close(image);
	/* Nothing but a beginning of the head. */
	ck_assert_int_ne(elfmake_open(packed, 6, NULL, &image, &err), COIL_OK);
	ck_assert_ptr_null(image);
	free(packed);
	free(bytes);
}
END_TEST

/* Bytes in the middle are others: what was unpacked before is good. */
START_TEST(damaged)
{
	size_t size, packed_size;
	uint8_t *bytes = make_core(_i, &size);
	uint8_t *packed = compress(_i, bytes, size, &packed_size);
	struct coil_image *image;

	memset(packed + packed_size / 2, 0xff, 64);
	if (!elfmake_open(packed, packed_size, NULL, &image, NULL))
		coil_image_close(image);
	free(packed);
	free(bytes);
}
END_TEST

/* Exactly one method is undone: a few bytes could unpack to any number. */
START_TEST(twice)
{
	size_t size, once_size, packed_size;
	uint8_t *bytes = make_core(_i, &size);
	uint8_t *once = compress(_i, bytes, size, &once_size);

	for (int with = 0; with < (int)countof(methods); with++) {
		uint8_t *packed = compress(with, once, once_size, &packed_size);
		struct coil_image *image;
		struct coil_error err;

		ck_assert_int_eq(
			elfmake_open(packed, packed_size, NULL, &image, &err),
			COIL_E_UNSUPPORTED);
		ck_assert_msg(strstr(err.text, "compressed more than once") ||
				      strstr(err.text, "not a snapshot"),
			      "%s", err.text);
		free(packed);
	}
	free(once);
	free(bytes);
}
END_TEST

/* What comes after a core's beginning: zeros, or noise. */
static const struct {
	const char *name;
	uint64_t most; /* --max-unpacked */
	size_t beyond; /* bytes behind the core */
	enum coil_status status;
} bounds[] = {
	{"no bound given", 0, 0, COIL_OK},
	{"what there is", 64u << 20, 0, COIL_OK},
	{"too little", 1u << 19, 0, COIL_E_UNSUPPORTED},
	{"zeros behind", 64u << 20, 65u << 20, COIL_E_UNSUPPORTED},
	{"raised", 200u << 20, 65u << 20, COIL_OK},
};

START_TEST(bound)
{
	struct coil_image_options options = {.max_unpacked = bounds[_i].most};
	size_t size, packed_size;
	uint8_t *core = make_core(0, &size), *packed;
	uint8_t *bytes = calloc(1, size + bounds[_i].beyond);
	struct coil_image *image;
	struct coil_error err;
	enum coil_status st;

	memcpy(bytes, core, size);
	packed = compress(0, bytes, size + bounds[_i].beyond, &packed_size);
	st = elfmake_open(packed, packed_size, &options, &image, &err);
	ck_assert_msg(st == bounds[_i].status, "%s: %s", bounds[_i].name,
		      st ? err.text : "opened");
	if (st)
		ck_assert_ptr_nonnull(strstr(err.text, "--max-unpacked"));
	else
		coil_image_close(image);
	free(packed);
	free(bytes);
	free(core);
}
END_TEST

START_TEST(no_room)
{
	size_t size, packed_size;
	uint8_t *bytes = make_core(_i, &size);
	uint8_t *packed = compress(_i, bytes, size, &packed_size);
	struct coil_image *image;
	struct coil_error err;

	setenv("TMPDIR", "/no/such/folder", 1);
	ck_assert_int_eq(elfmake_open(packed, packed_size, NULL, &image, &err),
			 COIL_E_OS);
	ck_assert_ptr_nonnull(strstr(err.text, "set TMPDIR"));
	free(packed);
	free(bytes);
}
END_TEST

START_TEST(not_a_core)
{
	static const uint8_t text[] = "compressed, but no core\n";
	size_t packed_size;
	uint8_t *packed = compress(_i, text, sizeof(text), &packed_size);
	struct coil_image *image;
	struct coil_error err;

	ck_assert_int_eq(elfmake_open(packed, packed_size, NULL, &image, &err),
			 COIL_E_UNSUPPORTED);
	ck_assert_ptr_nonnull(strstr(err.text, "not a snapshot"));
	free(packed);
}
END_TEST

/* What is no snapshot is not unpacked to its end. */
START_TEST(bomb)
{
	const size_t size = 256u << 20;
	uint8_t *zeros = calloc(1, size);
	size_t packed_size;
	uint8_t *packed = compress(_i, zeros, size, &packed_size);
	struct told told = {0};
	struct coil_image_options options = {.progress = tell,
					     .progress_data = &told};
	struct coil_image *image;
	struct coil_error err;

	ck_assert_int_eq(
		elfmake_open(packed, packed_size, &options, &image, &err),
		COIL_E_UNSUPPORTED);
	ck_assert_uint_eq(told.times, 0);
	free(packed);
	free(zeros);
}
END_TEST

START_TEST(progress)
{
	struct elfmake *m = elfmake_new();
	const size_t memory_size = 100u << 20;
	uint8_t *memory = calloc(1, memory_size), *bytes, *packed;
	size_t size, packed_size;
	struct told told = {0};
	struct coil_image_options options = {.progress = tell,
					     .progress_data = &told};
	struct coil_image *image;
	struct coil_error err;

	elfmake_process(m, 7, "python3");
	elfmake_memory(m, 0x100000, PF_R | PF_W, memory, memory_size);
	bytes = elfmake_core(m, &size);
	elfmake_free(m);
	packed = compress(_i, bytes, size, &packed_size);
	ck_assert_msg(
		!elfmake_open(packed, packed_size, &options, &image, &err),
		"%s", err.text);
	ck_assert_uint_ge(told.times, 4);
	ck_assert_uint_gt(told.done, 0);
	ck_assert_uint_le(told.done, packed_size);
	ck_assert_uint_eq(told.total, packed_size);
	coil_image_close(image);
	free(packed);
	free(bytes);
	free(memory);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, whole, 0, countof(methods));
	tcase_add_loop_test(tc, cut, 0, countof(methods));
	tcase_add_loop_test(tc, damaged, 0, countof(methods));
	tcase_add_loop_test(tc, twice, 0, countof(methods));
	tcase_add_loop_test(tc, bound, 0, countof(bounds));
	tcase_add_loop_test(tc, no_room, 0, 1);
	tcase_add_loop_test(tc, not_a_core, 0, countof(methods));
	tcase_add_loop_test(tc, bomb, 0, countof(methods));
	tcase_add_loop_test(tc, progress, 0, countof(methods));
}
