/* SPDX-License-Identifier: MIT */
#ifndef COIL_WORDS_SHAPE_H
#define COIL_WORDS_SHAPE_H

#include "words/words.h"

/**
 * Append a cycle, @count edges, at least one, each from where the one before
 * leads, as varying words (varying.h): "Node.children → list[0] → Node.parent →
 * Node".  The edges are turned so that it starts where it reads least, as the
 * same shape must always read the same.  It ends with what it began with; where
 * nothing but repetition is between, that stands there already.  Edges that do
 * not lead back are cut off: "..." is their end.
 *
 * Returns COIL_OK or COIL_E_NOMEM; the words are made anew.
 */
enum coil_status coil_put_cycle(struct coil_words *words,
				struct coil_edge *edges, size_t count,
				struct coil_phrase *out);

#endif
