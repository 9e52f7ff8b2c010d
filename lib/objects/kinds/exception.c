/* SPDX-License-Identifier: MIT */
/*
 * Exceptions: what BaseException holds, and each struct that adds to it.
 * Source: CPython's Objects/exceptions.c (the traverse functions),
 * Include/cpython/pyerrors.h.
 */
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

static void value(struct coil_reader *reader, const struct coil_object *object,
		  struct coil_out *out)
{
	uint64_t args = FIELD(reader, object, PyBaseExceptionObject, args);
	const uint8_t *items;
	uint64_t count;

	/* Source: BaseException_repr(): one argument stands alone. */
	coil_out_type_name(reader, object->type, out);
	if (coil_tuple_items(reader, args, &items, &count) && count == 1) {
		coil_out_char(out, '(');
		coil_repr(reader, load64(items), out);
		coil_out_char(out, ')');
	} else {
		coil_out_tuple(reader, args, out);
	}
}

/* From 3.15 on ImportError has a repr of its own: it adds what is known.
 * Source: ImportError_repr(). */
static void import_value(struct coil_reader *reader,
			 const struct coil_object *object, struct coil_out *out)
{
	uint64_t name = FIELD(reader, object, PyImportErrorObject, name);
	uint64_t path = FIELD(reader, object, PyImportErrorObject, path);
	uint64_t args = FIELD(reader, object, PyBaseExceptionObject, args);
	const uint8_t *items;
	uint64_t count;

	coil_out_type_name(reader, object->type, out);
	(void)!coil_tuple_items(reader, args, &items, &count);
	coil_out_char(out, '(');
	coil_out_items(reader, out, items, count, 8);
	if (name && name != reader->none) {
		coil_out_string(out, count ? ", name=" : "name=");
		coil_repr(reader, name, out);
		count++;
	}
	if (path && path != reader->none) {
		coil_out_string(out, count ? ", path=" : "path=");
		coil_repr(reader, path, out);
	}
	coil_out_char(out, ')');
}

#define M(s, f, label) VISITED(s, f, ATTR, label)

KIND(base_exception, "BaseException", STRUCT(PyBaseExceptionObject),
     MEMBERS(M(PyBaseExceptionObject, dict, "__dict__"),
	     M(PyBaseExceptionObject, args, "args"),
	     M(PyBaseExceptionObject, notes, "__notes__"),
	     M(PyBaseExceptionObject, traceback, "__traceback__"),
	     M(PyBaseExceptionObject, cause, "__cause__"),
	     M(PyBaseExceptionObject, context, "__context__")),
     .value = value);

#define EXCEPTION(ident, tp_name, s, writes, ...) \
	KIND(ident, tp_name, STRUCT(s), .super = &coil_kind_base_exception, \
	     MEMBERS(__VA_ARGS__), .value = writes)

EXCEPTION(exception_group, "BaseExceptionGroup", PyBaseExceptionGroupObject,
	  value, M(PyBaseExceptionGroupObject, msg, "message"),
	  M(PyBaseExceptionGroupObject, excs, "exceptions"));

EXCEPTION(syntax_error, "SyntaxError", PySyntaxErrorObject, value,
	  M(PySyntaxErrorObject, msg, "msg"),
	  M(PySyntaxErrorObject, filename, "filename"),
	  M(PySyntaxErrorObject, lineno, "lineno"),
	  M(PySyntaxErrorObject, offset, "offset"),
	  M(PySyntaxErrorObject, end_lineno, "end_lineno"),
	  M(PySyntaxErrorObject, end_offset, "end_offset"),
	  M(PySyntaxErrorObject, text, "text"),
	  M(PySyntaxErrorObject, print_file_and_line, "print_file_and_line"),
	  M(PySyntaxErrorObject, metadata, "_metadata"));

EXCEPTION(import_error, "ImportError", PyImportErrorObject, import_value,
	  M(PyImportErrorObject, msg, "msg"),
	  M(PyImportErrorObject, name, "name"),
	  M(PyImportErrorObject, path, "path"),
	  M(PyImportErrorObject, name_from, "name_from"));

#define UNICODE_ERROR(ident, tp_name) \
	EXCEPTION(ident, tp_name, PyUnicodeErrorObject, value, \
		  M(PyUnicodeErrorObject, encoding, "encoding"), \
		  M(PyUnicodeErrorObject, object, "object"), \
		  M(PyUnicodeErrorObject, reason, "reason"))
UNICODE_ERROR(unicode_encode_error, "UnicodeEncodeError");
UNICODE_ERROR(unicode_decode_error, "UnicodeDecodeError");
UNICODE_ERROR(unicode_translate_error, "UnicodeTranslateError");

EXCEPTION(system_exit, "SystemExit", PySystemExitObject, value,
	  M(PySystemExitObject, code, "code"));

EXCEPTION(os_error, "OSError", PyOSErrorObject, value,
	  M(PyOSErrorObject, myerrno, "errno"),
	  M(PyOSErrorObject, strerror, "strerror"),
	  M(PyOSErrorObject, filename, "filename"),
	  M(PyOSErrorObject, filename2, "filename2"));

EXCEPTION(stop_iteration, "StopIteration", PyStopIterationObject, value,
	  M(PyStopIterationObject, value, "value"));

EXCEPTION(name_error, "NameError", PyNameErrorObject, value,
	  M(PyNameErrorObject, name, "name"));

EXCEPTION(attribute_error, "AttributeError", PyAttributeErrorObject, value,
	  M(PyAttributeErrorObject, obj, "obj"),
	  M(PyAttributeErrorObject, name, "name"));
