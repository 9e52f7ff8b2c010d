/* SPDX-License-Identifier: MIT */
#ifndef COIL_WALK_CLAIMS_H
#define COIL_WALK_CLAIMS_H

#include "base/addrset.h"
#include "coil/image.h"

/*
 * Which memory has its owner: the items of a container stand in memory that is
 * its alone.  Who comes second is damaged, and what it has to say of that
 * memory would be written as often as there are such containers.
 */
struct coil_claims {
	/* Starts of small arrays that the walk met more than once, borrowed:
	 * by one object or by several. */
	const struct coil_addrset *doubtful;
	struct coil_addrset taken;  /* of those: by an object */
	struct coil_addrset blocks; /* granules of large arrays, as addresses
				     * divided by 64 */
};

bool coil_claims_init(struct coil_claims *claims,
		      const struct coil_addrset *doubtful);
void coil_claims_free(struct coil_claims *claims);

/**
 * Claim [@address, @address + @bytes).  COIL_ADD_OLD: some of it has an owner,
 * and nothing was claimed.
 */
enum coil_add coil_claims_take(struct coil_claims *claims, uint64_t address,
			       uint64_t bytes);

#endif
