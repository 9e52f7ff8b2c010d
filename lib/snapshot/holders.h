/* SPDX-License-Identifier: MIT */
#ifndef COIL_SNAPSHOT_HOLDERS_H
#define COIL_SNAPSHOT_HOLDERS_H

#include "coil/holders.h"
#include "snapshot/snapshot.h"

struct coil_holders {
	const struct coil_snapshot *snapshot;
	struct coil_addrset wanted;
	struct coil_holder *items; /* while searching: by address */
	size_t count, room;
	uint32_t *counts;  /* counted references found, by node */
	uint64_t *by_type; /* leaked references by type */
};

#endif
