/* SPDX-License-Identifier: MIT */
/* Chains of references in words: which steps they have, the shortest path to a
 * node, and how its end reads. */
#include <stdlib.h>

#include "words/fold.h"
#include "words/words.h"

#define LABEL_EDGES 6 /* of a path's end */

enum coil_status coil_words_new(struct coil_snapshot *snapshot,
				struct coil_words **out, struct coil_error *err)
{
	struct coil_graph *graph;
	enum coil_status st = coil_snapshot_graph(snapshot, &graph, err);
	struct coil_words *w;

	if (st != COIL_OK)
		return st;
	w = calloc(1, sizeof(*w));
	if (!w)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	w->snapshot = snapshot;
	w->graph = graph;
	*out = w;
	return COIL_OK;
}

void coil_words_free(struct coil_words *w)
{
	if (!w)
		return;
	coil_phrase_free(&w->text);
	coil_phrase_free(&w->label);
	free(w->steps);
	free(w->edges);
	free(w);
}

/* Interpreters, roots, and frames on the way to what they hold. */
static bool goes_without(const struct coil_words *w,
			 const struct coil_edge *edge)
{
	enum coil_node_kind kind =
		coil_graph_kind(w->graph, (uint32_t)edge->to);

	return kind == COIL_NODE_INTERPRETER || kind == COIL_NODE_FRAME ||
	       kind >= COIL_NODE_ROOT;
}

bool coil_words_hides(const struct coil_words *w, const struct coil_edge *edge)
{
	return goes_without(w, edge) || coil_is_namespace(w, edge);
}

/* The steps of @count edges; their text is found when all of it stands. */
static bool make_steps(struct coil_words *w, const struct coil_edge *edges,
		       size_t count)
{
	w->count = 0;
	coil_phrase_cut(&w->text, 0);
	for (size_t i = 0; i < count; i++) {
		if (i + 1 < count && goes_without(w, &edges[i]))
			continue;
		if (i + 1 < count && coil_put_variable(w, &edges[i]))
			i++;
		else
			coil_put_reference(w, &edges[i]);
		coil_phrase_append(&w->text, "", 1);
		if (w->text.failed ||
		    !APPEND(w->steps, w->count, w->room,
			    (struct coil_words_step){.node = edges[i].to}))
			return false;
	}
	return true;
}

enum coil_status coil_words_chain(struct coil_words *w,
				  const struct coil_edge *edges, size_t count)
{
	const char *text;

	if (!make_steps(w, edges, count)) {
		w->count = 0;
		return COIL_E_NOMEM;
	}
	text = w->text.text;
	for (size_t i = 0; i < w->count; i++) {
		w->steps[i].text = text;
		text += strlen(text) + 1;
	}
	return COIL_OK;
}

enum coil_status coil_words_path(struct coil_words *w,
				 const struct coil_paths *paths, coil_node node)
{
	uint32_t distance = coil_paths_distance(paths, node);
	size_t count = 0;

	if (distance != UINT32_MAX) {
		count = min64(distance, w->graph->node_count);
		if (!RESERVE(w->edges, w->edge_room, count)) {
			w->count = 0;
			return COIL_E_NOMEM;
		}
		count = coil_paths_edges(paths, node, w->edges, count);
	}
	return coil_words_chain(w, w->edges, count);
}

const struct coil_words_step *coil_words_steps(const struct coil_words *w,
					       size_t *count)
{
	*count = w->count;
	return w->steps;
}

void coil_put_steps(const struct coil_words *w, struct coil_phrase *out)
{
	coil_phrase_add(out, "");
	for (size_t i = 0; i < w->count; i++) {
		if (i && !coil_words_join(w->steps[i].text))
			coil_phrase_add(out, " ");
		coil_phrase_add(out, w->steps[i].text);
	}
}

enum coil_status coil_words_label(struct coil_words *w,
				  const struct coil_paths *paths,
				  coil_node node, const char **label)
{
	struct coil_edge edges[LABEL_EDGES];
	size_t count = coil_paths_edges(paths, node, edges, countof(edges));
	enum coil_status st = coil_words_chain(w, edges, count);
	struct coil_node_info first;

	if (st != COIL_OK)
		return st;
	coil_graph_node(w->graph, count ? edges[0].from : node, &first);

	coil_phrase_cut(&w->label, 0);
	coil_phrase_add(&w->label,
			first.address && first.kind != COIL_NODE_INTERPRETER
				? "..."
				: "");
	coil_put_steps(w, &w->label);
	*label = w->label.text;
	return w->label.failed ? COIL_E_NOMEM : COIL_OK;
}

/* Two steps read the same where but their subscripts differ. */
static bool same_step(const void *data, size_t a, size_t b)
{
	const struct coil_words *w = data;
	const struct coil_words_step *x = &w->steps[a], *y = &w->steps[b];

	return w->graph->type[x->node] == w->graph->type[y->node] &&
	       ((*x->text == '[' && *y->text == '[') ||
		!strcmp(x->text, y->text));
}

size_t coil_words_fold(const struct coil_words *w, size_t at, size_t *period)
{
	return coil_fold_next(same_step, w, w->count, at, period);
}
