/* SPDX-License-Identifier: MIT */
/*
 * Interpreter frames: their chain, their line, their references.
 * Source: CPython's Include/internal/pycore_frame.h, Python/frame.c
 * (_PyFrame_Traverse, _PyFrame_Clear), Python/ceval.c (stacktop is -1 while the
 * frame executes, so that the collector sees no stale stack).
 */
#include "objects/frames.h"

#include "objects/location.h"

/* The low bits of a stack reference. Source: CPython 3.14,
 * Include/internal/pycore_stackref.h. */
#define TAG_MASK     3u
#define TAG_BORROWED 1u /* not counted; with address 0: none */
#define TAG_INT	     3u

/* A word of a frame's locals or stack: the object, 0 for none and for what is
 * an int; *flags: COIL_EDGE_COUNTED if it is counted. */
static uint64_t stack_ref(const struct coil_layout *l, uint64_t word,
			  unsigned *flags)
{
	*flags = COIL_EDGE_COUNTED;
	if (l->strategy.stack_refs == COIL_STACK_REFS_POINTERS)
		return word;
	if (word & TAG_BORROWED)
		*flags = 0;
	return (word & TAG_MASK) == TAG_INT ? 0 : word & ~(uint64_t)TAG_MASK;
}

/* Locals and stack in use, -1 where nobody wrote it down. */
static int64_t stack_top(const struct coil_layout *l, const uint8_t *frame,
			 uint64_t address)
{
	uint64_t first = address + l->_PyInterpreterFrame.localsplus, top;

	if (l->_PyInterpreterFrame.stacktop != COIL_NO_FIELD)
		return (int32_t)load32(frame + l->_PyInterpreterFrame.stacktop);
	if (l->_PyInterpreterFrame.stackpointer == COIL_NO_FIELD)
		return -1;
	top = load64(frame + l->_PyInterpreterFrame.stackpointer);
	return top < first ? -1 : (int64_t)((top - first) / 8);
}

bool coil_frame_read(struct coil_reader *reader, uint64_t address,
		     struct coil_frame *out)
{
	const struct coil_layout *l = reader->layout;
	const uint8_t *p;

	*out = (struct coil_frame){.address = address};
	if (l->strategy.frames == COIL_FRAMES_OBJECT)
		return coil_frame_object_read(reader, address, out);
	if (l->_PyInterpreterFrame.localsplus == COIL_NO_FIELD)
		return false;
	p = coil_image_view(reader->image, address,
			    l->_PyInterpreterFrame.localsplus);
	if (!p)
		return false;
	out->previous = load64(p + l->_PyInterpreterFrame.previous);
	out->function = stack_ref(l, load64(p + l->_PyInterpreterFrame.f_func),
				  &out->function_flags);
	out->locals = load64(p + l->_PyInterpreterFrame.f_locals);
	out->frame_object = load64(p + l->_PyInterpreterFrame.frame_obj);
	out->code_address = stack_ref(
		l, load64(p + l->_PyInterpreterFrame.f_code), &out->code_flags);
	out->instruction = load64(p + l->_PyInterpreterFrame.prev_instr);
	out->stacktop = stack_top(l, p, address);
	out->words = address + l->_PyInterpreterFrame.localsplus;
	out->owner = load8(p + l->_PyInterpreterFrame.owner);
	if (out->owner == COIL_FRAME_GENERATOR &&
	    l->PyGenObject.gi_iframe != COIL_NO_FIELD)
		out->generator = address - l->PyGenObject.gi_iframe;
	if (out->owner < COIL_FRAME_SHIM)
		out->has_code =
			coil_code_read(reader, out->code_address, &out->code);
	return true;
}

uint64_t coil_frame_of(struct coil_reader *reader, uint64_t object)
{
	uint64_t frame = 0;

	if (reader->layout->strategy.frames == COIL_FRAMES_OBJECT)
		return object;
	(void)!coil_image_word(reader->image,
			       object + reader->layout->PyFrameObject.f_frame,
			       &frame);
	return frame;
}

int32_t coil_frame_line(struct coil_reader *reader,
			const struct coil_frame *frame)
{
	if (!frame->has_code)
		return COIL_NO_LINE;
	return coil_code_line(reader, &frame->code, frame->instruction);
}

