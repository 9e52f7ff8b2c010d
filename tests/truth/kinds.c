/* SPDX-License-Identifier: MIT */
/* The names of all kinds but those that are told by structure, one a line. */
#include <stdio.h>

#include "objects/kind.h"

int main(void)
{
	for (size_t i = 0; i < coil_kind_count; i++)
		if (!(coil_kinds[i]->flags & COIL_KIND_BY_RULE))
			printf("%s\n", coil_kinds[i]->name);
	return 0;
}
