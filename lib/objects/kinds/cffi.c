/* SPDX-License-Identifier: MIT */
/*
 * cffi: C types, C data and what owns it.  Where one of the types has a
 * tp_traverse, that is stepped; this tells what it owns beside what it visits.
 *
 * Source: cffi 1.15, c/_cffi_backend.c (CTypeDescrObject, CFieldObject,
 * CDataObject and the structs that begin with it; the dealloc and traverse
 * functions).  A field's cf_next and a struct type's ct_extra are borrowed from
 * the dict of the fields; a type's entry in the table of unique types does not
 * count (get_unique_type).
 */
#include "objects/kinds/kinds.h"

/* Offsets of fields. */
enum {
	TYPE_FLAGS = 80,
	TYPE_SIZE = 96,
	DATA_TYPE = 16,
	DATA_SIZE = 40, /* what follows is the own memory, or as below */
	OWN_STRUCT = 40,
};

#define FUNCTION     0x00000100u /* flags of a type */
#define PTR_TO_OWNED 0x00010000u
#define VOID_PTR     0x00200000u

static const struct coil_member type_members[] = {
	FIXED(24, "item"),
	FIXED(32, "ct_stuff"),
	FIXED_OWNED(56, "ct_unique_key"),
};

static uint32_t type_flags(struct coil_reader *reader,
			   const struct coil_object *data)
{
	uint64_t word;

	coil_reader_word(reader, load64(data->head + DATA_TYPE), TYPE_FLAGS,
			 &word);
	return (uint32_t)word;
}

const struct coil_kind coil_kind_cffi_type = {
	.name = "_cffi_backend.CType",
	.struct_size = COIL_FIXED(TYPE_SIZE - 8),
	MEMBERS(type_members),
	.flags = COIL_KIND_STEPPED,
};

static const struct coil_member field_members[] = {
	FIXED_OWNED(16, "type"),
};

const struct coil_kind coil_kind_cffi_field = {
	.name = "_cffi_backend.CField",
	.struct_size = COIL_FIXED(48),
	MEMBERS(field_members),
	.flags = COIL_KIND_UNTRAVERSED,
};

/* No tp_traverse of theirs visits the C type. */
static const struct coil_member data_members[] = {
	FIXED_OWNED(DATA_TYPE, "c_type"),
};

const struct coil_kind coil_kind_cffi_data = {
	.name = "_cffi_backend._CDataBase",
	.struct_size = COIL_FIXED(DATA_SIZE),
	MEMBERS(data_members),
	.flags = COIL_KIND_UNTRAVERSED,
};

/* new("struct *"): the pointer owns the struct. */
static void own_refs(struct coil_reader *reader,
		     const struct coil_object *object, struct coil_sink *sink)
{
	const uint8_t *p;

	if (!(type_flags(reader, object) & PTR_TO_OWNED))
		return;
	p = coil_object_behind(reader, object, OWN_STRUCT, 8);
	if (p)
		coil_emit(sink, load64(p), COIL_REF_MEMBER | COIL_EDGE_COUNTED,
			  COIL_LABEL_TEXT, coil_text("owned"));
	else
		sink->missing++;
}

const struct coil_kind coil_kind_cffi_own = {
	.name = "_cffi_backend.__CDataOwn",
	.struct_size = COIL_FIXED(DATA_SIZE),
	.super = &coil_kind_cffi_data,
	.refs = own_refs,
	.flags = COIL_KIND_UNTRAVERSED,
};

/* A handle's object, or the arguments of a callback: struct ffi_closure is
 * tramp[32], cif, fun, user_data (libffi 3.4, x86-64). */
#define CLOSURE_DATA 48

static void own_gc_refs(struct coil_reader *reader,
			const struct coil_object *object,
			struct coil_sink *sink)
{
	uint32_t flags = type_flags(reader, object);
	const uint8_t *own;
	uint64_t word;
	bool there;

	if (!(flags & (FUNCTION | VOID_PTR)))
		return;
	own = coil_object_behind(reader, object, OWN_STRUCT, 8);
	word = own ? load64(own) : 0;
	there = own && (!(flags & FUNCTION) ||
			coil_reader_word(reader, word, CLOSURE_DATA, &word));
	sink->missing += !there;
	if (there)
		coil_emit(sink, word, COIL_REF_MEMBER | COIL_STRONG,
			  COIL_LABEL_TEXT,
			  coil_text(flags & FUNCTION ? "callback" : "handle"));
}

const struct coil_kind coil_kind_cffi_own_gc = {
	.name = "_cffi_backend.__CDataOwnGC",
	.struct_size = COIL_FIXED(DATA_SIZE),
	.super = &coil_kind_cffi_data,
	.refs = own_gc_refs,
	.flags = COIL_KIND_STEPPED,
};

/* from_buffer: a Py_buffer, whose second word is the exporter. */
static void buffer_refs(struct coil_reader *reader,
			const struct coil_object *object,
			struct coil_sink *sink)
{
	uint64_t view = coil_field_word(object, 48), exporter = 0;

	if (!view)
		return;
	if (!coil_reader_word(reader, view, 8, &exporter))
		sink->missing++;
	coil_emit(sink, exporter, COIL_REF_MEMBER | COIL_STRONG,
		  COIL_LABEL_TEXT, coil_text("obj"));
}

const struct coil_kind coil_kind_cffi_buffer = {
	.name = "_cffi_backend.__CDataFromBuf",
	.struct_size = COIL_FIXED(56),
	.super = &coil_kind_cffi_data,
	.refs = buffer_refs,
	.flags = COIL_KIND_STEPPED,
};

static const struct coil_member gc_members[] = {
	FIXED(48, "origin"),
	FIXED(56, "destructor"),
};

const struct coil_kind coil_kind_cffi_gc = {
	.name = "_cffi_backend.__CDataGCP",
	.struct_size = COIL_FIXED(64),
	.super = &coil_kind_cffi_data,
	MEMBERS(gc_members),
	.flags = COIL_KIND_STEPPED,
};

/* The item type is borrowed from the data. */
static const struct coil_member iterator_members[] = {
	FIXED_OWNED(32, "data"),
};

const struct coil_kind coil_kind_cffi_iterator = {
	.name = "_cffi_backend.__CData_iterator",
	.struct_size = COIL_FIXED(48),
	MEMBERS(iterator_members),
	.flags = COIL_KIND_UNTRAVERSED,
};

const struct coil_kind coil_kind_cffi_library = {
	.name = "_cffi_backend.CLibrary",
	.struct_size = COIL_FIXED(36),
	.flags = COIL_KIND_UNTRAVERSED,
};
