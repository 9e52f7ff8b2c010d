/* SPDX-License-Identifier: MIT */
/*
 * Self-checks for a layout of which nobody knows whether it is right for a
 * release: what must be true of a few objects that every interpreter has, and
 * of its threads.  They look where no type object and, before 3.13, no table of
 * debug offsets tells an offset.  What was not captured passes.
 *
 * Source: CPython 3.11, Python/pylifecycle.c (the dicts of the interpreter),
 * Objects/setobject.c, Objects/listobject.c, Python/thread_pthread.h (a
 * thread's identifier is pthread_self()), Python/pystate.c (push_chunk());
 * the x86-64 psABI, "Thread-Local Storage" (the thread pointer points to
 * itself, and in glibc and musl is what pthread_self() returns).
 */

#include "runtime/internal.h"

/* A dict of fewer is being made or was cleared. */
#define ITEMS_LEAST 8

#define FRAMES_CHECKED	16
#define THREADS_CHECKED 64

/* The dicts of the main interpreter and what each has. */
static const struct dict {
	uint32_t field; /* offset in struct coil_layout */
	const char *has;
} dicts[] = {
#define FIELD(f) offsetof(struct coil_layout, PyInterpreterState.f)
	{FIELD(modules), "builtins"},
	{FIELD(sysdict), "hexversion"},
	{FIELD(builtins), "len"},
#undef FIELD
};

static uint64_t find_dict(const struct coil_runtime *r, size_t i)
{
	uint32_t offset = load32((const uint8_t *)r->layout + dicts[i].field);

	return coil_field(r->image, r->interpreters[0], offset);
}

/* An item of sys.__dict__; 0: not there. */
static uint64_t sys_item(const struct coil_runtime *r, const char *name)
{
	return coil_dict_item(r->image, r->layout, find_dict(r, 1), name);
}

/* An interpreter that has modules has all three. */
static bool check_dicts(const struct coil_runtime *r)
{
	const struct coil_layout *l = r->layout;
	uint64_t type = coil_type_of(r->image, l, find_dict(r, 0));

	for (size_t i = 0; type && i < countof(dicts); i++) {
		uint64_t dict = find_dict(r, i), used;

		if (!dict)
			return false;
		if (!coil_image_word(r->image, dict + l->PyDictObject.ma_used,
				     &used))
			continue;
		if (coil_type_of(r->image, l, dict) != type ||
		    (used >= ITEMS_LEAST &&
		     !coil_dict_item(r->image, l, dict, dicts[i].has)))
			return false;
	}
	return true;
}

/* type.__mro__ is (type, object), and type is called so. */
static bool check_type(const struct coil_runtime *r)
{
	const struct coil_layout *l = r->layout;
	uint64_t type = coil_type_of(
		r->image, l, coil_type_of(r->image, l, find_dict(r, 0)));
	uint64_t mro = coil_field(r->image, type, l->PyTypeObject.tp_mro);
	uint64_t name = coil_field(r->image, type, l->PyTypeObject.tp_name);
	const char *text = name ? coil_image_string(r->image, name, 8) : NULL;
	uint64_t first, count;

	if (!type || !coil_image_view(r->image, type, l->PyTypeObject.size))
		return true;
	if (text ? strcmp(text, "type") != 0
		 : r->module &&
			    coil_image_module_at(r->image, name) != r->module)
		return false;
	return !mro ||
	       !coil_image_word(r->image, mro + l->PyTupleObject.ob_item,
				&first) ||
	       !coil_image_word(r->image, mro + l->PyVarObject.ob_size,
				&count) ||
	       (first == type && count == 2);
}

/* sys.meta_path, if it is a list still: no item is missing. */
static bool check_list(const struct coil_runtime *r)
{
	const struct coil_layout *l = r->layout;
	uint64_t list = sys_item(r, "meta_path");
	uint64_t path = sys_item(r, "path_hooks");
	uint64_t type = coil_type_of(r->image, l, list), items, item;
	uint64_t count = coil_field(r->image, list, l->PyVarObject.ob_size);

	if (!list || type != coil_type_of(r->image, l, path) || !count)
		return true;
	items = coil_field(r->image, list, l->PyListObject.ob_item);
	if (count > coil_field(r->image, list, l->PyListObject.allocated))
		return false;
	for (uint64_t i = 0; i < min64(count, 16); i++) {
		if (!coil_image_word(r->image, items + i * 8, &item))
			return i == 0 && coil_image_module_at(r->image, items);
		if (!coil_type_of(r->image, l, coil_type_of(r->image, l, item)))
			return false;
	}
	return true;
}

/* sys.stdlib_module_names (3.10 and later): as many keys as it says. */
static bool check_set(const struct coil_runtime *r)
{
	const struct coil_layout *l = r->layout;
	uint64_t set = sys_item(r, "stdlib_module_names");
	uint64_t used = coil_field(r->image, set, l->PySetObject.used);
	uint64_t mask = coil_field(r->image, set, l->PySetObject.mask);
	uint64_t table = coil_field(r->image, set, l->PySetObject.table);
	uint64_t keys = 0, at;

	if (!set || !coil_image_view(r->image, set, l->PySetObject.size))
		return true;
	if (mask > 1u << 16 || mask & (mask + 1) || used > mask)
		return false;
	for (uint64_t i = 0; i <= mask; i++) {
		if (!coil_image_word(r->image,
				     table + i * l->setentry.size +
					     l->setentry.key,
				     &at))
			return false;
		keys += at != 0;
	}
	return keys == used;
}

