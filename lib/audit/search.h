/* SPDX-License-Identifier: MIT */
#ifndef COIL_AUDIT_SEARCH_H
#define COIL_AUDIT_SEARCH_H

#include "coil/holders.h"
#include "audit/known.h"

/* A search for words that are one of many addresses. */
struct coil_search {
	struct coil_snapshot *snapshot;
	const struct coil_known *known;
	const struct coil_addrset *wanted; /* sealed */
	uint64_t low, high; /* the lowest and the highest wanted */
	/* @index: of the address among the wanted; @at: where the word is. */
	void (*found)(void *ctx, uint32_t index, enum coil_holder_kind kind,
		      uint64_t at);
	void *ctx;
	enum coil_holder_kind kind; /* of the memory being searched */
};

/**
 * Search all writable memory that nothing known takes: native stacks in use,
 * variables of modules, the rest.
 */
void coil_search(struct coil_search *search);

#endif
