/* SPDX-License-Identifier: MIT */
/*
 * list.
 *
 * Source: Objects/listobject.c: list_traverse(), list_dealloc(),
 * list___sizeof___impl(), which counts the room and not the items;
 * list_allocate_array(): free-threaded builds keep the room in a word before
 * the items, too.
 */
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

static void list_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	uint64_t count = coil_ob_size(reader, object);

	if (count)
		coil_emit_array(reader, sink,
				FIELD(reader, object, PyListObject, ob_item),
				count, COIL_REF_ITEM | COIL_STRONG,
				COIL_LABEL_INDEX);
}

static void list_buffers(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_buffers *buffers)
{
	const struct coil_layout *l = reader->layout;
	uint64_t before = l->_PyListArray.size ? l->_PyListArray.ob_item : 0;
	uint64_t at = FIELD(reader, object, PyListObject, ob_item);

	if (at)
		buffers->take(buffers, at - before,
			      before + FIELD(reader, object, PyListObject,
					     allocated) *
					       8);
}

static uint64_t list_size(struct coil_reader *reader,
			  const struct coil_object *object)
{
	return object->type->basicsize +
	       FIELD(reader, object, PyListObject, allocated) * 8;
}

static void list_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	uint64_t count = coil_ob_size(reader, object), bytes;
	const uint8_t *items = NULL;

	if (coil_out_again(out, object->address)) {
		coil_out_string(out, "[...]");
		return;
	}
	if (count && mul64(count, 8, &bytes))
		items = coil_image_view(
			reader->image,
			FIELD(reader, object, PyListObject, ob_item), bytes);
	coil_out_char(out, '[');
	coil_out_items(reader, out, items, count, 8);
	coil_out_char(out, ']');
}

KIND(list, "list", STRUCT(PyListObject), .refs = list_refs,
     .buffers = list_buffers, .size = list_size, .value = list_value);
