/* SPDX-License-Identifier: MIT */
#ifndef COIL_WORDS_LABEL_H
#define COIL_WORDS_LABEL_H

#include "coil/words.h"
#include "objects/sink.h"

/* The references of one node again, in step with the edges of its row. */
struct coil_teller {
	struct coil_sink sink; /* first */
	struct coil_snapshot *snapshot;
	struct coil_edges edges;
	/* Set before: receives each edge with what the kind says of it (of a
	 * root node nothing); false: no more is wanted. */
	bool (*take)(struct coil_teller *t, const struct coil_edge *edge,
		     const struct coil_ref *ref);
};

/** Decode @node once more, for @t. */
void coil_snapshot_tell(struct coil_snapshot *s, coil_node node,
			struct coil_teller *t);

/**
 * What the kind says of @edge: its label and the label's type.  False where
 * it has no such edge.
 *
 * A row that is short is emitted anew each time; a longer one once, and its
 * labels are kept with the snapshot: at most 16 bytes an edge.
 */
bool coil_label_ref(struct coil_snapshot *s, const struct coil_edge *edge,
		    struct coil_ref *out);

#endif
