/* SPDX-License-Identifier: MIT */
/*
 * No layouts compiled in: for the program that brings the files of
 * formats/layouts up to date when layout.def asks for more than they hold.
 */

#include "layout/layout.h"

const struct coil_layout *const coil_layouts[] = {NULL};
const size_t coil_layout_count = 0;
