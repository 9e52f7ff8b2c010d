/* SPDX-License-Identifier: MIT */
/*
 * Code objects and interpreter frames, in made memory.
 */
#include "image/build.h"
#include "objects/frames.h"
#include "objects/location.h"
#include "tests/unit.h"

/* An entry's first byte in a table of lines: form, code units. */
#define ENTRY(form, units) (0x80 | (form) << 3 | ((units)-1))

/*
 * A page with a code object of two locals (a plain one, a cell), room for two
 * words of stack, and a frame of it.
 */
enum {
	BASE = 0x10000,
	NAMES = 0x100,
	KINDS = 0x180,
	CODE = 0x200,
	TABLE_AT = 0x300,
	FRAME = 0x400,
	STRS = 0x800
};

static uint8_t page[4096];
static struct coil_image *image;
static struct coil_runtime runtime;
static struct coil_reader reader;

static void put(uint64_t at, uint64_t value, size_t bytes)
{
	memcpy(page + at, &value, bytes);
}

static void make(int32_t stacktop, uint8_t owner, uint64_t size)
{
	const struct coil_layout *l =
		coil_layout_find(0x030b02f0, false, false);

	ck_assert_ptr_nonnull(l);
	memset(page, 0, sizeof(page));
	put(NAMES + l->PyVarObject.ob_size, 2, 8);
	put(NAMES + l->PyTupleObject.ob_item, BASE + STRS, 8);
	put(NAMES + l->PyTupleObject.ob_item + 8, BASE + STRS + 0x100, 8);
	put(KINDS + l->PyVarObject.ob_size, 2, 8);
	put(KINDS + l->PyBytesObject.ob_sval, 0x20 | COIL_LOCAL_CELL << 8, 2);
	put(TABLE_AT + l->PyVarObject.ob_size, 4, 8);
	put(TABLE_AT + l->PyBytesObject.ob_sval,
	    ENTRY(9, 1) | ENTRY(13, 8) << 16 | 0x04 << 24, 4);
	put(CODE + l->PyCodeObject.co_nlocalsplus, 2, 4);
	put(CODE + l->PyCodeObject.co_stacksize, 2, 4);
	put(CODE + l->PyCodeObject.co_firstlineno, 30, 4);
	put(CODE + l->PyCodeObject.co_localsplusnames, BASE + NAMES, 8);
	put(CODE + l->PyCodeObject.co_localspluskinds, BASE + KINDS, 8);
	put(CODE + l->PyCodeObject.co_linetable, BASE + TABLE_AT, 8);
	put(FRAME + l->_PyInterpreterFrame.f_code, BASE + CODE, 8);
	put(FRAME + l->_PyInterpreterFrame.f_func, 0x7000, 8);
	put(FRAME + l->_PyInterpreterFrame.prev_instr,
	    BASE + CODE + l->PyCodeObject.co_code_adaptive + 2, 8);
	put(FRAME + l->_PyInterpreterFrame.stacktop, (uint32_t)stacktop, 4);
	put(FRAME + l->_PyInterpreterFrame.owner, owner, 1);
	for (uint64_t i = 0; i < 4; i++)
		put(FRAME + l->_PyInterpreterFrame.localsplus + i * 8,
		    0x8000 + i * 0x10, 8);
	image = coil_image_new();
	ck_assert_ptr_nonnull(image);
	ck_assert_int_eq(coil_image_add(image, BASE, size, page, true, false),
			 COIL_OK);
	ck_assert_int_eq(coil_image_seal(image, NULL), COIL_OK);
	runtime = (struct coil_runtime){.image = image, .layout = l};
	reader = (struct coil_reader){
		.image = image, .layout = l, .runtime = &runtime};
	reader.types = coil_types_new(&runtime);
	ck_assert_ptr_nonnull(reader.types);
}

static void unmake(void)
{
	coil_types_free(reader.types);
	coil_image_close(image);
}

static void overflow(struct coil_sink *sink)
{
	ck_abort_msg("%u references", sink->count);
}

