/* SPDX-License-Identifier: MIT */
#ifndef COIL_AUDIT_HOLDERS_H
#define COIL_AUDIT_HOLDERS_H

#include "coil/holders.h"
#include "snapshot/snapshot.h"

/* A reference that a scan of a frame's stack found. */
struct stack_ref {
	uint32_t from, to; /* nodes */
};

struct coil_holders {
	struct coil_snapshot *snapshot;
	struct coil_addrset wanted;
	struct coil_holder *items; /* while searching: by address */
	size_t count, room;
	uint32_t *counts; /* counted references found, by node */
	struct stack_ref *stack_refs;
	size_t stack_ref_count, stack_ref_room;
	uint64_t *by_type; /* leaked references by type */
};

#endif
