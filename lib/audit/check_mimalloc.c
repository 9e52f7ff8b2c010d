/* SPDX-License-Identifier: MIT */
/*
 * Checks of mimalloc's pages: whether their lists of free blocks agree with
 * what they count, and whether the queues of pages lead to pages.
 *
 * Source: CPython's Include/internal/mimalloc/mimalloc/types.h, mi_page_t.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/order.h"
#include "audit/check.h"

static int by_address(const void *a, const void *b)
{
	const struct coil_pool *x = *(const struct coil_pool *const *)a;
	const struct coil_pool *y = *(const struct coil_pool *const *)b;

	return ORDER(x->address, y->address);
}

void coil_check_mimalloc(struct coil_checker *c)
{
	const struct coil_blocks *b = coil_reader_blocks(&c->snapshot->reader);
	const struct coil_pool **broken;
	uint64_t count = 0;

	if (!b || !(broken = calloc(b->pool_count + 1,
				    sizeof(const struct coil_pool *)))) {
		c->nomem = true;
		return;
	}
	/* Of the slices of a page the first has its blocks. */
	for (size_t i = 0; i < b->pool_count; i++)
		if (b->pools[i].broken && b->pools[i].count)
			broken[count++] = &b->pools[i];
	if (count)
		qsort(broken, count, sizeof(const struct coil_pool *),
		      by_address);
	for (uint64_t i = 0; i < count; i++)
		coil_finding(c, COIL_FINDING_POOL, broken[i]->address,
			     "its lists of free blocks are broken, or %" PRIu32
			     " of its %" PRIu32 " blocks of %" PRIu64
			     " bytes that they leave is not what it counts",
			     broken[i]->used, broken[i]->count,
			     broken[i]->block);
	if (b->broken_pools > count)
		coil_finding(c, COIL_FINDING_POOL, 0,
			     "%" PRIu64 " of mimalloc's queues or lists lead "
			     "to what is no page, or no block in use",
			     b->broken_pools - count);
	if (b->missing_pools)
		coil_finding(c, COIL_FINDING_POOL, 0,
			     "%" PRIu64 " of mimalloc's queues or pages were "
			     "not captured",
			     b->missing_pools);
	free(broken);
}
