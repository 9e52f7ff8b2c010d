/* SPDX-License-Identifier: MIT */
/*
 * Functions and methods written in C, bound to a module or an object.
 * Source: CPython's Objects/methodobject.c (meth_traverse, meth_dealloc).
 */
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

#define NAME_LIMIT 256

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
	if (!self || coil_type_named(owner.type, "module")) {
		coil_out_format(out, "<built-in function %s>", s);
		return;
	}
	coil_out_format(out, "<built-in method %s of ", s);
	coil_out_owner(reader, owner.type, self, out);
}

KIND(builtin_function, "builtin_function_or_method", STRUCT(PyCFunctionObject),
     MEMBERS(VISITED(PyCFunctionObject, m_self, ATTR, "__self__"),
	     VISITED(PyCFunctionObject, m_module, MODULE, "__module__")),
     .value = value);

KIND(builtin_method, "builtin_method", STRUCT(PyCMethodObject),
     .super = &coil_kind_builtin_function,
     MEMBERS(VISITED(PyCMethodObject, mm_class, ATTR, "mm_class")),
     .value = value);
