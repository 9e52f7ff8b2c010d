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
	MEMBERS_KIND(ident, #ident, s, MEMBER(s, it_seq, "seq"))

SEQUENCE(list_iterator, _PyListIterObject);
SEQUENCE(list_reverseiterator, listreviterobject);
SEQUENCE(tuple_iterator, _PyTupleIterObject);
SEQUENCE(str_iterator, unicodeiterobject);
SEQUENCE(str_ascii_iterator, unicodeiterobject);
SEQUENCE(bytes_iterator, striterobject);
SEQUENCE(bytearray_iterator, bytesiterobject);
SEQUENCE(iterator, seqiterobject);

MEMBERS_KIND(set_iterator, "set_iterator", setiterobject,
	     MEMBER(setiterobject, si_set, "set"));

MEMBERS_KIND(callable_iterator, "callable_iterator", calliterobject,
	     MEMBER(calliterobject, it_callable, "callable"),
	     MEMBER(calliterobject, it_sentinel, "sentinel"));

MEMBERS_KIND(generic_alias_iterator, "generic_alias_iterator", gaiterobject,
	     MEMBER(gaiterobject, obj, "obj"));

#define OF_DICT(ident) \
	MEMBERS_KIND(ident, #ident, dictiterobject, \
		     MEMBER(dictiterobject, di_dict, "dict"), \
		     MEMBER(dictiterobject, di_result, "result"))

OF_DICT(dict_keyiterator);
OF_DICT(dict_valueiterator);
OF_DICT(dict_itemiterator);
OF_DICT(dict_reversekeyiterator);
OF_DICT(dict_reversevalueiterator);
OF_DICT(dict_reverseitemiterator);

MEMBERS_KIND(odict_iterator, "odict_iterator", odictiterobject,
	     MEMBER(odictiterobject, di_odict, "dict"),
	     MEMBER(odictiterobject, di_current, "current"),
	     MEMBER(odictiterobject, di_result, "result"));

/* A range_iterator holds machine integers. */
const struct coil_kind coil_kind_range_iterator = {
	.name = "range_iterator",
	.flags = COIL_KIND_UNTRAVERSED,
};

OWNED_KIND(longrange_iterator, "longrange_iterator", longrangeiterobject,
	   OWNED(longrangeiterobject, index, "index"),
	   OWNED(longrangeiterobject, start, "start"),
	   OWNED(longrangeiterobject, step, "step"),
	   OWNED(longrangeiterobject, len, "len"));
