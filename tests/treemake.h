/* SPDX-License-Identifier: MIT */
#ifndef COIL_TESTS_TREEMAKE_H
#define COIL_TESTS_TREEMAKE_H

#include <stddef.h>

/*
 * Files below a folder that a test has made, which stands for the root of
 * another machine.  What fails ends the test.
 */

/** Write the file @folder@name of @size bytes, and the folders above it. */
void treemake_put(const char *folder, const char *name, const void *bytes,
		  size_t size);

/** Remove @folder and all below it. */
void treemake_remove(const char *folder);

#endif
