/* SPDX-License-Identifier: MIT */
/*
 * Finding an interpreter by its structure, in a process built by hand: one
 * interpreter of CPython 3.11 with one thread, a module table, sys.hexversion,
 * and an arena of one pool.  Each row spoils one word of it.
 */

#include <stdlib.h>

#include "image/build.h"
#include "runtime/internal.h"
#include "tests/unit.h"

#define BASE  0x10000000ull
#define SIZE  0x40000u
#define ARENA 0x20000000ull

/* Places in the region at BASE. */
enum {
	RUNTIME = 0x100,
	THREAD = 0x30000,
	MODULES = 0x30400,
	DICT_TYPE = 0x30500,
	TYPE_TYPE = 0x30800,
	SYSDICT = 0x30c00,
	KEYS = 0x31000,
	KEY = 0x31400,
	VALUE = 0x31500,
	FLAGS_KEY = 0x31600,
	FLAGS = 0x31700,
	TABLE = 0x32000,
	TABLE_POINTER = 0x33000,
	FRAME = 0x34000,
	CFRAME = 0x34100,
	INTERPRETER = RUNTIME + 58936, /* _main_interpreter of 3.11 */
	GC = INTERPRETER + 648,
};

static uint8_t region[SIZE], arena[0x10000];

static void poke64(size_t at, uint64_t value)
{
	ck_assert_uint_le(at + 8, SIZE);
	for (int i = 0; i < 8; i++)
		region[at + (size_t)i] = (uint8_t)(value >> 8 * i);
}

static void poke32(uint8_t *p, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> 8 * i);
}

static const struct coil_layout *layout(void)
{
	const struct coil_layout *l =
		coil_layout_find(0x030b02f0, false, false);

	ck_assert_ptr_nonnull(l);
	ck_assert_uint_eq(l->_PyRuntimeState.main_interpreter,
			  INTERPRETER - RUNTIME);
	ck_assert_uint_eq(l->PyInterpreterState.gc, GC - INTERPRETER);
	return l;
}

static void build_types(const struct coil_layout *l)
{
	poke64(MODULES + 8, BASE + DICT_TYPE);
	poke64(DICT_TYPE + 8, BASE + TYPE_TYPE);
	poke64(TYPE_TYPE + 8, BASE + TYPE_TYPE);
	poke64(TYPE_TYPE + l->PyTypeObject.tp_basicsize,
	       l->PyHeapTypeObject.size);
}

static void build_str(const struct coil_layout *l, size_t at, const char *text)
{
	poke64(at + l->PyASCIIObject.length, strlen(text));
	/* Compact, ASCII, ready, of one byte: as PyUnicode_New() makes it. */
	poke32(region + at + l->PyASCIIObject.state, 1u << 2 | 7u << 5);
	memcpy(region + at + l->PyASCIIObject.size, text, strlen(text) + 1);
}

/* sys.__dict__ with two items, hexversion: 3.11.2, and abiflags. */
static void build_sys(const struct coil_layout *l)
{
	poke64(SYSDICT + 8, BASE + DICT_TYPE);
	poke64(SYSDICT + l->PyDictObject.ma_keys, BASE + KEYS);
	region[KEYS + l->PyDictKeysObject.dk_log2_size] = 3;
	region[KEYS + l->PyDictKeysObject.dk_log2_index_bytes] = 3;
	region[KEYS + l->PyDictKeysObject.dk_kind] = 1;
	poke64(KEYS + l->PyDictKeysObject.dk_nentries, 3);
	/* The first entry was deleted. */
	poke64(KEYS + l->PyDictKeysObject.dk_indices + 8 + 16, BASE + KEY);
	poke64(KEYS + l->PyDictKeysObject.dk_indices + 8 + 24, BASE + VALUE);
	build_str(l, KEY, "hexversion");
	poke64(KEYS + l->PyDictKeysObject.dk_indices + 8 + 32,
	       BASE + FLAGS_KEY);
	poke64(KEYS + l->PyDictKeysObject.dk_indices + 8 + 40, BASE + FLAGS);
	build_str(l, FLAGS_KEY, "abiflags");
	build_str(l, FLAGS, "");
	poke32(region + VALUE + l->PyLongObject.ob_digit, 0x030b02f0);
}

