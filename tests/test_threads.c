/* SPDX-License-Identifier: MIT */
/*
 * The thread of a made interpreter: each row has it run something and says
 * which frames it is in and what they hold.
 */
#include "coil/threads.h"
#include "fuzz/heapimage.h"
#include "objects/code.h"
#include "tests/unit.h"

#define CO_OPTIMIZED 1u /* of co_flags; Include/cpython/code.h */
#define IDENT	     0x7f00aa00
#define NATIVE_ID    4711

struct made {
	struct heapimage *h;
	const struct coil_layout *l;
	struct coil_thread_frame frames[3]; /* innermost first */
	size_t count;
	bool ends; /* the chain, where it should */
	/* What the innermost holds, and whether that was all captured. */
	struct coil_local held[4];
	size_t held_count;
	bool whole;
};

static uint64_t list(struct made *m)
{
	return heapimage_list(m->h, NULL, 0);
}

static void holds(struct made *m, enum coil_local_kind kind, const char *name,
		  uint64_t address)
{
	m->held[m->held_count++] = (struct coil_local){kind, name, address};
}

/* One more frame, inside of those that there are. */
static uint64_t call(struct made *m, const struct heapimage_code *code,
		     struct heapimage_frame *frame)
{
	const struct coil_thread_frame *outer =
		m->count ? &m->frames[0] : &(struct coil_thread_frame){0};
	struct coil_thread_frame inner = {.generator = frame->generator,
					  .name = code->name,
					  .file = "app.py",
					  .line = 7};

	frame->code = inner.code = heapimage_code(m->h, code);
	frame->previous = outer->address;
	inner.address = heapimage_frame(m->h, frame);
	memmove(&m->frames[1], &m->frames[0], m->count++ * sizeof(*m->frames));
	m->frames[0] = inner;
	return inner.address;
}

static void run(struct made *m, const struct heapimage_code *code,
		struct heapimage_frame frame)
{
	heapimage_run(m->h, call(m, code, &frame));
}

static void nothing(struct made *m)
{
	(void)m;
}

/* The second variable is not bound yet. */
static void variables(struct made *m)
{
	const uint64_t words[] = {list(m), 0, list(m)};

	holds(m, COIL_LOCAL_VARIABLE, "a", words[0]);
	holds(m, COIL_LOCAL_VARIABLE, "c", words[2]);
	run(m,
	    &(struct heapimage_code){.name = "f",
				     .locals = {{"a", 0}, {"b", 0}, {"c", 0}},
				     .count = 3},
	    (struct heapimage_frame){.words = words, .count = 3});
}

static uint64_t cell(struct made *m, uint64_t object)
{
	uint64_t at = heapimage_named(m->h, "cell", 0);

	heapimage_hold(m->h, at + m->l->PyCellObject.ob_ref, object);
	return at;
}

/* One is empty, and one is not made yet: an argument. */
static void cells(struct made *m)
{
	const uint64_t objects[] = {list(m), list(m), list(m)};
	const uint64_t words[] = {cell(m, objects[0]), cell(m, 0), objects[1],
				  cell(m, objects[2])};

	holds(m, COIL_LOCAL_IN_CELL, "a", objects[0]);
	holds(m, COIL_LOCAL_IN_CELL, "c", objects[1]);
	holds(m, COIL_LOCAL_ENCLOSING, "d", objects[2]);
	run(m,
	    &(struct heapimage_code){.name = "f",
				     .locals = {{"a", COIL_LOCAL_CELL},
						{"b", COIL_LOCAL_CELL},
						{"c", COIL_LOCAL_CELL},
						{"d", COIL_LOCAL_FREE}},
				     .count = 4},
	    (struct heapimage_frame){.words = words, .count = 4});
}

static const struct heapimage_code one_local = {
	.name = "f", .locals = {{"a", 0}}, .count = 1};

static void stack(struct made *m)
{
	const uint64_t words[] = {list(m), list(m), list(m)};

	holds(m, COIL_LOCAL_VARIABLE, "a", words[0]);
	holds(m, COIL_LOCAL_STACK, "", words[1]);
	holds(m, COIL_LOCAL_STACK, "", words[2]);
	run(m, &one_local,
	    (struct heapimage_frame){.words = words, .count = 3});
}

/* Where the innermost frame has its variables and its stack. */
static uint64_t words_of(const struct made *m)
{
	return m->frames[0].address +
	       (m->l->strategy.frames == COIL_FRAMES_OBJECT
			? m->l->PyFrameObject.f_localsplus
			: m->l->_PyInterpreterFrame.localsplus);
}

