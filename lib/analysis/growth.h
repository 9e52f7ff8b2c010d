/* SPDX-License-Identifier: MIT */
#ifndef COIL_ANALYSIS_GROWTH_H
#define COIL_ANALYSIS_GROWTH_H

#include "coil/diff.h"

/**
 * Join rows of the same words, leave out those that have not changed, and put
 * the rest in order, most grown first.  Returns how many are left.
 */
size_t coil_join_growth(struct coil_growth *rows, size_t count);

#endif
