/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_KINDS_KINDS_H
#define COIL_OBJECTS_KINDS_KINDS_H

#include "objects/kind.h"

/*
 * What the kinds share, and one line for each: the table is in kinds.c.
 */

/* A member that Py_VISIT passes and that is owned: most of them. */
#define MEMBER(s, f, text) \
	{ \
		COIL_AT(s, f), COIL_REF_MEMBER | COIL_STRONG, text \
	}
/* The same of a type without tp_traverse. */
#define OWNED(s, f, text) \
	{ \
		COIL_AT(s, f), COIL_REF_MEMBER | COIL_EDGE_COUNTED, text \
	}
/* The same at a fixed offset, of a struct that no layout file has. */
#define FIXED(offset, text) \
	{ \
		COIL_FIXED(offset), COIL_REF_MEMBER | COIL_STRONG, text \
	}
#define FIXED_OWNED(offset, text) \
	{ \
		COIL_FIXED(offset), COIL_REF_MEMBER | COIL_EDGE_COUNTED, text \
	}
/* The dict of a C struct that has one of its own. */
#define DICT(s, f) \
	{ \
		COIL_AT(s, f), COIL_REF_ATTR | COIL_STRONG, "__dict__" \
	}

/* The same kind under the name that other versions give its type. */
#define ALSO_KNOWN_AS(ident, type_name, s, members_of) \
	const struct coil_kind coil_kind_##ident = { \
		.name = type_name, \
		.struct_size = COIL_SIZE(s), \
		MEMBERS(members_of##_members), \
	}

#define MEMBERS(array) .members = (array), .member_count = countof(array)

/* A kind that is nothing but its members. */
#define MEMBERS_KIND(ident, type_name, s, ...) \
	static const struct coil_member ident##_members[] = {__VA_ARGS__}; \
	const struct coil_kind coil_kind_##ident = { \
		.name = type_name, \
		.struct_size = COIL_SIZE(s), \
		MEMBERS(ident##_members), \
	}

/* The same with a tp_repr of its own, @writes. */
#define VALUED_KIND(ident, type_name, s, writes, ...) \
	static const struct coil_member ident##_members[] = {__VA_ARGS__}; \
	const struct coil_kind coil_kind_##ident = { \
		.name = type_name, \
		.struct_size = COIL_SIZE(s), \
		MEMBERS(ident##_members), \
		.value = writes, \
	}

/* The same without tp_traverse. */
#define OWNED_KIND(ident, type_name, s, ...) \
	static const struct coil_member ident##_members[] = {__VA_ARGS__}; \
	const struct coil_kind coil_kind_##ident = { \
		.name = type_name, \
		.struct_size = COIL_SIZE(s), \
		MEMBERS(ident##_members), \
		.flags = COIL_KIND_UNTRAVERSED, \
	}

/* @bytes of @object from @offset on: of its head, or looked up; NULL where
 * they were not captured. */
static inline const uint8_t *coil_object_tail(struct coil_reader *reader,
					      const struct coil_object *object,
					      uint64_t offset, uint64_t bytes)
{
	uint64_t end;

	if (!add64(offset, bytes, &end))
		return NULL;
	if (end <= object->head_size)
		return object->head + offset;
	if (!add64(object->address, offset, &end))
		return NULL;
	return coil_image_view(reader->image, end, bytes);
}

/* A walk along a list in the target, which may be a loop: Brent's algorithm.
 * Source: R. P. Brent, "An improved Monte Carlo factorization algorithm". */
struct coil_loop {
	uint64_t mark, steps, limit;
};

/* False where @at was met before; not at once, but soon enough. */
static inline bool coil_loop_on(struct coil_loop *loop, uint64_t at)
{
	if (!at || at == loop->mark)
		return false;
	if (loop->steps++ == loop->limit) {
		loop->mark = at;
		loop->limit = loop->limit * 2 + 1;
		loop->steps = 0;
	}
	return true;
}

/* The parts of a dict, for its C subclasses. */
void coil_dict_refs(struct coil_reader *reader,
		    const struct coil_object *object, struct coil_sink *sink);
uint64_t coil_dict_size(struct coil_reader *reader,
			const struct coil_object *object);

