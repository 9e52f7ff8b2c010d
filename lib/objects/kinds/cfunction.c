/* SPDX-License-Identifier: MIT */
/*
 * Functions and methods written in C, bound to a module or an object.
 * Source: CPython's Objects/methodobject.c (meth_traverse, meth_dealloc).
 */
#include <inttypes.h>

#include "objects/kinds/kinds_b.h"
#include "objects/repr/repr.h"

#define NAME_LIMIT 256

static const struct coil_member members[] = {
	COIL_STRONG_MEMBER(PyCFunctionObject, m_self, ATTR, "__self__"),
	COIL_STRONG_MEMBER(PyCFunctionObject, m_module, MODULE, "__module__"),
};

/* Source: meth_repr(). */
static void value(struct coil_reader *reader, const struct coil_object *object,
		  struct coil_out *out)
{
	const struct coil_layout *l = reader->layout;
	uint64_t self = FIELD(reader, object, PyCFunctionObject, m_self);
	uint64_t name = 0;
	struct coil_object owner;
	const char *s;

	(void)coil_image_word(reader->image,
			      FIELD(reader, object, PyCFunctionObject, m_ml) +
				      l->PyMethodDef.ml_name,
			      &name);
	s = name ? coil_image_string(reader->image, name, NAME_LIMIT) : NULL;
	if (!s || (self && !coil_reader_object(reader, self, &owner)))
		return;
	if (!self || coil_type_is(owner.type, "module")) {
		coil_out_format(out, "<built-in function %s>", s);
		return;
	}
	coil_out_format(out, "<built-in method %s of ", s);
	coil_out_tp_name(reader, owner.type, out);
	coil_out_format(out, " object at 0x%" PRIx64 ">", self);
}

const struct coil_kind coil_kind_builtin_function = {
	.name = "builtin_function_or_method",
	.struct_size = COIL_SIZE(PyCFunctionObject),
	.members = members,
	.member_count = countof(members),
	.value = value,
};

static const struct coil_member class_members[] = {
	COIL_STRONG_MEMBER(PyCMethodObject, mm_class, ATTR, "mm_class"),
};

const struct coil_kind coil_kind_builtin_method = {
	.name = "builtin_method",
	.struct_size = COIL_SIZE(PyCMethodObject),
	.super = &coil_kind_builtin_function,
	.members = class_members,
	.member_count = countof(class_members),
	.value = value,
};
