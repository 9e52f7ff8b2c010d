/* SPDX-License-Identifier: MIT */
/* Many shortest paths as one tree, steps that read the same joined. */
#include <stdlib.h>

#include "words/merged.h"

/* *@entry becomes that of @node, made if need be. */
static bool add_entry(struct coil_merged *m, coil_node node, uint32_t *entry)
{
	*entry = m->entry_of[node] - 1;
	if (m->entry_of[node])
		return true;
	*entry = (uint32_t)m->entry_count;
	if (!APPEND(m->entries, m->entry_count, m->entry_room,
		    (struct coil_merged_entry){
			    .node = node,
			    .distance = coil_paths_distance(m->paths, node),
		    }))
		return false;
	m->entry_of[node] = *entry + 1;
	return true;
}

/* Enter @node, where it is reached, and what is above it, up to what is entered
 * already. */
static bool add_path(struct coil_merged *m, coil_node node)
{
	uint32_t left = coil_paths_distance(m->paths, node), entry;
	struct coil_edge edge;

	if (left == UINT32_MAX)
		return true;
	if (!add_entry(m, node, &entry))
		return false;
	m->entries[entry].target = true;
	m->entries[entry].count++;
	while (left-- && coil_paths_parent(m->paths, node, &edge)) {
		if (m->entry_of[edge.from])
			return true;
		if (!add_entry(m, edge.from, &entry))
			return false;
		node = edge.from;
	}
	return true;
}

static int by_distance(const void *a, const void *b)
{
	const struct coil_merged_entry *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* Sort, link to parents, and sum the counts from the far end. */
static void link_entries(struct coil_merged *m)
{
	struct coil_edge edge;

	if (m->entry_count)
		qsort(m->entries, m->entry_count, sizeof(*m->entries),
		      by_distance);
	for (size_t i = 0; i < m->entry_count; i++)
		m->entry_of[m->entries[i].node] = (uint32_t)i + 1;
	for (size_t i = m->entry_count; i-- > 0;) {
		struct coil_merged_entry *e = &m->entries[i];

		e->parent = (uint32_t)i;
		if (!coil_paths_parent(m->paths, e->node, &edge))
			continue;
		e->parent = m->entry_of[edge.from] - 1;
		m->entries[e->parent].count += e->count;
		m->entries[e->parent].children++;
	}
}

static enum coil_status start(struct coil_snapshot *snapshot,
			      const struct coil_paths *paths,
			      struct coil_merged **out, struct coil_error *err)
{
	struct coil_merged *m = calloc(1, sizeof(*m));
	enum coil_status st;

	if (!m)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	st = coil_words_new(snapshot, &m->words, err);
	if (st == COIL_OK) {
		m->paths = paths;
		m->graph = m->words->graph;
		m->entry_of =
			calloc(m->graph->node_count, sizeof(*m->entry_of));
		if (!m->entry_of)
			st = coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	if (st != COIL_OK) {
		coil_merged_free(m);
		m = NULL;
	}
	*out = m;
	return st;
}

/* What was entered becomes the tree, where @entered says that all was. */
static enum coil_status finish(struct coil_merged *m, bool entered,
			       struct coil_merged **out, struct coil_error *err)
{
	if (entered)
		link_entries(m);
	if (entered && coil_merged_group(m)) {
		*out = m;
		return COIL_OK;
	}
	coil_merged_free(m);
	return coil_fail(err, COIL_E_NOMEM, "out of memory");
}

enum coil_status coil_merged_find(struct coil_snapshot *snapshot,
				  const struct coil_paths *paths,
				  const coil_node *nodes, size_t count,
				  struct coil_merged **out,
				  struct coil_error *err)
{
	struct coil_merged *m;
	enum coil_status st = start(snapshot, paths, &m, err);
	bool entered = true;

	if (st != COIL_OK)
		return st;
	for (size_t i = 0; i < count && entered; i++)
		entered = add_path(m, nodes[i]);
	return finish(m, entered, out, err);
}

enum coil_status coil_merged_all(struct coil_snapshot *snapshot,
				 const struct coil_paths *paths,
				 struct coil_merged **out,
				 struct coil_error *err)
{
	struct coil_merged *m;
	enum coil_status st = start(snapshot, paths, &m, err);
	bool entered = true;

	if (st != COIL_OK)
		return st;
	m->all = true;
	for (coil_node n = 0; n < m->graph->object_count && entered; n++)
		entered = add_path(m, n);
	return finish(m, entered, out, err);
}

bool coil_merged_next(struct coil_merged *m, struct coil_merged_step *out)
{
	const struct coil_merged_group *g;
	uint32_t group;

	do {
		if (!m->stack_size)
			return false;
		group = m->stack[--m->stack_size];
		g = &m->groups[group];
		for (uint32_t i = 0; i < g->child_count; i++)
			m->stack[m->stack_size++] =
				m->sorted[g->first_child + i];
	} while (group == COIL_MERGED_ROOT);
	*out = (struct coil_merged_step){g->example, g->count, g->own,
					 g->size,    g->depth, g->words};
	return true;
}

void coil_merged_free(struct coil_merged *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->group_count; i++)
		free(m->groups[i].words);
	free(m->groups);
	free(m->entries);
	free(m->entry_of);
	coil_map_free(&m->by_words);
	free(m->sorted);
	free(m->stack);
	coil_phrase_free(&m->joined);
	coil_words_free(m->words);
	free(m);
}