/* int.c, float.c, str.c, bytes.c: how their values are written. */
void coil_out_int(struct coil_out *out, const struct coil_int *value);
void coil_out_float(struct coil_out *out, double value, bool point);
void coil_out_str(struct coil_out *out, const struct coil_str *s);
void coil_out_bytes(struct coil_out *out, const uint8_t *data, uint64_t count);

/* value.c: @count items, whose addresses are the words at @items, @stride bytes
 * apart, as far as there is room; NULL: they were not captured. */
void coil_out_items(struct coil_reader *reader, struct coil_out *out,
		    const uint8_t *items, uint64_t count, uint32_t stride);

/* Values. */
extern const struct coil_kind coil_kind_none;
extern const struct coil_kind coil_kind_ellipsis;
extern const struct coil_kind coil_kind_not_implemented;
extern const struct coil_kind coil_kind_object;
extern const struct coil_kind coil_kind_int;
extern const struct coil_kind coil_kind_bool;
extern const struct coil_kind coil_kind_float;
extern const struct coil_kind coil_kind_complex;
extern const struct coil_kind coil_kind_str;
extern const struct coil_kind coil_kind_bytes;
extern const struct coil_kind coil_kind_bytearray;
extern const struct coil_kind coil_kind_slice;
extern const struct coil_kind coil_kind_range;

/* Containers. */
extern const struct coil_kind coil_kind_tuple;
extern const struct coil_kind coil_kind_list;
extern const struct coil_kind coil_kind_dict;
extern const struct coil_kind coil_kind_frozendict;
extern const struct coil_kind coil_kind_set;
extern const struct coil_kind coil_kind_frozenset;
extern const struct coil_kind coil_kind_mappingproxy;
extern const struct coil_kind coil_kind_dict_keys;
extern const struct coil_kind coil_kind_dict_values;
extern const struct coil_kind coil_kind_dict_items;
extern const struct coil_kind coil_kind_memoryview;
extern const struct coil_kind coil_kind_managedbuffer;
extern const struct coil_kind coil_kind_memory_iterator;

/* Iterators. */
extern const struct coil_kind coil_kind_list_iterator;
extern const struct coil_kind coil_kind_list_reverseiterator;
extern const struct coil_kind coil_kind_tuple_iterator;
extern const struct coil_kind coil_kind_str_iterator;
extern const struct coil_kind coil_kind_str_ascii_iterator;
extern const struct coil_kind coil_kind_bytes_iterator;
extern const struct coil_kind coil_kind_bytearray_iterator;
extern const struct coil_kind coil_kind_iterator;
extern const struct coil_kind coil_kind_set_iterator;
extern const struct coil_kind coil_kind_callable_iterator;
extern const struct coil_kind coil_kind_generic_alias_iterator;
extern const struct coil_kind coil_kind_dict_keyiterator;
extern const struct coil_kind coil_kind_dict_valueiterator;
extern const struct coil_kind coil_kind_dict_itemiterator;
extern const struct coil_kind coil_kind_dict_reversekeyiterator;
extern const struct coil_kind coil_kind_dict_reversevalueiterator;
extern const struct coil_kind coil_kind_dict_reverseitemiterator;
extern const struct coil_kind coil_kind_range_iterator;
extern const struct coil_kind coil_kind_longrange_iterator;
extern const struct coil_kind coil_kind_enumerate;
extern const struct coil_kind coil_kind_reversed;
extern const struct coil_kind coil_kind_filter;
extern const struct coil_kind coil_kind_map;
extern const struct coil_kind coil_kind_zip;

/* collections, functools, types. */
extern const struct coil_kind coil_kind_deque;
extern const struct coil_kind coil_kind_deque_iterator;
extern const struct coil_kind coil_kind_deque_reverse_iterator;
extern const struct coil_kind coil_kind_deque_iterator_2;
extern const struct coil_kind coil_kind_deque_reverse_iterator_2;
extern const struct coil_kind coil_kind_defaultdict;
extern const struct coil_kind coil_kind_tuplegetter;
extern const struct coil_kind coil_kind_tuplegetter_2;
extern const struct coil_kind coil_kind_odict;
extern const struct coil_kind coil_kind_odict_keys;
extern const struct coil_kind coil_kind_odict_values;
extern const struct coil_kind coil_kind_odict_items;
extern const struct coil_kind coil_kind_odict_iterator;
extern const struct coil_kind coil_kind_partial;
extern const struct coil_kind coil_kind_lru_list_elem;
extern const struct coil_kind coil_kind_cmp_to_key;
extern const struct coil_kind coil_kind_lru_cache;
extern const struct coil_kind coil_kind_namespace;
extern const struct coil_kind coil_kind_generic_alias;
extern const struct coil_kind coil_kind_union_type;