/* Reference @i: what is it? */
static void expect(const struct coil_sink *sink, unsigned i, uint64_t target,
		   unsigned flags)
{
	ck_assert_uint_lt(i, sink->count);
	ck_assert_uint_eq(sink->refs[i].target, target);
	ck_assert_uint_eq(sink->refs[i].flags, flags);
}

#define BOTH COIL_STRONG

static const struct {
	const char *name;
	int32_t stacktop;
	uint64_t size;	  /* bytes captured */
	unsigned count;	  /* references */
	unsigned visited; /* of its locals and stack */
	uint64_t missing;
} frames[] = {
	{"nothing in use", 0, 4096, 2, 0, 0},
	{"a local", 1, 4096, 3, 1, 0},
	{"locals and stack", 3, 4096, 5, 3, 0},
	{"full", 4, 4096, 6, 4, 0},
	{"more than there is room for", 5, 4096, 6, 4, 1},
	{"executes", -1, 4096, 4, 0, 0},
	{"locals not captured", 2, FRAME + 72, 2, 0, 1},
	{"not captured", 2, FRAME, 0, 0, 1},
};

START_TEST(frame)
{
	struct coil_sink sink = {.flush = overflow};
	unsigned visited = 0;

	make(frames[_i].stacktop, COIL_FRAME_GENERATOR, frames[_i].size);
	coil_frame_refs(&reader, BASE + FRAME, COIL_EDGE_TRAVERSED, &sink);
	for (unsigned i = 2; i < sink.count; i++)
		visited += (sink.refs[i].flags & COIL_EDGE_TRAVERSED) != 0;
	ck_assert_msg(sink.count == frames[_i].count &&
			      visited == frames[_i].visited &&
			      sink.missing == frames[_i].missing,
		      "%s: %u references, %u visited, %u missing",
		      frames[_i].name, sink.count, visited,
		      (unsigned)sink.missing);
	unmake();
}
END_TEST

START_TEST(frame_flags)
{
	struct coil_sink sink = {.flush = overflow};

	make(3, COIL_FRAME_GENERATOR, sizeof(page));
	coil_frame_refs(&reader, BASE + FRAME, COIL_EDGE_TRAVERSED, &sink);
	expect(&sink, 0, 0x7000, COIL_REF_OTHER | BOTH);
	expect(&sink, 1, BASE + CODE, COIL_REF_CODE | BOTH);
	expect(&sink, 2, 0x8000, COIL_REF_LOCAL | BOTH);
	expect(&sink, 3, 0x8010, COIL_REF_CELL | BOTH);
	expect(&sink, 4, 0x8020, COIL_REF_OTHER | BOTH);
	ck_assert_uint_eq(sink.refs[3].label_type, COIL_LABEL_NAME);
	ck_assert_uint_eq(sink.refs[3].label, BASE + STRS + 0x100);
	sink.count = 0;
	coil_frame_refs(&reader, BASE + FRAME, 0, &sink);
	expect(&sink, 2, 0x8000, COIL_REF_LOCAL | COIL_EDGE_COUNTED);
	unmake();
}
END_TEST

START_TEST(frame_reading)
{
	struct coil_frame f;

	make(0, COIL_FRAME_GENERATOR, sizeof(page));
	ck_assert(coil_frame_read(&reader, BASE + FRAME, &f));
	ck_assert(f.has_code);
	ck_assert_uint_eq(f.code.locals, 2);
	ck_assert_uint_eq(f.generator,
			  BASE + FRAME - reader.layout->PyGenObject.gi_iframe);
	ck_assert_int_eq(coil_frame_line(&reader, &f), 32);
	unmake();
	make(0, COIL_FRAME_SHIM, sizeof(page));
	ck_assert(coil_frame_read(&reader, BASE + FRAME, &f));
	ck_assert(!f.has_code);
	ck_assert_int_eq(coil_frame_line(&reader, &f), COIL_NO_LINE);
	/* Names that are not as many as the code says. */
	put(NAMES + reader.layout->PyVarObject.ob_size, 3, 8);
	ck_assert(!coil_code_read(&reader, BASE + CODE, &f.code));
	unmake();
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, frame, 0, countof(frames));
	tcase_add_test(tc, frame_flags);
	tcase_add_test(tc, frame_reading);
}
