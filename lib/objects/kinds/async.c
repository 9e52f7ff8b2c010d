/* SPDX-License-Identifier: MIT */
/*
 * What asynchronous generators and coroutines hand out while they are awaited.
 * Source: CPython's Objects/genobject.c (async_gen_asend_traverse,
 * async_gen_athrow_traverse, async_gen_wrapped_val_traverse,
 * coro_wrapper_traverse), Objects/iterobject.c (anextawaitable_traverse).
 */
#include "objects/kinds/kinds_b.h"

#define KIND(id, tp_name, s, ...) \
	static const struct coil_member id##_members[] = {__VA_ARGS__}; \
	const struct coil_kind coil_kind_##id = { \
		.name = tp_name, \
		.struct_size = COIL_SIZE(s), \
		.members = id##_members, \
		.member_count = countof(id##_members), \
	}
#define M(s, f, label) COIL_STRONG_MEMBER(s, f, MEMBER, label)

KIND(async_generator_asend, "async_generator_asend", PyAsyncGenASend,
     M(PyAsyncGenASend, ags_gen, "ags_gen"),
     M(PyAsyncGenASend, ags_sendval, "ags_sendval"));
KIND(async_generator_athrow, "async_generator_athrow", PyAsyncGenAThrow,
     M(PyAsyncGenAThrow, agt_gen, "agt_gen"),
     M(PyAsyncGenAThrow, agt_args, "agt_args"),
     M(PyAsyncGenAThrow, agt_typ, "agt_typ"),
     M(PyAsyncGenAThrow, agt_tb, "agt_tb"),
     M(PyAsyncGenAThrow, agt_val, "agt_val"));
KIND(async_generator_wrapped_value, "async_generator_wrapped_value",
     _PyAsyncGenWrappedValue, M(_PyAsyncGenWrappedValue, agw_val, "agw_val"));
KIND(coroutine_wrapper, "coroutine_wrapper", PyCoroWrapper,
     M(PyCoroWrapper, cw_coroutine, "cw_coroutine"));
KIND(anext_awaitable, "anext_awaitable", anextawaitableobject,
     M(anextawaitableobject, wrapped, "wrapped"),
     M(anextawaitableobject, default_value, "default_value"));
