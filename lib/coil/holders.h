/* SPDX-License-Identifier: MIT */
#ifndef COIL_HOLDERS_H
#define COIL_HOLDERS_H

#include "coil/snapshot.h"

/**
 * The audit of reference counts: objects whose count is higher than the
 * counted references found, and what else in memory has their address.
 *
 * A word that has the address of an object may hold a reference, may borrow
 * one, may be left over; a reference that no word anywhere can hold was
 * leaked.
 */
enum coil_holder_kind {
	COIL_HOLDER_LEAK,   /* no word is left that could hold it */
	COIL_HOLDER_HEAP,   /* memory of C code: malloc, a mapping */
	COIL_HOLDER_STACK,  /* a thread's native stack */
	COIL_HOLDER_STATIC, /* a variable of a module */
	COIL_HOLDER_KINDS   /* how many */
};

/** An object with references that no known object accounts for. */
struct coil_holder {
	coil_node node;
	uint64_t refcount;	    /* as it stands in memory */
	uint64_t found;		    /* counted references of known objects */
	uint64_t excess;	    /* references beyond those; at least 1 */
	uint64_t leaked;	    /* of those, beyond the words found */
	enum coil_holder_kind kind; /* the least innocent that it takes to
				     * account for all of excess */
	/* By kind: words found, and where the first of them is (0: none). */
	uint64_t words[COIL_HOLDER_KINDS], first[COIL_HOLDER_KINDS];
};

struct coil_holders;

/**
 * Audit all objects, and search all writable memory.  Needs the graph: calls
 * coil_snapshot_graph().
 *
 * @out  Receives the result, to be given to coil_holders_free().
 *
 * Returns COIL_OK, COIL_E_NOMEM, and those of coil_snapshot_graph().
 */
COIL_API enum coil_status coil_holders_find(struct coil_snapshot *snapshot,
					    struct coil_holders **out,
					    struct coil_error *err);

/** Before the snapshot is closed.  NULL is fine. */
COIL_API void coil_holders_free(struct coil_holders *holders);

/**
 * Most likely leaks first: by kind, then types of which most references are
 * unaccounted for, then objects of which most are, then by address: @index in
 * [0, count).
 */
COIL_API size_t coil_holders_count(const struct coil_holders *holders);
COIL_API void coil_holders_get(const struct coil_holders *holders, size_t index,
			       struct coil_holder *out);

/**
 * Where @address is, in words: "thread 4711 sp+0x80", "libfoo.so cache+0x8",
 * "libfoo.so+0x4028", "block of 64 bytes at 0x...", "memory at 0x...", and
 * where a scan found it "<frame> at 0x..." or another type.  Cut to fit @buf of
 * @size bytes with its NUL.
 */
COIL_API void coil_holders_where(const struct coil_holders *holders,
				 uint64_t address, char *buf, size_t size);

/** "leak", "heap", "stack", "static"; never NULL. */
COIL_API const char *coil_holder_kind_name(enum coil_holder_kind kind);

#endif
