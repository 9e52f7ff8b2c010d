/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_KINDS_ARRAY_H
#define COIL_OBJECTS_KINDS_ARRAY_H

#include "objects/kinds/kinds.h"

/** Bytes of an item of the array @object, whose description is not captured;
 * 0: that cannot be said. */
uint32_t coil_array_itemsize(struct coil_reader *reader,
			     const struct coil_object *object);

#endif
