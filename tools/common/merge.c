/* SPDX-License-Identifier: MIT */
/* Many shortest paths as one tree, steps that read the same joined. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "groups.h"

/* A node on a path. */
struct tool_merge_entry {
	coil_node node;
	uint32_t distance;
	uint32_t parent; /* entry; itself for the root */
	uint32_t group;	 /* its own, or where it is hidden that above */
	bool target, hidden;
	uint32_t children; /* entries below, one step */
	uint64_t count;	   /* targets that it leads to, itself included */
};

#define ROOT_GROUP 0

static uint32_t add_entry(struct tool_merge *m, coil_node node)
{
	if (m->entry_of[node])
		return m->entry_of[node] - 1;
	if (m->entry_count == m->entry_room) {
		size_t room = m->entry_room + m->entry_room / 2 + 64;
		struct tool_merge_entry *entries =
			realloc(m->entries, room * sizeof(*entries));

		if (!entries)
			tool_die(m->tool, "out of memory");
		m->entries = entries;
		m->entry_room = room;
	}
	m->entries[m->entry_count] = (struct tool_merge_entry){
		.node = node,
		.distance = coil_paths_distance(m->paths, node),
	};
	m->entry_of[node] = (uint32_t)++m->entry_count;
	return m->entry_of[node] - 1;
}

/* Enter @node and what is above it, up to what is entered already. */
static bool add_path(struct tool_merge *m, coil_node node)
{
	uint32_t left = coil_paths_distance(m->paths, node), entry;
	struct coil_edge edge;

	if (left == UINT32_MAX)
		return false;
	entry = add_entry(m, node);
	m->entries[entry].target = true;
	m->entries[entry].count++;
	while (left-- && coil_paths_parent(m->paths, node, &edge)) {
		bool known = m->entry_of[edge.from];

		add_entry(m, edge.from);
		if (known)
			break;
		node = edge.from;
	}
	return true;
}

