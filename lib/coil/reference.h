/* SPDX-License-Identifier: MIT */
#ifndef COIL_REFERENCE_H
#define COIL_REFERENCE_H

/* The vocabulary of the object graph: kinds of references and of nodes. */

#include "coil/status.h"

/** What a reference is. The names are those of coil-refs(1). */
enum coil_ref_kind {
	COIL_REF_TYPE,
	COIL_REF_BASE,
	COIL_REF_ATTR,
	COIL_REF_SLOT,
	COIL_REF_ITEM,
	COIL_REF_KEY,
	COIL_REF_VALUE,
	COIL_REF_CELL,
	COIL_REF_GLOBAL,
	COIL_REF_LOCAL,
	COIL_REF_CONST,
	COIL_REF_CODE,
	COIL_REF_CLOSURE,
	COIL_REF_DEFAULT,
	COIL_REF_MODULE,
	COIL_REF_METHOD,
	COIL_REF_MEMBER,
	COIL_REF_WEAK,
	COIL_REF_KEYS,
	COIL_REF_BUFFER,
	COIL_REF_OTHER,
	COIL_REF_KINDS /* how many */
};

/** "type", "base", ...; NULL where @kind is none. */
COIL_API const char *coil_ref_kind_name(enum coil_ref_kind kind);

/* An edge's byte: the kind, and what holds of it. */
#define COIL_EDGE_KIND	    0x1f
#define COIL_EDGE_TRAVERSED 0x20 /* gc.get_referents(from) returns it */
#define COIL_EDGE_COUNTED   0x40 /* from owns a reference count of to */
#define COIL_EDGE_INEXACT   0x80 /* from a conservative scan */

/** What a node is. */
enum coil_node_kind {
	COIL_NODE_OBJECT,
	COIL_NODE_KEYS,	       /* <keys>: dict keys shared by instances */
	COIL_NODE_FRAME,       /* <frame>: an interpreter frame */
	COIL_NODE_THREAD,      /* <thread>: a PyThreadState */
	COIL_NODE_INTERPRETER, /* <interpreter> */
	COIL_NODE_ROOT,	       /* <root>: the one above all */
	COIL_NODE_STATIC,      /* <static>: holds static and immortal objects */
	COIL_NODE_NATIVE,      /* <native>: holds what C code must be holding */
	COIL_NODE_UNREACHABLE  /* <unreachable>: holds what nothing reaches */
};

#endif
