/* SPDX-License-Identifier: MIT */
#ifndef COIL_ANALYSIS_TREE_H
#define COIL_ANALYSIS_TREE_H

#include "coil/analysis.h"

/** For qsort_r() of nodes, with the dominators: most bytes retained first,
 * then by node. */
int coil_by_retained(const void *a, const void *b, void *dominators);

#endif
