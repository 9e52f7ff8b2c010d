/* SPDX-License-Identifier: MIT */
#ifndef COIL_ANALYSIS_BULK_H
#define COIL_ANALYSIS_BULK_H

#include <stddef.h>

/*
 * Large zeroed arrays on huge pages where the system gives them: random
 * access to tens of megabytes is 1.2 to 1.4 times faster with them, because
 * the processor's page tables stay small.  Small ones come from malloc.
 *
 * The same @count and @size must be given to all calls for an array.
 */

/** @count elements of @size bytes, all zero; NULL: no memory. */
void *coil_bulk_new(size_t count, size_t size);
/** The same for what is filled from its start, perhaps never to its end: not
 * zeroed, on small pages, memory is taken as it is touched. */
void *coil_bulk_stack(size_t count, size_t size);
/** Give back the memory behind the first @keep elements, which must not be
 * used again; what is freed later is still an array of @count. */
void coil_bulk_trim(void *array, size_t count, size_t keep, size_t size);
/** NULL is fine. */
void coil_bulk_free(void *array, size_t count, size_t size);

#endif
