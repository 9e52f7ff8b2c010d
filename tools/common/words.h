/* SPDX-License-Identifier: MIT */
#ifndef COIL_TOOLS_WORDS_H
#define COIL_TOOLS_WORDS_H

#include "tool.h"

/*
 * Chains of references in the words of a Python programmer: the dict between
 * a module and its variable, or between an instance and its attribute, is no
 * step of its own.
 */
struct tool_step {
	coil_node node;	       /* the step leads to it */
	size_t text;	       /* offset of the words in text */
	struct coil_edge edge; /* the last one of the step */
};

struct tool_words {
	struct tool_buffer text;
	struct tool_step *steps;
	size_t count, room;
};

/**
 * Tell @count references, each from where the one before leads.
 * @words is cleared first; zero-initialise it once.
 */
void tool_words_tell(struct tool *tool, unsigned index,
		     const struct coil_edge *edges, size_t count,
		     struct tool_words *words);

/**
 * Whether the step by @edge is told only with the next one: interpreters,
 * frames, the dicts of modules and instances.
 */
bool tool_words_hides(struct tool *tool, unsigned index,
		      const struct coil_edge *edge);

static inline const char *tool_words_text(const struct tool_words *words,
					  size_t step)
{
	return words->text.data + words->steps[step].text;
}

void tool_words_free(struct tool_words *words);

/* Edges of a chain that grows. */
struct tool_chain {
	struct coil_edge *edges;
	size_t count, room;
};

void tool_chain_add(struct tool *tool, struct tool_chain *chain,
		    const struct coil_edge *edge);

/**
 * The edges of the shortest path to @node, from the root on; false where it
 * is not reached.  The chain is cleared first.
 */
bool tool_chain_path(struct tool *tool, const struct coil_paths *paths,
		     coil_node node, struct tool_chain *chain);

/** The end of the shortest path to @node: "module app.CACHE['user:17']". */
void tool_words_label(struct tool *tool, const struct coil_paths *paths,
		      coil_node node, struct tool_words *words,
		      struct tool_buffer *label);

#endif
