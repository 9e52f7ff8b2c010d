/* SPDX-License-Identifier: MIT */
/*
 * What a frame holds, by name.
 * Source: CPython's Objects/frameobject.c, PyFrame_FastToLocalsWithError():
 * cells are shown by what is in them, and names that are not bound are not.
 */
#include <stdlib.h>

#include "audit/threads.h"

#define LONGEST_NAME 1024

/* co_flags. Source: Include/cpython/code.h. */
#define CO_OPTIMIZED 1u

static const char *const kind_names[] = {
	[COIL_LOCAL_VARIABLE] = "local", [COIL_LOCAL_IN_CELL] = "cell",
	[COIL_LOCAL_ENCLOSING] = "free", [COIL_LOCAL_NAME] = "name",
	[COIL_LOCAL_STACK] = "stack",	 [COIL_LOCAL_STALE] = "stale",
};

/* The references of a frame, or of the dict of its names. */
struct teller {
	struct coil_sink sink; /* first */
	struct coil_snapshot *snapshot;
	const struct coil_code *code;
	bool names; /* they are a dict's */
	bool (*emit)(void *ctx, const struct coil_local *local);
	void *ctx;
};

const char *coil_local_kind_name(enum coil_local_kind kind)
{
	return (size_t)kind < countof(kind_names) ? kind_names[kind] : "";
}

/* What is in the cell at *@address; false: nothing. */
static bool open_cell(struct coil_reader *reader, uint64_t *address)
{
	const struct coil_layout *l = reader->layout;
	struct coil_object object;

	/* Before the function's first instructions it is no cell yet. */
	if (!coil_reader_object(reader, *address, &object) ||
	    strcmp(object.type->name, "cell"))
		return true;
	return coil_image_word(reader->image, *address + l->PyCellObject.ob_ref,
			       address) &&
	       *address;
}

/* Whether the code has @name, the address of a str, from around it. */
static bool is_free(const struct teller *t, uint64_t name)
{
	for (uint32_t i = 0; i < t->code->locals; i++) {
		uint8_t kind;

		if (coil_code_name(&t->snapshot->reader, t->code, i, &kind) ==
		    name)
			return kind & COIL_LOCAL_FREE;
	}
	return false;
}

static void tell_one(struct teller *t, const struct coil_ref *r)
{
	struct coil_reader *reader = &t->snapshot->reader;
	unsigned kind = r->flags & COIL_EDGE_KIND;
	struct coil_local local = {.address = r->target};
	char name[LONGEST_NAME];
	struct coil_out out = {.at = name, .end = name + sizeof(name) - 1};

	*name = '\0';
	local.name = name;
	if (t->names && kind == COIL_REF_VALUE)
		local.kind = COIL_LOCAL_NAME;
	else if (t->names)
		return;
	else if (kind == COIL_REF_LOCAL)
		local.kind = COIL_LOCAL_VARIABLE;
	else if (kind == COIL_REF_CELL)
		local.kind = is_free(t, r->label) ? COIL_LOCAL_ENCLOSING
						  : COIL_LOCAL_IN_CELL;
	else if (r->label_type == COIL_LABEL_TEXT &&
		 !strcmp((const char *)(uintptr_t)r->label, "stack"))
		local.kind = r->flags & COIL_EDGE_INEXACT ? COIL_LOCAL_STALE
							  : COIL_LOCAL_STACK;
	else
		return;
	if (r->label_type == COIL_LABEL_NAME || r->label_type == COIL_LABEL_KEY)
		coil_out_text(reader, r->label, sizeof(name), &out);
	if (kind == COIL_REF_CELL && !t->names &&
	    !open_cell(reader, &local.address))
		return;
	if (!t->emit(t->ctx, &local))
		t->sink.stop = true;
}

static void tell(struct coil_sink *sink)
{
	struct teller *t = (struct teller *)sink;

	for (unsigned i = 0; i < sink->count && !sink->stop; i++)
		tell_one(t, &sink->refs[i]);
}

/* A function's f_locals is a copy of its variables, made when asked for. */
static bool has_names(struct coil_reader *reader, const struct coil_frame *f)
{
	uint32_t at = reader->layout->PyCodeObject.co_flags;
	const uint8_t *flags =
		coil_image_view(reader->image, f->code_address + at, 4);

	return f->locals && at != COIL_NO_FIELD && flags &&
	       !(load32(flags) & CO_OPTIMIZED);
}

static uint64_t globals_of(struct coil_reader *reader, uint64_t frame)
{
	uint32_t at = reader->layout->strategy.frames == COIL_FRAMES_OBJECT
			      ? reader->layout->PyFrameObject.f_globals
			      : reader->layout->_PyInterpreterFrame.f_globals;
	uint64_t globals = 0;

	if (at != COIL_NO_FIELD)
		coil_image_word(reader->image, frame + at, &globals);
	return globals;
}

bool coil_threads_locals(
	const struct coil_threads *threads, size_t index, size_t frame,
	bool (*emit)(void *ctx, const struct coil_local *local), void *ctx)
{
	const struct coil_frame *f =
		&threads->frames[threads->threads[index].first + frame].frame;
	struct coil_reader *reader = &threads->snapshot->reader;
	struct teller t = {.sink.flush = tell,
			   .snapshot = threads->snapshot,
			   .code = &f->code,
			   .emit = emit,
			   .ctx = ctx};
	struct coil_object names;

	if (has_names(reader, f) &&
	    f->locals != globals_of(reader, f->address) &&
	    coil_reader_object(reader, f->locals, &names)) {
		t.names = true;
		coil_reader_refs(reader, &names, &t.sink);
		tell(&t.sink);
		t.sink.count = 0;
		t.names = false;
	}
	coil_frame_refs(reader, f->address, 0, &t.sink);
	tell(&t.sink);
	return !t.sink.missing;
}
