/* SPDX-License-Identifier: MIT */
#ifndef COIL_LAYOUT_COMPARE_H
#define COIL_LAYOUT_COMPARE_H

/* Two layouts held against each other. */

#include "layout/layout.h"

/**
 * What is called for a difference.
 *
 * @owner   The struct, the list or the section it is in, or "".
 * @name    As in a layout file.
 * @a, @b   As in a layout file: a number, a word; "null" where one has none.
 */
typedef void coil_layout_differs(void *ctx, const char *owner, const char *name,
				 const char *a, const char *b);

/**
 * Call @differs for all in which @a and @b differ that something is read by:
 * the releases and builds they hold for, where they were proved, structs,
 * constants, strategies, roots, in this order.
 */
void coil_layout_compare(const struct coil_layout *a,
			 const struct coil_layout *b,
			 coil_layout_differs *differs, void *ctx);

#endif
