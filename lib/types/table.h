/* SPDX-License-Identifier: MIT */
/* The table of types, for the files that fill it. */
#ifndef COIL_TYPES_TABLE_H
#define COIL_TYPES_TABLE_H

#include "base/map.h"
#include "types/naming.h"
#include "types/types.h"

/* Types of types, from one to the next up to `type`. */
#define COIL_METATYPE_DEPTH 16

struct coil_types {
	const struct coil_runtime *runtime;
	const struct coil_image *image;
	const struct coil_layout *layout;
	struct coil_type **blocks;
	size_t block_room;
	uint32_t count;
	struct coil_map by_address; /* pointers to them */
	uint32_t resolved;	    /* types [0, resolved) have their base */
	const struct coil_type *type, *object;
	struct coil_naming *naming; /* for types whose file is missing */
	bool full;		    /* memory ran out: nothing more is added */
};

/* A new, empty entry for the type at @address; NULL: memory ran out. */
struct coil_type *coil_types_add(struct coil_types *types, uint64_t address);

/* Reads @address as a type whose own type @metatype is known, NULL: is itself;
 * NULL: it is none (type_read.c). */
const struct coil_type *coil_type_read(struct coil_types *types,
				       uint64_t address,
				       const struct coil_type *metatype);

/* Where `type` itself is; 0: nowhere (type_top.c). */
uint64_t coil_type_top(const struct coil_runtime *runtime);

#endif
