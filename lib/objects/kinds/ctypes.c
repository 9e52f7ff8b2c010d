/* SPDX-License-Identifier: MIT */
/*
 * ctypes: data, function pointers, callbacks, and what its types know of C.
 * Source: CPython's Modules/_ctypes/: _ctypes.c (CDataType_traverse,
 * CType_Type_traverse, PyCData_traverse, PyCFuncPtr_traverse), callbacks.c,
 * callproc.c, cfield.c, stgdict.c.
 */
#include "objects/kinds/kinds.h"

#define FORMAT_LIMIT (1u << 20) /* bytes of a buffer format */
#define C(s, f)	     OWNED(s, f, MEMBER, #f)
#define M(s, f)	     VISITED(s, f, MEMBER, #f)

/* --- instances --- */
/* Small values stand in the object, larger ones in memory of their own. */
static void data_buffers(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_buffers *buffers)
{
	const struct coil_layout *l = reader->layout;
	uint64_t memory = FIELD(reader, object, CDataObject, b_ptr);
	uint64_t bytes = FIELD(reader, object, CDataObject, b_size);

	if (coil_field_int(object, l->CDataObject.b_needsfree) && memory &&
	    memory != object->address + l->CDataObject.b_value)
		buffers->take(buffers, memory, bytes);
}

KIND(ctypes_data, "_ctypes._CData", STRUCT(CDataObject),
     MEMBERS(VISITED(CDataObject, b_objects, ATTR, "_objects"),
	     VISITED(CDataObject, b_base, ATTR, "_b_base_")),
     .buffers = data_buffers);

KIND(ctypes_function, "_ctypes.CFuncPtr", STRUCT(PyCFuncPtrObject),
     .super = &coil_kind_ctypes_data,
     MEMBERS(M(PyCFuncPtrObject, callable), M(PyCFuncPtrObject, restype),
	     M(PyCFuncPtrObject, checker), M(PyCFuncPtrObject, errcheck),
	     M(PyCFuncPtrObject, argtypes), M(PyCFuncPtrObject, converters),
	     M(PyCFuncPtrObject, paramflags), M(PyCFuncPtrObject, thunk)));

/* tp_basicsize leaves out the array at its end. */
KIND(ctypes_thunk, "_ctypes.CThunkObject", UP_TO(CThunkObject, restype),
     MEMBERS(M(CThunkObject, converters), M(CThunkObject, callable),
	     M(CThunkObject, restype)));

KIND(ctypes_field, "_ctypes.CField", STRUCT(CFieldObject),
     MEMBERS(M(CFieldObject, proto)));

/* Of these two the collector knows in some versions only. */
static void maybe_visited(const struct coil_object *object, uint32_t field,
			  const char *label, struct coil_sink *sink)
{
	unsigned flags = COIL_REF_MEMBER;

	if (object->type->flags & COIL_TP_HAVE_GC)
		flags |= COIL_EDGE_TRAVERSED;
	coil_emit_member(object, field, flags, label, sink);
}

static void remover_refs(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;

	maybe_visited(object, l->DictRemoverObject.key, "key", sink);
	maybe_visited(object, l->DictRemoverObject.dict, "dict", sink);
}

KIND(ctypes_remover, "_ctypes.DictRemover", STRUCT(DictRemoverObject),
     .refs = remover_refs);

/* An argument on its way to a call. */
static void argument_refs(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_sink *sink)
{
	maybe_visited(object, reader->layout->PyCArgObject.obj, "_obj", sink);
}

KIND(ctypes_argument, "CArgObject", STRUCT(PyCArgObject),
     .refs = argument_refs);

/* --- types, before 3.13: a dict knows what the type is in C --- */
/* What __sizeof__ adds: format string, shape, elements of an ffi_type. */
static uint64_t described(struct coil_reader *reader, uint64_t format,
			  uint32_t ndim, uint64_t elements, uint64_t length,
			  struct coil_buffers *buffers, uint64_t shape)
{
	const char *s =
		format ? coil_image_string(reader->image, format, FORMAT_LIMIT)
		       : NULL;
	uint64_t text = s ? strlen(s) + 1 : 0;
	uint64_t list = elements ? (min64(length, 1u << 28) + 1) * 8 : 0;

	if (buffers && text)
		buffers->take(buffers, format, text);
	if (buffers && shape)
		buffers->take(buffers, shape, (uint64_t)ndim * 8);
	if (buffers && list)
		buffers->take(buffers, elements, list);
	return text + (uint64_t)ndim * 8 + list;
}

