/* SPDX-License-Identifier: MIT */
/*
 * Which of the layouts compiled in holds for a version.
 */

#include "layout/layout.h"

const struct coil_layout *coil_layout_named(const char *name)
{
	for (size_t i = 0; i < coil_layout_count; i++) {
		if (strcmp(coil_layouts[i]->name, name) == 0)
			return coil_layouts[i];
	}
	return NULL;
}

const struct coil_layout *coil_layout_find(uint32_t hexversion, bool debug,
					   bool free_threaded)
{
	for (size_t i = 0; i < coil_layout_count; i++) {
		if (coil_layout_fits(coil_layouts[i], hexversion, debug,
				     free_threaded))
			return coil_layouts[i];
	}
	return NULL;
}

const struct coil_layout *coil_layout_nearest(uint32_t hexversion)
{
	const struct coil_layout *best = NULL;
	uint32_t least = UINT32_MAX;

	for (size_t i = 0; i < coil_layout_count; i++) {
		const struct coil_layout *l = coil_layouts[i];
		uint32_t distance = 0;

		if (hexversion < l->first)
			distance = l->first - hexversion;
		else if (hexversion > l->last)
			distance = hexversion - l->last;
		if (!best || distance < least) {
			best = l;
			least = distance;
		}
	}
	return best;
}
