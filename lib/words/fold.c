/* SPDX-License-Identifier: MIT */
/* Runs of repeated steps. */
#include "words/fold.h"

size_t coil_fold_next(coil_fold_same *same, const void *data, size_t count,
		      size_t at, size_t *period)
{
	for (size_t p = 1; p <= COIL_FOLD_PERIODS; p++) {
		size_t end = at + p;

		/* Each step as the one a period before it. */
		while (end < count && same(data, end - p, end))
			end++;
		if ((end - at) / p < COIL_FOLD_TIMES)
			continue;
		*period = p;
		return (end - at) / p * p;
	}
	*period = 0;
	return 1;
}