/* A word of it is an object, another is none. */
static void stale(struct made *m)
{
	const uint64_t words[] = {list(m), list(m)};

	holds(m, COIL_LOCAL_VARIABLE, "a", words[0]);
	holds(m, COIL_LOCAL_STALE, "", words[1]);
	run(m, &one_local,
	    (struct heapimage_frame){
		    .words = words, .count = 2, .executes = true});
	heapimage_put(m->h, words_of(m) + 16, 0x1234568);
}

/* f_locals with one name, of code with @flags; with globals of its own, or
 * the same. */
static void in_namespace(struct made *m, uint32_t flags, bool globals)
{
	const uint64_t pair[] = {heapimage_str(m->h, "x"), list(m)};
	const uint64_t word = list(m);
	struct heapimage_code code = one_local;
	struct heapimage_frame frame = {.words = &word, .count = 1};

	frame.names = heapimage_dict(m->h, 1, pair, 1);
	frame.globals =
		globals ? frame.names : heapimage_dict(m->h, 1, NULL, 0);
	code.flags = flags;
	if (!flags && !globals)
		holds(m, COIL_LOCAL_NAME, "x", pair[1]);
	holds(m, COIL_LOCAL_VARIABLE, "a", word);
	run(m, &code, frame);
}

static void class_body(struct made *m)
{
	in_namespace(m, 0, false);
}

static void module(struct made *m)
{
	in_namespace(m, 0, true);
}

/* locals() was called. */
static void copied(struct made *m)
{
	in_namespace(m, CO_OPTIMIZED, false);
}

static void callers(struct made *m)
{
	struct heapimage_frame frame = {0};

	call(m, &(struct heapimage_code){.name = "outer"}, &frame);
	call(m, &(struct heapimage_code){.name = "middle"}, &frame);
	run(m, &(struct heapimage_code){.name = "inner"}, frame);
}

static void generator(struct made *m)
{
	struct heapimage_frame frame = {0};

	call(m, &(struct heapimage_code){.name = "outer"}, &frame);
	frame.generator = heapimage_generator(m->h);
	heapimage_keep(m->h, frame.generator);
	run(m, &(struct heapimage_code){.name = "work"}, frame);
}

static void link_outermost(struct made *m, uint64_t to)
{
	heapimage_put(m->h,
		      m->frames[m->count - 1].address +
			      (m->l->strategy.frames == COIL_FRAMES_OBJECT
				       ? m->l->PyFrameObject.f_back
				       : m->l->_PyInterpreterFrame.previous),
		      to);
	m->ends = false;
}

/* Each is told once. */
static void ring(struct made *m)
{
	struct heapimage_frame frame = {0};

	call(m, &(struct heapimage_code){.name = "outer"}, &frame);
	run(m, &(struct heapimage_code){.name = "inner"}, frame);
	link_outermost(m, m->frames[0].address);
}

static void leads_nowhere(struct made *m)
{
	callers(m);
	link_outermost(m, 0x123456789000);
}

static void cut_words(struct made *m)
{
	const uint64_t words[] = {list(m), list(m)};

	run(m, &one_local,
	    (struct heapimage_frame){.words = words, .count = 2});
	heapimage_cut(m->h, words_of(m) + 8, 8);
	m->whole = false;
}

static void cut_code(struct made *m)
{
	run(m, &one_local, (struct heapimage_frame){0});
	heapimage_cut(m->h, m->frames[0].code, m->l->PyCodeObject.size);
	m->frames[0].name = m->frames[0].file = "";
	m->frames[0].line = -1;
	m->whole = false;
}

static const struct {
	const char *name;
	void (*fill)(struct made *m);
} rows[] = {
	{"nothing runs", nothing},
	{"variables", variables},
	{"variables in cells", cells},
	{"a stack", stack},
	{"a stack that nobody wrote down", stale},
	{"names of the body of a class", class_body},
	{"globals of a module", module},
	{"a copy of a function's variables", copied},
	{"callers", callers},
	{"a generator", generator},
	{"a chain that is a ring", ring},
	{"a chain that leads nowhere", leads_nowhere},
	{"variables that were not captured", cut_words},
	{"code that was not captured", cut_code},
};

struct taken {
	const struct made *m;
	size_t count, most;
};

static bool take(void *ctx, const struct coil_local *local)
{
	struct taken *t = ctx;
	const struct coil_local *e = &t->m->held[t->count];

	ck_assert_uint_lt(t->count, t->m->held_count);
	ck_assert_int_eq(local->kind, e->kind);
	ck_assert_str_eq(local->name, e->name);
	ck_assert_uint_eq(local->address, e->address);
	return ++t->count < t->most;
}

