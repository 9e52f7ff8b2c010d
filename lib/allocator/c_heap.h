/* SPDX-License-Identifier: MIT */
/*
 * Whose malloc the process has, and what that spends on a block.
 */
#ifndef COIL_ALLOCATOR_C_HEAP_H
#define COIL_ALLOCATOR_C_HEAP_H

#include "image/image.h"

enum coil_c_heap {
	COIL_C_HEAP_GLIBC,    /* the size of a chunk stands before it */
	COIL_C_HEAP_JEMALLOC, /* blocks are of published size classes */
	COIL_C_HEAP_TCMALLOC, /* of these and the next no size is known */
	COIL_C_HEAP_MIMALLOC,
	COIL_C_HEAP_MUSL,
	COIL_C_HEAP_OTHER,  /* some module has a malloc of its own */
	COIL_C_HEAP_UNKNOWN /* nothing tells: as glibc's where that fits */
};

/**
 * By the module that malloc was found in when the modules were linked, by what
 * that module exports beside it, and, where no table of imports was captured,
 * by names of files.
 */
enum coil_c_heap coil_c_heap_find(const struct coil_image *image);

/** "glibc", "jemalloc", ...: what coil-info calls it. */
const char *coil_c_heap_name(enum coil_c_heap heap);

/** Whether what it spends on a block is known for each. */
bool coil_c_heap_tells(enum coil_c_heap heap);

/**
 * Bytes that jemalloc's malloc spends on @bytes.
 *
 * Source: jemalloc(3), "size classes": multiples of 16 up to 128, then four
 * classes for each doubling.  That is malloc_usable_size() on x86-64.
 */
uint64_t coil_jemalloc_bytes(uint64_t bytes);

#endif