static void build_collector(const struct coil_layout *l)
{
	for (size_t i = 0; i < 4; i++) {
		size_t head =
			i < 3 ? GC + l->_gc_runtime_state.generations +
					i * l->gc_generation.size
			      : GC + l->_gc_runtime_state.permanent_generation;

		poke64(head, BASE + head);
		poke64(head + 8, BASE + head);
		poke32(region + head + l->gc_generation.threshold,
		       (uint32_t)(700 + i));
		poke32(region + head + l->gc_generation.count, (uint32_t)i);
	}
	poke64(GC + l->_gc_runtime_state.generation0,
	       BASE + GC + l->_gc_runtime_state.generations);
	poke32(region + GC + l->_gc_runtime_state.enabled, 1);
}

/* A table of sixteen slots in a block of malloc, slot 2 in use: its arena has
 * one carved pool of blocks of 32 bytes, three used, one on the free list. */
static void build_arena(const struct coil_layout *l)
{
	uint8_t *slot = region + TABLE + 2 * l->arena_object.size;

	poke64(TABLE - 8, 16 * l->arena_object.size + 16 + 1);
	poke64(TABLE_POINTER, BASE + TABLE);
	poke64((size_t)(slot - region) + l->arena_object.address, ARENA);
	poke64((size_t)(slot - region) + l->arena_object.pool_address,
	       ARENA + l->constant.pool_size);
	poke32(slot + l->arena_object.nfreepools, 63);
	poke32(slot + l->arena_object.ntotalpools, 64);
	memset(arena, 0, sizeof(arena));
	poke32(arena + l->pool_header.ref_count, 3);
	poke32(arena + l->pool_header.freeblock, (uint32_t)ARENA + 48 + 32);
	poke32(arena + l->pool_header.arenaindex, 2);
	poke32(arena + l->pool_header.szidx, 1);
	poke32(arena + l->pool_header.nextoffset, 48 + 4 * 32);
	poke32(arena + l->pool_header.maxnextoffset, 16384 - 32);
}

static void build(void)
{
	const struct coil_layout *l = layout();

	memset(region, 0, sizeof(region));
	poke64(RUNTIME + l->_PyRuntimeState.interpreters_head,
	       BASE + INTERPRETER);
	poke64(RUNTIME + l->_PyRuntimeState.interpreters_main,
	       BASE + INTERPRETER);
	poke64(INTERPRETER + l->PyInterpreterState.threads_head, BASE + THREAD);
	poke64(THREAD + l->PyThreadState.interp, BASE + INTERPRETER);
	poke64(THREAD + l->PyThreadState.cframe, BASE + CFRAME);
	poke64(CFRAME + l->_PyCFrame.current_frame, BASE + FRAME);
	poke64(INTERPRETER + l->PyInterpreterState.modules, BASE + MODULES);
	poke64(INTERPRETER + l->PyInterpreterState.sysdict, BASE + SYSDICT);
	build_types(l);
	build_sys(l);
	build_collector(l);
	build_arena(l);
}

static struct coil_image *make_image(void)
{
	struct coil_image *image = coil_image_new();
	struct coil_error err;

	ck_assert_ptr_nonnull(image);
	ck_assert_int_eq(coil_image_add(image, BASE, SIZE, region, true, false),
			 COIL_OK);
	ck_assert_int_eq(
		coil_image_add(image, ARENA, sizeof(arena), arena, true, false),
		COIL_OK);
	ck_assert_int_eq(coil_image_seal(image, &err), COIL_OK);
	return image;
}

