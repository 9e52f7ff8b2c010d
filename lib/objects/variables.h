/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_VARIABLES_H
#define COIL_OBJECTS_VARIABLES_H

#include "objects/reader.h"

/* What the variable at @address, whose word is not 0, says of what is looked
 * for; 0: nothing, go on. */
typedef uint64_t coil_look(struct coil_reader *reader, uint64_t address,
			   uint64_t word, void *ctx);

/**
 * The first answer of @look that is not 0, or 0: asked of each word of the
 * variables of @module, of all modules where it is NULL, by address: their
 * writable segments, as far as they were captured.
 */
uint64_t coil_variables_find(struct coil_reader *reader,
			     const struct coil_module *module, coil_look *look,
			     void *ctx);

#endif
