/* SPDX-License-Identifier: MIT */
/*
 * What asynchronous generators and coroutines hand out while they are awaited.
 * Source: CPython's Objects/genobject.c (async_gen_asend_traverse,
 * async_gen_athrow_traverse, async_gen_wrapped_val_traverse,
 * coro_wrapper_traverse), Objects/iterobject.c (anextawaitable_traverse).
 */
#include "objects/kinds/kinds.h"

#define M(s, f) VISITED(s, f, MEMBER, #f)

KIND(async_generator_asend, "async_generator_asend", STRUCT(PyAsyncGenASend),
     MEMBERS(M(PyAsyncGenASend, ags_gen), M(PyAsyncGenASend, ags_sendval)));

KIND(async_generator_athrow, "async_generator_athrow", STRUCT(PyAsyncGenAThrow),
     MEMBERS(M(PyAsyncGenAThrow, agt_gen), M(PyAsyncGenAThrow, agt_args),
	     M(PyAsyncGenAThrow, agt_typ), M(PyAsyncGenAThrow, agt_tb),
	     M(PyAsyncGenAThrow, agt_val)));

KIND(async_generator_wrapped_value, "async_generator_wrapped_value",
     STRUCT(_PyAsyncGenWrappedValue),
     MEMBERS(M(_PyAsyncGenWrappedValue, agw_val)));

KIND(coroutine_wrapper, "coroutine_wrapper", STRUCT(PyCoroWrapper),
     MEMBERS(M(PyCoroWrapper, cw_coroutine)));

KIND(anext_awaitable, "anext_awaitable", STRUCT(anextawaitableobject),
     MEMBERS(M(anextawaitableobject, wrapped),
	     M(anextawaitableobject, default_value)));
