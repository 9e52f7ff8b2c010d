/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_KINDS_KINDS_B_H
#define COIL_OBJECTS_KINDS_KINDS_B_H

#include "objects/kind.h"

/*
 * Kinds of types, modules, functions, code, what runs, exceptions, weak
 * references and descriptors.  One line each: kinds.c has a row for every one.
 */
extern const struct coil_kind coil_kind_type;
extern const struct coil_kind coil_kind_module;
extern const struct coil_kind coil_kind_function;
extern const struct coil_kind coil_kind_classmethod;
extern const struct coil_kind coil_kind_staticmethod;
extern const struct coil_kind coil_kind_builtin_function;
extern const struct coil_kind coil_kind_builtin_method;
extern const struct coil_kind coil_kind_method;
extern const struct coil_kind coil_kind_instancemethod;
extern const struct coil_kind coil_kind_code;
extern const struct coil_kind coil_kind_cell;
extern const struct coil_kind coil_kind_frame;
extern const struct coil_kind coil_kind_generator;
extern const struct coil_kind coil_kind_coroutine;
extern const struct coil_kind coil_kind_async_generator;
extern const struct coil_kind coil_kind_traceback;
extern const struct coil_kind coil_kind_base_exception;
extern const struct coil_kind coil_kind_exception_group;
extern const struct coil_kind coil_kind_syntax_error;
extern const struct coil_kind coil_kind_import_error;
extern const struct coil_kind coil_kind_unicode_encode_error;
extern const struct coil_kind coil_kind_unicode_decode_error;
extern const struct coil_kind coil_kind_unicode_translate_error;
extern const struct coil_kind coil_kind_system_exit;
extern const struct coil_kind coil_kind_os_error;
extern const struct coil_kind coil_kind_stop_iteration;
extern const struct coil_kind coil_kind_name_error;
extern const struct coil_kind coil_kind_attribute_error;
extern const struct coil_kind coil_kind_weakref;
extern const struct coil_kind coil_kind_weakref_bare;
extern const struct coil_kind coil_kind_weakproxy_bare;
extern const struct coil_kind coil_kind_weakcallableproxy_bare;
extern const struct coil_kind coil_kind_weakproxy;
extern const struct coil_kind coil_kind_weakcallableproxy;
extern const struct coil_kind coil_kind_property;
extern const struct coil_kind coil_kind_method_descriptor;
extern const struct coil_kind coil_kind_classmethod_descriptor;
extern const struct coil_kind coil_kind_member_descriptor;
extern const struct coil_kind coil_kind_getset_descriptor;
extern const struct coil_kind coil_kind_wrapper_descriptor;
extern const struct coil_kind coil_kind_method_wrapper;
extern const struct coil_kind coil_kind_super;
extern const struct coil_kind coil_kind_moduledef;
extern const struct coil_kind coil_kind_line_iterator;
extern const struct coil_kind coil_kind_positions_iterator;
extern const struct coil_kind coil_kind_async_generator_asend;
extern const struct coil_kind coil_kind_async_generator_athrow;
extern const struct coil_kind coil_kind_async_generator_wrapped_value;
extern const struct coil_kind coil_kind_coroutine_wrapper;
extern const struct coil_kind coil_kind_anext_awaitable;
extern const struct coil_kind coil_kind_context;
extern const struct coil_kind coil_kind_context_var;
extern const struct coil_kind coil_kind_token;
extern const struct coil_kind coil_kind_token_missing;
extern const struct coil_kind coil_kind_hamt;
extern const struct coil_kind coil_kind_hamt_bitmap_node;
extern const struct coil_kind coil_kind_hamt_array_node;
extern const struct coil_kind coil_kind_hamt_collision_node;
extern const struct coil_kind coil_kind_hamt_items;
extern const struct coil_kind coil_kind_hamt_keys;
extern const struct coil_kind coil_kind_hamt_values;
extern const struct coil_kind coil_kind_capsule;
extern const struct coil_kind coil_kind_ctypes_data;
extern const struct coil_kind coil_kind_ctypes_function;
extern const struct coil_kind coil_kind_ctypes_thunk;
extern const struct coil_kind coil_kind_ctypes_field;
extern const struct coil_kind coil_kind_ctypes_remover;
extern const struct coil_kind coil_kind_ctypes_argument;
extern const struct coil_kind coil_kind_ctypes_storage;
extern const struct coil_kind coil_kind_ctypes_struct_type;
extern const struct coil_kind coil_kind_ctypes_union_type;
extern const struct coil_kind coil_kind_ctypes_pointer_type;
extern const struct coil_kind coil_kind_ctypes_function_type;
extern const struct coil_kind coil_kind_ctypes_type;
extern const struct coil_kind coil_kind_typevar;
extern const struct coil_kind coil_kind_paramspec;
extern const struct coil_kind coil_kind_typevartuple;
extern const struct coil_kind coil_kind_typealias;
extern const struct coil_kind coil_kind_paramspec_args;
extern const struct coil_kind coil_kind_paramspec_kwargs;
extern const struct coil_kind coil_kind_thread_local;
extern const struct coil_kind coil_kind_thread_localdummy;
extern const struct coil_kind coil_kind_buffered_reader;
extern const struct coil_kind coil_kind_buffered_writer;
extern const struct coil_kind coil_kind_buffered_random;
extern const struct coil_kind coil_kind_buffered_pair;
extern const struct coil_kind coil_kind_bytesio;
extern const struct coil_kind coil_kind_bytesio_buffer;
extern const struct coil_kind coil_kind_stringio;
extern const struct coil_kind coil_kind_array;
extern const struct coil_kind coil_kind_struct;
extern const struct coil_kind coil_kind_struct_2;
extern const struct coil_kind coil_kind_simple_queue;
extern const struct coil_kind coil_kind_re_pattern;
extern const struct coil_kind coil_kind_re_match;
extern const struct coil_kind coil_kind_pickler;
extern const struct coil_kind coil_kind_unpickler;
extern const struct coil_kind coil_kind_element;
extern const struct coil_kind coil_kind_xml_parser;
extern const struct coil_kind coil_kind_multibyte_codec;
extern const struct coil_kind coil_kind_multibyte_encoder;
extern const struct coil_kind coil_kind_multibyte_decoder;
extern const struct coil_kind coil_kind_multibyte_reader;
extern const struct coil_kind coil_kind_multibyte_writer;
extern const struct coil_kind coil_kind_decimal;
extern const struct coil_kind coil_kind_numpy_array;
extern const struct coil_kind coil_kind_numpy_dtype;
extern const struct coil_kind coil_kind_numpy_scalar;
extern const struct coil_kind coil_kind_numpy_void;
extern const struct coil_kind coil_kind_numpy_str;
extern const struct coil_kind coil_kind_numpy_bytes;

