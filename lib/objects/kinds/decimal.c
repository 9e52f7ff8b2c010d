/* SPDX-License-Identifier: MIT */
/*
 * Decimal numbers: they refer to nothing; long ones have memory of their own.
 * Contexts own the two dicts of signals that look into them.
 * Source: CPython's Modules/_decimal/_decimal.c (dec_sizeof, context_dealloc,
 * ctxmanager_dealloc; from 3.13 on context_traverse, ctxmanager_traverse),
 * libmpdec/mpdecimal.h (MPD_STATIC_DATA, MPD_SHARED_DATA, MPD_CONST_DATA).
 */
#include "objects/kinds/kinds_b.h"
#include "objects/kinds/untraversed.h"

#define NOT_DYNAMIC 0xe0u /* flags: the data are elsewhere */

static uint64_t data_bytes(const struct coil_heap *heap,
			   const struct coil_object *object)
{
	if (coil_field_byte(object, heap->layout->PyDecObject.flags) &
	    NOT_DYNAMIC)
		return 0;
	return min64(FIELD(heap, object, PyDecObject, alloc), 1u << 28) * 8;
}

static void buffers(const struct coil_heap *heap,
		    const struct coil_object *object,
		    struct coil_buffers *taker)
{
	uint64_t bytes = data_bytes(heap, object);

	if (bytes)
		taker->take(taker, FIELD(heap, object, PyDecObject, data),
			    bytes);
}

static uint64_t size(const struct coil_heap *heap,
		     const struct coil_object *object)
{
	return object->type->basicsize + data_bytes(heap, object);
}

const struct coil_kind coil_kind_decimal = {
	.name = "decimal.Decimal",
	.struct_size = COIL_SIZE(PyDecObject),
	.buffers = buffers,
	.size = size,
};

MEMBERS_KIND(decimal_context, "decimal.Context", PyDecContextObject,
	     MEMBER(PyDecContextObject, traps, "traps"),
	     MEMBER(PyDecContextObject, flags, "flags"));

MEMBERS_KIND(decimal_manager, "decimal.ContextManager",
	     PyDecContextManagerObject,
	     MEMBER(PyDecContextManagerObject, local, "local"),
	     MEMBER(PyDecContextManagerObject, global, "global"));
