/* SPDX-License-Identifier: MIT */
/*
 * Frame objects, and tracebacks that hold them.  A frame object owns the
 * interpreter frame only after the call ended; until then the thread or the
 * generator does.
 * Source: CPython's Objects/frameobject.c (frame_traverse, frame_dealloc,
 * frame_sizeof), Python/traceback.c (tb_traverse).
 */
#include <inttypes.h>

#include "objects/frames.h"

#include "objects/kinds/kinds.h"
#include "objects/location.h"
#include "objects/repr/repr.h"

static void refs(struct coil_reader *reader, const struct coil_object *object,
		 struct coil_sink *sink)
{
	uint64_t address = coil_frame_of(reader, object->address);
	bool is_object = reader->layout->strategy.frames == COIL_FRAMES_OBJECT;
	struct coil_frame frame;

	if (!coil_frame_read(reader, address, &frame)) {
		sink->missing++;
		return;
	}
	if (is_object || frame.owner == COIL_FRAME_OBJECT)
		coil_frame_refs(reader, address, COIL_EDGE_TRAVERSED, sink);
}

static uint64_t size(struct coil_reader *reader,
		     const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t address = coil_frame_of(reader, object->address);
	struct coil_frame frame;
	uint64_t bytes = l->strategy.frames == COIL_FRAMES_OBJECT
				 ? l->PyFrameObject.f_localsplus
				 : l->PyFrameObject._f_frame_data +
					   l->_PyInterpreterFrame.localsplus;

	if (coil_frame_read(reader, address, &frame) && frame.has_code)
		bytes += ((uint64_t)frame.code.locals + frame.code.stack) * 8;
	return bytes;
}

/* Source: frame_repr(). */
static void value(struct coil_reader *reader, const struct coil_object *object,
		  struct coil_out *out)
{
	int32_t line = (int32_t)coil_field_int(
		object, reader->layout->PyFrameObject.f_lineno);
	struct coil_frame frame;

	if (!coil_frame_read(reader, coil_frame_of(reader, object->address),
			     &frame) ||
	    !frame.has_code)
		return;
	/* Up to 3.9 it is kept only while the frame is traced. */
	if (line <= 0 || (reader->layout->strategy.lines == COIL_LINES_LNOTAB &&
			  !FIELD(reader, object, PyFrameObject, f_trace)))
		line = coil_frame_line(reader, &frame);
	coil_out_format(out, "<frame at 0x%" PRIx64 ", file ", object->address);
	coil_repr(reader, frame.code.filename, out);
	coil_out_format(out, ", line %" PRId32 ", code ", line);
	coil_out_text(reader, frame.code.name, COIL_NAME_LIMIT, out);
	coil_out_char(out, '>');
}

KIND(frame, "frame", STRUCT(PyFrameObject),
     MEMBERS(VISITED(PyFrameObject, f_back, ATTR, "f_back"),
	     VISITED(PyFrameObject, f_builtins, ATTR, "f_builtins"),
	     VISITED(PyFrameObject, f_globals, ATTR, "f_globals"),
	     VISITED(PyFrameObject, f_trace, ATTR, "f_trace"),
	     VISITED(PyFrameObject, f_extra_locals, OTHER, "f_extra_locals"),
	     VISITED(PyFrameObject, f_locals_cache, OTHER, "f_locals_cache"),
	     VISITED(PyFrameObject, f_overwritten_fast_locals, OTHER,
		     "f_overwritten_fast_locals")),
     .refs = refs, .size = size, .value = value);

static void traceback_value(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	const struct coil_layout *l = reader->layout;
	int32_t line =
		(int32_t)coil_field_int(object, l->PyTracebackObject.tb_lineno);
	struct coil_frame frame;
	uint64_t address = coil_frame_of(
		reader, FIELD(reader, object, PyTracebackObject, tb_frame));

	/* Its repr is that of object: where it is shown on its own, where it
	 * points says more. */
	if (out->depth > 1 || !address ||
	    !coil_frame_read(reader, address, &frame) || !frame.has_code) {
		coil_out_default(reader, object, out);
		return;
	}
	/* From 3.12 on the line is worked out when it is asked for: from
	 * tb_lasti, the int before it. Source: Python/traceback.c,
	 * tb_get_lineno(). */
	if (line < 0)
		line = coil_code_line(
			reader, &frame.code,
			frame.code.bytecode +
				coil_field_int(object,
					       l->PyTracebackObject.tb_lineno -
						       4));
	coil_code_write(reader, &frame.code, line > 0 ? line : COIL_NO_LINE,
			out);
}

KIND(traceback, "traceback", STRUCT(PyTracebackObject),
     MEMBERS(VISITED(PyTracebackObject, tb_next, ATTR, "tb_next"),
	     VISITED(PyTracebackObject, tb_frame, ATTR, "tb_frame")),
     .value = traceback_value);
