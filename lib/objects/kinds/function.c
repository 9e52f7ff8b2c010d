/* SPDX-License-Identifier: MIT */
/*
 * Functions written in Python; classmethod and staticmethod around them.
 * Source: CPython's Objects/funcobject.c (func_traverse, func_dealloc,
 * cm_traverse, sm_traverse).
 */
#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

#define F(f, kind, label) VISITED(PyFunctionObject, f, kind, label)

static void function_value(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_out *out)
{
	coil_out_named(reader, object, "<function ",
		       FIELD(reader, object, PyFunctionObject, func_qualname),
		       out);
}

KIND(function, "function", STRUCT(PyFunctionObject),
     MEMBERS(F(func_code, CODE, "__code__"),
	     F(func_globals, GLOBAL, "__globals__"),
	     F(func_builtins, ATTR, "__builtins__"),
	     F(func_module, MODULE, "__module__"),
	     F(func_defaults, DEFAULT, "__defaults__"),
	     F(func_kwdefaults, DEFAULT, "__kwdefaults__"),
	     F(func_doc, ATTR, "__doc__"), F(func_name, ATTR, "__name__"),
	     F(func_dict, ATTR, "__dict__"),
	     F(func_closure, CLOSURE, "__closure__"),
	     F(func_annotations, ATTR, "__annotations__"),
	     F(func_annotate, ATTR, "__annotate__"),
	     F(func_typeparams, ATTR, "__type_params__"),
	     F(func_qualname, ATTR, "__qualname__")),
     .value = function_value);

#define WRAPPER(ident, callable, own_dict) \
	static void ident##_value(struct coil_reader *reader, \
				  const struct coil_object *object, \
				  struct coil_out *out) \
	{ \
		coil_out_string(out, "<" #ident "("); \
		coil_repr(reader, FIELD(reader, object, ident, callable), \
			  out); \
		coil_out_string(out, ")>"); \
	} \
	KIND(ident, #ident, STRUCT(ident), \
	     MEMBERS(VISITED(ident, callable, METHOD, "__func__"), \
		     DICT(ident, own_dict)), \
	     .value = ident##_value)

WRAPPER(classmethod, cm_callable, cm_dict);
WRAPPER(staticmethod, sm_callable, sm_dict);
