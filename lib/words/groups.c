/* SPDX-License-Identifier: MIT */
/* The steps of merged paths: those that read the same below one step are a
 * group, found by a hash of that. */
#include "config.h"

#include <stdlib.h>
#include <xxhash.h>

#include "words/merged.h"

static bool add_group(struct coil_merged *m, const char *words, uint32_t parent,
		      uint32_t type, uint32_t next)
{
	const struct coil_merged_group group = {
		.words = strdup(words),
		.parent = parent,
		.type = type,
		.next = next,
		.example = COIL_NO_NODE,
	};

	if (group.words &&
	    APPEND(m->groups, m->group_count, m->group_room, group))
		return true;
	free(group.words);
	return false;
}

/* *@group becomes that of steps that read @words below @parent, made if need
 * be.  False: no memory. */
static bool find_group(struct coil_merged *m, const char *words,
		       uint32_t parent, uint32_t type, uint32_t *group)
{
	/* The words are the snapshot's: nobody can choose those of one hash. */
	uint64_t seed = m->by_words.seed[0] ^ ((uint64_t)parent << 32 | type);
	uint64_t hash = XXH3_64bits_withSeed(words, strlen(words), seed);
	uint64_t *first = coil_map_put(&m->by_words, hash ? hash : 1);

	if (!first)
		return false;
	for (*group = (uint32_t)*first; *group;
	     *group = m->groups[*group].next) {
		const struct coil_merged_group *g = &m->groups[*group];

		if (g->parent == parent && g->type == type &&
		    !strcmp(g->words, words))
			return true;
	}
	*group = (uint32_t)m->group_count;
	if (!add_group(m, words, parent, type, (uint32_t)*first))
		return false;
	*first = *group;
	return true;
}

/* The words of the steps to @e since the last that was not hidden; NULL: no
 * memory. */
static const char *steps_to(struct coil_merged *m,
			    const struct coil_merged_entry *e)
{
	const struct coil_merged_entry *above = &m->entries[e->parent];
	bool alone = !m->all && above->children == 1 &&
		     m->groups[above->group].entries == 1;
	struct coil_edge edges[4];
	const struct coil_edge *last = &edges[countof(edges) - 1];
	size_t n = 0;

	do {
		if (!coil_paths_parent(m->paths, e->node,
				       &edges[countof(edges) - 1 - n]))
			break;
		n++;
		e = &m->entries[e->parent];
	} while (e->hidden && n < countof(edges));
	if (n == 1 && !alone) {
		unsigned kind = last->flags & COIL_EDGE_KIND;

		if (kind == COIL_REF_ITEM || kind == COIL_REF_VALUE)
			return "[...]";
		if (kind == COIL_REF_KEY)
			return "key ...";
	}
	if (coil_words_chain(m->words, edges + countof(edges) - n, n) !=
	    COIL_OK)
		return NULL;
	coil_phrase_cut(&m->joined, 0);
	coil_put_steps(m->words, &m->joined);
	return m->joined.failed ? NULL : m->joined.text;
}

/* Whether the step to @e, by @edge, goes without saying, or is below where
 * the tree is cut. */
static bool is_hidden(const struct coil_merged *m,
		      const struct coil_merged_entry *e,
		      const struct coil_edge *edge, uint32_t above)
{
	return ((m->all || !e->target) && coil_words_hides(m->words, edge)) ||
	       (m->all && m->groups[above].depth + 1 >= COIL_MERGED_DEPTH);
}

/* Find or make the group of @e, to which @edge leads. */
static bool group_entry(struct coil_merged *m, struct coil_merged_entry *e,
			const struct coil_edge *edge)
{
	uint32_t above = m->entries[e->parent].group;
	struct coil_merged_group *g;
	struct coil_node_info info;
	const char *words;

	coil_graph_node(m->graph, e->node, &info);
	e->hidden = is_hidden(m, e, edge, above);
	if (!e->hidden) {
		words = steps_to(m, e);
		if (!words ||
		    !find_group(m, words, above, info.type_index, &e->group))
			return false;
		g = &m->groups[e->group];
		g->depth = above == COIL_MERGED_ROOT
				   ? 0
				   : m->groups[above].depth + 1;
		g->count += e->count;
		g->entries++;
		if (e->node < g->example)
			g->example = e->node;
	}
	m->groups[e->group].own += e->target;
	m->groups[e->group].size += e->target ? info.size : 0;
	return true;
}

/* The groups of all entries, which come behind those above them. */
static bool group_entries(struct coil_merged *m)
{
	if (!coil_map_init(&m->by_words, 1024) ||
	    !add_group(m, "", UINT32_MAX, UINT32_MAX, 0))
		return false;
	for (size_t i = 0; i < m->entry_count; i++) {
		struct coil_merged_entry *e = &m->entries[i];
		struct coil_edge edge;

		e->group = m->entries[e->parent].group;
		if (coil_paths_parent(m->paths, e->node, &edge) &&
		    !group_entry(m, e, &edge))
			return false;
	}
	return true;
}

/* By parent, then smallest first: the stack turns that round. */
static int by_parent(const void *a, const void *b, void *groups)
{
	const struct coil_merged_group *all = groups;
	const struct coil_merged_group *x = &all[*(const uint32_t *)a];
	const struct coil_merged_group *y = &all[*(const uint32_t *)b];

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	return x->example < y->example ? 1 : -1;
}

/* All groups by parent; each parent's run is found by its first. */
static bool sort_groups(struct coil_merged *m)
{
	size_t count = m->group_count - 1; /* without the root */

	m->stack = malloc(m->group_count * sizeof(*m->stack));
	m->sorted = malloc((count + 1) * sizeof(*m->sorted));
	if (!m->stack || !m->sorted)
		return false;
	for (uint32_t i = 0; i < count; i++)
		m->sorted[i] = i + 1;
	qsort_r(m->sorted, count, sizeof(*m->sorted), by_parent, m->groups);
	for (uint32_t i = 0; i < count; i++) {
		struct coil_merged_group *p =
			&m->groups[m->groups[m->sorted[i]].parent];

		if (!p->child_count++)
			p->first_child = i;
	}
	m->stack[m->stack_size++] = COIL_MERGED_ROOT;
	return true;
}

bool coil_merged_group(struct coil_merged *m)
{
	return group_entries(m) && sort_groups(m);
}
