/* SPDX-License-Identifier: MIT */
/* Chains of references along shortest paths, and how their ends read. */
#include <stdlib.h>

#include "words.h"

#define LABEL_EDGES 6 /* of a path's end */

void tool_chain_add(struct tool *tool, struct tool_chain *chain,
		    const struct coil_edge *edge)
{
	if (chain->count == chain->room) {
		size_t room = chain->room + chain->room / 2 + 16;
		struct coil_edge *edges =
			realloc(chain->edges, room * sizeof(*edges));

		if (!edges)
			tool_die(tool, "out of memory");
		chain->edges = edges;
		chain->room = room;
	}
	chain->edges[chain->count++] = *edge;
}

bool tool_chain_path(struct tool *tool, const struct coil_paths *paths,
		     coil_node node, struct tool_chain *chain)
{
	uint32_t distance = coil_paths_distance(paths, node);
	struct coil_edge edge;

	chain->count = 0;
	if (distance == UINT32_MAX)
		return false;
	while (distance-- && coil_paths_parent(paths, node, &edge)) {
		tool_chain_add(tool, chain, &edge);
		node = edge.from;
	}
	for (size_t i = 0; i < chain->count / 2; i++) {
		edge = chain->edges[i];
		chain->edges[i] = chain->edges[chain->count - 1 - i];
		chain->edges[chain->count - 1 - i] = edge;
	}
	return true;
}

void tool_words_label(struct tool *tool, const struct coil_paths *paths,
		      coil_node node, struct tool_words *words,
		      struct tool_buffer *label)
{
	struct coil_edge edge, tail[LABEL_EDGES];
	struct coil_node_info first;
	size_t n = 0;
	bool cut;

	while (n < countof(tail) && coil_paths_parent(paths, node, &edge)) {
		tail[countof(tail) - ++n] = edge;
		node = edge.from;
	}
	tool_words_tell(tool, 0, tail + countof(tail) - n, n, words);
	tool_buffer_clear(label);
	coil_graph_node(tool_graph(tool, 0), node, &first);
	cut = first.address && first.kind != COIL_NODE_INTERPRETER;
	tool_buffer_text(label, cut ? "..." : "");
	for (size_t i = 0; i < words->count; i++) {
		const char *text = tool_words_text(words, i);

		if (i && *text != '.' && *text != '[')
			tool_buffer_char(label, ' ');
		tool_buffer_text(label, text);
	}
	if (label->failed)
		tool_die(tool, "out of memory");
}