static int by_distance(const void *a, const void *b)
{
	const struct tool_merge_entry *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* Sort, link to parents, and sum the counts from the far end. */
static void link_entries(struct tool_merge *m)
{
	struct coil_edge edge;

	if (m->entry_count)
		qsort(m->entries, m->entry_count, sizeof(*m->entries),
		      by_distance);
	for (size_t i = 0; i < m->entry_count; i++)
		m->entry_of[m->entries[i].node] = (uint32_t)i + 1;
	for (size_t i = m->entry_count; i-- > 0;) {
		struct tool_merge_entry *e = &m->entries[i];

		e->parent = (uint32_t)i;
		if (!coil_paths_parent(m->paths, e->node, &edge))
			continue;
		e->parent = m->entry_of[edge.from] - 1;
		m->entries[e->parent].count += e->count;
		m->entries[e->parent].children++;
	}
}

/* Whether the step to @e goes without saying: told with the next one. */
static bool is_hidden(struct tool_merge *m, const struct tool_merge_entry *e,
		      const struct coil_edge *edge)
{
	return (m->all || !e->target) &&
	       tool_words_hides(m->tool, m->snapshot, edge);
}

/* The words of the steps to @e since the last that was not hidden. */
static const char *tell(struct tool_merge *m, const struct tool_merge_entry *e,
			struct tool_buffer *joined)
{
	const struct tool_merge_entry *above = &m->entries[e->parent];
	bool alone = !m->all && above->children == 1 &&
		     m->groups[above->group].entries == 1;
	struct coil_edge edges[4];
	size_t n = 0;

	do {
		if (!coil_paths_parent(m->paths, e->node,
				       &edges[countof(edges) - 1 - n]))
			break;
		n++;
		e = &m->entries[e->parent];
	} while (e->hidden && n < countof(edges));

	const struct coil_edge *last = &edges[countof(edges) - 1];
	unsigned kind = n ? last->flags & COIL_EDGE_KIND : 0;

	if (n == 1 && !alone &&
	    (kind == COIL_REF_ITEM || kind == COIL_REF_VALUE))
		return "[...]";
	if (n == 1 && !alone && kind == COIL_REF_KEY)
		return "key ...";
	tool_words_tell(m->tool, m->snapshot, edges + countof(edges) - n, n,
			&m->words);
	tool_buffer_clear(joined);
	tool_buffer_text(joined, "");
	for (size_t i = 0; i < m->words.count; i++)
		tool_buffer_text(joined, tool_words_text(&m->words, i));
	return joined->data;
}

static bool is_deep(const struct tool_merge *m, uint32_t group)
{
	return m->all && m->groups[group].depth + 1 >= TOOL_MERGE_DEPTH;
}

static void count_own(struct tool_merge_group *g,
		      const struct tool_merge_entry *e,
		      const struct coil_node_info *info)
{
	g->own += e->target;
	g->size += e->target ? info->size : 0;
}

static void group_entries(struct tool_merge *m)
{
	struct tool_buffer joined = {0};

	tool_group_add(m, "", UINT32_MAX, UINT32_MAX);
	for (size_t i = 0; i < m->entry_count; i++) {
		struct tool_merge_entry *e = &m->entries[i];
		struct coil_node_info info;
		struct tool_merge_group *g;
		struct coil_edge edge;
		uint32_t above = m->entries[e->parent].group;

		e->group = above;
		if (!coil_paths_parent(m->paths, e->node, &edge))
			continue; /* the root */
		coil_graph_node(m->graph, e->node, &info);
		e->hidden = is_hidden(m, e, &edge) || is_deep(m, above);
		if (e->hidden) {
			count_own(&m->groups[above], e, &info);
			continue;
		}
		e->group = tool_group_find(m, tell(m, e, &joined), above,
					   info.type_index);
		g = &m->groups[e->group];
		g->depth = above == ROOT_GROUP ? 0 : m->groups[above].depth + 1;
		g->count += e->count;
		g->entries++;
		count_own(g, e, &info);
		if (e->node < g->example)
			g->example = e->node;
	}
	tool_buffer_free(&joined);
}

/* By parent, then smallest first: the stack turns that round. */
static int by_parent(const void *a, const void *b, void *groups)
{
	const struct tool_merge_group *all = groups;
	const struct tool_merge_group *x = &all[*(const uint32_t *)a];
	const struct tool_merge_group *y = &all[*(const uint32_t *)b];

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	return x->example < y->example ? 1 : -1;
}

/* All groups by parent; each parent's run is found by its first. */
static void sort_groups(struct tool_merge *m)
{
	uint32_t *sorted;

	m->stack = tool_alloc(m->tool, m->group_count * 2, sizeof(*m->stack));
	sorted = m->stack + m->group_count;
	for (uint32_t i = 0; i < m->group_count; i++)
		sorted[i] = i;
	qsort_r(sorted + 1, m->group_count - 1, sizeof(*sorted), by_parent,
		m->groups);
	for (uint32_t i = 1; i < m->group_count; i++) {
		struct tool_merge_group *p =
			&m->groups[m->groups[sorted[i]].parent];

		if (!p->child_count++)
			p->first_child = i;
	}
	m->stack[m->stack_size++] = ROOT_GROUP;
}

static void start(struct tool_merge *m, struct tool *tool, unsigned index,
		  const struct coil_paths *paths)
{
	*m = (struct tool_merge){
		.tool = tool, .snapshot = index, .paths = paths};
	m->graph = tool_graph(tool, index);
	m->entry_of = tool_alloc(tool, coil_graph_node_count(m->graph),
				 sizeof(*m->entry_of));
}

static void finish(struct tool_merge *m)
{
	link_entries(m);
	group_entries(m);
	sort_groups(m);
}

uint64_t tool_merge_start(struct tool_merge *m, struct tool *tool,
			  const struct coil_paths *paths)
{
	uint64_t unreached = 0;

	start(m, tool, 0, paths);
	for (size_t i = 0; i < tool->node_count; i++)
		unreached += !add_path(m, tool->nodes[i]);
	finish(m);
	return unreached;
}

void tool_merge_all(struct tool_merge *m, struct tool *tool, unsigned index,
		    const struct coil_paths *paths)
{
	uint64_t count;

	start(m, tool, index, paths);
	m->all = true;
	count = coil_graph_object_count(m->graph);
	for (coil_node node = 0; node < count; node++)
		add_path(m, node);
	finish(m);
}

bool tool_merge_next(struct tool_merge *m, struct tool_merge_step *out)
{
	const uint32_t *sorted = m->stack + m->group_count;
	const struct tool_merge_group *g;
	uint32_t group;

	do {
		if (!m->stack_size)
			return false;
		group = m->stack[--m->stack_size];
		g = &m->groups[group];
		for (uint32_t i = 0; i < g->child_count; i++)
			m->stack[m->stack_size++] = sorted[g->first_child + i];
	} while (group == ROOT_GROUP);
	*out = (struct tool_merge_step){g->example, g->count, g->own,
					g->size,    g->depth, g->words};
	return true;
}

void tool_merge_end(struct tool_merge *m)
{
	for (size_t i = 0; i < m->group_count; i++)
		free(m->groups[i].words);
	free(m->groups);
	free(m->entries);
	free(m->entry_of);
	free(m->slots);
	free(m->stack);
	tool_words_free(&m->words);
}