static uint64_t storage_described(struct coil_reader *reader,
				  const struct coil_object *object,
				  struct coil_buffers *buffers)
{
	return described(
		reader, FIELD(reader, object, StgDictObject, format),
		coil_field_int(object, reader->layout->StgDictObject.ndim),
		FIELD(reader, object, StgDictObject, elements),
		FIELD(reader, object, StgDictObject, length), buffers,
		FIELD(reader, object, StgDictObject, shape));
}

static void storage_buffers(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_buffers *buffers)
{
	(void)storage_described(reader, object, buffers);
}

static uint64_t storage_size(struct coil_reader *reader,
			     const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;

	return coil_kind_dict.size(reader, object) + l->StgDictObject.size -
	       l->PyDictObject.size + storage_described(reader, object, NULL);
}

KIND(ctypes_storage, "StgDict", STRUCT(StgDictObject), .super = &coil_kind_dict,
     MEMBERS(C(StgDictObject, proto), C(StgDictObject, argtypes),
	     C(StgDictObject, converters), C(StgDictObject, restype),
	     C(StgDictObject, checker)),
     .buffers = storage_buffers, .size = storage_size);

/* A type visits what its dict's proto is, which the dict owns. */
static void old_type_refs(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_sink *sink)
{
	const struct coil_type *type =
		coil_types_get(reader->types, object->address);
	struct coil_object dict;

	if (type && type->heap && type->dict &&
	    coil_reader_object(reader, type->dict, &dict) &&
	    coil_type_named(dict.type, "StgDict") &&
	    dict.head_size >= reader->layout->StgDictObject.size)
		coil_emit(sink, FIELD(reader, &dict, StgDictObject, proto),
			  COIL_REF_MEMBER | COIL_EDGE_TRAVERSED,
			  COIL_LABEL_TEXT, coil_text("proto"));
}

/* --- types from 3.13 on: it stands behind the type itself --- */
static const struct coil_member info_fields[] = {
	M(StgInfo, proto),   M(StgInfo, argtypes),     M(StgInfo, converters),
	M(StgInfo, restype), M(StgInfo, pointer_type), M(StgInfo, checker),
	M(StgInfo, module),
};

/* Its bytes, or NULL where the type has none: PyObject_GetTypeData(). */
static const uint8_t *info_of(struct coil_reader *reader,
			      const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t at = align_up(l->PyHeapTypeObject.size, 16);
	const uint8_t *info;

	if (!l->StgInfo.size || at + l->StgInfo.size > object->head_size)
		return NULL;
	info = object->head + at;
	return load32(info + l->StgInfo.initialized) ? info : NULL;
}

static void type_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	const uint8_t *info = info_of(reader, object);

	if (!reader->layout->StgInfo.size)
		old_type_refs(reader, object, sink);
	for (size_t i = 0; info && i < countof(info_fields); i++) {
		const struct coil_member *m = &info_fields[i];
		uint32_t at = coil_layout_value(reader->layout, m->field);

		if (at != COIL_NO_FIELD)
			coil_emit(sink, load64(info + at), m->flags,
				  COIL_LABEL_TEXT, coil_text(m->label));
	}
}

static uint64_t type_described(struct coil_reader *reader,
			       const struct coil_object *object,
			       struct coil_buffers *buffers)
{
	const struct coil_layout *l = reader->layout;
	const uint8_t *info = info_of(reader, object);

	if (!info)
		return 0;
	return described(reader, load64(info + l->StgInfo.format),
			 load32(info + l->StgInfo.ndim),
			 load64(info + l->StgInfo.elements),
			 load64(info + l->StgInfo.length), buffers,
			 load64(info + l->StgInfo.shape));
}

static void type_buffers(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_buffers *buffers)
{
	(void)type_described(reader, object, buffers);
}

static uint64_t type_size(struct coil_reader *reader,
			  const struct coil_object *object)
{
	return coil_size_default(reader, object) +
	       type_described(reader, object, NULL);
}

#define TYPE(ident, tp_name) \
	KIND(ctypes_##ident, "_ctypes." tp_name, STRUCT(PyHeapTypeObject), \
	     .super = &coil_kind_type, .refs = type_refs, \
	     .buffers = type_buffers, .size = type_size)

/* Before 3.13 those of arrays and simple values visit nothing of their own. */
TYPE(struct_type, "PyCStructType");
TYPE(union_type, "UnionType");
TYPE(pointer_type, "PyCPointerType");
TYPE(function_type, "PyCFuncPtrType");
TYPE(type, "CType_Type");
