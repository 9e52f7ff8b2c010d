/* SPDX-License-Identifier: MIT */
/*
 * All types of the process, before any object is decoded: from `object` down
 * along __subclasses__().  So what a decoder sees of a type does not depend
 * on whether the type was met before.
 *
 * Source: Objects/typeobject.c, add_subclass(): tp_subclasses is a dict whose
 * values are weak references to the classes.
 */
#include "types/table.h"

/* The classes that the dict of @type leads to; the items that were looked at.
 */
static uint64_t read_subclasses(struct coil_types *types,
				const struct coil_type *type)
{
	const uint32_t at = types->layout->PyWeakReference.wr_object;
	struct coil_dict dict;

	if (!type->subclasses || !coil_dict_read(types->image, types->layout,
						 type->subclasses, &dict))
		return 0;
	for (uint64_t i = 0; i < dict.count; i++) {
		uint64_t weakref = coil_dict_value(&dict, i), class = 0;

		if (weakref && !(weakref & 7) &&
		    coil_image_word(types->image, weakref + at, &class))
			coil_types_get(types, class);
	}
	return dict.count;
}

void coil_types_read_all(struct coil_types *types)
{
	/* Each item is two words at least, unless dicts share their entries. */
	uint64_t left = types->image->coverage.present / 16;

	for (uint32_t i = 0; i < types->count; i++) {
		uint64_t looked =
			read_subclasses(types, coil_types_at(types, i));

		if (looked > left)
			return;
		left -= looked;
	}
}
