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

static uint32_t type_flags(struct coil_reader *reader,
			   const struct coil_object *data)
{
	uint64_t word;

	coil_reader_word(reader, load64(data->head + DATA_TYPE), TYPE_FLAGS,
			 &word);
	return (uint32_t)word;
}

KIND(cffi_type, "_cffi_backend.CType", BYTES(TYPE_SIZE - 8),
     MEMBERS(VISITED_AT(24, MEMBER, "item"), VISITED_AT(32, MEMBER, "ct_stuff"),
	     OWNED_AT(56, MEMBER, "ct_unique_key")),
     .flags = COIL_KIND_STEPPED);

KIND(cffi_field, "_cffi_backend.CField", BYTES(48),
     MEMBERS(OWNED_AT(16, MEMBER, "type")), .flags = COIL_KIND_UNTRAVERSED);

/* No tp_traverse of theirs visits the C type. */
KIND(cffi_data, "_cffi_backend._CDataBase", BYTES(DATA_SIZE),
     MEMBERS(OWNED_AT(DATA_TYPE, MEMBER, "c_type")),
     .flags = COIL_KIND_UNTRAVERSED);

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

KIND(cffi_own, "_cffi_backend.__CDataOwn", BYTES(DATA_SIZE),
     .super = &coil_kind_cffi_data, .refs = own_refs,
     .flags = COIL_KIND_UNTRAVERSED);

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

KIND(cffi_own_gc, "_cffi_backend.__CDataOwnGC", BYTES(DATA_SIZE),
     .super = &coil_kind_cffi_data, .refs = own_gc_refs,
     .flags = COIL_KIND_STEPPED);

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

KIND(cffi_buffer, "_cffi_backend.__CDataFromBuf", BYTES(56),
     .super = &coil_kind_cffi_data, .refs = buffer_refs,
     .flags = COIL_KIND_STEPPED);

KIND(cffi_gc, "_cffi_backend.__CDataGCP", BYTES(64),
     .super = &coil_kind_cffi_data,
     MEMBERS(VISITED_AT(48, MEMBER, "origin"),
	     VISITED_AT(56, MEMBER, "destructor")),
     .flags = COIL_KIND_STEPPED);

/* The item type is borrowed from the data. */
KIND(cffi_iterator, "_cffi_backend.__CData_iterator", BYTES(48),
     MEMBERS(OWNED_AT(32, MEMBER, "data")), .flags = COIL_KIND_UNTRAVERSED);

KIND(cffi_library, "_cffi_backend.CLibrary", BYTES(36),
     .flags = COIL_KIND_UNTRAVERSED);