static void add_one(void *ctx, uint64_t tstate)
{
	uint64_t *sum = ctx;

	*sum += tstate;
}

START_TEST(intact)
{
	struct coil_runtime *r = NULL;
	struct coil_image *image;
	struct coil_error err = {.status = COIL_OK};
	uint64_t sum = 0;

	build();
	image = make_image();
	ck_assert_msg(coil_runtime_open(image, NULL, &r, &err) == COIL_OK, "%s",
		      err.text);
	ck_assert_uint_eq(r->info.runtime, BASE + RUNTIME);
	ck_assert_uint_eq(r->info.hexversion, 0x030b02f0);
	ck_assert_str_eq(r->info.version, "3.11.2");
	ck_assert_str_eq(r->info.layout, "cpython-3.11");
	ck_assert_int_eq(r->info.version_source, COIL_VERSION_STRUCTURE);
	ck_assert_int_eq(r->info.allocator, COIL_ALLOCATOR_PYMALLOC);
	ck_assert(!r->info.debug_hooks && !r->info.debug);
	ck_assert(r->info.gc_enabled && !r->info.gc_collecting);
	ck_assert_int_eq(r->info.gc_threshold[2], 702);
	ck_assert_int_eq(r->info.gc_count[1], 1);
	ck_assert_uint_eq(r->info.interpreters, 1);
	ck_assert_uint_eq(r->info.threads, 1);
	ck_assert_uint_eq(r->info.arenas, 1);
	ck_assert_uint_eq(r->obmalloc.table_count, 1);
	ck_assert_uint_eq(r->obmalloc.tables[0].address, BASE + TABLE);
	ck_assert_uint_eq(r->obmalloc.tables[0].count, 3);
	ck_assert_uint_eq(r->interpreters[0], BASE + INTERPRETER);
	coil_threads(r->image, r->layout, r->interpreters[0], add_one, &sum);
	ck_assert_uint_eq(sum, BASE + THREAD);
	ck_assert_uint_eq(coil_runtime_top_frame(r, BASE + THREAD),
			  BASE + FRAME);
	ck_assert_uint_eq(coil_runtime_gc_list(r, r->interpreters[0], 1),
			  BASE + GC + 24 + 24);
	ck_assert_uint_eq(coil_runtime_gc_list(r, r->interpreters[0], 3),
			  BASE + GC + 104);
	coil_runtime_close(r);
	coil_image_close(image);
}
END_TEST

/* One word written over, and what it comes to. */
static const struct {
	const char *name;
	size_t at;
	uint64_t value;
	enum coil_status status;
	const char *text;
} spoilt[] = {
	{"nothing", SIZE - 8, 0, COIL_OK, ""},
	{"no main interpreter", RUNTIME + 48, 0, COIL_E_NOT_PYTHON,
	 "no CPython found"},
	{"a list that does not hold it", RUNTIME + 40, 0, COIL_E_NOT_PYTHON,
	 "no CPython found"},
	{"a list that goes round", RUNTIME + 40, BASE + TABLE_POINTER,
	 COIL_E_NOT_PYTHON, "no CPython found"},
	{"an interpreter that is its own next", INTERPRETER, BASE + INTERPRETER,
	 COIL_E_BAD_DATA, "interpreters does not end"},
	{"interpreters in a ring", INTERPRETER, BASE + RUNTIME + 48,
	 COIL_E_BAD_DATA, "interpreters does not end"},
	{"a thread of another interpreter", THREAD + 16, BASE,
	 COIL_E_NOT_PYTHON, "no CPython found"},
	{"no thread", INTERPRETER + 16, 0, COIL_E_NOT_PYTHON,
	 "no CPython found"},
	{"threads in a ring", THREAD + 8, BASE + THREAD, COIL_OK, ""},
	{"type is another's type", TYPE_TYPE + 8, BASE + DICT_TYPE,
	 COIL_E_NOT_PYTHON, "no CPython found"},
	{"types of another size", TYPE_TYPE + 32, 880, COIL_E_BAD_DATA,
	 "type objects have another size"},
	{"another version", VALUE + 24, 0x030a02f0, COIL_E_NOT_PYTHON,
	 "no CPython found"},
	{"a version of no int", KEYS + 32 + 8 + 24, 0, COIL_E_NOT_PYTHON,
	 "no CPython found"},
	{"keys without end", KEYS + 24, UINT64_MAX, COIL_OK, ""},
	{"keys elsewhere", SYSDICT + 32, 0x7000, COIL_E_NOT_PYTHON,
	 "no CPython found"},
	{"generation 0 elsewhere", GC + 96, BASE + GC, COIL_E_BAD_DATA,
	 "youngest generation is elsewhere"},
	{"a list that does not close", GC + 48, BASE + KEYS, COIL_OK, ""},
	{"a list that is none", GC + 56, BASE + KEYS, COIL_OK, ""},
	{"no table of arenas", TABLE_POINTER, 0, COIL_OK, ""},
	{"a table that is not there", TABLE_POINTER, 0x70000000, COIL_OK, ""},
	{"no block of malloc", TABLE - 8, 0, COIL_OK, ""},
	{"a block of all memory", TABLE - 8, UINT64_MAX, COIL_OK, ""},
};