/* Whether @type is derived from numpy.generic: its instances but those of
 * numpy.void refer to nothing. */
bool coil_is_numpy_scalar(const struct coil_type *type);

/* A row of a kind's members: traversed and counted, or counted alone. */
#define COIL_STRONG_MEMBER(s, f, kind, label) \
	{ \
		COIL_AT(s, f), COIL_REF_##kind | COIL_STRONG, label \
	}
#define COIL_COUNTED_MEMBER(s, f, kind, label) \
	{ \
		COIL_AT(s, f), COIL_REF_##kind | COIL_EDGE_COUNTED, label \
	}

/**
 * The word of @object at offset @at of the layout; 0 where the layout has no
 * such field or the object's head does not reach it.
 */
static inline uint64_t coil_object_word(const struct coil_object *object,
					uint32_t at)
{
	if (at == COIL_NO_FIELD || (uint64_t)at + 8 > object->head_size)
		return 0;
	return load64(object->head + at);
}

/* Bases are few; a hostile chain of them ends here. */
#define COIL_BASE_LIMIT 64

/** Whether the type called @name is @type or one of its bases. */
bool coil_type_is(const struct coil_type *type, const char *name);

/**
 * COIL_EDGE_TRAVERSED if the C type called @name, one of @object's, is on the
 * heap: when types moved there, their tp_traverse were completed.  Else 0.
 */
unsigned coil_visits_more(const struct coil_object *object, const char *name);

/** sys.getsizeof() of the bytes object @object; 0: it is none. (io.c) */
uint64_t coil_bytes_getsizeof(struct coil_reader *reader,
			      const struct coil_object *object);

/** Whether @address lies in the memory of a module: it is a static object. */
static inline bool coil_reader_static(struct coil_reader *reader,
				      uint64_t address)
{
	return coil_image_module_at(reader->image, address) != NULL;
}

/* The flags for a reference of a static object: to another static object it
 * was made by the compiler, which counts nothing. */
static inline unsigned coil_static_flags(struct coil_reader *reader,
					 uint64_t target, unsigned flags)
{
	return coil_reader_static(reader, target)
		       ? flags & ~(unsigned)COIL_EDGE_COUNTED
		       : flags;
}

/** Bytes of an item of the array @object, whose description is not captured:
 * array_items.c. */
uint32_t coil_array_itemsize(struct coil_reader *reader,
			     const struct coil_object *object);

#endif
