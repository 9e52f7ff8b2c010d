/* SPDX-License-Identifier: MIT */
#ifndef COIL_SINGLETONS_H
#define COIL_SINGLETONS_H

#include "coil/snapshot.h"

/**
 * Objects of which the interpreter keeps one: where each is, and which others
 * have the same value and should not.
 */
enum coil_singleton_kind {
	COIL_SINGLETON_NONE,
	COIL_SINGLETON_TRUE,
	COIL_SINGLETON_FALSE,
	COIL_SINGLETON_ELLIPSIS,
	COIL_SINGLETON_NOT_IMPLEMENTED,
	COIL_SINGLETON_INT,	  /* of the table of small integers, which
				   * 3.11 and later have in _PyRuntime */
	COIL_SINGLETON_STR,	  /* empty, or one character below 256 */
	COIL_SINGLETON_BYTES,	  /* empty, or one byte */
	COIL_SINGLETON_TUPLE,	  /* empty */
	COIL_SINGLETON_FROZENSET, /* empty; 3.10 and later keep no single one */
	COIL_SINGLETON_INTERNED,  /* another interned string */
	COIL_SINGLETON_IMMORTAL,  /* another immortal object */
	COIL_SINGLETON_KINDS	  /* how many */
};

enum coil_singleton_state {
	COIL_SINGLETON_OK,
	COIL_SINGLETON_DUPLICATE, /* a second object of the value */
	COIL_SINGLETON_STATIC,	  /* a second one, of frozen code's constants */
	COIL_SINGLETON_STRAY,	  /* an interned string, but not in the table */
	COIL_SINGLETON_MISSING	  /* no object where the table has it */
};

struct coil_singleton {
	uint64_t address;
	coil_node node; /* COIL_NO_NODE where it is missing */
	enum coil_singleton_kind kind;
	enum coil_singleton_state state;
};

struct coil_singletons;

/**
 * Find them all.  Needs the graph: calls coil_snapshot_graph().
 *
 * @out  Receives the result, to be given to coil_singletons_free().
 *
 * Returns COIL_OK, COIL_E_NOMEM, and those of coil_snapshot_graph().
 */
COIL_API enum coil_status coil_singletons_find(struct coil_snapshot *snapshot,
					       struct coil_singletons **out,
					       struct coil_error *err);

/** NULL is fine. */
COIL_API void coil_singletons_free(struct coil_singletons *singletons);

/** By kind, then by address: @index in [0, count). */
COIL_API size_t coil_singletons_count(const struct coil_singletons *singletons);
COIL_API void coil_singletons_get(const struct coil_singletons *singletons,
				  size_t index, struct coil_singleton *out);

/** "none", "int", ...; "ok", "duplicate", ...; never NULL. */
COIL_API const char *coil_singleton_kind_name(enum coil_singleton_kind kind);
COIL_API const char *coil_singleton_state_name(enum coil_singleton_state state);

#endif
