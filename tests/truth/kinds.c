/* SPDX-License-Identifier: MIT */
/* The names of all kinds that have one, a line a kind: those of its type in
 * different releases, separated by a tab. */
#include <stdio.h>

#include "objects/kind.h"

int main(void)
{
	for (size_t i = 0; i < coil_kind_count; i++) {
		const struct coil_kind *k = coil_kinds[i];

		if (k->other_name)
			printf("%s\t%s\n", k->name, k->other_name);
		else if (k->name)
			printf("%s\n", k->name);
	}
	return 0;
}
