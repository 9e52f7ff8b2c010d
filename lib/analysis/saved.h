/* SPDX-License-Identifier: MIT */
#ifndef COIL_ANALYSIS_SAVED_H
#define COIL_ANALYSIS_SAVED_H

#include "base/section.h"
#include "coil/analysis.h"

/*
 * Results as sections of a file, and back.  What is made from sections borrows
 * them: they must stay as long as it.  COIL_E_BAD_DATA: the sections are not
 * of a result for this graph.
 */

#define COIL_DOMINATORS_SECTIONS 6
void coil_dominators_to_sections(const struct coil_dominators *d,
				 struct coil_section *out);
enum coil_status coil_dominators_of_sections(
	const struct coil_graph *graph, const struct coil_section *sections,
	size_t count, struct coil_dominators **out);

#define COIL_PATHS_SECTIONS 2
void coil_paths_to_sections(const struct coil_paths *paths,
			    struct coil_section *out);
enum coil_status coil_paths_of_sections(const struct coil_graph *graph,
					const struct coil_section *sections,
					size_t count, struct coil_paths **out);

#endif
