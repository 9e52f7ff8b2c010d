/* SPDX-License-Identifier: MIT */
/* Values grouped by their content: see content_groups.h. */
#include "audit/content_groups.h"

#include <stdlib.h>

#include "analysis/bulk.h"

#define GROUPED 0x80000000u
#define AHEAD	16 /* slots asked for before they are looked at */

bool coil_content_groups_init(struct coil_content_groups *g, uint32_t room)
{
	memset(g, 0, sizeof(*g));
	g->room = room;
	g->mask = 1023;
	while (g->mask < (uint64_t)room * 9 / 8)
		g->mask = g->mask * 2 + 1;
	g->contents = coil_bulk_stack(room, sizeof(*g->contents));
	g->nodes = coil_bulk_stack(room, sizeof(*g->nodes));
	g->slots = coil_bulk_new((size_t)g->mask + 1, sizeof(*g->slots));
	return g->contents && g->nodes && g->slots;
}

void coil_content_groups_free(struct coil_content_groups *g)
{
	coil_bulk_free(g->contents, g->room, sizeof(*g->contents));
	coil_bulk_free(g->nodes, g->room, sizeof(*g->nodes));
	coil_bulk_free(g->slots, (size_t)g->mask + 1, sizeof(*g->slots));
	free(g->groups);
	free(g->repeats);
	memset(g, 0, sizeof(*g));
}

static uint32_t tag_of(const struct coil_content *content)
{
	return (uint32_t)(content->high >> 32);
}

static bool equal(const struct coil_content *a, const struct coil_content *b)
{
	return a->low == b->low && a->high == b->high;
}

/* The first value in @slot, which is not empty. */
static uint32_t first_in(const struct coil_content_groups *g,
			 const struct coil_content_slot *slot)
{
	return slot->at & GROUPED ? g->groups[slot->at & ~GROUPED].value
				  : slot->at - 1;
}

/* One more value that equals the first in @slot. */
static bool repeat(struct coil_content_groups *g,
		   struct coil_content_slot *slot, uint32_t value)
{
	if (!RESERVE(g->repeats, g->repeat_room, g->repeat_count + 1) ||
	    !RESERVE(g->groups, g->group_room, g->group_count + 1))
		return false;
	if (!(slot->at & GROUPED)) {
		g->groups[g->group_count] =
			(struct coil_content_group){slot->at - 1, 1};
		slot->at = GROUPED | (uint32_t)g->group_count++;
	}
	g->groups[slot->at & ~GROUPED].count++;
	g->repeats[g->repeat_count++] =
		(struct coil_content_repeat){slot->at & ~GROUPED, value};
	return true;
}

static bool settle(struct coil_content_groups *g)
{
	uint32_t value = g->settled++;
	const struct coil_content *content = &g->contents[value];
	uint32_t i = (uint32_t)content->low & g->mask, tag = tag_of(content);

	for (;; i = (i + 1) & g->mask) {
		struct coil_content_slot *slot = &g->slots[i];

		if (!slot->at) {
			*slot = (struct coil_content_slot){tag, value + 1};
			return true;
		}
		if (slot->tag == tag &&
		    equal(&g->contents[first_in(g, slot)], content))
			return repeat(g, slot, value);
	}
}

bool coil_content_groups_add(struct coil_content_groups *g, uint32_t node,
			     const struct coil_content *content)
{
	uint32_t value = g->count++;

	g->contents[value] = *content;
	g->nodes[value] = node;
	__builtin_prefetch(&g->slots[(uint32_t)content->low & g->mask], 1);
	return g->count - g->settled < AHEAD || settle(g);
}

bool coil_content_groups_finish(struct coil_content_groups *g)
{
	while (g->settled < g->count)
		if (!settle(g))
			return false;
	return true;
}
