/* SPDX-License-Identifier: MIT */
/*
 * Functions written in Python; classmethod and staticmethod around them.
 * Source: CPython's Objects/funcobject.c (func_traverse, func_dealloc,
 * cm_traverse, sm_traverse).
 */
#include <inttypes.h>

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

/* Bound methods: Objects/classobject.c. */

/* The qualified name of what is bound; false where it is no function. */
static bool out_qualname(struct coil_reader *reader, uint64_t address,
			 struct coil_out *out)
{
	struct coil_object function;

	if (!coil_reader_object(reader, address, &function) ||
	    strcmp(function.type->name, "function") ||
	    function.head_size < reader->layout->PyFunctionObject.size)
		return false;
	coil_out_text(reader,
		      FIELD(reader, &function, PyFunctionObject, func_qualname),
		      COIL_NAME_LIMIT, out);
	return true;
}

static void method_value(struct coil_reader *reader,
			 const struct coil_object *object, struct coil_out *out)
{
	/* Source: method_repr(). What else is bound has names of its own. */
	const char *start = out->at;

	coil_out_string(out, "<bound method ");
	if (!out_qualname(reader,
			  FIELD(reader, object, PyMethodObject, im_func),
			  out) &&
	    !out->full) {
		out->at -= out->at - start;
		*out->at = '\0';
		return;
	}
	coil_out_string(out, " of ");
	coil_repr(reader, FIELD(reader, object, PyMethodObject, im_self), out);
	coil_out_char(out, '>');
}

KIND(method, "method", STRUCT(PyMethodObject),
     MEMBERS(VISITED(PyMethodObject, im_func, METHOD, "__func__"),
	     VISITED(PyMethodObject, im_self, ATTR, "__self__")),
     .value = method_value);

static void instancemethod_value(struct coil_reader *reader,
				 const struct coil_object *object,
				 struct coil_out *out)
{
	coil_out_string(out, "<instancemethod ");
	(void)!out_qualname(reader,
			    FIELD(reader, object, PyInstanceMethodObject, func),
			    out);
	coil_out_format(out, " at 0x%" PRIx64 ">", object->address);
}

KIND(instancemethod, "instancemethod", STRUCT(PyInstanceMethodObject),
     MEMBERS(VISITED(PyInstanceMethodObject, func, METHOD, "__func__")),
     .value = instancemethod_value);
