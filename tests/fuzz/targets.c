/* SPDX-License-Identifier: MIT */
/* The fuzz targets of this program: fuzz.h. */
#include <string.h>

#include "fuzz.h"

static struct fuzz_target *first;

void fuzz_target_add(struct fuzz_target *target)
{
	struct fuzz_target **at = &first;

	while (*at && strcmp((*at)->name, target->name) < 0)
		at = &(*at)->next;
	target->next = *at;
	*at = target;
}

const struct fuzz_target *fuzz_targets(void)
{
	return first;
}

const struct fuzz_target *fuzz_target_find(const char *name)
{
	const struct fuzz_target *t = first;

	while (t && strcmp(t->name, name))
		t = t->next;
	return t;
}