static void check_frames(const struct made *m, const struct coil_threads *found)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct coil_thread_frame *e = &m->frames[i];
		struct coil_thread_frame got;

		coil_threads_frame(found, 0, i, &got);
		ck_assert_uint_eq(got.address, e->address);
		ck_assert_uint_eq(got.generator, e->generator);
		ck_assert_uint_eq(got.code, e->code);
		ck_assert_uint_eq(got.function, 0);
		ck_assert_str_eq(got.name, e->name);
		ck_assert_str_eq(got.file, e->file);
		ck_assert_int_eq(got.line, e->line);
	}
}

/* Told to its end, and stopped at the first. */
static void check_locals(const struct made *m, const struct coil_threads *found)
{
	struct taken all = {.m = m, .most = SIZE_MAX};
	struct taken one = {.m = m, .most = 1};

	ck_assert_int_eq(coil_threads_locals(found, 0, 0, take, &all),
			 m->whole);
	ck_assert_uint_eq(all.count, m->held_count);
	if (!all.count)
		return;
	coil_threads_locals(found, 0, 0, take, &one);
	ck_assert_uint_eq(one.count, 1);
}

static void check_thread(const struct made *m, const struct coil_threads *found)
{
	struct coil_thread thread;

	ck_assert_uint_eq(coil_threads_count(found), 1);
	coil_threads_get(found, 0, &thread);
	ck_assert_uint_eq(thread.address, m->h->thread);
	ck_assert_uint_eq(thread.interpreter, m->h->interpreter);
	ck_assert_uint_eq(thread.id, IDENT);
	if (m->l->PyThreadState.native_thread_id != COIL_NO_FIELD)
		ck_assert_uint_eq(thread.native_id, NATIVE_ID);
	else
		ck_assert_uint_eq(thread.native_id, 0);
	ck_assert_uint_eq(thread.frames, m->count);
	ck_assert_int_eq(thread.complete, m->ends);
}

START_TEST(threads)
{
	size_t row = (size_t)_i / HEAPIMAGE_BUILDS;
	struct made m = {.h = heapimage_build((unsigned)_i % HEAPIMAGE_BUILDS),
			 .ends = true,
			 .whole = true};
	struct coil_threads *found = NULL;
	struct coil_snapshot *s;

	m.l = m.h->layout;
	heapimage_put(m.h, m.h->thread + m.l->PyThreadState.thread_id, IDENT);
	heapimage_put_field(m.h, m.h->thread,
			    m.l->PyThreadState.native_thread_id, NATIVE_ID);
	rows[row].fill(&m);
	s = heapimage_snapshot(m.h);
	ck_assert_int_eq(coil_threads_find(s, &found, NULL), COIL_OK);
	check_thread(&m, found);
	check_frames(&m, found);
	if (m.count)
		check_locals(&m, found);
	coil_threads_free(found);
	coil_snapshot_close(s);
	heapimage_free(m.h);
}
END_TEST

/* The oldest first: the interpreter's list has the newest first. */
START_TEST(order)
{
	struct heapimage *h = heapimage_build((unsigned)_i);
	const struct coil_layout *l = h->layout;
	uint64_t newer = heapimage_malloc(h, l->PyThreadState.size);
	struct coil_threads *found = NULL;
	struct coil_thread thread;
	struct coil_snapshot *s;

	heapimage_put(h, newer + l->PyThreadState.interp, h->interpreter);
	heapimage_put(h, newer + l->PyThreadState.next, h->thread);
	heapimage_put(h, h->interpreter + l->PyInterpreterState.threads_head,
		      newer);
	s = heapimage_snapshot(h);
	ck_assert_int_eq(coil_threads_find(s, &found, NULL), COIL_OK);
	ck_assert_uint_eq(coil_threads_count(found), 2);
	coil_threads_get(found, 0, &thread);
	ck_assert_uint_eq(thread.address, h->thread);
	coil_threads_get(found, 1, &thread);
	ck_assert_uint_eq(thread.address, newer);
	coil_threads_free(found);
	coil_snapshot_close(s);
	heapimage_free(h);
}
END_TEST

START_TEST(names)
{
	static const char *const words[] = {"local", "cell",  "free",
					    "name",  "stack", "stale"};

	for (unsigned k = 0; k < COIL_LOCAL_KINDS; k++)
		ck_assert_str_eq(coil_local_kind_name((enum coil_local_kind)k),
				 words[k]);
	ck_assert_str_eq(coil_local_kind_name(COIL_LOCAL_KINDS), "");
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, threads, 0,
			    (int)countof(rows) * HEAPIMAGE_BUILDS);
	tcase_add_loop_test(tc, order, 0, HEAPIMAGE_BUILDS);
	tcase_add_test(tc, names);
}
