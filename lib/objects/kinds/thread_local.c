/* SPDX-License-Identifier: MIT */
/*
 * Thread-local data.
 * Source: CPython's Modules/_threadmodule.c (local_traverse, local_clear).
 */
#include "objects/kinds/kinds.h"

/* The dicts of the threads are in dummies (localdicts from 3.13 on). */
KIND(thread_local, "_thread._local", STRUCT(localobject),
     MEMBERS(OWNED(localobject, key, MEMBER, "key"),
	     VISITED(localobject, args, MEMBER, "args"),
	     VISITED(localobject, kw, MEMBER, "kw"),
	     VISITED(localobject, dummies, MEMBER, "dummies"),
	     OWNED(localobject, wr_callback, MEMBER, "wr_callback"),
	     VISITED(localobject, localdicts, MEMBER, "localdicts"),
	     VISITED(localobject, thread_watchdogs, MEMBER,
		     "thread_watchdogs")));

/* Only weak references and borrowed ones. */
KIND(thread_localdummy, "_thread._localdummy", 0, .members = NULL);
