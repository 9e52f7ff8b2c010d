/* SPDX-License-Identifier: MIT */
/*
 * Greenlets.  One that is suspended owns its top frame, a copy of its piece of
 * the C stack and, from 3.11 on, the piece of data stack that its frames are
 * in; its tp_traverse visits none of them.
 *
 * Source: greenlet 2.0 to 3.5, src/greenlet: struct _greenlet, class Greenlet
 * (from 3.1 on with _self before all else), ExceptionState, SwitchingArgs,
 * StackState, PythonState.  Up to PythonState's _top_frame the releases agree;
 * where current_frame and datastack_chunk are differs, so that these are known
 * by what they must be: behind them stand the top and the end of the chunk.
 */
#include "objects/frames.h"
#include "objects/kinds/kinds.h"

#define IMPLEMENTATION 32 /* offset of the C++ object's address */
#define STATE_WORDS    48 /* of the C++ object that are looked at */
#define FRAMES_MOST    100000u
#define CHUNKS_MOST    100000u

/* Words of class StackState, and of PythonState behind it. */
enum {
	STACK_START,
	STACK_STOP,
	STACK_COPY,
	STACK_SAVED,
	STACK_PREVIOUS,
	CONTEXT,
	TOP_FRAME,
	REST
};

struct state {
	uint64_t address;   /* of the C++ object; 0: none */
	uint64_t bytes;	    /* of it and of what its block has left */
	uint64_t start;	    /* of its piece of the C stack */
	uint64_t copy;	    /* where that was saved; 0: it is in place */
	uint64_t saved;	    /* bytes there */
	uint64_t top_frame; /* the frame object, or 0 */
	uint64_t current;   /* its frame where that is no object, or 0 */
	uint64_t chunk;	    /* the piece of data stack it is in, or 0 */
};

/* The bytes of the piece of data stack at @chunk; 0: there is none. */
static uint64_t chunk_bytes(struct coil_reader *reader, uint64_t chunk)
{
	const struct coil_layout *l = reader->layout;
	uint64_t bytes = 0, end;

	if (chunk && l->_PyStackChunk.bytes != COIL_NO_FIELD)
		coil_image_word(reader->image, chunk + l->_PyStackChunk.bytes,
				&bytes);
	return add64(chunk, bytes, &end) ? bytes : 0;
}

static uint64_t chunk_before(struct coil_reader *reader, uint64_t chunk)
{
	uint64_t previous;

	coil_image_word(reader->image,
			chunk + reader->layout->_PyStackChunk.previous,
			&previous);
	return previous;
}

static bool in_chunk(struct coil_reader *reader, uint64_t frame, uint64_t chunk)
{
	return frame - chunk < chunk_bytes(reader, chunk);
}

/* current_frame, datastack_chunk, datastack_top, datastack_limit. */
static void find_chunk(struct coil_reader *reader, const uint8_t *words,
		       uint64_t count, struct state *out)
{
	for (uint64_t i = 0; i + 4 <= count; i++, words += 8) {
		uint64_t chunk = load64(words + 8), top = load64(words + 16);
		uint64_t bytes = chunk_bytes(reader, chunk);

		if (!bytes || load64(words + 24) != chunk + bytes ||
		    top - chunk > bytes)
			continue;
		out->current = load64(words);
		out->chunk = chunk;
		return;
	}
}

/* Where class StackState begins, in words. */
static uint64_t stack_state(struct coil_reader *reader,
			    const struct coil_object *object,
			    const uint8_t *words)
{
	/* The table of virtual functions; itself, in later releases. */
	uint64_t at = load64(words + 8) == object->address ? 2 : 1;

	/* exc_info; exc_state: the exception, its type and traceback where a
	 * generator has them too, what it was raised in; what is passed. */
	return at + 1 +
	       (reader->layout->PyGenObject.exc_type == COIL_NO_FIELD ? 2 : 4) +
	       2;
}

