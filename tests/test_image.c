/* SPDX-License-Identifier: MIT */
/* lib/image without any format: segments, reads, views, strings. */

#include "image/build.h"
#include "tests/unit.h"

/* [0x1000, 0x2000) and its neighbour [0x2000, 0x2010), whose bytes are
 * elsewhere; one byte alone; the last that can be named. */
static const uint8_t page[0x1000] = {[0] = 'a', [0xffe] = 'y', [0xfff] = 'z'};
static const uint8_t more[0x10] = "012345678901234";

static struct coil_image *make(void)
{
	struct coil_image *image = coil_image_new();

	ck_assert_ptr_nonnull(image);
	ck_assert_int_eq(coil_image_add(image, 0x2000, 0x10, more, true, false),
			 COIL_OK);
	ck_assert_int_eq(
		coil_image_add(image, UINT64_MAX - 1, 1, more, false, false),
		COIL_OK);
	ck_assert_int_eq(
		coil_image_add(image, 0x1000, 0x1000, page, true, false),
		COIL_OK);
	ck_assert_int_eq(coil_image_add(image, 0x7f0000000000, 1, more + 1,
					false, false),
			 COIL_OK);
	ck_assert_int_eq(coil_image_add(image, 0x9000, 0, NULL, true, false),
			 COIL_OK);
	ck_assert_int_eq(coil_image_seal(image, NULL), COIL_OK);
	return image;
}

static const struct {
	const char *name;
	uint64_t address;
	size_t count;
	enum coil_status status;
	int first; /* byte read */
	bool view; /* one view holds it */
} reads[] = {
	{"nothing anywhere", 0x5000, 0, COIL_OK, -1, false},
	{"first byte", 0x1000, 1, COIL_OK, 'a', true},
	{"whole segment", 0x1000, 0x1000, COIL_OK, 'a', true},
	{"one byte before", 0xfff, 2, COIL_E_UNMAPPED, -1, false},
	{"across neighbours", 0x1fff, 0x11, COIL_OK, 'z', false},
	{"past the neighbour", 0x1fff, 0x12, COIL_E_UNMAPPED, -1, false},
	{"end is not part of it", 0x2010, 1, COIL_E_UNMAPPED, -1, false},
	{"single byte", 0x7f0000000000, 1, COIL_OK, '1', true},
	{"behind the single byte", 0x7f0000000001, 1, COIL_E_UNMAPPED, -1,
	 false},
	{"last address", UINT64_MAX - 1, 1, COIL_OK, '0', true},
	{"address wraps", UINT64_MAX - 1, 2, COIL_E_UNMAPPED, -1, false},
	{"size wraps", 0x1001, SIZE_MAX, COIL_E_UNMAPPED, -1, false},
	{"zero", 0, 8, COIL_E_UNMAPPED, -1, false},
};

START_TEST(read_status)
{
	struct coil_image *image = make();
	static uint8_t buf[0x2000];
	const uint8_t *view;

	ck_assert_msg(coil_image_read(image, reads[_i].address, buf,
				      reads[_i].count) == reads[_i].status,
		      "%s", reads[_i].name);
	if (reads[_i].first >= 0)
		ck_assert_msg(buf[0] == reads[_i].first, "%s", reads[_i].name);
	view = coil_image_view(image, reads[_i].address, reads[_i].count);
	ck_assert_msg((view != NULL) == reads[_i].view, "%s", reads[_i].name);
	coil_image_close(image);
}
END_TEST

START_TEST(empty)
{
	struct coil_image *image = coil_image_new();
	struct coil_coverage coverage;
	uint64_t word = 1;
	char c;

	/* Asked before and after the seal. */
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(coil_image_read(image, 0, &c, 1),
				 COIL_E_UNMAPPED);
		ck_assert_int_eq(coil_image_read(image, 0, NULL, 0), COIL_OK);
		ck_assert(!coil_image_word(image, 8, &word));
		ck_assert_uint_eq(word, 0);
		ck_assert_ptr_null(coil_image_string(image, 0, 10));
		ck_assert_ptr_null(coil_image_module_at(image, 0));
		ck_assert_uint_eq(coil_image_symbol(image, "x", NULL, NULL), 0);
		ck_assert_int_eq(coil_image_seal(image, NULL), COIL_OK);
	}
	ck_assert_uint_eq(coil_image_module_count(image), 0);
	coil_image_coverage(image, &coverage);
	ck_assert_uint_eq(coverage.present, 0);
	ck_assert_str_eq(coil_image_process(image)->command, "");
	coil_image_close(image);
	coil_image_close(NULL);
}
END_TEST

