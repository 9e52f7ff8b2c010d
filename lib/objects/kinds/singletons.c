/* SPDX-License-Identifier: MIT */
/*
 * None, Ellipsis, NotImplemented, and plain object(): nothing but a header.
 */
#include "objects/kinds/kinds.h"

static void none_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	(void)reader;
	(void)object;
	coil_out_string(out, "None");
}

static void ellipsis_value(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_out *out)
{
	(void)reader;
	(void)object;
	coil_out_string(out, "Ellipsis");
}

static void not_implemented_value(struct coil_reader *reader,
				  const struct coil_object *object,
				  struct coil_out *out)
{
	(void)reader;
	(void)object;
	coil_out_string(out, "NotImplemented");
}

KIND(none, "NoneType", 0, .value = none_value, .flags = COIL_KIND_UNTRAVERSED);

KIND(ellipsis, "ellipsis", 0, .value = ellipsis_value,
     .flags = COIL_KIND_UNTRAVERSED);

KIND(not_implemented, "NotImplementedType", 0, .value = not_implemented_value,
     .flags = COIL_KIND_UNTRAVERSED);

KIND(object, "object", 0, .flags = COIL_KIND_UNTRAVERSED);
