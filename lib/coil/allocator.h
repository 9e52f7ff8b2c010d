/* SPDX-License-Identifier: MIT */
#ifndef COIL_ALLOCATOR_H
#define COIL_ALLOCATOR_H

/** Whose blocks objects are in. */
enum coil_allocator {
	COIL_ALLOCATOR_PYMALLOC,
	COIL_ALLOCATOR_MALLOC,
	COIL_ALLOCATOR_MIMALLOC
};

#endif
