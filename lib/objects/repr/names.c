/* SPDX-License-Identifier: MIT */
/*
 * Names of types, and what has no more than a name and an address.
 *
 * Source: Objects/object.c, object_repr(); Objects/typeobject.c, type_name(),
 * type_qualname(), _PyType_Name().
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/repr/repr.h"

static const char *tp_name(struct coil_reader *reader,
			   const struct coil_type *type)
{
	uint64_t at = 0;
	const char *name = NULL;

	if (coil_image_word(
		    reader->image,
		    type->address + reader->layout->PyTypeObject.tp_name, &at))
		name = coil_image_string(reader->image, at, COIL_NAME_LIMIT);
	return name ? name : type->name;
}

void coil_out_tp_name(struct coil_reader *reader, const struct coil_type *type,
		      struct coil_out *out)
{
	coil_out_string(out, tp_name(reader, type));
}

void coil_out_type_name(struct coil_reader *reader,
			const struct coil_type *type, struct coil_out *out)
{
	const char *name = tp_name(reader, type);
	const char *dot = strrchr(name, '.');

	coil_out_string(out, dot ? dot + 1 : name);
}

void coil_out_type_qualname(struct coil_reader *reader,
			    const struct coil_type *type, struct coil_out *out)
{
	uint64_t name = 0;

	if (type->heap)
		coil_image_word(
			reader->image,
			type->address +
				reader->layout->PyHeapTypeObject.ht_qualname,
			&name);
	if (name)
		coil_out_text(reader, name, COIL_NAME_LIMIT, out);
	else
		coil_out_type_name(reader, type, out);
}

/* Most objects end in this: quicker than by a format. */
static void out_address(struct coil_out *out, uint64_t address)
{
	char text[18], *p = text + sizeof(text);

	*--p = '>';
	do {
		*--p = "0123456789abcdef"[address & 15];
		address >>= 4;
	} while (address);
	coil_out_bounded(out, p, (size_t)(text + sizeof(text) - p));
}

void coil_out_default(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_out *out)
{
	(void)reader;
	coil_out_char(out, '<');
	coil_out_string(out, object->type->name);
	coil_out_string(out, " object at 0x");
	out_address(out, object->address);
}

void coil_out_named(struct coil_reader *reader,
		    const struct coil_object *object, const char *before,
		    uint64_t name, struct coil_out *out)
{
	coil_out_string(out, before);
	coil_out_text(reader, name, COIL_NAME_LIMIT, out);
	coil_out_format(out, " at 0x%" PRIx64 ">", object->address);
}

void coil_out_owner(struct coil_reader *reader, const struct coil_type *type,
		    uint64_t address, struct coil_out *out)
{
	coil_out_tp_name(reader, type, out);
	coil_out_string(out, " object at 0x");
	out_address(out, address);
}
