/* SPDX-License-Identifier: MIT */
#ifndef COIL_RUNTIME_INTERNAL_H
#define COIL_RUNTIME_INTERNAL_H

/*
 * What the files of lib/runtime share: finding _PyRuntime, reading the version,
 * the self-checks.
 */

#include "runtime/runtime.h"
#include "values/dict.h"
#include "values/field.h"
#include "values/str.h"

/* Interpreters in one process; CPython makes each by hand. */
#define COIL_INTERPRETERS_MAX 65536

/* The collector's state: the interpreter's, or one for all of them. */
static inline uint64_t coil_gc_state(const struct coil_runtime *runtime,
				     uint64_t interpreter)
{
	const struct coil_layout *l = runtime->layout;

	if (l->PyInterpreterState.gc != COIL_NO_FIELD)
		return interpreter + l->PyInterpreterState.gc;
	return runtime->info.runtime + l->_PyRuntimeState.gc;
}

/**
 * Whether a _PyRuntimeState of @layout stands at @address: a list of
 * interpreters that ends and holds the main one, whose threads point back to
 * it and whose module table is an object whose type's type is its own type.
 */
bool coil_runtime_matches(const struct coil_image *image,
			  const struct coil_layout *layout, uint64_t address);

/**
 * Search writable memory for a _PyRuntimeState of @layout; 0: none.  Memory
 * of modules is searched before the rest.
 */
uint64_t coil_runtime_search(const struct coil_image *image,
			     const struct coil_layout *layout);

/* What is known of the version before a layout is bound. */
struct coil_version {
	uint32_t hex; /* 0: not known */
	enum coil_version_source source;
	bool debug, free_threaded;
	uint64_t interpreter_size; /* of _Py_DebugOffsets; 0: not known */
};

/** Whether a table of debug offsets (_Py_DebugOffsets) is at @runtime. */
bool coil_has_debug_offsets(const struct coil_image *image, uint64_t runtime);

/** The version that the module with _PyRuntime at @runtime tells. */
void coil_version_read(const struct coil_image *image,
		       const struct coil_module *module, uint64_t runtime,
		       struct coil_version *out);

/** sys.hexversion of the main interpreter, read by @layout; 0: not there. */
uint32_t coil_version_of_sys(const struct coil_image *image,
			     const struct coil_layout *layout,
			     uint64_t runtime);

/** Whether sys.abiflags, if it is there, is that of the build of @layout. */
bool coil_version_agrees(const struct coil_image *image,
			 const struct coil_layout *layout, uint64_t runtime);

/** "3.13.0", "3.14.0rc1". */
void coil_version_format(uint32_t hex, char *buf, size_t size);

/**
 * Hold @runtime against what must be true of an interpreter.
 *
 * Returns COIL_OK or COIL_E_BAD_DATA, the text naming the check.
 */
enum coil_status coil_runtime_check(const struct coil_runtime *runtime,
				    struct coil_error *err);

/**
 * The same of a few objects and of threads, for a layout of which nobody knows
 * whether it is right for the release.
 *
 * Returns COIL_OK or COIL_E_UNSUPPORTED, the text naming the check and what to
 * do.
 */
enum coil_status coil_runtime_check_objects(const struct coil_runtime *runtime,
					    struct coil_error *err);

/* Whether there was an interpreter, and none is left: the number of the next
 * one, behind the pointer to the main one, was counted up.  Source: struct
 * pyinterpreters; before the first one it is -1 or 0. */
bool coil_runtime_is_finalized(const struct coil_image *image,
			       const struct coil_layout *layout,
			       uint64_t runtime);

/**
 * Read interpreters, threads, collector and allocator by @runtime's layout.
 *
 * Returns COIL_OK, COIL_E_NOMEM, COIL_E_BAD_DATA where there is no interpreter
 * or their list does not end.
 */
enum coil_status coil_runtime_read_state(struct coil_runtime *runtime,
					 struct coil_error *err);

/**
 * Whether a runtime of @layout stands at @address (0: anywhere) in the image of
 * @runtime, which then has the address and @version what is known of it.
 */
bool coil_runtime_recognise(struct coil_runtime *runtime,
			    const struct coil_layout *layout, uint64_t address,
			    struct coil_version *version);

/**
 * The same by any of the layouts compiled in.
 *
 * Returns COIL_OK, COIL_E_NOT_PYTHON, COIL_E_UNSUPPORTED where there is an
 * interpreter and no layout fits it, COIL_E_BAD_DATA where it was finalized or
 * is not all there.
 */
enum coil_status coil_runtime_recognise_any(struct coil_runtime *runtime,
					    struct coil_version *version,
					    struct coil_error *err);

/** That no layout was made for @version: COIL_E_UNSUPPORTED. */
enum coil_status coil_runtime_no_layout(const struct coil_runtime *runtime,
					const struct coil_version *version,
					struct coil_error *err);

/**
 * Bind the layout compiled in that may hold for @version and that nothing
 * contradicts.
 *
 * Returns COIL_OK, COIL_E_UNSUPPORTED where there is none, else what the one
 * that went farthest failed with, as coil_runtime_bind().
 */
enum coil_status coil_runtime_choose(struct coil_runtime *runtime,
				     const struct coil_version *version,
				     struct coil_error *err);

#endif
