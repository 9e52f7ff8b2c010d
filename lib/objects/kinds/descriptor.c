/* SPDX-License-Identifier: MIT */
/*
 * Descriptors that C types make, their bound form, properties and super.
 * Source: CPython's Objects/descrobject.c (descr_traverse, descr_dealloc,
 * wrapper_traverse, property_traverse), Objects/typeobject.c (super_traverse).
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/kinds/kinds_b.h"
#include "objects/repr/repr.h"

static const struct coil_member members[] = {
	COIL_STRONG_MEMBER(PyDescrObject, d_type, ATTR, "__objclass__"),
	COIL_COUNTED_MEMBER(PyDescrObject, d_name, ATTR, "__name__"),
	COIL_COUNTED_MEMBER(PyDescrObject, d_qualname, ATTR, "__qualname__"),
};

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

#define WRITER(id, what) \
	static void id##_value(struct coil_reader *reader, \
			       const struct coil_object *object, \
			       struct coil_out *out) \
	{ \
		out_descriptor(reader, object, what, out); \
	}

WRITER(method_descriptor, "method")
WRITER(classmethod_descriptor, "method")
WRITER(member_descriptor, "member")
WRITER(getset_descriptor, "attribute")
WRITER(wrapper_descriptor, "slot wrapper")

#define DESCRIPTOR(id, tp_name, s) \
	const struct coil_kind coil_kind_##id = { \
		.name = tp_name, \
		.struct_size = COIL_SIZE(s), \
		.members = members, \
		.member_count = countof(members), \
		.value = id##_value, \
	}

DESCRIPTOR(method_descriptor, "method_descriptor", PyMethodDescrObject);
DESCRIPTOR(classmethod_descriptor, "classmethod_descriptor",
	   PyMethodDescrObject);
DESCRIPTOR(member_descriptor, "member_descriptor", PyMemberDescrObject);
DESCRIPTOR(getset_descriptor, "getset_descriptor", PyGetSetDescrObject);
DESCRIPTOR(wrapper_descriptor, "wrapper_descriptor", PyWrapperDescrObject);

static const struct coil_member wrapper_members[] = {
	COIL_STRONG_MEMBER(wrapperobject, descr, METHOD, "descr"),
	COIL_STRONG_MEMBER(wrapperobject, self, ATTR, "__self__"),
};

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
	coil_out_tp_name(reader, bound.type, out);
	coil_out_format(out, " object at 0x%" PRIx64 ">", self);
}

const struct coil_kind coil_kind_method_wrapper = {
	.name = "method-wrapper",
	.struct_size = COIL_SIZE(wrapperobject),
	.members = wrapper_members,
	.member_count = countof(wrapper_members),
	.value = wrapper_value,
};

static const struct coil_member property_members[] = {
	COIL_STRONG_MEMBER(propertyobject, prop_get, METHOD, "fget"),
	COIL_STRONG_MEMBER(propertyobject, prop_set, METHOD, "fset"),
	COIL_STRONG_MEMBER(propertyobject, prop_del, METHOD, "fdel"),
	COIL_STRONG_MEMBER(propertyobject, prop_doc, ATTR, "__doc__"),
	COIL_STRONG_MEMBER(propertyobject, prop_name, ATTR, "__name__"),
};

const struct coil_kind coil_kind_property = {
	.name = "property",
	.struct_size = COIL_SIZE(propertyobject),
	.members = property_members,
	.member_count = countof(property_members),
};

static const struct coil_member super_members[] = {
	COIL_STRONG_MEMBER(superobject, obj, ATTR, "__self__"),
	COIL_STRONG_MEMBER(superobject, type, ATTR, "__thisclass__"),
	COIL_STRONG_MEMBER(superobject, obj_type, ATTR, "__self_class__"),
};

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

const struct coil_kind coil_kind_super = {
	.name = "super",
	.struct_size = COIL_SIZE(superobject),
	.members = super_members,
	.member_count = countof(super_members),
	.value = super_value,
};
