/* SPDX-License-Identifier: MIT */
/*
 * What a made interpreter runs: code, and frames as each version has them.
 *
 * Source: CPython 3.8, Include/frameobject.h; 3.11,
 * Include/internal/pycore_frame.h, pycore_code.h; 3.14,
 * Include/internal/pycore_interpframe_structs.h.
 */
#include <stdlib.h>

#include "heapimage.h"
#include "objects/code.h"

#define CHUNK	      4096 /* bytes of the data stack */
#define CO_FAST_LOCAL 0x20 /* of co_localspluskinds, beside COIL_LOCAL_* */

/* The names of those of @kind as a tuple; 0xff: of all. */
static uint64_t names_of(struct heapimage *h, const struct heapimage_code *code,
			 uint8_t kind)
{
	uint64_t names[HEAPIMAGE_LOCALS], count = 0;

	for (size_t i = 0; i < code->count; i++)
		if (kind == 0xff || code->locals[i].kind == kind)
			names[count++] = heapimage_str(h, code->locals[i].name);
	return heapimage_tuple(h, names, count);
}

static void hold_field(struct heapimage *h, uint64_t at, uint32_t field,
		       uint64_t object)
{
	if (field != COIL_NO_FIELD)
		heapimage_hold(h, at + field, object);
}

/* From 3.11 on one tuple has all names, and bytes say what they are. */
static void put_locals(struct heapimage *h, uint64_t at,
		       const struct heapimage_code *code)
{
	const struct coil_layout *l = h->layout;
	char kinds[HEAPIMAGE_LOCALS];

	for (size_t i = 0; i < code->count; i++)
		kinds[i] = (char)(code->locals[i].kind | CO_FAST_LOCAL);
	heapimage_put32(h, at + l->PyCodeObject.co_nlocalsplus,
			(uint32_t)code->count);
	heapimage_hold(h, at + l->PyCodeObject.co_localsplusnames,
		       names_of(h, code, 0xff));
	heapimage_hold(h, at + l->PyCodeObject.co_localspluskinds,
		       heapimage_bytes(h, kinds, code->count));
}

static void put_three(struct heapimage *h, uint64_t at,
		      const struct heapimage_code *code)
{
	const struct coil_layout *l = h->layout;
	uint64_t names = names_of(h, code, 0);

	heapimage_put32(h, at + l->PyCodeObject.co_nlocals,
			(uint32_t)load64(heapimage_at(
				h, names + l->PyVarObject.ob_size, 8)));
	heapimage_hold(h, at + l->PyCodeObject.co_varnames, names);
	heapimage_hold(h, at + l->PyCodeObject.co_cellvars,
		       names_of(h, code, COIL_LOCAL_CELL));
	heapimage_hold(h, at + l->PyCodeObject.co_freevars,
		       names_of(h, code, COIL_LOCAL_FREE));
}

uint64_t heapimage_code(struct heapimage *h, const struct heapimage_code *code)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = heapimage_named(h, "code", 32);
	uint64_t name = heapimage_str(h, code->name);

	heapimage_put(h, at + l->PyVarObject.ob_size, 8);
	heapimage_put_field32(h, at, l->PyCodeObject.co_stacksize,
			      HEAPIMAGE_STACK);
	heapimage_put_field32(h, at, l->PyCodeObject.co_firstlineno, 7);
	heapimage_put_field32(h, at, l->PyCodeObject.co_flags, code->flags);
	hold_field(h, at, l->PyCodeObject.co_filename,
		   heapimage_str(h, "app.py"));
	hold_field(h, at, l->PyCodeObject.co_name, name);
	hold_field(h, at, l->PyCodeObject.co_qualname, name);
	hold_field(h, at, l->PyCodeObject.co_linetable,
		   heapimage_bytes(h, "\x80\x00\xd8\x05\x06", 5));
	hold_field(h, at, l->PyCodeObject.co_lnotab,
		   heapimage_bytes(h, "\x02\x01", 2));
	hold_field(h, at, l->PyCodeObject.co_code,
		   heapimage_bytes(h, "\x64\x00\x53\x00", 4));
	hold_field(h, at, l->PyCodeObject.co_consts,
		   heapimage_tuple(h, NULL, 0));
	if (l->PyCodeObject.co_localsplusnames != COIL_NO_FIELD)
		put_locals(h, at, code);
	else
		put_three(h, at, code);
	return at;
}

/* Locals and stack at @words, of which @count are in use. */
static void put_words(struct heapimage *h, uint64_t words,
		      const struct heapimage_frame *frame)
{
	for (size_t i = 0; i < frame->count; i++)
		heapimage_hold(h, words + 8 * i, frame->words[i]);
}

