/* SPDX-License-Identifier: MIT */
/*
 * What the nodes hold that are no Python objects: interpreters, threads and
 * their frames, shared dict keys.
 *
 * Source: the fields of PyInterpreterState and PyThreadState that own
 * references are listed in the layout files (coil-layout(5)).
 */
#include "objects/frames.h"
#include "objects/nodes.h"

static void emit_roots(struct coil_reader *reader, uint64_t address,
		       const struct coil_layout_root *roots, uint32_t count,
		       struct coil_sink *sink)
{
	for (uint32_t r = 0; r < count; r++) {
		for (uint32_t i = 0; i < roots[r].count; i++) {
			uint64_t at = address + roots[r].offset +
				      (uint64_t)i * roots[r].stride;
			uint64_t word = 0;

			if (!coil_image_word(reader->image, at, &word))
				sink->missing++;
			coil_emit(sink, word,
				  COIL_REF_OTHER | COIL_EDGE_COUNTED,
				  COIL_LABEL_TEXT, coil_text(roots[r].name));
		}
	}
}

/*
 * Objects that wait until their thread adds up both halves of their count: the
 * queue owns a reference to each.  Source: Include/internal/pycore_brc.h,
 * pycore_object_stack.h.
 */
static void emit_stack(struct coil_reader *reader, uint64_t tstate, uint32_t at,
		       struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	uint32_t room =
		(l->_PyObjectStackChunk.size - l->_PyObjectStackChunk.objs) / 8;
	uint64_t left =
		reader->image->coverage.stored / l->_PyObjectStackChunk.size +
		1;
	uint64_t chunk = 0;

	(void)!coil_image_word(reader->image, tstate + at, &chunk);
	for (; chunk && left; left--) {
		const uint8_t *p = coil_image_view(reader->image, chunk,
						   l->_PyObjectStackChunk.size);
		uint64_t n;

		if (!p) {
			sink->missing++;
			return;
		}
		n = min64(load64(p + l->_PyObjectStackChunk.n), room);
		for (uint64_t i = 0; i < n; i++)
			coil_emit(
				sink,
				load64(p + l->_PyObjectStackChunk.objs + i * 8),
				COIL_REF_OTHER | COIL_EDGE_COUNTED,
				COIL_LABEL_TEXT, coil_text("brc"));
		chunk = load64(p + l->_PyObjectStackChunk.prev);
	}
}

static void emit_queues(struct coil_reader *reader, uint64_t tstate,
			struct coil_sink *sink)
{
	const uint32_t queues[] = {
		reader->layout->PyThreadState_t.to_merge,
		reader->layout->PyThreadState_t.merging,
	};

	for (size_t i = 0; i < countof(queues); i++)
		if (queues[i] != COIL_NO_FIELD &&
		    reader->layout->_PyObjectStackChunk.size)
			emit_stack(reader, tstate, queues[i], sink);
}

struct emitter {
	struct coil_sink *sink;
	bool objects;
};

static void emit_frame(void *ctx, const struct coil_frame *frame)
{
	struct emitter *e = ctx;
	struct coil_sink *sink = e->sink;

	/* A frame that is an object: the call that it runs owns it. */
	if (frame->owner == COIL_FRAME_THREAD && e->objects)
		coil_emit(sink, frame->address,
			  COIL_REF_OTHER | COIL_EDGE_COUNTED, COIL_LABEL_TEXT,
			  coil_text("frame"));
	else if (frame->owner == COIL_FRAME_THREAD)
		coil_emit_node(sink, frame->address,
			       COIL_REF_OTHER | COIL_EDGE_COUNTED,
			       COIL_LABEL_TEXT, coil_text("frame"),
			       COIL_NODE_FRAME);
}

static void emit_thread(void *ctx, uint64_t tstate)
{
	struct coil_sink *sink = ctx;

	coil_emit_node(sink, tstate, COIL_REF_OTHER | COIL_EDGE_COUNTED,
		       COIL_LABEL_TEXT, coil_text("thread"), COIL_NODE_THREAD);
}

/*
 * What static types have in an interpreter that is not the main one; the main
 * interpreter's is emitted with the type.  A slot in use is the type's whose
 * own field has its number.
 */
static void emit_static_types(struct coil_reader *reader, uint64_t address,
			      struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	const uint32_t places[] = {l->PyInterpreterState.static_types,
				   l->PyInterpreterState.extension_types};

	for (size_t p = 0; p < countof(places); p++) {
		for (uint32_t i = 0; places[p] != COIL_NO_FIELD &&
				     i < l->constant.pending_static_types;
		     i++) {
			const uint8_t *slot = coil_image_view(
				reader->image,
				address + places[p] +
					i * l->managed_static_type_state.size,
				l->managed_static_type_state.size);
			uint64_t number = 0, type;

			if (!slot)
				continue;
			type = load64(slot + l->managed_static_type_state.type);
			if (!type ||
			    !coil_image_word(
				    reader->image,
				    type + l->PyTypeObject.tp_subclasses,
				    &number) ||
			    number != i + 1)
				continue;
			coil_emit(sink,
				  load64(slot +
					 l->managed_static_type_state.tp_dict),
				  COIL_REF_OTHER | COIL_EDGE_COUNTED,
				  COIL_LABEL_TEXT,
				  coil_text("a static type's __dict__"));
			coil_emit(sink,
				  load64(slot + l->managed_static_type_state
							.tp_subclasses),
				  COIL_REF_OTHER | COIL_EDGE_COUNTED,
				  COIL_LABEL_TEXT,
				  coil_text("a static type's __subclasses__"));
		}
	}
}

void coil_node_refs(struct coil_reader *reader, uint64_t address,
		    enum coil_node_kind node, struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	struct emitter frames = {
		.sink = sink,
		.objects = l->strategy.frames == COIL_FRAMES_OBJECT,
	};

	if (node == COIL_NODE_KEYS) {
		coil_keys_refs(reader, address, sink);
	} else if (node == COIL_NODE_FRAME) {
		coil_frame_refs(reader, address, 0, sink);
	} else if (node == COIL_NODE_THREAD) {
		emit_roots(reader, address, l->thread_roots,
			   l->thread_root_count, sink);
		emit_queues(reader, address, sink);
		coil_frame_chain(reader, address, emit_frame, &frames);
	} else if (node == COIL_NODE_INTERPRETER) {
		/* Modules before frames: of two paths as short, the one
		 * through the module is the one to tell. */
		emit_roots(reader, address, l->interpreter_roots,
			   l->interpreter_root_count, sink);
		if (address != reader->runtime->interpreters[0])
			emit_static_types(reader, address, sink);
		else
			coil_type_cache_refs(reader, sink);
		coil_identifiers_refs(reader, address, sink);
		coil_threads(reader->runtime->image, reader->runtime->layout,
			     address, emit_thread, sink);
	}
}
