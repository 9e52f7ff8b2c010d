/* SPDX-License-Identifier: MIT */
#ifndef COIL_TYPES_NAME_H
#define COIL_TYPES_NAME_H

#include "types/types.h"

/**
 * The name of @type as the interpreter tells it: `__module__`.`__qualname__`,
 * "builtins." left out.  *@name is the caller's, to be given to
 * coil_type_name_free(); "<type 0x...>" with *@named false where the memory
 * that names it is missing.
 */
void coil_type_name(const struct coil_image *image,
		    const struct coil_layout *layout,
		    const struct coil_type *type, const char **name,
		    bool *named);
void coil_type_name_free(const char *name);

#endif