static uint64_t frame_object(struct heapimage *h,
			     const struct heapimage_frame *f)
{
	const struct coil_layout *l = h->layout;
	uint64_t at = heapimage_named(h, "frame", 8 * HEAPIMAGE_WORDS);
	uint64_t words = at + l->PyFrameObject.f_localsplus;

	heapimage_put(h, at + l->PyVarObject.ob_size, HEAPIMAGE_WORDS);
	heapimage_hold(h, at + l->PyFrameObject.f_back, f->previous);
	heapimage_hold(h, at + l->PyFrameObject.f_code, f->code);
	heapimage_hold(h, at + l->PyFrameObject.f_locals, f->names);
	heapimage_hold(h, at + l->PyFrameObject.f_globals, f->globals);
	heapimage_put(h, at + l->PyFrameObject.f_gen, f->generator);
	heapimage_put(h, at + l->PyFrameObject.f_valuestack, words);
	heapimage_put_field(h, at, l->PyFrameObject.f_stacktop,
			    f->executes ? 0 : words + 8 * f->count);
	heapimage_put_field32(h, at, l->PyFrameObject.f_stackdepth,
			      f->executes ? UINT32_MAX : (uint32_t)f->count);
	heapimage_put32(h, at + l->PyFrameObject.f_lasti, UINT32_MAX);
	put_words(h, words, f);
	if (f->generator)
		hold_field(h, f->generator, l->PyGenObject.gi_frame, at);
	return at;
}

/* @size bytes of the thread's data stack. */
static uint64_t push(struct heapimage *h, uint64_t size)
{
	const struct coil_layout *l = h->layout;
	uint64_t at;

	if (!h->chunk) {
		h->chunk = heapimage_malloc(h, CHUNK);
		h->chunk_top = l->_PyStackChunk.data;
		heapimage_put(h, h->chunk + l->_PyStackChunk.bytes, CHUNK);
		heapimage_put(h, h->thread + l->PyThreadState.datastack_chunk,
			      h->chunk);
	}
	at = h->chunk + h->chunk_top;
	h->chunk_top += size;
	if (h->chunk_top > CHUNK)
		abort();
	heapimage_put(h, h->thread + l->PyThreadState.datastack_top,
		      h->chunk + h->chunk_top);
	return at;
}

uint64_t heapimage_frame(struct heapimage *h, const struct heapimage_frame *f)
{
	const struct coil_layout *l = h->layout;
	uint64_t at, words;

	if (l->strategy.frames == COIL_FRAMES_OBJECT)
		return frame_object(h, f);
	at = f->generator ? f->generator + l->PyGenObject.gi_iframe
			  : push(h, l->_PyInterpreterFrame.localsplus +
					    8 * HEAPIMAGE_WORDS);
	heapimage_note(&h->buffers, at);
	words = at + l->_PyInterpreterFrame.localsplus;
	heapimage_hold(h, at + l->_PyInterpreterFrame.f_code, f->code);
	heapimage_hold(h, at + l->_PyInterpreterFrame.f_locals, f->names);
	/* Borrowed. */
	heapimage_put(h, at + l->_PyInterpreterFrame.f_globals, f->globals);
	heapimage_put(h, at + l->_PyInterpreterFrame.previous, f->previous);
	heapimage_put(h, at + l->_PyInterpreterFrame.prev_instr,
		      f->code + l->PyCodeObject.co_code_adaptive - 2);
	if (l->_PyInterpreterFrame.stacktop != COIL_NO_FIELD)
		heapimage_put32(h, at + l->_PyInterpreterFrame.stacktop,
				f->executes ? UINT32_MAX : (uint32_t)f->count);
	else
		heapimage_put(h, at + l->_PyInterpreterFrame.stackpointer,
			      f->executes ? 0 : words + 8 * f->count);
	*heapimage_at(h, at + l->_PyInterpreterFrame.owner, 1) =
		f->generator != 0;
	put_words(h, words, f);
	return at;
}

uint64_t heapimage_generator(struct heapimage *h)
{
	return heapimage_named(h, "generator", 8 * HEAPIMAGE_WORDS);
}

void heapimage_run(struct heapimage *h, uint64_t frame)
{
	const struct coil_layout *l = h->layout;
	uint64_t cframe;

	switch (l->strategy.frames) {
	case COIL_FRAMES_OBJECT:
		heapimage_hold(h, h->thread + l->PyThreadState.frame, frame);
		break;
	case COIL_FRAMES_CFRAME:
		cframe = heapimage_malloc(h, l->_PyCFrame.size);
		heapimage_put(h, cframe + l->_PyCFrame.current_frame, frame);
		heapimage_put(h, h->thread + l->PyThreadState.cframe, cframe);
		break;
	case COIL_FRAMES_THREAD_STATE:
		heapimage_put(h, h->thread + l->PyThreadState.current_frame,
			      frame);
		break;
	}
}