static const struct {
	const char *name;
	struct {
		uint64_t start, size;
	} add[3];
	enum coil_status added, sealed; /* of the last add; of the seal */
	size_t segments;
} seals[] = {
	{"nothing", {{0, 0}}, COIL_OK, COIL_OK, 0},
	{"apart", {{0x3000, 8}, {0x1000, 8}}, COIL_OK, COIL_OK, 2},
	{"adjoining, bytes not",
	 {{0x1008, 8}, {0x1000, 8}},
	 COIL_OK,
	 COIL_OK,
	 2},
	{"adjoining with their bytes",
	 {{0x1000, 8}, {0x1008, 8}},
	 COIL_OK,
	 COIL_OK,
	 1},
	{"by one byte",
	 {{0x1000, 9}, {0x1008, 8}},
	 COIL_OK,
	 COIL_E_BAD_DATA,
	 2},
	{"twice the same",
	 {{0x1000, 8}, {0x1000, 8}},
	 COIL_OK,
	 COIL_E_BAD_DATA,
	 2},
	{"one within another",
	 {{0x1000, 64}, {0x1010, 8}},
	 COIL_OK,
	 COIL_E_BAD_DATA,
	 2},
	{"three", {{0x1000, 8}, {0x1008, 8}, {0x1010, 8}}, COIL_OK, COIL_OK, 1},
	{"wraps", {{UINT64_MAX, 1}}, COIL_E_BAD_DATA, COIL_OK, 0},
	{"wraps far", {{0x1000, UINT64_MAX}}, COIL_E_BAD_DATA, COIL_OK, 0},
};

START_TEST(seal)
{
	struct coil_image *image = coil_image_new();
	enum coil_status st = COIL_OK;
	struct coil_error err;
	size_t at = 0;

	for (size_t i = 0; i < 3; i++) {
		uint64_t size = seals[_i].add[i].size;

		if (!size)
			continue;
		st = coil_image_add(image, seals[_i].add[i].start, size,
				    page + at, true, false);
		at += size < sizeof(page) ? (size_t)size : 0;
	}
	ck_assert_msg(st == seals[_i].added, "%s", seals[_i].name);
	ck_assert_msg(coil_image_seal(image, &err) == seals[_i].sealed, "%s",
		      seals[_i].name);
	if (seals[_i].sealed) /* where the second begins, within the first */
		ck_assert_uint_eq(err.address, seals[_i].add[1].start);
	ck_assert_msg(image->segment_count == seals[_i].segments, "%s: %zu",
		      seals[_i].name, image->segment_count);
	coil_image_close(image);
}
END_TEST

/* What differs in being writable is not joined: a flag must stay true. */
START_TEST(keeps_apart)
{
	struct coil_image *image = coil_image_new();

	coil_image_add(image, 0x1000, 8, page, true, false);
	coil_image_add(image, 0x1008, 8, page + 8, false, false);
	coil_image_add(image, 0x1010, 8, page + 16, false, true);
	ck_assert_int_eq(coil_image_seal(image, NULL), COIL_OK);
	ck_assert_uint_eq(image->segment_count, 3);
	coil_image_close(image);
}
END_TEST

/* Many segments in few granules, against a plain search. */
START_TEST(crowded)
{
	struct coil_image *image = coil_image_new();
	uint64_t base = 0x7f0000000000 + (1u << COIL_GRANULE_BITS) - 0x8000;
	size_t count = 3000;

	for (size_t i = 0; i < count; i++)
		ck_assert_int_eq(coil_image_add(image, base + i * 24,
						i % 17 + 1, page + i % 64,
						false, false),
				 COIL_OK);
	/* One that spans many granules. */
	ck_assert_int_eq(coil_image_add(image, base + count * 24,
					64u << COIL_GRANULE_BITS, page, false,
					false),
			 COIL_OK);
	ck_assert_int_eq(coil_image_seal(image, NULL), COIL_OK);
	for (uint64_t a = base - 64; a < base + count * 24; a++) {
		const struct coil_segment *s = coil_image_segment(image, a);
		uint64_t i = (a - base) / 24;
		bool inside = a >= base && (a - base) % 24 < i % 17 + 1;

		ck_assert_int_eq(s != NULL, inside);
		if (s)
			ck_assert_uint_eq(s->start, base + i * 24);
	}
	for (uint64_t g = 0; g < 64; g++)
		ck_assert_ptr_nonnull(coil_image_segment(
			image, base + count * 24 + (g << COIL_GRANULE_BITS)));
	coil_image_close(image);
}
END_TEST

static const struct {
	const char *name;
	uint64_t address;
	size_t limit;
	const char *text; /* NULL: refused */
} strings[] = {
	{"not captured", 0x5000, 10, NULL},
	{"short", 0x1000, 10, "a"},
	{"exactly the limit", 0x2000, 15, "012345678901234"},
	{"over the limit", 0x2000, 14, NULL},
	{"no limit", 0x2001, SIZE_MAX, "12345678901234"},
	{"not ended within the segment", 0x1ffe, 10, NULL},
	{"empty", 0x1001, 0, ""},
	{"empty only", 0x1000, 0, NULL},
};

START_TEST(string)
{
	struct coil_image *image = make();
	const char *s = coil_image_string(image, strings[_i].address,
					  strings[_i].limit);

	if (strings[_i].text) {
		ck_assert_msg(s != NULL, "%s", strings[_i].name);
		ck_assert_str_eq(s, strings[_i].text);
	} else {
		ck_assert_msg(s == NULL, "%s", strings[_i].name);
	}
	coil_image_close(image);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_test(tc, empty);
	tcase_add_loop_test(tc, read_status, 0, countof(reads));
	tcase_add_loop_test(tc, seal, 0, countof(seals));
	tcase_add_test(tc, keeps_apart);
	tcase_add_test(tc, crowded);
	tcase_add_loop_test(tc, string, 0, countof(strings));
}
