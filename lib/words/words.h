/* SPDX-License-Identifier: MIT */
#ifndef COIL_WORDS_WORDS_H
#define COIL_WORDS_WORDS_H

#include "coil/words.h"
#include "snapshot/snapshot.h"
#include "words/phrase.h"

/* What makes words of chains of references, and the chain that it made last. */
struct coil_words {
	struct coil_snapshot *snapshot;
	struct coil_graph *graph; /* the snapshot's */
	struct coil_phrase text;  /* of all steps, each with its NUL */
	struct coil_words_step *steps;
	size_t count, room;
	struct coil_edge *edges; /* of a path: coil_words_path() */
	size_t edge_room;
	struct coil_phrase label; /* coil_words_label() */
};

/** Whether the step by @edge is said with the next one only: interpreters,
 * frames, the dicts of modules and instances. */
bool coil_words_hides(const struct coil_words *words,
		      const struct coil_edge *edge);

/* Whether words go with those before without a space: ".x", "[0]". */
static inline bool coil_words_join(const char *text)
{
	return *text == '.' || *text == '[';
}

/** Append the steps made last in one line. */
void coil_put_steps(const struct coil_words *words, struct coil_phrase *out);

/* reference.c: one step.  Each appends to words->text, without a NUL. */
/** The step by @edge alone. */
void coil_put_reference(struct coil_words *words, const struct coil_edge *edge);
/** The step through a dict that goes without saying, @edges[0], to what
 * @edges[1] leads to; false, and nothing is appended, where it is none. */
bool coil_put_variable(struct coil_words *words, const struct coil_edge *edges);
/** Whether @edge leads to a dict that is no step of its own. */
bool coil_is_namespace(const struct coil_words *words,
		       const struct coil_edge *edge);

/* holder.c: what nodes are called that have no name from a reference. */
/** What @edge leads to from a node above all objects: "static dict",
 * "thread". */
void coil_put_root(struct coil_words *words, const struct coil_edge *edge);
/** A node that is no object: "thread", "frame in f". */
void coil_put_node(struct coil_words *words, coil_node node);
/** " in f" for the function that runs in @frame, where that is known. */
void coil_put_function(struct coil_words *words, coil_node frame);
/** The text between the quotes of a repr, *@length bytes; NULL: it has none. */
const char *coil_unquoted(const char *label, size_t *length);

#endif
