/* SPDX-License-Identifier: MIT */
/*
 * Attributes of types: in the type's own dict, or along its bases.
 *
 * Source: Objects/typeobject.c, _PyType_Lookup.
 */
#include "types/table.h"

#define MRO_LIMIT   1000u /* types; a longer one is not read */
#define NAMED_LIMIT 64	  /* bases; they are few */

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

bool coil_type_mro(struct coil_types *types, const struct coil_type *type,
		   bool (*stop)(void *ctx, const struct coil_type *base),
		   void *ctx)
{
	const struct coil_layout *l = types->layout;
	uint64_t mro = 0, count = 0;

	coil_image_word(types->image, type->address + l->PyTypeObject.tp_mro,
			&mro);
	coil_image_word(types->image, mro + l->PyVarObject.ob_size, &count);
	if (!mro || !count || count > MRO_LIMIT)
		return false;
	for (uint64_t i = 0; i < count; i++) {
		const struct coil_type *base;
		uint64_t at = 0;

		coil_image_word(types->image,
				mro + l->PyTupleObject.ob_item + i * 8, &at);
		base = coil_types_get(types, at);
		if (base && stop(ctx, base))
			break;
	}
	return true;
}

const struct coil_type *coil_type_named(const struct coil_type *type,
					const char *name)
{
	for (unsigned i = 0; type && i < NAMED_LIMIT; i++, type = type->base)
		if (!strcmp(type->name, name))
			return type;
	return NULL;
}