bool coil_frame_chain(struct coil_reader *reader, uint64_t tstate,
		      void (*emit)(void *ctx, const struct coil_frame *frame),
		      void *ctx)
{
	uint64_t at = coil_runtime_top_frame(reader->runtime, tstate);
	/* Brent: a chain that closes meets the mark within twice its length. */
	uint64_t mark = 0, steps = 0, power = 1;

	while (at) {
		struct coil_frame frame;

		if (at == mark || !coil_frame_read(reader, at, &frame))
			return false;
		if (++steps == power) {
			mark = at;
			power *= 2;
			steps = 0;
		}
		if (frame.owner < COIL_FRAME_SHIM)
			emit(ctx, &frame);
		at = frame.previous;
	}
	return true;
}

static void emit_local(struct coil_reader *reader, struct coil_sink *sink,
		       const struct coil_code *code, uint64_t i, uint64_t value,
		       unsigned flags)
{
	uint8_t kind;
	uint64_t name = coil_code_name(reader, code, i, &kind);

	flags |= kind & (COIL_LOCAL_CELL | COIL_LOCAL_FREE) ? COIL_REF_CELL
							    : COIL_REF_LOCAL;
	if (name)
		coil_emit(sink, value, flags, COIL_LABEL_NAME, name);
	else
		coil_emit(sink, value, flags, COIL_LABEL_INDEX, i);
}

/*
 * The stack of a frame that executes: nobody wrote down how far it goes, and
 * what is beyond its top is stale.  Words that are objects are emitted as such.
 */
static void emit_stale_stack(struct coil_reader *reader, const uint8_t *words,
			     uint64_t from, uint64_t to, struct coil_sink *sink)
{
	sink->executing = true;
	for (uint64_t i = from; i < to; i++) {
		unsigned counted;
		uint64_t value = stack_ref(reader->layout,
					   load64(words + i * 8), &counted);
		struct coil_object object;

		if (value && coil_reader_object(reader, value, &object))
			coil_emit(sink, value,
				  COIL_REF_OTHER | counted | COIL_EDGE_INEXACT,
				  COIL_LABEL_TEXT, coil_text("stack"));
	}
}

static void emit_locals(struct coil_reader *reader,
			const struct coil_frame *frame, unsigned traversed,
			struct coil_sink *sink)
{
	const struct coil_code *code = &frame->code;
	uint64_t room = (uint64_t)code->locals + code->stack;
	bool executes = frame->stacktop < 0;
	uint64_t sure = executes ? code->locals
				 : min64((uint64_t)frame->stacktop, room);
	uint64_t there = executes ? room : sure;
	unsigned visited = executes && reader->layout->strategy.frames !=
						   COIL_FRAMES_OBJECT
				   ? 0
				   : traversed;
	const uint8_t *words;

	words = coil_image_view(reader->image, frame->words, there * 8);
	if (!words || (!executes && (uint64_t)frame->stacktop > room)) {
		sink->missing++;
		if (!words)
			return;
	}
	if (!coil_sink_reads(sink, 0, there * 8))
		return;
	for (uint64_t i = 0; i < sure && !sink->stop; i++) {
		unsigned flags;
		uint64_t value = stack_ref(reader->layout,
					   load64(words + i * 8), &flags);

		if (i < code->locals)
			emit_local(reader, sink, code, i, value,
				   flags | visited);
		else
			coil_emit(sink, value, flags | visited | COIL_REF_OTHER,
				  COIL_LABEL_TEXT, coil_text("stack"));
	}
	if (executes)
		emit_stale_stack(reader, words, sure, there, sink);
}

void coil_frame_refs(struct coil_reader *reader, uint64_t address,
		     unsigned traversed, struct coil_sink *sink)
{
	unsigned flags = COIL_EDGE_COUNTED | traversed;
	struct coil_frame frame;

	if (!coil_frame_read(reader, address, &frame)) {
		sink->missing++;
		return;
	}
	coil_emit(sink, frame.frame_object, flags | COIL_REF_OTHER,
		  COIL_LABEL_TEXT, coil_text("frame_obj"));
	coil_emit(sink, frame.locals, flags | COIL_REF_ATTR, COIL_LABEL_TEXT,
		  coil_text("f_locals"));
	coil_emit(sink, frame.function,
		  frame.function_flags | traversed | COIL_REF_OTHER,
		  COIL_LABEL_TEXT, coil_text("f_func"));
	coil_emit(sink, frame.code_address,
		  frame.code_flags | traversed | COIL_REF_CODE, COIL_LABEL_TEXT,
		  coil_text("f_code"));
	if (!frame.has_code) {
		if (frame.code_address && frame.owner < COIL_FRAME_SHIM)
			sink->missing++;
		return;
	}
	emit_locals(reader, &frame, traversed, sink);
}
