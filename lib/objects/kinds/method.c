/* SPDX-License-Identifier: MIT */
/*
 * Methods bound to an object.
 * Source: CPython's Objects/classobject.c (method_traverse,
 * instancemethod_traverse).
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

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
