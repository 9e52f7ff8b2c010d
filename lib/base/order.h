/* SPDX-License-Identifier: MIT */
#ifndef COIL_BASE_ORDER_H
#define COIL_BASE_ORDER_H

#include <stdint.h>

/* Orders for qsort(3) and bsearch(3). */

/* -1, 0 or 1 as @x is below, equal to or above @y. */
#define ORDER(x, y) (((x) > (y)) - ((x) < (y)))

/** By the 64-bit word that each element is or begins with: an address. */
static inline int coil_by_word(const void *a, const void *b)
{
	const uint64_t *x = (const uint64_t *)a, *y = (const uint64_t *)b;

	return ORDER(x[0], y[0]);
}

/** By the two that each begins with: [start, end). */
static inline int coil_by_two_words(const void *a, const void *b)
{
	const uint64_t *x = (const uint64_t *)a, *y = (const uint64_t *)b;

	return x[0] != y[0] ? ORDER(x[0], y[0]) : ORDER(x[1], y[1]);
}

#endif
