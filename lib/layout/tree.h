/* SPDX-License-Identifier: MIT */
#ifndef COIL_LAYOUT_TREE_H
#define COIL_LAYOUT_TREE_H

/*
 * What a layout file says of the build, as JSON: the sections structs,
 * constants, strategies, interpreter_roots and thread_roots.  What the build
 * does not have is absent.  A difference of two is a JSON merge patch: null
 * removes (RFC 7386).
 */

#include <jansson.h>

#include "layout/layout.h"

static inline void coil_json_guard(json_t **json)
{
	json_decref(*json);
}
#define _cleanup_json_ __attribute__((cleanup(coil_json_guard)))

/* The key of a group of roots for where its first one is. */
#define COIL_GROUP_START "."

extern const char *const coil_tree_sections[];
extern const size_t coil_tree_section_count;

/** The tree of @layout, the caller's; NULL: no memory. */
json_t *coil_layout_tree(const struct coil_layout *layout);

/**
 * Set the numbers, strategies and roots of @layout, which coil_layout_clear()
 * left, by @tree.  A struct, a field or a root that @tree has not is not there;
 * every constant and strategy must be.
 *
 * Returns COIL_OK, COIL_E_BAD_DATA naming what is missing or no number,
 * COIL_E_NOMEM.  @layout is to be given to coil_layout_free() in any case.
 */
enum coil_status coil_layout_from_tree(struct coil_layout *layout, json_t *tree,
				       struct coil_error *err);

/**
 * Read into @layout what the file @root says of itself, which it has from no
 * file that it is like.
 *
 * Returns as coil_layout_from_tree() does.
 */
enum coil_status coil_layout_read_head(struct coil_layout *layout,
				       const json_t *root,
				       struct coil_error *err);

/**
 * What is to be changed in @from, a tree, that it becomes @to; the caller's.
 * NULL: no memory.  It shares values with @to.
 */
json_t *coil_tree_difference(json_t *from, json_t *to);

/**
 * Change the sections of @tree as those of @patch say, objects in them down to
 * a struct or a group; @tree then shares values with @patch.
 *
 * Returns whether there was memory.
 */
bool coil_tree_apply(json_t *tree, json_t *patch);

#endif
