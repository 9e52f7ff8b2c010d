/* SPDX-License-Identifier: MIT */
/*
 * Greenlets.  One that is suspended owns its top frame and, from 3.11 on, the
 * piece of data stack that its frames are in; its tp_traverse visits neither.
 *
 * Source: greenlet 2.0 and 3.0, src/greenlet: struct _greenlet, class
 * PythonState (_top_frame, current_frame, datastack_chunk).  Where in the C++
 * object these are differs from release to release, so that they are told by
 * what they must be: the frame object's frame is the current one, and stands
 * in the chunk that the next word names.
 */
#include "objects/frames.h"
#include "objects/kinds/kinds.h"

#define IMPLEMENTATION 32 /* offset of the C++ object's address */
#define STATE_WORDS    48 /* of the C++ object that are looked at */
#define FRAMES_MOST    100000u

struct state {
	uint64_t top_frame; /* the frame object, or 0 */
	uint64_t current;   /* its frame where that is no object, or 0 */
	uint64_t chunk;	    /* the piece of data stack it is in */
};

static bool in_chunk(const struct coil_heap *heap, uint64_t frame,
		     uint64_t chunk)
{
	const struct coil_layout *l = heap->layout;
	uint64_t bytes;

	return chunk && l->_PyStackChunk.bytes != COIL_NO_FIELD &&
	       coil_image_word(heap->image, chunk + l->_PyStackChunk.bytes,
			       &bytes) &&
	       frame >= chunk && frame - chunk < bytes;
}

/* The frame object among the words, or 0. */
static uint64_t find_frame(const struct coil_heap *heap, const uint8_t *words)
{
	for (uint32_t i = 0; i < STATE_WORDS; i++) {
		uint64_t word = load64(words + i * 8);
		struct coil_object object;

		if (word && !(word & 7) &&
		    coil_heap_object(heap, word, &object) &&
		    !strcmp(object.type->name, "frame"))
			return word;
	}
	return 0;
}

static void find_state(const struct coil_heap *heap, const uint8_t *words,
		       struct state *out)
{
	uint64_t frame;

	memset(out, 0, sizeof(*out));
	out->top_frame = find_frame(heap, words);
	if (!out->top_frame ||
	    heap->layout->strategy.frames == COIL_FRAMES_OBJECT)
		return;
	frame = coil_frame_of(heap, out->top_frame);
	for (uint32_t i = 0; frame && i + 1 < STATE_WORDS; i++)
		if (load64(words + i * 8) == frame &&
		    in_chunk(heap, frame, load64(words + i * 8 + 8))) {
			out->current = frame;
			out->chunk = load64(words + i * 8 + 8);
			return;
		}
}

/* Frames up to the one that is in another's piece of the stack: who resumed
 * the greenlet. */
static void emit_frames(const struct coil_heap *heap, const struct state *s,
			struct coil_sink *sink)
{
	const struct coil_layout *l = heap->layout;
	uint64_t at = s->current, chunk = s->chunk;
	struct coil_frame frame;

	for (uint32_t n = 0; at && n < FRAMES_MOST; n++) {
		if (!coil_frame_read(heap, at, &frame)) {
			sink->missing++;
			return;
		}
		if (frame.owner == COIL_FRAME_THREAD) {
			while (chunk && !in_chunk(heap, at, chunk) &&
			       n++ < FRAMES_MOST)
				if (!coil_image_word(
					    heap->image,
					    chunk + l->_PyStackChunk.previous,
					    &chunk))
					return;
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

static void refs(const struct coil_heap *heap, const struct coil_object *object,
		 struct coil_sink *sink)
{
	uint64_t at = coil_field_word(object, IMPLEMENTATION);
	const uint8_t *words =
		at ? coil_image_view(heap->image, at, STATE_WORDS * 8) : NULL;
	struct state state;

	if (!words) {
		sink->missing += at != 0;
		return;
	}
	find_state(heap, words, &state);
	/* Where frames are not objects (3.11), the one made for it is given
	 * back at once; before, it is the saved stack's own reference. */
	coil_emit(sink, state.top_frame,
		  COIL_REF_ATTR | (state.current ? 0u : COIL_EDGE_COUNTED),
		  COIL_LABEL_TEXT, coil_text("gr_frame"));
	emit_frames(heap, &state, sink);
}

const struct coil_kind coil_kind_greenlet = {
	.name = "greenlet.greenlet",
	.struct_size = COIL_FIXED(IMPLEMENTATION + 8),
	.refs = refs,
	.flags = COIL_KIND_STEPPED | COIL_KIND_PARTIAL,
};
