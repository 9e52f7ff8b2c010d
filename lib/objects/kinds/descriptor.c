/* SPDX-License-Identifier: MIT */
/*
 * Descriptors that C types make, their bound form, properties and super.
 * Source: CPython's Objects/descrobject.c (descr_traverse, descr_dealloc,
 * wrapper_traverse, property_traverse), Objects/typeobject.c (super_traverse).
 */
#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

/* Source: method_repr() and its like: "<WHAT 'name' of 'type' objects>"; from
 * 3.15 on some are of no type. */
static void out_descriptor(struct coil_reader *reader,
			   const struct coil_object *object, const char *what,
			   struct coil_out *out)
{
	const struct coil_layout *l = reader->layout;
	const struct coil_type *owner = coil_types_get(
		reader->types, FIELD(reader, object, PyDescrObject, d_type));

	if (l->strategy.reprs >= COIL_REPRS_ATTRIBUTES_OF_ALL &&
	    owner == coil_types_object(reader->types) &&
	    !strcmp(what, "attribute"))
		owner = NULL;
	coil_out_format(out, "<%s '", what);
	coil_out_text(reader, coil_field_word(object, l->PyDescrObject.d_name),
		      COIL_NAME_LIMIT, out);
	if (owner) {
		coil_out_string(out, "' of '");
		coil_out_tp_name(reader, owner, out);
		coil_out_string(out, "' objects>");
	} else {
		coil_out_string(out, "'>");
	}
}

#define DESCRIPTOR(ident, s, what) \
	static void ident##_value(struct coil_reader *reader, \
				  const struct coil_object *object, \
				  struct coil_out *out) \
	{ \
		out_descriptor(reader, object, what, out); \
	} \
	KIND(ident, #ident, STRUCT(s), \
	     MEMBERS(VISITED(PyDescrObject, d_type, ATTR, "__objclass__"), \
		     OWNED(PyDescrObject, d_name, ATTR, "__name__"), \
		     OWNED(PyDescrObject, d_qualname, ATTR, "__qualname__")), \
	     .value = ident##_value)

DESCRIPTOR(method_descriptor, PyMethodDescrObject, "method");
DESCRIPTOR(classmethod_descriptor, PyMethodDescrObject, "method");
DESCRIPTOR(member_descriptor, PyMemberDescrObject, "member");
DESCRIPTOR(getset_descriptor, PyGetSetDescrObject, "attribute");
DESCRIPTOR(wrapper_descriptor, PyWrapperDescrObject, "slot wrapper");

/* Source: wrapper_repr(). */
static void wrapper_value(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	uint64_t self = FIELD(reader, object, wrapperobject, self);
	struct coil_object descriptor, bound;

	if (!coil_reader_object(reader,
				FIELD(reader, object, wrapperobject, descr),
				&descriptor) ||
	    !coil_reader_object(reader, self, &bound))
		return;
	coil_out_string(out, "<method-wrapper '");
	coil_out_text(reader, FIELD(reader, &descriptor, PyDescrObject, d_name),
		      COIL_NAME_LIMIT, out);
	coil_out_string(out, "' of ");
	coil_out_owner(reader, bound.type, self, out);
}

KIND(method_wrapper, "method-wrapper", STRUCT(wrapperobject),
     MEMBERS(VISITED(wrapperobject, descr, METHOD, "descr"),
	     VISITED(wrapperobject, self, ATTR, "__self__")),
     .value = wrapper_value);

KIND(property, "property", STRUCT(propertyobject),
     MEMBERS(VISITED(propertyobject, prop_get, METHOD, "fget"),
	     VISITED(propertyobject, prop_set, METHOD, "fset"),
	     VISITED(propertyobject, prop_del, METHOD, "fdel"),
	     VISITED(propertyobject, prop_doc, ATTR, "__doc__"),
	     VISITED(propertyobject, prop_name, ATTR, "__name__")));

/* Source: super_repr(). */
static void super_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	const struct coil_type *type = coil_types_known(
		reader->types, FIELD(reader, object, superobject, type));
	const struct coil_type *of = coil_types_known(
		reader->types, FIELD(reader, object, superobject, obj_type));

	coil_out_string(out, "<super: <class '");
	if (type)
		coil_out_tp_name(reader, type, out);
	else
		coil_out_string(out, "NULL");
	coil_out_string(out, of ? "'>, <" : "'>, NULL>");
	if (of) {
		coil_out_tp_name(reader, of, out);
		coil_out_string(out, " object>>");
	}
}

KIND(super, "super", STRUCT(superobject),
     MEMBERS(VISITED(superobject, obj, ATTR, "__self__"),
	     VISITED(superobject, type, ATTR, "__thisclass__"),
	     VISITED(superobject, obj_type, ATTR, "__self_class__")),
     .value = super_value);
