/* SPDX-License-Identifier: MIT */
/*
 * Threads and their frames, read once.
 * Source: CPython's Include/cpython/pystate.h, PyThreadState; the chain of
 * frames: objects/frames.h.
 */
#include "audit/threads.h"

#include <stdlib.h>

#include "objects/location.h"

#define LONGEST_NAME 4096 /* bytes of a function's or a file's name */

/* Reading: the threads being filled. */
struct reader {
	struct coil_threads *out;
	struct coil_reader *reader;
	uint64_t interpreter;
	bool nomem;
};

/* Keep the text of the str at @address; its offset into text. */
static size_t keep_text(struct reader *r, uint64_t address)
{
	struct coil_threads *t = r->out;
	size_t start = t->text_size;
	struct coil_out out;

	if (!RESERVE(t->text, t->text_room, start + LONGEST_NAME + 1)) {
		r->nomem = true;
		return 0;
	}
	t->text[start] = '\0';
	out = (struct coil_out){.at = t->text + start,
				.end = t->text + start + LONGEST_NAME};
	coil_out_text(r->reader, address, LONGEST_NAME, &out);
	t->text_size += (size_t)(out.at - (t->text + start)) + 1;
	return start;
}

static void add_frame(void *ctx, const struct coil_frame *frame)
{
	struct reader *r = ctx;
	struct coil_threads *t = r->out;
	const struct coil_code *code = &frame->code;

	if (!RESERVE(t->frames, t->frame_room, t->frame_count + 1)) {
		r->nomem = true;
		return;
	}
	t->frames[t->frame_count++] = (struct coil_frame_row){
		.frame = *frame,
		.name = keep_text(r, frame->has_code ? code->qualname
							       ? code->qualname
							       : code->name
						     : 0),
		.file = keep_text(r, frame->has_code ? code->filename : 0),
		.line = coil_frame_line(r->reader, frame),
	};
}

static void add_thread(void *ctx, uint64_t tstate)
{
	struct reader *r = ctx;
	struct coil_threads *t = r->out;
	const struct coil_layout *l = r->reader->layout;
	const struct coil_image *image = r->reader->image;
	struct coil_thread_row *row;

	if (!APPEND(t->threads, t->count, t->room,
		    (struct coil_thread_row){
			    .info = {.address = tstate,
				     .interpreter = r->interpreter},
			    .first = t->frame_count,
		    })) {
		r->nomem = true;
		return;
	}
	row = &t->threads[t->count - 1];
	coil_image_word(image, tstate + l->PyThreadState.thread_id,
			&row->info.id);
	if (l->PyThreadState.native_thread_id != COIL_NO_FIELD)
		coil_image_word(image,
				tstate + l->PyThreadState.native_thread_id,
				&row->info.native_id);
	row->info.complete = coil_frame_chain(r->reader, tstate, add_frame, r);
	row->info.frames = t->frame_count - row->first;
}

/* The interpreter's list has the newest first. */
static void reverse(struct coil_thread_row *rows, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct coil_thread_row row = rows[i];

		rows[i] = rows[count - 1 - i];
		rows[count - 1 - i] = row;
	}
}

enum coil_status coil_threads_find(struct coil_snapshot *snapshot,
				   struct coil_threads **out,
				   struct coil_error *err)
{
	struct reader r = {.reader = &snapshot->reader};
	const struct coil_runtime *runtime = snapshot->runtime;
	enum coil_status st = coil_snapshot_open_heap(snapshot, err);

	if (st != COIL_OK)
		return st;
	r.out = calloc(1, sizeof(*r.out));
	for (size_t i = 0; r.out && i < runtime->interpreter_count; i++) {
		size_t before = r.out->count;

		r.interpreter = runtime->interpreters[i];
		coil_threads(runtime->image, runtime->layout, r.interpreter,
			     add_thread, &r);
		if (r.out->count > before)
			reverse(r.out->threads + before, r.out->count - before);
	}
	if (!r.out || r.nomem) {
		coil_threads_free(r.out);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	r.out->snapshot = snapshot;
	*out = r.out;
	return COIL_OK;
}

void coil_threads_free(struct coil_threads *threads)
{
	if (!threads)
		return;
	free(threads->threads);
	free(threads->frames);
	free(threads->text);
	free(threads);
}

size_t coil_threads_count(const struct coil_threads *threads)
{
	return threads->count;
}

void coil_threads_get(const struct coil_threads *threads, size_t index,
		      struct coil_thread *out)
{
	*out = threads->threads[index].info;
}

void coil_threads_frame(const struct coil_threads *threads, size_t index,
			size_t frame, struct coil_thread_frame *out)
{
	const struct coil_frame_row *row =
		&threads->frames[threads->threads[index].first + frame];

	*out = (struct coil_thread_frame){
		.address = row->frame.address,
		.generator = row->frame.generator,
		.code = row->frame.code_address,
		.function = row->frame.function,
		.name = threads->text + row->name,
		.file = threads->text + row->file,
		.line = row->line == COIL_NO_LINE ? -1 : row->line,
	};
}