/* False where the C++ object is not as it must be. */
static bool find_state(struct coil_reader *reader,
		       const struct coil_object *object, struct state *out)
{
	const uint8_t *words;
	uint64_t at, count;

	memset(out, 0, sizeof(*out));
	out->address = coil_field_word(object, IMPLEMENTATION);
	if (!out->address)
		return true;
	words = coil_reader_view(reader, out->address, STATE_WORDS * 8,
				 &out->bytes);
	count = out->bytes / 8;
	if (!words || count < 2)
		return false;
	at = stack_state(reader, object, words);
	if (count < at + REST)
		return false;
	words += at * 8;
	out->start = load64(words + STACK_START * 8);
	out->copy = load64(words + STACK_COPY * 8);
	out->saved = load64(words + STACK_SAVED * 8);
	/* Nothing is saved without a place, nor where there is no stack. */
	if (!out->copy != !out->saved || (out->saved && !out->start) ||
	    out->saved > load64(words + STACK_STOP * 8) - out->start)
		return false;
	out->top_frame = load64(words + TOP_FRAME * 8);
	/* Of one that runs, what was current when it last did not. */
	if (reader->layout->strategy.frames != COIL_FRAMES_OBJECT &&
	    (out->top_frame || out->saved))
		find_chunk(reader, words + REST * 8, count - at - REST, out);
	return true;
}

/* Where the frame @at is now: one on the C stack was saved with it (3.12). */
static uint64_t frame_place(const struct state *s, uint64_t at)
{
	return at - s->start < s->saved ? s->copy + (at - s->start) : at;
}

/* Frames up to the one that is in another's piece of the stack: who resumed
 * the greenlet. */
static void emit_frames(struct coil_reader *reader, const struct state *s,
			struct coil_sink *sink)
{
	uint64_t at = s->current, chunk = s->chunk;
	struct coil_frame frame;

	for (uint32_t n = 0; at && n < FRAMES_MOST; n++) {
		if (!coil_frame_read(reader, frame_place(s, at), &frame)) {
			sink->missing++;
			return;
		}
		if (frame.owner == COIL_FRAME_THREAD) {
			while (chunk && !in_chunk(reader, at, chunk) &&
			       n++ < FRAMES_MOST)
				chunk = chunk_before(reader, chunk);
			if (!chunk)
				return;
			coil_emit_node(sink, at,
				       COIL_REF_OTHER | COIL_EDGE_COUNTED,
				       COIL_LABEL_TEXT, coil_text("frame"),
				       COIL_NODE_FRAME);
		}
		at = frame.previous;
	}
}

static void refs(struct coil_reader *reader, const struct coil_object *object,
		 struct coil_sink *sink)
{
	struct state state;

	if (!find_state(reader, object, &state)) {
		sink->missing++;
		return;
	}
	/* Where frames are not objects (3.11), the one made for it is given
	 * back at once; before, it is the saved stack's own reference. */
	coil_emit(sink, state.top_frame,
		  COIL_REF_ATTR |
			  (reader->layout->strategy.frames == COIL_FRAMES_OBJECT
				   ? COIL_EDGE_COUNTED
				   : 0u),
		  COIL_LABEL_TEXT, coil_text("gr_frame"));
	emit_frames(reader, &state, sink);
}

static void buffers(struct coil_reader *reader,
		    const struct coil_object *object,
		    struct coil_buffers *taker)
{
	struct state state;

	if (!find_state(reader, object, &state) || !state.address)
		return;
	taker->take(taker, state.address, state.bytes);
	if (state.copy)
		taker->take(taker, state.copy, state.saved);
	for (uint32_t n = 0; n < CHUNKS_MOST; n++) {
		uint64_t bytes = chunk_bytes(reader, state.chunk);

		if (!bytes)
			return;
		taker->take(taker, state.chunk, bytes);
		state.chunk = chunk_before(reader, state.chunk);
	}
}

/* Of greenlet 1 and before the state is in the object itself. */
KIND(greenlet, "greenlet.greenlet", BYTES(IMPLEMENTATION + 8), .refs = refs,
     .buffers = buffers,
     .flags = COIL_KIND_STEPPED | COIL_KIND_PARTIAL | COIL_KIND_EXACT_SIZE);