START_TEST(spoil)
{
	struct coil_runtime *r = NULL;
	struct coil_image *image;
	struct coil_error err = {.status = COIL_OK};
	enum coil_status st;

	build();
	poke64(spoilt[_i].at, spoilt[_i].value);
	image = make_image();
	st = coil_runtime_open(image, NULL, &r, &err);
	ck_assert_msg(st == spoilt[_i].status, "%s: status %d %s",
		      spoilt[_i].name, st, err.text);
	ck_assert_msg(strstr(err.text, spoilt[_i].text) != NULL, "%s: %s",
		      spoilt[_i].name, err.text);
	coil_runtime_close(r);
	coil_image_close(image);
}
END_TEST

/* What a search by structure would not have let through, and a symbol or
 * --layout does: words written over once a layout was bound. */
#define GENERATION(i) (GC + 24 + (size_t)(i)*24)
static const struct {
	const char *name;
	struct {
		size_t at;
		uint64_t value;
	} words[6];
	const char *text;
} checks[] = {
	{"nothing", {{SIZE - 8, 0}}, NULL},
	{"type",
	 {{TYPE_TYPE + 8, BASE + DICT_TYPE}},
	 "type is not its own type"},
	{"type's size",
	 {{TYPE_TYPE + 32, 880}},
	 "type objects have another size"},
	{"threads",
	 {{THREAD + 16, BASE}},
	 "a thread belongs to another interpreter"},
	{"two lists of four",
	 {{GENERATION(0), BASE + KEYS},
	  {GENERATION(0) + 8, BASE + KEYS},
	  {GENERATION(1), BASE + KEYS},
	  {GENERATION(1) + 8, BASE + KEYS}},
	 NULL},
	{"three lists of four",
	 {{GENERATION(0), BASE + KEYS},
	  {GENERATION(0) + 8, BASE + KEYS},
	  {GENERATION(1), BASE + KEYS},
	  {GENERATION(1) + 8, BASE + KEYS},
	  {GENERATION(2), BASE + KEYS},
	  {GENERATION(2) + 8, BASE + KEYS}},
	 "the collector's lists do not close"},
};

