/* SPDX-License-Identifier: MIT */
/*
 * bytes and bytearray.
 *
 * Source: Objects/bytesobject.c, PyBytes_Repr(); Objects/bytearrayobject.c,
 * bytearray_sizeof_impl(), bytearray_dealloc().  From 3.15 on the memory of a
 * bytearray is that of a bytes object, ob_bytes_object.
 */
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

void coil_out_bytes(struct coil_out *out, const uint8_t *data, uint64_t count)
{
	uint64_t seen = min64(count, (uint64_t)(out->end - out->at));
	char quote =
		seen && memchr(data, '\'', seen) && !memchr(data, '"', seen)
			? '"'
			: '\'';

	coil_out_char(out, 'b');
	coil_out_char(out, quote);
	for (uint64_t i = 0; i < count && !out->full; i++) {
		char c = (char)data[i];

		if (c == quote || c == '\\')
			coil_out_format(out, "\\%c", c);
		else if (c == '\n' || c == '\r' || c == '\t')
			coil_out_string(out, c == '\n'	 ? "\\n"
					     : c == '\r' ? "\\r"
							 : "\\t");
		else if (data[i] < 0x20 || data[i] >= 0x7f)
			coil_out_format(out, "\\x%02x", data[i]);
		else
			coil_out_char(out, c);
	}
	coil_out_char(out, quote);
}

static void bytes_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	uint64_t count = coil_ob_size(reader, object);
	const uint8_t *data = coil_object_tail(
		reader, object, reader->layout->PyBytesObject.ob_sval, count);

	if (data)
		coil_out_bytes(out, data, count);
}

uint64_t coil_bytes_getsizeof(struct coil_reader *reader,
			      const struct coil_object *object)
{
	bool known;

	return object->type->flags & COIL_TP_BYTES
		       ? coil_reader_size(reader, object, &known)
		       : 0;
}

/* The bytes object behind the bytearray, where this version has one. */
static uint64_t behind(struct coil_reader *reader,
		       const struct coil_object *object)
{
	if (reader->layout->PyByteArrayObject.ob_bytes_object == COIL_NO_FIELD)
		return 0;
	return FIELD(reader, object, PyByteArrayObject, ob_bytes_object);
}

static uint64_t bytearray_size(struct coil_reader *reader,
			       const struct coil_object *object)
{
	uint64_t bytes = behind(reader, object), count;

	if (reader->layout->PyByteArrayObject.ob_bytes_object == COIL_NO_FIELD)
		return object->type->basicsize +
		       FIELD(reader, object, PyByteArrayObject, ob_alloc);
	if (!bytes ||
	    !coil_image_word(reader->image,
			     bytes + reader->layout->PyVarObject.ob_size,
			     &count) ||
	    !count) /* all empty ones share one bytes object */
		return object->type->basicsize;
	return object->type->basicsize + reader->layout->PyBytesObject.ob_sval +
	       1 + count;
}

static void bytearray_buffers(struct coil_reader *reader,
			      const struct coil_object *object,
			      struct coil_buffers *buffers)
{
	uint64_t at = FIELD(reader, object, PyByteArrayObject, ob_bytes);

	if (at && !behind(reader, object))
		buffers->take(
			buffers, at,
			FIELD(reader, object, PyByteArrayObject, ob_alloc));
}

static void bytearray_value(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	uint64_t count = coil_ob_size(reader, object);
	const uint8_t *data = coil_image_view(
		reader->image,
		FIELD(reader, object, PyByteArrayObject, ob_start), count);

	if (!data && count)
		return;
	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	coil_out_bytes(out, data, count);
	coil_out_char(out, ')');
}

KIND(bytes, "bytes", UP_TO(PyBytesObject, ob_sval), .value = bytes_value,
     .flags = COIL_KIND_UNTRAVERSED);

KIND(bytearray, "bytearray", STRUCT(PyByteArrayObject),
     MEMBERS(OWNED(PyByteArrayObject, ob_bytes_object, BUFFER,
		   "ob_bytes_object")),
     .buffers = bytearray_buffers, .size = bytearray_size,
     .value = bytearray_value, .flags = COIL_KIND_UNTRAVERSED);
