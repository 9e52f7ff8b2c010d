/* SPDX-License-Identifier: MIT */
#ifndef COIL_WEAKREFS_H
#define COIL_WEAKREFS_H

#include "coil/snapshot.h"

/**
 * Weak references and proxies: what each refers to, whether that is still
 * alive, and which weak container it is in.
 */
struct coil_weakref {
	coil_node ref;		 /* the weakref or proxy itself */
	uint64_t referent;	 /* address; 0: it is dead */
	coil_node referent_node; /* COIL_NO_NODE where it is dead, or alive
				  * in memory that was not captured */
	uint64_t callback;	 /* address; 0: none */
	coil_node owner; /* the WeakValueDictionary, WeakKeyDictionary or
			  * WeakSet that holds it, or COIL_NO_NODE */
};

struct coil_weakrefs;

/**
 * Find them all.  Needs the graph: calls coil_snapshot_graph().
 *
 * @out  Receives the result, to be given to coil_weakrefs_free().
 *
 * Returns COIL_OK, COIL_E_NOMEM, and those of coil_snapshot_graph().
 */
COIL_API enum coil_status coil_weakrefs_find(struct coil_snapshot *snapshot,
					     struct coil_weakrefs **out,
					     struct coil_error *err);

/** NULL is fine. */
COIL_API void coil_weakrefs_free(struct coil_weakrefs *weakrefs);

/** By the address of the reference: @index in [0, count). */
COIL_API size_t coil_weakrefs_count(const struct coil_weakrefs *weakrefs);
COIL_API void coil_weakrefs_get(const struct coil_weakrefs *weakrefs,
				size_t index, struct coil_weakref *out);

#endif
