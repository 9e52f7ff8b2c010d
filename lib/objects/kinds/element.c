/* SPDX-License-Identifier: MIT */
/*
 * Elements of XML.
 * Source: CPython's Modules/_elementtree.c (element_gc_traverse,
 * Element.__sizeof__).
 */
#include <inttypes.h>

#include "objects/kinds/kinds.h"

#define CHILDREN_LIMIT (1u << 26)

/* What only elements with attributes or children have. */
struct extra {
	const uint8_t *head;
	uint64_t address, children, length, allocated;
	bool own; /* children have memory of their own */
};

static bool extra_of(struct coil_reader *reader,
		     const struct coil_object *object, struct extra *out)
{
	const struct coil_layout *l = reader->layout;

	out->address = FIELD(reader, object, ElementObject, extra);
	out->head = out->address ? coil_image_view(reader->image, out->address,
						   l->ElementObjectExtra.size)
				 : NULL;
	if (!out->head)
		return false;
	out->children = load64(out->head + l->ElementObjectExtra.children);
	out->length = load64(out->head + l->ElementObjectExtra.length);
	out->allocated =
		min64(load64(out->head + l->ElementObjectExtra.allocated),
		      CHILDREN_LIMIT);
	out->own =
		out->children != out->address + l->ElementObjectExtra._children;
	return true;
}

static void element_refs(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	const unsigned attr = COIL_REF_ATTR | COIL_STRONG;
	struct extra extra;

	/* The lowest bit says that a list is still to be joined. */
	coil_emit(sink, FIELD(reader, object, ElementObject, text) & ~1ull,
		  attr, COIL_LABEL_TEXT, coil_text("text"));
	coil_emit(sink, FIELD(reader, object, ElementObject, tail) & ~1ull,
		  attr, COIL_LABEL_TEXT, coil_text("tail"));
	if (!extra_of(reader, object, &extra)) {
		if (FIELD(reader, object, ElementObject, extra))
			sink->missing++;
		return;
	}
	coil_emit(sink, load64(extra.head + l->ElementObjectExtra.attrib), attr,
		  COIL_LABEL_TEXT, coil_text("attrib"));
	coil_emit_array(reader, sink, extra.children, extra.length,
			COIL_REF_ITEM | COIL_STRONG, COIL_LABEL_INDEX);
}

static void element_buffers(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_buffers *buffers)
{
	struct extra extra;

	if (!extra_of(reader, object, &extra))
		return;
	buffers->take(buffers, extra.address,
		      reader->layout->ElementObjectExtra.size);
	if (extra.own)
		buffers->take(buffers, extra.children, extra.allocated * 8);
}

static uint64_t element_size(struct coil_reader *reader,
			     const struct coil_object *object)
{
	uint64_t size = object->type->basicsize;
	struct extra extra;

	if (extra_of(reader, object, &extra))
		size += reader->layout->ElementObjectExtra.size +
			(extra.own ? extra.allocated * 8 : 0);
	return size;
}

static void element_value(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	uint64_t tag = FIELD(reader, object, ElementObject, tag);

	/* Source: element_repr(). */
	if (!tag)
		return;
	coil_out_string(out, "<Element ");
	coil_repr(reader, tag, out);
	coil_out_format(out, " at 0x%" PRIx64 ">", object->address);
}

KIND(element, "xml.etree.ElementTree.Element", STRUCT(ElementObject),
     NEEDS(STRUCT(ElementObjectExtra)),
     MEMBERS(VISITED(ElementObject, tag, ATTR, "tag")), .refs = element_refs,
     .buffers = element_buffers, .size = element_size, .value = element_value);
