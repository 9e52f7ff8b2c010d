/* SPDX-License-Identifier: MIT */
/* Large arrays on huge pages: mmap(2), madvise(2). */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "analysis/bulk.h"

#define HUGE_PAGE ((size_t)2 << 20)
#define BULK	  (2 * HUGE_PAGE) /* mapped from here on */

static size_t round_up(size_t bytes)
{
	return (bytes + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
}

/* A mapping that starts and ends where huge pages do, the first @huge bytes
 * of it, a multiple of their size, on such pages. */
static void *map(size_t bytes, size_t huge)
{
	size_t whole = round_up(bytes) + HUGE_PAGE;
	char *at = mmap(NULL, whole, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t before;

	if (at == MAP_FAILED)
		return NULL;
	before = round_up((size_t)at) - (size_t)at;
	if (before)
		munmap(at, before);
	if (before < HUGE_PAGE)
		munmap(at + before + round_up(bytes), HUGE_PAGE - before);
#ifdef MADV_HUGEPAGE
	if (huge)
		madvise(at + before, huge, MADV_HUGEPAGE);
#endif
	return at + before;
}

static bool is_small(size_t count, size_t size)
{
	return count < BULK && count * size < BULK;
}

static bool fits(size_t count, size_t size)
{
	return count <= (SIZE_MAX / 2 - BULK) / size;
}

void *coil_bulk_new(size_t count, size_t size)
{
	if (!fits(count, size))
		return NULL;
	if (is_small(count, size))
		return calloc(count ? count : 1, size);
	/* The last huge page would not be full. */
	return map(count * size, count * size & ~(HUGE_PAGE - 1));
}

void *coil_bulk_stack(size_t count, size_t size)
{
	if (!fits(count, size))
		return NULL;
	if (is_small(count, size))
		return malloc(count ? count * size : 1);
	return map(count * size, 0);
}

void coil_bulk_trim(void *array, size_t count, size_t keep, size_t size)
{
	size_t all = round_up(count * size), kept = round_up(keep * size);

	if (!is_small(count, size) && kept < all)
		madvise((char *)array + kept, all - kept, MADV_DONTNEED);
}

void coil_bulk_free(void *array, size_t count, size_t size)
{
	if (!array)
		return;
	if (is_small(count, size))
		free(array);
	else
		munmap(array, round_up(count * size));
}
