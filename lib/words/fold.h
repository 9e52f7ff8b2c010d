/* SPDX-License-Identifier: MIT */
#ifndef COIL_WORDS_FOLD_H
#define COIL_WORDS_FOLD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Sequences that repeat themselves: "a, a, a, ..., b" or "a, b, a, b, ...".
 * What repeats is at most three steps long, and folds where four of it stand
 * behind each other: the first and the last are shown.
 */
#define COIL_FOLD_PERIODS 3
#define COIL_FOLD_TIMES	  4

/** Whether steps @a and @b read the same. */
typedef bool coil_fold_same(const void *data, size_t a, size_t b);

/**
 * How many of @count steps from @at on are shown together, at least 1: whole
 * repetitions of *@period steps, or one step, where *@period is 0.
 * Going through a sequence takes time linear in @count.
 */
size_t coil_fold_next(coil_fold_same *same, const void *data, size_t count,
		      size_t at, size_t *period);

#endif
