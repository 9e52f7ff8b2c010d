/* SPDX-License-Identifier: MIT */
#ifndef COIL_WALK_BUILD_H
#define COIL_WALK_BUILD_H

#include "graph/graph.h"
#include "walk/walk.h"

/**
 * Write the graph of what @walk found in @reader.  @out is the caller's, to be
 * given to coil_graph_free(); the graph takes the walk's node set.
 *
 * Returns COIL_OK or COIL_E_NOMEM.
 */
enum coil_status coil_graph_build(struct coil_reader *reader,
				  struct coil_walk *walk,
				  coil_progress_fn *progress,
				  void *progress_data, struct coil_graph **out,
				  struct coil_error *err);

#endif
