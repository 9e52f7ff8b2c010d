/* SPDX-License-Identifier: MIT */
/* Arrays that grow: RESERVE() of base.h. */
#include <stdlib.h>

#include "base/base.h"

bool coil_reserve(void *array, size_t *room, size_t need, size_t size)
{
	size_t more;
	void *data;

	if (__builtin_add_overflow(*room, *room / 2 + 16, &more) || more < need)
		more = need;
	if (more > SIZE_MAX / size)
		return false;
	memcpy(&data, array, sizeof(data));
	data = realloc(data, more * size);
	if (!data)
		return false;
	memcpy(array, &data, sizeof(data));
	*room = more;
	return true;
}