/* itertools. */
extern const struct coil_kind coil_kind_pairwise;
extern const struct coil_kind coil_kind_groupby;
extern const struct coil_kind coil_kind_grouper;
extern const struct coil_kind coil_kind_tee;
extern const struct coil_kind coil_kind_tee_data;
extern const struct coil_kind coil_kind_cycle;
extern const struct coil_kind coil_kind_dropwhile;
extern const struct coil_kind coil_kind_takewhile;
extern const struct coil_kind coil_kind_starmap;
extern const struct coil_kind coil_kind_filterfalse;
extern const struct coil_kind coil_kind_islice;
extern const struct coil_kind coil_kind_batched;
extern const struct coil_kind coil_kind_chain;
extern const struct coil_kind coil_kind_accumulate;
extern const struct coil_kind coil_kind_compress;
extern const struct coil_kind coil_kind_itertools_count;
extern const struct coil_kind coil_kind_repeat;
extern const struct coil_kind coil_kind_zip_longest;
extern const struct coil_kind coil_kind_product;
extern const struct coil_kind coil_kind_combinations;
extern const struct coil_kind coil_kind_combinations_with_replacement;
extern const struct coil_kind coil_kind_permutations;

/* Extension packages: cffi, greenlet, regex, multidict, numpy's iterators and
 * methods, Pillow, psycopg2, gi. */
extern const struct coil_kind coil_kind_cffi_type;
extern const struct coil_kind coil_kind_cffi_field;
extern const struct coil_kind coil_kind_cffi_data;
extern const struct coil_kind coil_kind_cffi_own;
extern const struct coil_kind coil_kind_cffi_own_gc;
extern const struct coil_kind coil_kind_cffi_buffer;
extern const struct coil_kind coil_kind_cffi_gc;
extern const struct coil_kind coil_kind_cffi_iterator;
extern const struct coil_kind coil_kind_cffi_library;
extern const struct coil_kind coil_kind_greenlet;
extern const struct coil_kind coil_kind_regex_pattern;
extern const struct coil_kind coil_kind_regex_match;
extern const struct coil_kind coil_kind_regex_scanner;
extern const struct coil_kind coil_kind_regex_splitter;
extern const struct coil_kind coil_kind_multidict_istr;
extern const struct coil_kind coil_kind_numpy_flatiter;
extern const struct coil_kind coil_kind_numpy_broadcast;
extern const struct coil_kind coil_kind_numpy_nditer;
extern const struct coil_kind coil_kind_pillow_image;
extern const struct coil_kind coil_kind_pillow_draw;
extern const struct coil_kind coil_kind_pillow_access;
extern const struct coil_kind coil_kind_psycopg2_boolean;
extern const struct coil_kind coil_kind_psycopg2_real;
extern const struct coil_kind coil_kind_psycopg2_integer;
extern const struct coil_kind coil_kind_psycopg2_datetime;
extern const struct coil_kind coil_kind_psycopg2_quoted;
extern const struct coil_kind coil_kind_psycopg2_binary;
extern const struct coil_kind coil_kind_psycopg2_xid;
extern const struct coil_kind coil_kind_psycopg2_column;
extern const struct coil_kind coil_kind_psycopg2_notify;
extern const struct coil_kind coil_kind_psycopg2_info;
extern const struct coil_kind coil_kind_psycopg2_lobject;
extern const struct coil_kind coil_kind_psycopg2_diagnostics;
extern const struct coil_kind coil_kind_psycopg2_as_is;
extern const struct coil_kind coil_kind_psycopg2_quote;
extern const struct coil_kind coil_kind_psycopg2_decimal;
extern const struct coil_kind coil_kind_numpy_string_dtype;
extern const struct coil_kind coil_kind_numpy_method;
extern const struct coil_kind coil_kind_numpy_bound_method;
extern const struct coil_kind coil_kind_gi_callable;
extern const struct coil_kind coil_kind_gi_enum;
extern const struct coil_kind coil_kind_gi_flags;

/* By rule. */
extern const struct coil_kind coil_kind_structseq;

#endif
