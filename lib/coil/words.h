/* SPDX-License-Identifier: MIT */
#ifndef COIL_WORDS_H
#define COIL_WORDS_H

/* What is on the heap, in the words of a Python programmer. */

#include "coil/snapshot.h"

/**
 * The value of an object, cut to fit @size bytes with its NUL: what repr()
 * returns of it (of a traceback, where it points), or "" where that cannot be
 * known, as its class has a __repr__ of its own.  UTF-8, no control characters.
 */
COIL_API void coil_snapshot_value(struct coil_snapshot *snapshot,
				  coil_node node, char *buf, size_t size);

/**
 * The label of an edge in Python's words: an attribute or variable name, an
 * index "3", a key "'user:17'", a field "f_back", an offset "+24".  Same form
 * of result as coil_snapshot_value().
 */
COIL_API void coil_snapshot_label(struct coil_snapshot *snapshot,
				  const struct coil_edge *edge, char *buf,
				  size_t size);

/**
 * All edges of @node with their labels, in order; cheaper than asking for
 * each.  @emit returns false to stop.
 */
COIL_API void coil_snapshot_edges(struct coil_snapshot *snapshot,
				  coil_node node,
				  bool (*emit)(void *ctx,
					       const struct coil_edge *edge,
					       const char *label),
				  void *ctx);

/**
 * The attribute @name of an instance or module, looked up in its own dict,
 * values or slots, not in its type; COIL_NO_NODE where there is none.
 */
COIL_API coil_node coil_snapshot_attribute(struct coil_snapshot *snapshot,
					   coil_node node, const char *name);

#endif
