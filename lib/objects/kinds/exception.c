/* SPDX-License-Identifier: MIT */
/*
 * Exceptions: what BaseException holds, and each struct that adds to it.
 * Source: CPython's Objects/exceptions.c (the traverse functions),
 * Include/cpython/pyerrors.h.
 */
#include "objects/kinds/kinds_b.h"
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

#define M(s, f, label) COIL_STRONG_MEMBER(s, f, ATTR, label)
static const struct coil_member base_members[] = {
	M(PyBaseExceptionObject, dict, "__dict__"),
	M(PyBaseExceptionObject, args, "args"),
	M(PyBaseExceptionObject, notes, "__notes__"),
	M(PyBaseExceptionObject, traceback, "__traceback__"),
	M(PyBaseExceptionObject, cause, "__cause__"),
	M(PyBaseExceptionObject, context, "__context__"),
};
static const struct coil_member group_members[] = {
	M(PyBaseExceptionGroupObject, msg, "message"),
	M(PyBaseExceptionGroupObject, excs, "exceptions"),
};
static const struct coil_member syntax_members[] = {
	M(PySyntaxErrorObject, msg, "msg"),
	M(PySyntaxErrorObject, filename, "filename"),
	M(PySyntaxErrorObject, lineno, "lineno"),
	M(PySyntaxErrorObject, offset, "offset"),
	M(PySyntaxErrorObject, end_lineno, "end_lineno"),
	M(PySyntaxErrorObject, end_offset, "end_offset"),
	M(PySyntaxErrorObject, text, "text"),
	M(PySyntaxErrorObject, print_file_and_line, "print_file_and_line"),
	M(PySyntaxErrorObject, metadata, "_metadata"),
};
static const struct coil_member import_members[] = {
	M(PyImportErrorObject, msg, "msg"),
	M(PyImportErrorObject, name, "name"),
	M(PyImportErrorObject, path, "path"),
	M(PyImportErrorObject, name_from, "name_from"),
};
static const struct coil_member unicode_members[] = {
	M(PyUnicodeErrorObject, encoding, "encoding"),
	M(PyUnicodeErrorObject, object, "object"),
	M(PyUnicodeErrorObject, reason, "reason"),
};
static const struct coil_member exit_members[] = {
	M(PySystemExitObject, code, "code"),
};
static const struct coil_member os_members[] = {
	M(PyOSErrorObject, myerrno, "errno"),
	M(PyOSErrorObject, strerror, "strerror"),
	M(PyOSErrorObject, filename, "filename"),
	M(PyOSErrorObject, filename2, "filename2"),
};
static const struct coil_member stop_members[] = {
	M(PyStopIterationObject, value, "value"),
};
static const struct coil_member name_members[] = {
	M(PyNameErrorObject, name, "name"),
};
static const struct coil_member attribute_members[] = {
	M(PyAttributeErrorObject, obj, "obj"),
	M(PyAttributeErrorObject, name, "name"),
};
#undef M

const struct coil_kind coil_kind_base_exception = {
	.name = "BaseException",
	.struct_size = COIL_SIZE(PyBaseExceptionObject),
	.members = base_members,
	.member_count = countof(base_members),
	.value = value,
};

#define EXCEPTION(id, tp_name, s, table, writes) \
	const struct coil_kind coil_kind_##id = { \
		.name = tp_name, \
		.struct_size = COIL_SIZE(s), \
		.super = &coil_kind_base_exception, \
		.members = table, \
		.member_count = countof(table), \
		.value = writes, \
	}

EXCEPTION(exception_group, "BaseExceptionGroup", PyBaseExceptionGroupObject,
	  group_members, value);
EXCEPTION(syntax_error, "SyntaxError", PySyntaxErrorObject, syntax_members,
	  value);
EXCEPTION(import_error, "ImportError", PyImportErrorObject, import_members,
	  import_value);
EXCEPTION(unicode_encode_error, "UnicodeEncodeError", PyUnicodeErrorObject,
	  unicode_members, value);
EXCEPTION(unicode_decode_error, "UnicodeDecodeError", PyUnicodeErrorObject,
	  unicode_members, value);
EXCEPTION(unicode_translate_error, "UnicodeTranslateError",
	  PyUnicodeErrorObject, unicode_members, value);
EXCEPTION(system_exit, "SystemExit", PySystemExitObject, exit_members, value);
EXCEPTION(os_error, "OSError", PyOSErrorObject, os_members, value);
EXCEPTION(stop_iteration, "StopIteration", PyStopIterationObject, stop_members,
	  value);
EXCEPTION(name_error, "NameError", PyNameErrorObject, name_members, value);
EXCEPTION(attribute_error, "AttributeError", PyAttributeErrorObject,
	  attribute_members, value);
