/* SPDX-License-Identifier: MIT */
/*
 * Generators, coroutines and asynchronous generators: each has its frame
 * inside.
 * Source: CPython's Objects/genobject.c (gen_traverse, async_gen_traverse,
 * gen_dealloc, gen_sizeof).
 */
#include "objects/frames.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

static uint64_t frame_of(struct coil_reader *reader,
			 const struct coil_object *object)
{
	return object->address + reader->layout->PyGenObject.gi_iframe;
}

static void refs(struct coil_reader *reader, const struct coil_object *object,
		 struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	int8_t state;
	unsigned visited =
		l->strategy.cleared_frames == COIL_CLEARED_FRAMES_VISITED
			? COIL_EDGE_TRAVERSED
			: 0;
	struct coil_frame frame;

	/* Up to 3.10 its frame is an object. */
	if (l->strategy.frames == COIL_FRAMES_OBJECT) {
		coil_emit_member(object, l->PyGenObject.gi_frame,
				 COIL_REF_OTHER | COIL_STRONG, "gi_frame",
				 sink);
		return;
	}
	state = (int8_t)coil_field_byte(object, l->PyGenObject.gi_frame_state);
	if (state < (int32_t)l->constant.frame_cleared) {
		coil_frame_refs(reader, frame_of(reader, object),
				COIL_EDGE_TRAVERSED, sink);
		return;
	}
	/* Where the generator has no field for its code, the cleared frame
	 * goes on holding it. */
	if (l->PyGenObject.gi_code != COIL_NO_FIELD)
		return;
	if (coil_frame_read(reader, frame_of(reader, object), &frame))
		coil_emit(sink, frame.code_address,
			  COIL_REF_CODE | frame.code_flags | visited,
			  COIL_LABEL_TEXT, coil_text("f_code"));
	else
		sink->missing++;
}

static bool code_of(struct coil_reader *reader,
		    const struct coil_object *object, struct coil_code *code)
{
	const struct coil_layout *l = reader->layout;
	uint64_t address = coil_field_word(object, l->PyGenObject.gi_code);
	struct coil_frame frame;

	if (!address && reader->layout->strategy.frames != COIL_FRAMES_OBJECT)
		address = coil_frame_read(reader, frame_of(reader, object),
					  &frame)
				  ? frame.code_address
				  : 0;
	return coil_code_read(reader, address, code);
}

static uint64_t size(struct coil_reader *reader,
		     const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t bytes =
		l->PyGenObject.gi_iframe + l->_PyInterpreterFrame.localsplus;
	struct coil_code code;

	if (l->strategy.frames == COIL_FRAMES_OBJECT)
		return coil_size_default(reader, object);

	if (code_of(reader, object, &code))
		bytes += ((uint64_t)code.locals + code.stack) * 8;
	return bytes;
}

#define G(f, kind, label) VISITED(PyGenObject, f, kind, label)
#define COMMON(code) \
	G(gi_code, CODE, code), G(gi_name, ATTR, "__name__"), \
		G(gi_qualname, ATTR, "__qualname__"), \
		G(exc_type, OTHER, "exc_type"), \
		G(exc_value, OTHER, "exc_value"), \
		G(exc_traceback, OTHER, "exc_traceback")

#define GENERATOR(ident, ...) \
	static void ident##_value(struct coil_reader *reader, \
				  const struct coil_object *object, \
				  struct coil_out *out) \
	{ \
		coil_out_named( \
			reader, object, "<" #ident " object ", \
			FIELD(reader, object, PyGenObject, gi_qualname), out); \
	} \
	KIND(ident, #ident, UP_TO(PyGenObject, gi_qualname), \
	     MEMBERS(__VA_ARGS__), .refs = refs, .size = size, \
	     .value = ident##_value)

GENERATOR(generator, COMMON("gi_code"));

/* Of a coroutine, a tuple of tuples: no cycle can pass through it, nobody
 * visits it. */
GENERATOR(coroutine, COMMON("cr_code"),
	  OWNED(PyGenObject, gi_origin_or_finalizer, ATTR, "cr_origin"),
	  OWNED(PyCoroObject, cr_origin, ATTR, "cr_origin"));

GENERATOR(async_generator, COMMON("ag_code"),
	  G(gi_origin_or_finalizer, OTHER, "ag_finalizer"),
	  VISITED(PyAsyncGenObject, ag_finalizer, OTHER, "ag_finalizer"));
