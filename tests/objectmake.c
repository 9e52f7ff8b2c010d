/* SPDX-License-Identifier: MIT */
#include <check.h>

#include "image/build.h"
#include "tests/objectmake.h"

struct objectmake made;

void objectmake_put(uint64_t at, uint64_t value)
{
	ck_assert_uint_le(at, SIZE - 8);
	memcpy(made.page + at, &value, 8);
}

static void overflow(struct coil_sink *full)
{
	/* Whoever lies may be long-winded: what matters is that it ends. */
	full->count = 0;
}

void objectmake_setup(void)
{
	memset(&made, 0, sizeof(made));
	made.layout = coil_layout_find(0x030b02f0, false, false);
	ck_assert_ptr_nonnull(made.layout);
	made.image = coil_image_new();
	ck_assert_ptr_nonnull(made.image);
	ck_assert_int_eq(
		coil_image_add(made.image, BASE, SIZE, made.page, true, false),
		COIL_OK);
	ck_assert_int_eq(coil_image_seal(made.image, NULL), COIL_OK);
	made.reader = (struct coil_reader){.image = made.image,
					   .layout = made.layout,
					   .set_dummy = AT(0x10)};
	made.type = (struct coil_type){.name = "made", .basicsize = 200};
	made.object = (struct coil_object){.address = AT(OBJECT),
					   .type = &made.type,
					   .head = made.page + OBJECT,
					   .head_size = 256};
	made.sink = (struct coil_sink){.flush = overflow};
}

void objectmake_teardown(void)
{
	coil_image_close(made.image);
}

void objectmake_take(struct coil_buffers *buffers, uint64_t address,
		     uint64_t bytes)
{
	(void)buffers;
	(void)address;
	made.taken++;
	made.taken_bytes += bytes;
}

void objectmake_expect(const char *name, unsigned flags,
		       const uint64_t *expected, size_t count, uint64_t missing)
{
	size_t n = 0;

	for (unsigned i = 0; i < made.sink.count; i++) {
		const struct coil_ref *r = &made.sink.refs[i];

		if ((r->flags & flags) != flags)
			continue;
		ck_assert_msg(n < count && r->target == expected[n],
			      "%s: reference %u is to 0x%lx", name, i,
			      (unsigned long)r->target);
		n++;
	}
	ck_assert_msg(n == count, "%s: %zu references", name, n);
	ck_assert_msg(made.sink.missing == missing, "%s: %lu missing", name,
		      (unsigned long)made.sink.missing);
}