/* What was looked at, of all threads. */
struct threads {
	const struct coil_runtime *runtime;
	uint64_t code_type; /* 0: not known */
	uint32_t seen;
	uint32_t identified;	    /* by the thread pointer of a native one */
	uint32_t frames, executing; /* and those of them that have code */
	uint32_t chunks, bounded;
};

/* Whether thread_id is what pthread_self() returned to a thread that was
 * captured. */
static bool is_native(const struct coil_runtime *r, uint64_t thread_id)
{
	for (size_t i = 0; i < r->image->thread_count; i++) {
		if (r->image->threads[i].fs_base == thread_id)
			return true;
	}
	return false;
}

/* Frames from the innermost on: each executes a code object. */
static void see_frames(struct threads *t, uint64_t tstate)
{
	const struct coil_runtime *r = t->runtime;
	const struct coil_layout *l = r->layout;
	uint64_t frame = coil_runtime_top_frame(r, tstate);
	bool is_object = l->strategy.frames == COIL_FRAMES_OBJECT;
	uint32_t code_at = is_object ? l->PyFrameObject.f_code
				     : l->_PyInterpreterFrame.f_code;
	uint32_t back_at = is_object ? l->PyFrameObject.f_back
				     : l->_PyInterpreterFrame.previous;

	for (int i = 0; frame && i < FRAMES_CHECKED; i++) {
		uint64_t code;

		if (!coil_image_word(r->image, frame + code_at, &code))
			return;
		t->frames++;
		t->executing += coil_type_of(r->image, l, code) == t->code_type;
		frame = coil_field(r->image, frame, back_at);
	}
}

/* A chunk of the data stack has whole pages, and the top is in it. */
static void see_chunk(struct threads *t, uint64_t tstate)
{
	const struct coil_runtime *r = t->runtime;
	const struct coil_layout *l = r->layout;
	uint64_t chunk =
		coil_field(r->image, tstate, l->PyThreadState.datastack_chunk);
	uint64_t top =
		coil_field(r->image, tstate, l->PyThreadState.datastack_top);
	uint64_t bytes;

	if (!chunk ||
	    !coil_image_word(r->image, chunk + l->_PyStackChunk.bytes, &bytes))
		return;
	t->chunks++;
	t->bounded += bytes && bytes % 4096 == 0 && top >= chunk &&
		      top - chunk <= bytes;
}

static void see_thread(void *ctx, uint64_t tstate)
{
	struct threads *t = ctx;
	const struct coil_layout *l = t->runtime->layout;

	if (t->seen++ >= THREADS_CHECKED)
		return;
	t->identified +=
		is_native(t->runtime, coil_field(t->runtime->image, tstate,
						 l->PyThreadState.thread_id));
	/* From 3.13 on the table of debug offsets tells what frames are. */
	if (t->code_type && !l->_Py_DebugOffsets.size)
		see_frames(t, tstate);
	see_chunk(t, tstate);
}

/* A thread at least is one of the process, and most of the rest is as it must
 * be: what is being made or let go of in the moment is not. */
static bool check_threads(const struct coil_runtime *r)
{
	struct threads t = {.runtime = r};

	if (r->module)
		t.code_type = coil_module_symbol(r->image, r->module,
						 "PyCode_Type", NULL);
	coil_threads(r->image, r->layout, r->interpreters[0], see_thread, &t);
	return (!r->image->thread_count || t.identified) && t.seen &&
	       t.executing * 2 >= t.frames && t.bounded * 2 >= t.chunks;
}

/* Interpreters are numbered, the main one from 0 on. */
static bool check_ids(const struct coil_runtime *r)
{
	for (size_t i = 0; i < r->interpreter_count; i++) {
		uint64_t id;

		if (!coil_image_word(r->image,
				     r->interpreters[i] +
					     r->layout->PyInterpreterState.id,
				     &id))
			continue;
		if (i ? !id || id >> 32 : id)
			return false;
	}
	return true;
}

static const struct check {
	bool (*passes)(const struct coil_runtime *runtime);
	const char *what;
} checks[] = {
	{check_ids, "interpreters are numbered elsewhere"},
	{check_dicts, "the dicts of sys and builtins are elsewhere"},
	{check_type, "type is not called so, or its bases are elsewhere"},
	{check_list, "the items of a list are elsewhere"},
	{check_set, "the keys of a set are elsewhere"},
	{check_threads, "the threads' identifiers, frames or stacks are "
			"elsewhere"},
};

enum coil_status coil_runtime_check_objects(const struct coil_runtime *runtime,
					    struct coil_error *err)
{
	for (size_t i = 0; i < countof(checks); i++) {
		if (!checks[i].passes(runtime))
			return coil_fail(err, COIL_E_UNSUPPORTED,
					 "CPython %s is another build than "
					 "those of layout %s: %s; make a "
					 "layout with coil-layout(1) and give "
					 "it with --layout",
					 runtime->info.version,
					 runtime->layout->name, checks[i].what);
	}
	return COIL_OK;
}
