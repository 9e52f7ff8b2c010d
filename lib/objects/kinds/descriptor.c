/* SPDX-License-Identifier: MIT */
/*
 * Descriptors that C types make, their bound form, properties and super.
 * Source: CPython's Objects/descrobject.c (descr_traverse, descr_dealloc,
 * wrapper_traverse, property_traverse), Objects/typeobject.c (super_traverse).
 */
#include "objects/code.h"
#include "objects/kinds/kinds_b.h"

static const struct coil_member members[] = {
	COIL_STRONG_MEMBER(PyDescrObject, d_type, ATTR, "__objclass__"),
	COIL_COUNTED_MEMBER(PyDescrObject, d_name, ATTR, "__name__"),
	COIL_COUNTED_MEMBER(PyDescrObject, d_qualname, ATTR, "__qualname__"),
};

/* "type.name" of a descriptor at @head. */
static void write_name(const struct coil_heap *heap, const uint8_t *head,
		       struct coil_out *out)
{
	const struct coil_layout *l = heap->layout;
	const struct coil_type *owner = coil_types_get(
		heap->types, load64(head + l->PyDescrObject.d_type));

	if (owner)
		coil_out_format(out, "%s.", owner->name);
	coil_out_text(heap, load64(head + l->PyDescrObject.d_name),
		      COIL_NAME_LIMIT, out);
}

static void value(const struct coil_heap *heap,
		  const struct coil_object *object, struct coil_out *out)
{
	write_name(heap, object->head, out);
}

#define DESCRIPTOR(id, tp_name, s) \
	const struct coil_kind coil_kind_##id = { \
		.name = tp_name, \
		.struct_size = COIL_SIZE(s), \
		.members = members, \
		.member_count = countof(members), \
		.value = value, \
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

static void wrapper_value(const struct coil_heap *heap,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	const uint8_t *head = coil_image_view(
		heap->image, FIELD(heap, object, wrapperobject, descr),
		heap->layout->PyDescrObject.size);

	if (head)
		write_name(heap, head, out);
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

const struct coil_kind coil_kind_super = {
	.name = "super",
	.struct_size = COIL_SIZE(superobject),
	.members = super_members,
	.member_count = countof(super_members),
};