START_TEST(self_check)
{
	struct coil_runtime *r = NULL;
	struct coil_image *image;
	struct coil_error err = {.status = COIL_OK};
	enum coil_status st;

	build();
	image = make_image();
	ck_assert_int_eq(coil_runtime_open(image, NULL, &r, &err), COIL_OK);
	for (size_t i = 0; i < countof(checks[_i].words); i++) {
		if (checks[_i].words[i].at)
			poke64(checks[_i].words[i].at,
			       checks[_i].words[i].value);
	}
	st = coil_runtime_check(r, &err);
	if (checks[_i].text) {
		ck_assert_msg(st == COIL_E_BAD_DATA, "%s: status %d",
			      checks[_i].name, st);
		ck_assert_msg(strstr(err.text, checks[_i].text) != NULL,
			      "%s: %s", checks[_i].name, err.text);
		ck_assert_msg(strstr(err.text, "layout cpython-3.11") != NULL,
			      "%s: %s", checks[_i].name, err.text);
	} else
		ck_assert_msg(st == COIL_OK, "%s: %s", checks[_i].name,
			      err.text);
	coil_runtime_close(r);
	coil_image_close(image);
}
END_TEST

/* The same for the arena: how many are found, of how many pools it adds up. */
static const struct {
	const char *name;
	size_t slot_at; /* in slot 2 of the table; or SIZE_MAX */
	size_t pool_at; /* in the pool's header; or SIZE_MAX */
	uint32_t value;
	uint64_t arenas;
	enum coil_status status;
} pools[] = {
	{"nothing", SIZE_MAX, SIZE_MAX, 0, 1, COIL_OK},
	{"arena not aligned", 0, SIZE_MAX, 0x20000001, 0, COIL_OK},
	{"arena not captured", 0, SIZE_MAX, 0x20100000, 0, COIL_OK},
	{"too many free pools", 16, SIZE_MAX, 65, 0, COIL_OK},
	{"too many pools", 20, SIZE_MAX, 65, 0, COIL_OK},
	{"next pool before the first", 8, SIZE_MAX, 0x10000000, 0, COIL_OK},
	{"pool of another arena", SIZE_MAX, 32, 3, 0, COIL_OK},
	{"a size class too large", SIZE_MAX, 36, 64, 0, COIL_OK},
	{"a count too high", SIZE_MAX, 0, 4, 1, COIL_E_BAD_DATA},
	{"a free list out of the pool", SIZE_MAX, 8, 0x20010000, 1,
	 COIL_E_BAD_DATA},
	{"a free list at the header", SIZE_MAX, 8, 0x20000000, 1,
	 COIL_E_BAD_DATA},
	{"an offset out of the pool", SIZE_MAX, 40, 0x10000, 1,
	 COIL_E_BAD_DATA},
};

START_TEST(pool)
{
	struct coil_runtime *r = NULL;
	struct coil_image *image;
	struct coil_error err = {.status = COIL_OK};
	enum coil_status st;

	build();
	if (pools[_i].slot_at != SIZE_MAX)
		poke32(region + TABLE + 2 * 48 + pools[_i].slot_at,
		       pools[_i].value);
	if (pools[_i].pool_at != SIZE_MAX)
		poke32(arena + pools[_i].pool_at, pools[_i].value);
	image = make_image();
	st = coil_runtime_open(image, NULL, &r, &err);
	ck_assert_msg(st == pools[_i].status, "%s: status %d %s",
		      pools[_i].name, st, err.text);
	if (st == COIL_OK)
		ck_assert_msg(r->info.arenas == pools[_i].arenas, "%s: %u",
			      pools[_i].name, (unsigned)r->info.arenas);
	else
		ck_assert_msg(strstr(err.text, "do not add up") != NULL,
			      "%s: %s", pools[_i].name, err.text);
	coil_runtime_close(r);
	coil_image_close(image);
}
END_TEST

/* What sys.abiflags is, without a symbol that tells, and which layout is taken
 * for it: the states of both builds are alike. */
static const struct {
	const char *name, *flags, *layout;
	enum coil_status status;
} builds[] = {
	{"none", NULL, "cpython-3.11", COIL_OK},
	{"release", "", "cpython-3.11", COIL_OK},
	{"debug", "d", "cpython-3.11-debug", COIL_OK},
	{"free-threaded", "t", NULL, COIL_E_NOT_PYTHON},
	{"something else", "x", NULL, COIL_E_NOT_PYTHON},
};

