/* SPDX-License-Identifier: MIT */
/*
 * Frames that are Python objects, as they are up to 3.10: the chain of a
 * thread is a chain of objects, the generator holds one of its own.
 *
 * Source: CPython 3.8 and 3.10, Include/cpython/frameobject.h,
 * Objects/frameobject.c (frame_traverse: locals always, the stack where
 * f_stacktop, or f_stackdepth, says how far it goes; it does not while the
 * frame executes).
 */
#include "objects/frames.h"

/* f_lasti counts bytes, or instructions of two. */
static uint64_t instruction_of(const struct coil_layout *l,
			       const struct coil_code *code, int32_t last)
{
	if (last < 0)
		return 0;
	return code->bytecode +
	       (uint64_t)last *
		       (l->strategy.lines == COIL_LINES_LNOTAB ? 1 : 2);
}

/* Locals and stack in use, -1 while it executes. */
static int64_t stack_top(const struct coil_layout *l, const uint8_t *p,
			 uint64_t address)
{
	uint64_t first = address + l->PyFrameObject.f_localsplus;
	uint64_t stack = load64(p + l->PyFrameObject.f_valuestack), top;

	if (l->PyFrameObject.f_stacktop != COIL_NO_FIELD) {
		top = load64(p + l->PyFrameObject.f_stacktop);
	} else {
		int32_t depth =
			(int32_t)load32(p + l->PyFrameObject.f_stackdepth);

		top = depth < 0 ? 0 : stack + (uint64_t)depth * 8;
	}
	return top < first ? -1 : (int64_t)((top - first) / 8);
}

bool coil_frame_object_read(struct coil_reader *reader, uint64_t address,
			    struct coil_frame *out)
{
	const struct coil_layout *l = reader->layout;
	const uint8_t *p =
		coil_image_view(reader->image, address, l->PyFrameObject.size);

	if (!p || l->PyFrameObject.f_localsplus == COIL_NO_FIELD)
		return false;
	out->previous = load64(p + l->PyFrameObject.f_back);
	out->locals = load64(p + l->PyFrameObject.f_locals);
	out->code_address = load64(p + l->PyFrameObject.f_code);
	out->code_flags = COIL_EDGE_COUNTED;
	out->generator = load64(p + l->PyFrameObject.f_gen);
	out->owner = out->generator ? COIL_FRAME_GENERATOR : COIL_FRAME_THREAD;
	out->words = address + l->PyFrameObject.f_localsplus;
	out->stacktop = stack_top(l, p, address);
	out->has_code = coil_code_read(reader, out->code_address, &out->code);
	if (out->has_code)
		out->instruction = instruction_of(
			l, &out->code,
			(int32_t)load32(p + l->PyFrameObject.f_lasti));
	return true;
}
