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

const struct coil_kind coil_kind_none = {
	.name = "NoneType",
	.value = none_value,
	.flags = COIL_KIND_UNTRAVERSED,
};

const struct coil_kind coil_kind_ellipsis = {
	.name = "ellipsis",
	.value = ellipsis_value,
	.flags = COIL_KIND_UNTRAVERSED,
};

const struct coil_kind coil_kind_not_implemented = {
	.name = "NotImplementedType",
	.value = not_implemented_value,
	.flags = COIL_KIND_UNTRAVERSED,
};

const struct coil_kind coil_kind_object = {
	.name = "object",
	.flags = COIL_KIND_UNTRAVERSED,
};
