/* SPDX-License-Identifier: MIT */
#ifndef COIL_VALUES_THREADS_H
#define COIL_VALUES_THREADS_H

/* The thread states of an interpreter. */

#include "image/image.h"
#include "layout/layout.h"

/**
 * Call @emit for every PyThreadState of the interpreter at @interpreter,
 * newest first.  Bounded; stops at a list that does not end.
 */
void coil_threads(const struct coil_image *image,
		  const struct coil_layout *layout, uint64_t interpreter,
		  void (*emit)(void *ctx, uint64_t tstate), void *ctx);

#endif
