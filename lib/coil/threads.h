/* SPDX-License-Identifier: MIT */
#ifndef COIL_THREADS_H
#define COIL_THREADS_H

#include "coil/snapshot.h"

/**
 * The Python stacks of all threads, and what their frames hold.  Needs no
 * graph, so that a big snapshot answers at once.
 */
struct coil_thread {
	uint64_t address;     /* of the PyThreadState, a node of the graph */
	uint64_t interpreter; /* of its PyInterpreterState */
	uint64_t id;	      /* threading.get_ident() */
	uint64_t native_id;   /* as the system numbers it; 0: not known */
	size_t frames;	      /* that run Python code */
	bool complete;	      /* the chain of frames ended where it should */
};

/** A frame. Strings are borrowed, UTF-8 without control characters. */
struct coil_thread_frame {
	uint64_t address;   /* of the _PyInterpreterFrame */
	uint64_t generator; /* the generator or coroutine that it is part of;
			     * 0: the thread's own, a node of the graph */
	uint64_t code, function; /* addresses; 0: none */
	const char *name;	 /* co_qualname; "" where it was not captured */
	const char *file;	 /* co_filename, likewise */
	int32_t line;		 /* -1: none */
};

/** How a frame holds something. */
enum coil_local_kind {
	COIL_LOCAL_VARIABLE,  /* a local variable */
	COIL_LOCAL_IN_CELL,   /* a variable that it shares with functions
			       * inside it: what is in the cell */
	COIL_LOCAL_ENCLOSING, /* a variable of a function around it, likewise;
			       * no part of f_locals in the body of a class */
	COIL_LOCAL_NAME,      /* a name in the namespace of a class body or of
			       * exec() */
	COIL_LOCAL_STACK,     /* an intermediate result */
	COIL_LOCAL_STALE,     /* perhaps one: the frame executes, and nobody
			       * wrote down how far its stack goes */
	COIL_LOCAL_KINDS      /* how many */
};

struct coil_local {
	enum coil_local_kind kind;
	const char *name; /* "" on the stack; valid during the call */
	uint64_t address; /* of the object */
};

struct coil_threads;

/**
 * Find all threads of all interpreters, oldest first.
 *
 * @out  Receives the result, to be given to coil_threads_free().
 *
 * Returns COIL_OK, COIL_E_NOMEM, COIL_E_BAD_DATA where no type can be read.
 */
COIL_API enum coil_status coil_threads_find(struct coil_snapshot *snapshot,
					    struct coil_threads **out,
					    struct coil_error *err);

/** Before the snapshot is closed.  NULL is fine. */
COIL_API void coil_threads_free(struct coil_threads *threads);

/** Oldest first: @index in [0, count). */
COIL_API size_t coil_threads_count(const struct coil_threads *threads);
COIL_API void coil_threads_get(const struct coil_threads *threads, size_t index,
			       struct coil_thread *out);

/** Frame @frame of [0, thread.frames) of thread @index, the innermost being 0:
 * its strings are borrowed from @threads. */
COIL_API void coil_threads_frame(const struct coil_threads *threads,
				 size_t index, size_t frame,
				 struct coil_thread_frame *out);

/**
 * What the frame holds: the names of frame.f_locals, in order, then its stack.
 * The globals of a module, which are its f_locals too, are left out.  @emit
 * returns false to stop.  False where part of it was not captured.
 */
COIL_API bool coil_threads_locals(
	const struct coil_threads *threads, size_t index, size_t frame,
	bool (*emit)(void *ctx, const struct coil_local *local), void *ctx);

/** "local", "cell", "name", "stack", "stale"; never NULL. */
COIL_API const char *coil_local_kind_name(enum coil_local_kind kind);

#endif
