/* SPDX-License-Identifier: MIT */
/*
 * Weak references and proxies.  What they refer to they neither count nor
 * visit; a dead one refers to None.
 * Source: CPython's Objects/weakrefobject.c (gc_traverse, clear_weakref).
 */
#include "objects/kinds/kinds_b.h"

#include <inttypes.h>

static const struct coil_member members[] = {
	COIL_STRONG_MEMBER(PyWeakReference, wr_callback, ATTR, "__callback__"),
};

static void refs(const struct coil_heap *heap, const struct coil_object *object,
		 struct coil_sink *sink)
{
	uint64_t referent = FIELD(heap, object, PyWeakReference, wr_object);

	if (referent != heap->none)
		coil_emit(sink, referent, COIL_REF_WEAK, COIL_LABEL_TEXT,
			  coil_text("referent"));
}

static void value(const struct coil_heap *heap,
		  const struct coil_object *object, struct coil_out *out)
{
	uint64_t referent = FIELD(heap, object, PyWeakReference, wr_object);

	if (!referent || referent == heap->none)
		coil_out_string(out, "dead");
	else
		coil_out_format(out, "to 0x%016" PRIx64, referent);
}

#define KIND(id, tp_name) \
	const struct coil_kind coil_kind_##id = { \
		.name = tp_name, \
		.struct_size = COIL_SIZE(PyWeakReference), \
		.members = members, \
		.member_count = countof(members), \
		.refs = refs, \
		.value = value, \
	}

/* Up to 3.9 their names are bare. */
KIND(weakref_bare, "weakref");
KIND(weakproxy_bare, "weakproxy");
KIND(weakcallableproxy_bare, "weakcallableproxy");
KIND(weakref, "weakref.ReferenceType");
KIND(weakproxy, "weakref.ProxyType");
KIND(weakcallableproxy, "weakref.CallableProxyType");
