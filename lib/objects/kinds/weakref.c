/* SPDX-License-Identifier: MIT */
/*
 * Weak references and proxies.  What they refer to they neither count nor
 * visit; a dead one refers to None.
 * Source: CPython's Objects/weakrefobject.c (gc_traverse, clear_weakref).
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

static void refs(struct coil_reader *reader, const struct coil_object *object,
		 struct coil_sink *sink)
{
	uint64_t referent = FIELD(reader, object, PyWeakReference, wr_object);

	if (referent != reader->none)
		coil_emit(sink, referent, COIL_REF_WEAK, COIL_LABEL_TEXT,
			  coil_text("referent"));
}

/* The name of the referent, 0: none that repr() tells.  From 3.12 on it is
 * asked of the type alone: not of modules. */
static uint64_t name_of(struct coil_reader *reader,
			const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t name = 0, dict;
	struct coil_dict d;

	if (object->type->flags & COIL_TP_TYPE) {
		if (load32(object->head + l->PyTypeObject.tp_flags) &
		    COIL_TP_HEAPTYPE)
			coil_image_word(reader->image,
					object->address +
						l->PyHeapTypeObject.ht_name,
					&name);
		return name;
	}
	if (!strcmp(object->type->name, "function"))
		return FIELD(reader, object, PyFunctionObject, func_name);
	if (!strcmp(object->type->name, "generator") ||
	    !strcmp(object->type->name, "coroutine") ||
	    !strcmp(object->type->name, "async_generator"))
		return FIELD(reader, object, PyGenObject, gi_name);
	if (l->strategy.reprs >= COIL_REPRS_DICTS ||
	    !coil_type_named(object->type, "module"))
		return 0;
	dict = FIELD(reader, object, PyModuleObject, md_dict);
	return coil_reader_dict(reader, dict, &d)
		       ? coil_dict_lookup(&d, "__name__")
		       : 0;
}

static void out_referent(struct coil_reader *reader,
			 const struct coil_object *object, struct coil_out *out)
{
	if (reader->layout->strategy.reprs >= COIL_REPRS_FULL_NAMES)
		coil_out_string(out, object->type->name);
	else
		coil_out_tp_name(reader, object->type, out);
}

/* The name of a static type, whose ht_name there is not. */
static void out_name(struct coil_reader *reader,
		     const struct coil_object *object, struct coil_out *out)
{
	uint64_t name = name_of(reader, object);
	const struct coil_type *type = NULL;

	if (object->type->flags & COIL_TP_TYPE)
		type = coil_types_known(reader->types, object->address);
	if (!name && !type)
		return;
	coil_out_string(out, " (");
	if (name)
		coil_out_text(reader, name, COIL_NAME_LIMIT, out);
	else
		coil_out_type_name(reader, type, out);
	coil_out_char(out, ')');
}

/* Source: weakref_repr(). */
static void ref_value(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_out *out)
{
	uint64_t address = FIELD(reader, object, PyWeakReference, wr_object);
	struct coil_object referent;

	coil_out_format(out, "<weakref at 0x%" PRIx64, object->address);
	if (!address || address == reader->none ||
	    !coil_reader_object(reader, address, &referent)) {
		coil_out_string(out, "; dead>");
		return;
	}
	coil_out_string(out, "; to '");
	out_referent(reader, &referent, out);
	coil_out_format(out, "' at 0x%" PRIx64, address);
	out_name(reader, &referent, out);
	coil_out_char(out, '>');
}

/* Source: proxy_repr(). */
static void proxy_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	uint64_t address = FIELD(reader, object, PyWeakReference, wr_object);
	bool quoted = reader->layout->strategy.reprs >= COIL_REPRS_FULL_NAMES;
	struct coil_object referent;

	coil_out_format(out, "<weakproxy at 0x%" PRIx64, object->address);
	if (quoted && (!address || address == reader->none)) {
		coil_out_string(out, "; dead>");
		return;
	}
	coil_out_string(out, quoted ? "; to '" : " to ");
	if (coil_reader_object(reader, address, &referent))
		out_referent(reader, &referent, out);
	coil_out_format(out,
			quoted ? "' at 0x%" PRIx64 ">" : " at 0x%" PRIx64 ">",
			address);
}

/* Up to 3.9 their names are bare. */
#define REFERENCE(ident, tp_name, writes) \
	KIND(ident, "weakref." tp_name, STRUCT(PyWeakReference), \
	     .other_name = #ident, \
	     MEMBERS(VISITED(PyWeakReference, wr_callback, ATTR, \
			     "__callback__")), \
	     .refs = refs, .value = writes)

REFERENCE(weakref, "ReferenceType", ref_value);
REFERENCE(weakproxy, "ProxyType", proxy_value);
REFERENCE(weakcallableproxy, "CallableProxyType", proxy_value);
