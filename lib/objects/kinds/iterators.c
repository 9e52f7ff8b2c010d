/* SPDX-License-Identifier: MIT */
/*
 * Iterators of the built-in containers: each holds what it goes through,
 * until it is exhausted, and some the tuple that they hand out again.
 *
 * Source: the functions *iter_traverse() and *iter_dealloc() of listobject.c,
 * tupleobject.c, unicodeobject.c, bytesobject.c, bytearrayobject.c,
 * setobject.c, dictobject.c, odictobject.c, iterobject.c, rangeobject.c and
 * genericaliasobject.c in Objects.
 */
#include "objects/kinds/kinds.h"

#define SEQUENCE(ident, s) \
	KIND(ident, #ident, STRUCT(s), \
	     MEMBERS(VISITED(s, it_seq, MEMBER, "seq")))

SEQUENCE(list_iterator, _PyListIterObject);
SEQUENCE(list_reverseiterator, listreviterobject);
SEQUENCE(tuple_iterator, _PyTupleIterObject);
SEQUENCE(str_iterator, unicodeiterobject);
SEQUENCE(str_ascii_iterator, unicodeiterobject);
SEQUENCE(bytes_iterator, striterobject);
SEQUENCE(bytearray_iterator, bytesiterobject);
SEQUENCE(iterator, seqiterobject);

KIND(set_iterator, "set_iterator", STRUCT(setiterobject),
     MEMBERS(VISITED(setiterobject, si_set, MEMBER, "set")));

KIND(callable_iterator, "callable_iterator", STRUCT(calliterobject),
     MEMBERS(VISITED(calliterobject, it_callable, MEMBER, "callable"),
	     VISITED(calliterobject, it_sentinel, MEMBER, "sentinel")));

KIND(generic_alias_iterator, "generic_alias_iterator", STRUCT(gaiterobject),
     MEMBERS(VISITED(gaiterobject, obj, MEMBER, "obj")));

#define OF_DICT(ident) \
	KIND(ident, #ident, STRUCT(dictiterobject), \
	     MEMBERS(VISITED(dictiterobject, di_dict, MEMBER, "dict"), \
		     VISITED(dictiterobject, di_result, MEMBER, "result")))

OF_DICT(dict_keyiterator);
OF_DICT(dict_valueiterator);
OF_DICT(dict_itemiterator);
OF_DICT(dict_reversekeyiterator);
OF_DICT(dict_reversevalueiterator);
OF_DICT(dict_reverseitemiterator);

KIND(odict_iterator, "odict_iterator", STRUCT(odictiterobject),
     MEMBERS(VISITED(odictiterobject, di_odict, MEMBER, "dict"),
	     VISITED(odictiterobject, di_current, MEMBER, "current"),
	     VISITED(odictiterobject, di_result, MEMBER, "result")));

/* A range_iterator holds machine integers. */
KIND(range_iterator, "range_iterator", 0, .flags = COIL_KIND_UNTRAVERSED);

KIND(longrange_iterator, "longrange_iterator", STRUCT(longrangeiterobject),
     MEMBERS(OWNED(longrangeiterobject, index, MEMBER, "index"),
	     OWNED(longrangeiterobject, start, MEMBER, "start"),
	     OWNED(longrangeiterobject, step, MEMBER, "step"),
	     OWNED(longrangeiterobject, len, MEMBER, "len")),
     .flags = COIL_KIND_UNTRAVERSED);
