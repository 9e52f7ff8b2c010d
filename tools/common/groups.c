/* SPDX-License-Identifier: MIT */
/* The steps of merged paths, found by what they read and where they hang. */
#include <stdlib.h>
#include <string.h>

#include "groups.h"

uint32_t tool_group_add(struct tool_merge *m, const char *words,
			uint32_t parent, uint32_t type)
{
	struct tool_merge_group *g;

	if (m->group_count == m->group_room) {
		size_t room = m->group_room + m->group_room / 2 + 64;

		g = realloc(m->groups, room * sizeof(*g));
		if (!g)
			tool_die(m->tool, "out of memory");
		m->groups = g;
		m->group_room = room;
	}
	g = &m->groups[m->group_count];
	*g = (struct tool_merge_group){
		.words = strdup(words),
		.parent = parent,
		.type = type,
		.example = COIL_NO_NODE,
	};
	if (!g->words)
		tool_die(m->tool, "out of memory");
	return (uint32_t)m->group_count++;
}

static uint64_t hash(const char *words, uint32_t parent, uint32_t type)
{
	uint64_t h = ((uint64_t)parent << 32 | type) * 0x9e3779b97f4a7c15u;

	while (*words)
		h = (h ^ (unsigned char)*words++) * 0x100000001b3u;
	return h ^ h >> 29;
}

static void grow_slots(struct tool_merge *m)
{
	size_t count = m->slot_count ? m->slot_count * 2 : 1024;
	uint32_t *slots = tool_alloc(m->tool, count, sizeof(*slots));

	for (uint32_t i = 0; i < m->group_count; i++) {
		const struct tool_merge_group *g = &m->groups[i];
		size_t at = hash(g->words, g->parent, g->type) & (count - 1);

		while (slots[at])
			at = (at + 1) & (count - 1);
		slots[at] = i + 1;
	}
	free(m->slots);
	m->slots = slots;
	m->slot_count = count;
}

uint32_t tool_group_find(struct tool_merge *m, const char *words,
			 uint32_t parent, uint32_t type)
{
	size_t at;

	if (m->group_count * 2 >= m->slot_count)
		grow_slots(m);
	at = hash(words, parent, type) & (m->slot_count - 1);
	for (; m->slots[at]; at = (at + 1) & (m->slot_count - 1)) {
		const struct tool_merge_group *g = &m->groups[m->slots[at] - 1];

		if (g->parent == parent && g->type == type &&
		    !strcmp(g->words, words))
			return m->slots[at] - 1;
	}
	m->slots[at] = (uint32_t)m->group_count + 1;
	return tool_group_add(m, words, parent, type);
}
