/* SPDX-License-Identifier: MIT */
#ifndef COIL_VALUES_FIELD_H
#define COIL_VALUES_FIELD_H

/* Single fields of structs, read where they stand. */

#include "image/image.h"
#include "layout/layout.h"

static inline bool coil_read32(const struct coil_image *image, uint64_t address,
			       uint32_t *out)
{
	const uint8_t *p = coil_image_view(image, address, 4);

	*out = p ? load32(p) : 0;
	return p != NULL;
}

/* The word at a field that @base may not have; 0 where it is not there. */
static inline uint64_t coil_field(const struct coil_image *image, uint64_t base,
				  uint32_t offset)
{
	uint64_t value = 0;

	if (offset != COIL_NO_FIELD)
		(void)!coil_image_word(image, base + offset, &value);
	return value;
}

/* An object's type, 0 where it is not there. */
static inline uint64_t coil_type_of(const struct coil_image *image,
				    const struct coil_layout *layout,
				    uint64_t object)
{
	return object ? coil_field(image, object, layout->PyObject.ob_type) : 0;
}

#endif
