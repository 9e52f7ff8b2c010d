/* SPDX-License-Identifier: MIT */
/*
 * Parsers of XML.
 * Source: CPython's Modules/pyexpat.c (xmlparse_traverse, xmlparse_clear).
 */
#include "objects/kinds/kinds.h"

#define HANDLERS 22 /* rows of handler_info; 3.8 to 3.13 */

static void parser_refs(struct coil_reader *reader,
			const struct coil_object *object,
			struct coil_sink *sink)
{
	uint64_t handlers = FIELD(reader, object, xmlparseobject, handlers);

	if (handlers)
		coil_emit_array(reader, sink, handlers, HANDLERS,
				COIL_REF_MEMBER | COIL_STRONG,
				COIL_LABEL_INDEX);
}

static void parser_buffers(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_buffers *buffers)
{
	const struct coil_layout *l = reader->layout;
	uint64_t handlers = FIELD(reader, object, xmlparseobject, handlers);
	uint64_t text = FIELD(reader, object, xmlparseobject, buffer);

	if (handlers)
		buffers->take(buffers, handlers, HANDLERS * 8);
	if (text)
		buffers->take(
			buffers, text,
			coil_field_int(object, l->xmlparseobject.buffer_size));
}

KIND(xml_parser, "pyexpat.xmlparser", STRUCT(xmlparseobject),
     MEMBERS(OWNED(xmlparseobject, intern, ATTR, "intern")),
     .refs = parser_refs, .buffers = parser_buffers);
