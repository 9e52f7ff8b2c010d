/* SPDX-License-Identifier: MIT */
/*
 * Attributes of types: in the type's own dict, or along its bases.
 *
 * Source: Objects/typeobject.c, _PyType_Lookup.
 */
#include "types/table.h"

/* Its own dict; false where it was not captured. */
static bool read_dict(const struct coil_types *types,
		      const struct coil_type *type, struct coil_dict *out)
{
	return type->dict &&
	       coil_dict_read(types->image, types->layout, type->dict, out);
}

uint64_t coil_type_lookup(const struct coil_types *types,
			  const struct coil_type *type, const char *name)
{
	struct coil_dict dict;

	return read_dict(types, type, &dict) ? coil_dict_lookup(&dict, name)
					     : 0;
}

#define MRO_LIMIT 1000u

/* One step along the bases: whether @type has it. */
static uint64_t step(const struct coil_types *types,
		     const struct coil_type *type, const char *name,
		     const struct coil_type **owner,
		     const struct coil_type **unread)
{
	struct coil_dict dict;
	uint64_t value;

	if (!read_dict(types, type, &dict)) {
		if (!*unread)
			*unread = type;
		return 0;
	}
	value = coil_dict_lookup(&dict, name);
	if (value)
		*owner = type;
	return value;
}

uint64_t coil_type_lookup_mro(struct coil_types *types,
			      const struct coil_type *type, const char *name,
			      const struct coil_type **owner,
			      const struct coil_type **unread)
{
	const struct coil_layout *l = types->layout;
	uint64_t mro = 0, count = 0, value = 0;

	*owner = *unread = NULL;
	coil_image_word(types->image, type->address + l->PyTypeObject.tp_mro,
			&mro);
	coil_image_word(types->image, mro + l->PyVarObject.ob_size, &count);
	if (!mro || !count || count > MRO_LIMIT) {
		for (unsigned n = 0; type && !value && n < MRO_LIMIT; n++) {
			value = step(types, type, name, owner, unread);
			type = type->base;
		}
		return value;
	}
	for (uint64_t i = 0; i < count && !value; i++) {
		const struct coil_type *base;
		uint64_t at = 0;

		coil_image_word(types->image,
				mro + l->PyTupleObject.ob_item + i * 8, &at);
		base = coil_types_get(types, at);
		if (base)
			value = step(types, base, name, owner, unread);
	}
	return value;
}
