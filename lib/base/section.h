/* SPDX-License-Identifier: MIT */
#ifndef COIL_BASE_SECTION_H
#define COIL_BASE_SECTION_H

#include <stddef.h>
#include <stdint.h>

/*
 * An array that can be written to a file and mapped as it stands: what the
 * graph and the results of analyses give to the cache and take from it.
 */
struct coil_section {
	const void *data;
	uint64_t size; /* bytes */
};

#endif
