/* SPDX-License-Identifier: MIT */
#ifndef COIL_AUDIT_PYMALLOC_H
#define COIL_AUDIT_PYMALLOC_H

#include "coil/pymalloc.h"
#include "allocator/blocks.h"
#include "snapshot/snapshot.h"

struct coil_pymalloc {
	struct coil_snapshot *snapshot;
	const struct coil_blocks *blocks;
	const struct coil_arena **order; /* by address */
	struct coil_arena_info *arenas;
	size_t count;
	struct coil_class_info classes[64];
	size_t class_count;
};

#endif