START_TEST(build_of_sys)
{
	struct coil_runtime *r = NULL;
	struct coil_image *image;
	struct coil_error err = {.status = COIL_OK};
	enum coil_status st;

	build();
	if (builds[_i].flags)
		build_str(layout(), FLAGS, builds[_i].flags);
	else
		build_str(layout(), FLAGS_KEY, "");
	image = make_image();
	st = coil_runtime_open(image, NULL, &r, &err);
	ck_assert_msg(st == builds[_i].status, "%s: status %d %s",
		      builds[_i].name, st, err.text);
	if (st == COIL_OK) {
		ck_assert_str_eq(r->info.layout, builds[_i].layout);
		ck_assert_int_eq(r->info.debug, r->layout->debug);
	}
	coil_runtime_close(r);
	coil_image_close(image);
}
END_TEST

START_TEST(nothing)
{
	struct coil_image *image = coil_image_new();
	struct coil_runtime *r = NULL;
	struct coil_error err;

	ck_assert_int_eq(coil_image_seal(image, &err), COIL_OK);
	ck_assert_int_eq(coil_runtime_open(image, NULL, &r, &err),
			 COIL_E_NOT_PYTHON);
	ck_assert_int_eq(coil_runtime_open(image, "/nonexistent", &r, &err),
			 COIL_E_OS);
	coil_image_close(image);
	coil_runtime_close(NULL);
}
END_TEST

static const struct {
	uint32_t hex;
	const char *text;
} versions[] = {
	{0, "0.0.0"},
	{0x030b02f0, "3.11.2"},
	{0x030e00a7, "3.14.0a7"},
	{0x030e00b1, "3.14.0b1"},
	{0x030e00c2, "3.14.0rc2"},
	{0xffffffff, "255.255.255"},
};

START_TEST(version)
{
	char text[32];

	coil_version_format(versions[_i].hex, text, sizeof(text));
	ck_assert_str_eq(text, versions[_i].text);
	coil_version_format(versions[_i].hex, text, 4);
	ck_assert_uint_lt(strlen(text), 4);
}
END_TEST

/* Of a table that was made from 3.8 to 3.13. */
static const struct {
	uint32_t hex;
	unsigned known, bit, nearest;
} releases[] = {
	{0, 0x3f00, 0, 0},
	{0x030802f0, 0x3f00, 0x0100, 0x0100},
	{0x030d00f0, 0x3f00, 0x2000, 0x2000},
	{0x030e00a1, 0x3f00, 0, 0x2000},
	{0x03ff00f0, 0x3f00, 0, 0x2000},
	{0x030700f0, 0x3f00, 0, 0},
	{0x030a00f0, 0x0100, 0, 0x0100},
	{0x030a00f0, 0, 0, 0},
	{0x040a00f0, 0x3f00, 0, 0},
};

START_TEST(release)
{
	struct coil_runtime r = {.info = {.hexversion = releases[_i].hex}};

	ck_assert_uint_eq(coil_release_bit(&r, releases[_i].known),
			  releases[_i].bit);
	ck_assert_uint_eq(coil_release_nearest(&r, releases[_i].known),
			  releases[_i].nearest);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_test(tc, nothing);
	tcase_add_test(tc, intact);
	tcase_add_loop_test(tc, spoil, 0, countof(spoilt));
	tcase_add_loop_test(tc, self_check, 0, countof(checks));
	tcase_add_loop_test(tc, pool, 0, countof(pools));
	tcase_add_loop_test(tc, build_of_sys, 0, countof(builds));
	tcase_add_loop_test(tc, release, 0, countof(releases));
	tcase_add_loop_test(tc, version, 0, countof(versions));
}
