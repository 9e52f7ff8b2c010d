/* SPDX-License-Identifier: MIT */
/* Folders and files for tests: treemake.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/treemake.h"
#include "tests/unit.h"

void treemake_put(const char *folder, const char *name, const void *bytes,
		  size_t size)
{
	char full[300];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", folder, name);
	for (char *c = full + 1; (c = strchr(c, '/')); c++) {
		*c = '\0';
		ck_assert(!mkdir(full, 0700) || errno == EEXIST);
		*c = '/';
	}
	f = fopen(full, "wb");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
	ck_assert_int_eq(fclose(f), 0);
}

void treemake_remove(const char *folder)
{
	char command[300];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}
