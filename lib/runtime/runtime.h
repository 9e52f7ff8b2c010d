/* SPDX-License-Identifier: MIT */
#ifndef COIL_RUNTIME_RUNTIME_H
#define COIL_RUNTIME_RUNTIME_H

#include "allocator/obmalloc.h"
#include "coil/runtime.h"
#include "image/image.h"
#include "layout/derived.h"
#include "values/threads.h"

/*
 * The interpreter in the image: where _PyRuntime is, which version and build
 * it is, and the layout that was bound after its self-checks passed.
 */
struct coil_runtime {
	const struct coil_image *image;
	const struct coil_layout *layout;
	struct coil_layout *owned_layout; /* of --layout FILE, or NULL */
	const struct coil_module *module; /* executable or libpython, or NULL */
	struct coil_runtime_info info;
	uint64_t *interpreters; /* addresses of PyInterpreterState */
	size_t interpreter_count;
	struct coil_obmalloc obmalloc;
};

/**
 * Find the interpreter in @image and bind a layout.
 *
 * @layout_file  A layout file to be used whatever the version, or NULL.
 *
 * Returns COIL_OK, COIL_E_NOT_PYTHON where no interpreter is found,
 * COIL_E_UNSUPPORTED for a version without a layout (the text names the
 * version and what to do), COIL_E_BAD_DATA where a self-check fails (the text
 * says which), COIL_E_NOMEM, and those of coil_layout_read().
 */
enum coil_status coil_runtime_open(const struct coil_image *image,
				   const char *layout_file,
				   struct coil_runtime **out,
				   struct coil_error *err);
void coil_runtime_close(struct coil_runtime *runtime);

/*
 * Tables whose rows hold for some releases have a mask in each: bit N stands
 * for 3.N.  @known: the releases that the table was made from.
 */

/** The bit of the release of @runtime, 0 if it is not @known. */
unsigned coil_release_bit(const struct coil_runtime *runtime, unsigned known);

/** The same; of one that is not @known, that of the last known before it. */
unsigned coil_release_nearest(const struct coil_runtime *runtime,
			      unsigned known);

/* The innermost _PyInterpreterFrame of @tstate, or 0. */
uint64_t coil_runtime_top_frame(const struct coil_runtime *runtime,
				uint64_t tstate);

/**
 * The address of the list head (a PyGC_Head) of generation @index in
 * [0, constant.gc_generations], the last one being the permanent generation.
 */
uint64_t coil_runtime_gc_list(const struct coil_runtime *runtime,
			      uint64_t interpreter, unsigned index);

#endif
