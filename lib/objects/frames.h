/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_FRAMES_H
#define COIL_OBJECTS_FRAMES_H

#include "objects/code.h"

/*
 * Interpreter frames: what is running.  Each is owned by a thread (on its data
 * stack), by a generator (inside it) or by a frame object (inside it).
 */

/* Source: Include/internal/pycore_frame.h, enum _frameowner. The values from
 * COIL_FRAME_SHIM on are frames on the C stack that run no Python code. */
enum coil_frame_owner {
	COIL_FRAME_THREAD,
	COIL_FRAME_GENERATOR,
	COIL_FRAME_OBJECT,
	COIL_FRAME_SHIM
};

struct coil_frame {
	uint64_t address;  /* of the _PyInterpreterFrame */
	uint64_t previous; /* the caller's, or 0 */
	uint64_t function, locals, frame_object, code_address; /* or 0 */
	/* COIL_EDGE_COUNTED, or 0 where it is borrowed. */
	unsigned function_flags, code_flags;
	uint64_t generator;   /* the generator it is part of, or 0 */
	uint64_t words;	      /* address of the locals and the stack */
	uint64_t instruction; /* where it is, in the target */
	int64_t stacktop;     /* locals and stack in use; -1: it executes */
	uint8_t owner;	      /* enum coil_frame_owner, or beyond */
	bool has_code;	      /* code was read */
	struct coil_code code;
};

/** As coil_frame_read(), for frames that are Python objects. */
bool coil_frame_object_read(struct coil_reader *reader, uint64_t address,
			    struct coil_frame *out);

/** The interpreter frame of the frame object at @object, or 0. */
uint64_t coil_frame_of(struct coil_reader *reader, uint64_t object);

/** False where its memory was not captured. */
bool coil_frame_read(struct coil_reader *reader, uint64_t address,
		     struct coil_frame *out);

/** The line it is at, or COIL_NO_LINE. */
int32_t coil_frame_line(struct coil_reader *reader,
			const struct coil_frame *frame);

/**
 * Call @emit for every frame of the thread @tstate that runs Python code,
 * innermost first.  Frames of running generators are among them: their
 * references are emitted by the generator (coil_frame.generator), not by
 * the thread.  Stops at memory that is missing and at a chain that closes.
 *
 * Returns false if it stopped before the end.
 */
bool coil_frame_chain(struct coil_reader *reader, uint64_t tstate,
		      void (*emit)(void *ctx, const struct coil_frame *frame),
		      void *ctx);

#endif
