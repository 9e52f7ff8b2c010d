/* SPDX-License-Identifier: MIT */
#ifndef COIL_VALUES_INT_H
#define COIL_VALUES_INT_H

#include "image/image.h"
#include "layout/layout.h"

/*
 * Ints: 30-bit digits, least significant first.
 */
struct coil_int {
	const uint8_t *digits; /* @count of 4 bytes */
	uint64_t count;	       /* 0: the number 0 */
	bool negative;
};
bool coil_int_read(const struct coil_image *image,
		   const struct coil_layout *layout, uint64_t address,
		   struct coil_int *out);
/** False where it does not fit. */
bool coil_int_small(const struct coil_int *value, int64_t *out);

#endif
