/* SPDX-License-Identifier: MIT */
/*
 * The list of thread states.
 *
 * Source: CPython 3.11, Include/cpython/pystate.h, Include/internal/
 * pycore_interp.h.
 */
#include "values/field.h"
#include "values/threads.h"

/* Threads whose states are listed; a list that is longer does not end. */
#define THREADS_MAX (1u << 20)

void coil_threads(const struct coil_image *image,
		  const struct coil_layout *layout, uint64_t interpreter,
		  void (*emit)(void *ctx, uint64_t tstate), void *ctx)
{
	uint64_t at = coil_field(image, interpreter,
				 layout->PyInterpreterState.threads_head);
	uint64_t interp, seen = 0;

	for (uint32_t i = 0; at && i < THREADS_MAX; i++) {
		if (!coil_image_word(image, at + layout->PyThreadState.interp,
				     &interp) ||
		    interp != interpreter || at == seen)
			return;
		/* A loop comes back to one of the powers of two. */
		if ((i & (i - 1)) == 0)
			seen = at;
		emit(ctx, at);
		at = coil_field(image, at, layout->PyThreadState.next);
	}
}
