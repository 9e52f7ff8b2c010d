/* SPDX-License-Identifier: MIT */
#ifndef COIL_AUDIT_CONTENT_GROUPS_H
#define COIL_AUDIT_CONTENT_GROUPS_H

#include "audit/content.h"

/*
 * Values grouped by their content as they are added: a table of those met so
 * far, with a part of the hash in each slot, so that only equal values are
 * compared.  A slot is asked for when a value is added and looked at some
 * values later, when it is there.
 */
struct coil_content_slot {
	uint32_t tag;
	uint32_t at; /* 0: empty; 1 + value; GROUPED | group */
};

/* Two or more equal values. */
struct coil_content_group {
	uint32_t value; /* the first that was added */
	uint32_t count;
};

/* Value @value is one of group @group, and not its first. */
struct coil_content_repeat {
	uint32_t group, value;
};

struct coil_content_groups {
	struct coil_content *contents; /* [room] */
	uint32_t *nodes;	       /* [room] */
	uint32_t count, room, settled; /* values; the last: in the table */
	struct coil_content_slot *slots;
	uint32_t mask;
	struct coil_content_group *groups;
	size_t group_count, group_room;
	struct coil_content_repeat *repeats; /* by value */
	size_t repeat_count, repeat_room;
};

/** Room for @room values, at most 2^31; false: out of memory. */
bool coil_content_groups_init(struct coil_content_groups *groups,
			      uint32_t room);
void coil_content_groups_free(struct coil_content_groups *groups);

/** Add a value, and put into the table one that was added before; there is
 * room.  Its number is groups->count before.  False: out of memory. */
bool coil_content_groups_add(struct coil_content_groups *groups, uint32_t node,
			     const struct coil_content *content);

/** The table is complete.  False: out of memory. */
bool coil_content_groups_finish(struct coil_content_groups *groups);

#endif
