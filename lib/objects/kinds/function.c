/* SPDX-License-Identifier: MIT */
/*
 * Functions written in Python; classmethod and staticmethod around them.
 * Source: CPython's Objects/funcobject.c (func_traverse, func_dealloc,
 * cm_traverse, sm_traverse).
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/kinds/kinds_b.h"
#include "objects/repr/repr.h"

#define F(f, kind, label) COIL_STRONG_MEMBER(PyFunctionObject, f, kind, label)
static const struct coil_member function_members[] = {
	F(func_code, CODE, "__code__"),
	F(func_globals, GLOBAL, "__globals__"),
	F(func_builtins, ATTR, "__builtins__"),
	F(func_module, MODULE, "__module__"),
	F(func_defaults, DEFAULT, "__defaults__"),
	F(func_kwdefaults, DEFAULT, "__kwdefaults__"),
	F(func_doc, ATTR, "__doc__"),
	F(func_name, ATTR, "__name__"),
	F(func_dict, ATTR, "__dict__"),
	F(func_closure, CLOSURE, "__closure__"),
	F(func_annotations, ATTR, "__annotations__"),
	F(func_annotate, ATTR, "__annotate__"),
	F(func_typeparams, ATTR, "__type_params__"),
	F(func_qualname, ATTR, "__qualname__"),
};
#undef F

static void function_value(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_out *out)
{
	coil_out_named(reader, object, "<function ",
		       FIELD(reader, object, PyFunctionObject, func_qualname),
		       out);
}

const struct coil_kind coil_kind_function = {
	.name = "function",
	.struct_size = COIL_SIZE(PyFunctionObject),
	.members = function_members,
	.member_count = countof(function_members),
	.value = function_value,
};

static const struct coil_member classmethod_members[] = {
	COIL_STRONG_MEMBER(classmethod, cm_callable, METHOD, "__func__"),
	COIL_STRONG_MEMBER(classmethod, cm_dict, ATTR, "__dict__"),
};

static void classmethod_value(struct coil_reader *reader,
			      const struct coil_object *object,
			      struct coil_out *out)
{
	coil_out_string(out, "<classmethod(");
	coil_repr(reader, FIELD(reader, object, classmethod, cm_callable), out);
	coil_out_string(out, ")>");
}

const struct coil_kind coil_kind_classmethod = {
	.name = "classmethod",
	.struct_size = COIL_SIZE(classmethod),
	.members = classmethod_members,
	.member_count = countof(classmethod_members),
	.value = classmethod_value,
};

static const struct coil_member staticmethod_members[] = {
	COIL_STRONG_MEMBER(staticmethod, sm_callable, METHOD, "__func__"),
	COIL_STRONG_MEMBER(staticmethod, sm_dict, ATTR, "__dict__"),
};

static void staticmethod_value(struct coil_reader *reader,
			       const struct coil_object *object,
			       struct coil_out *out)
{
	coil_out_string(out, "<staticmethod(");
	coil_repr(reader, FIELD(reader, object, staticmethod, sm_callable),
		  out);
	coil_out_string(out, ")>");
}

const struct coil_kind coil_kind_staticmethod = {
	.name = "staticmethod",
	.struct_size = COIL_SIZE(staticmethod),
	.members = staticmethod_members,
	.member_count = countof(staticmethod_members),
	.value = staticmethod_value,
};

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

static const struct coil_member method_members[] = {
	COIL_STRONG_MEMBER(PyMethodObject, im_func, METHOD, "__func__"),
	COIL_STRONG_MEMBER(PyMethodObject, im_self, ATTR, "__self__"),
};

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

const struct coil_kind coil_kind_method = {
	.name = "method",
	.struct_size = COIL_SIZE(PyMethodObject),
	.members = method_members,
	.member_count = countof(method_members),
	.value = method_value,
};

static const struct coil_member instancemethod_members[] = {
	COIL_STRONG_MEMBER(PyInstanceMethodObject, func, METHOD, "__func__"),
};

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

const struct coil_kind coil_kind_instancemethod = {
	.name = "instancemethod",
	.struct_size = COIL_SIZE(PyInstanceMethodObject),
	.members = instancemethod_members,
	.member_count = countof(instancemethod_members),
	.value = instancemethod_value,
};
