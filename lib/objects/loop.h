/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_LOOP_H
#define COIL_OBJECTS_LOOP_H

#include "base/base.h"

/*
 * A walk along a list in the target, which may be a loop: Brent's algorithm.
 * Source: R. P. Brent, "An improved Monte Carlo factorization algorithm".
 */
struct coil_loop {
	uint64_t mark, steps, limit;
};

/** False at the end of the list, which is 0, and where @at was met before: not
 * at once, but soon enough.  Begins with {0}. */
static inline bool coil_loop_on(struct coil_loop *loop, uint64_t at)
{
	if (!at || at == loop->mark)
		return false;
	if (loop->steps++ == loop->limit) {
		loop->mark = at;
		loop->limit = loop->limit * 2 + 1;
		loop->steps = 0;
	}
	return true;
}

#endif
