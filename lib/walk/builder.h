/* SPDX-License-Identifier: MIT */
/* What the passes that write a graph share: the graph, how far its tables
 * reach, and what of an object is being collected. */
#ifndef COIL_WALK_BUILDER_H
#define COIL_WALK_BUILDER_H

#include "walk/build.h"
#include "walk/claims.h"
#include "walk/walk.h"

struct coil_builder {
	struct coil_sink sink; /* first: flush() gets at the builder */
	struct coil_buffers buffers;
	struct coil_reader *reader;
	struct coil_walk *walk;
	struct coil_graph *graph;
	size_t target_room, flag_room;
	size_t size_room, allocated_room, refcount_room, name_room;
	uint32_t *type_rank; /* by index in the table of types, the
			      * index in that of the graph */
	uint64_t allocated;  /* of the object being written */
	bool spent_known;    /* all of that is known */
	enum coil_c_heap c_heap;
	struct coil_addrset shared; /* words of C code that were counted */
	struct coil_claims claims;
	uint64_t bytes_left; /* that objects may have in sum */
	bool nomem;
};

/* Another reference of the row that is being written, to the node @to. */
void coil_build_append(struct coil_builder *b, uint32_t to, uint8_t flags);

/* Every object and special node, in address order (build_rows.c). */
void coil_build_rows(struct coil_builder *b, coil_progress_fn *progress,
		     void *progress_data);

/* COIL_FLAG_* of an object, but those of its generation, of its references and
 * of its size (build_flags.c). */
uint32_t coil_build_flags(const struct coil_builder *b,
			  const struct coil_object *o);
/* The generation of each object that a list of the collector has. */
void coil_build_generations(struct coil_builder *b);

/* The table of types, in order of their addresses, and type_rank; false: out of
 * memory (build_types.c). */
bool coil_build_types(struct coil_builder *b);
/* Append @name to the graph's names; *out is its offset there. */
bool coil_build_name(struct coil_builder *b, const char *name, uint32_t *out);
/* When the rows are written: which types turned out to hold nothing, so that
 * their objects are exact (build_nothing.c); false: out of memory. */
bool coil_build_nothing(struct coil_builder *b);

/* The rows of the roots, when all others are written (build_roots.c); false:
 * out of memory. */
bool coil_build_roots(struct coil_builder *b);
/* What the roots do not reach, the last row; the collector's verdict. */
enum coil_status coil_build_unreachable(struct coil_builder *b);

#endif
