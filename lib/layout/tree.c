/* SPDX-License-Identifier: MIT */
/*
 * Layouts as JSON trees, and their differences.
 *
 * Source: RFC 7386, JSON Merge Patch.
 */

#include "layout/tree.h"

#include <stdlib.h>

#include "layout/table.h"

/* A tree is no deeper: a section, a struct or group, a number. */
#define DEPTH 2u

const char *const coil_tree_sections[] = {
	"structs",	     "constants",    "strategies",
	"interpreter_roots", "thread_roots",
};
const size_t coil_tree_section_count = countof(coil_tree_sections);

/* Gives @value to @object; NULL, for want of memory, is passed on. */
static bool put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new_nocheck(object, key, value) == 0;
}

static json_t *structs_tree(const struct coil_layout *layout)
{
	_cleanup_json_ json_t *structs = json_object();
	json_t *owner = NULL;
	bool ok = structs != NULL;

	for (size_t i = 0; ok && i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];
		uint32_t number = coil_layout_number(layout, row->at);

		if (!row->field) {
			owner = number ? json_object() : NULL;
			ok = !number ||
			     (put(structs, row->owner, owner) &&
			      put(owner, "size", json_integer(number)));
		} else if (owner && number != COIL_NO_FIELD) {
			ok = put(owner, row->field, json_integer(number));
		}
	}
	return ok ? steal(structs) : NULL;
}

static json_t *constants_tree(const struct coil_layout *layout)
{
	_cleanup_json_ json_t *constants = json_object();
	bool ok = constants != NULL;

	for (size_t i = 0; ok && i < coil_layout_constant_count; i++) {
		const struct coil_layout_constant *c =
			&coil_layout_constants[i];

		ok = put(constants, c->name,
			 json_integer(coil_layout_number(layout, c->at)));
	}
	return ok ? steal(constants) : NULL;
}

static json_t *strategies_tree(const struct coil_layout *layout)
{
	_cleanup_json_ json_t *strategies = json_object();
	bool ok = strategies != NULL;
	char spelling[64];

	for (size_t i = 0; ok && i < coil_layout_strategy_count; i++) {
		const struct coil_layout_strategy *s =
			&coil_layout_strategies[i];

		if (!coil_layout_spelling(s, coil_layout_number(layout, s->at),
					  spelling, sizeof(spelling)))
			spelling[0] = '\0';
		ok = put(strategies, s->name, json_string(spelling));
	}
	return ok ? steal(strategies) : NULL;
}

/* A root at @offset, from where its group starts: a number where it is one
 * pointer, else [offset, count, stride]. */
static json_t *root_tree(const struct coil_layout_root *root, int64_t offset)
{
	if (root->count == 1 && root->stride == 8)
		return json_integer(offset);
	return json_pack("[I,I,I]", (json_int_t)offset, (json_int_t)root->count,
			 (json_int_t)root->stride);
}

/* The group of @roots called as the first @length bytes of @name, which starts
 * at @offset if it is new. */
static json_t *group_of(json_t *roots, const char *name, size_t length,
			uint32_t offset)
{
	char *key = strndup(name, length);
	json_t *group = key ? json_object_get(roots, key) : NULL;

	if (key && !group) {
		group = json_object();
		if (!put(group, COIL_GROUP_START, json_integer(offset)) ||
		    !put(roots, key, group))
			group = NULL;
	}
	free(key);
	return group;
}

/* Members of a member are a group: the members of ast, say, move together. */
static json_t *roots_tree(const struct coil_layout_root *roots, uint32_t count)
{
	_cleanup_json_ json_t *tree = json_object();
	bool ok = tree != NULL;

	for (uint32_t i = 0; ok && i < count; i++) {
		const struct coil_layout_root *r = &roots[i];
		const char *dot = strchr(r->name, '.');
		json_t *group;
		int64_t start;

		if (!dot) {
			ok = put(tree, r->name, root_tree(r, r->offset));
			continue;
		}
		group = group_of(tree, r->name, (size_t)(dot - r->name),
				 r->offset);
		start = json_integer_value(
			json_object_get(group, COIL_GROUP_START));
		ok = put(group, dot + 1, root_tree(r, r->offset - start));
	}
	return ok ? steal(tree) : NULL;
}

json_t *coil_layout_tree(const struct coil_layout *layout)
{
	_cleanup_json_ json_t *tree = json_object();
	const char *const *section = coil_tree_sections;
	bool ok = put(tree, section[0], structs_tree(layout)) &&
		  put(tree, section[1], constants_tree(layout)) &&
		  put(tree, section[2], strategies_tree(layout)) &&
		  put(tree, section[3],
		      roots_tree(layout->interpreter_roots,
				 layout->interpreter_root_count)) &&
		  put(tree, section[4],
		      roots_tree(layout->thread_roots,
				 layout->thread_root_count));

	return ok ? steal(tree) : NULL;
}

/* Recursion ends with the tree, at DEPTH. */
json_t *coil_tree_difference(json_t *from, json_t *to)
{
	_cleanup_json_ json_t *patch = json_object();
	json_t *value;
	const char *key;
	bool ok = patch != NULL;

	json_object_foreach (to, key, value) {
		json_t *old = json_object_get(from, key);

		if (json_is_object(old) && json_is_object(value)) {
			_cleanup_json_ json_t *part =
				coil_tree_difference(old, value);

			ok &= part &&
			      (!json_object_size(part) ||
			       !json_object_set_nocheck(patch, key, part));
		} else if (!old || !json_equal(old, value)) {
			ok &= !json_object_set_nocheck(patch, key, value);
		}
	}
	json_object_foreach (from, key, value)
		if (!json_object_get(to, key))
			ok &= put(patch, key, json_null());
	return ok ? steal(patch) : NULL;
}

static bool apply(json_t *tree, json_t *patch, unsigned depth)
{
	json_t *value;
	const char *key;
	bool ok = true;

	json_object_foreach (patch, key, value) {
		json_t *old = json_object_get(tree, key);

		if (json_is_null(value)) {
			json_object_del(tree, key);
		} else if (!depth || !json_is_object(value)) {
			ok &= !json_object_set_nocheck(tree, key, value);
		} else {
			if (!json_is_object(old)) {
				old = json_object();
				ok &= put(tree, key, old);
			}
			ok = ok && apply(old, value, depth - 1);
		}
	}
	return ok;
}

bool coil_tree_apply(json_t *tree, json_t *patch)
{
	bool ok = true;

	for (size_t i = 0; ok && i < coil_tree_section_count; i++) {
		const char *key = coil_tree_sections[i];
		json_t *value = json_object_get(patch, key);
		_cleanup_json_ json_t *section = NULL;

		if (!value)
			continue;
		section = json_object();
		ok = section && !json_object_set_nocheck(section, key, value) &&
		     apply(tree, section, DEPTH);
	}
	return ok;
}
