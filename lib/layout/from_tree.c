/* SPDX-License-Identifier: MIT */
/*
 * The sections of a layout file into struct coil_layout.  What they must hold
 * stands in the tables of table.c, so that nothing here has to change when a
 * field is added.
 */

#include "layout/tree.h"

#include <stdlib.h>

#include "layout/table.h"

/* A layout file with more roots than this is not one. */
#define ROOTS_MAX 65536u

/* A number up to @most. */
static enum coil_status read_number(const json_t *value, const char *owner,
				    const char *name, uint32_t most,
				    uint32_t *out, struct coil_error *err)
{
	if (!value)
		return coil_fail(err, COIL_E_BAD_DATA, "%s.%s is missing",
				 owner, name);
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > most)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s.%s is no number up to %u", owner, name,
				 most);
	*out = (uint32_t)json_integer_value(value);
	return COIL_OK;
}

static enum coil_status read_section(const json_t *tree, const char *name,
				     json_t **out, struct coil_error *err)
{
	*out = json_object_get(tree, name);
	if (!json_is_object(*out))
		return coil_fail(err, COIL_E_BAD_DATA, "%s is %s", name,
				 *out ? "no object" : "missing");
	return COIL_OK;
}

static enum coil_status read_structs(const json_t *tree,
				     struct coil_layout *layout,
				     struct coil_error *err)
{
	json_t *structs, *owner = NULL;
	enum coil_status st = read_section(tree, "structs", &structs, err);

	for (size_t i = 0; st == COIL_OK && i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];
		const char *name = row->field ? row->field : "size";
		uint32_t number = 0;

		if (!row->field) {
			owner = json_object_get(structs, row->owner);
			if (owner && !json_is_object(owner))
				return coil_fail(err, COIL_E_BAD_DATA,
						 "structs.%s is neither an "
						 "object nor null",
						 row->owner);
		}
		if (!owner || (row->field && !json_object_get(owner, name)))
			continue; /* as coil_layout_clear() left it */
		st = read_number(json_object_get(owner, name), row->owner, name,
				 COIL_LAYOUT_LIMIT, &number, err);
		if (st == COIL_OK)
			coil_layout_set(layout, row->at, number);
		if (!row->field && !number)
			owner = NULL; /* a struct of no bytes is none */
	}
	return st;
}

static enum coil_status read_constants(const json_t *tree,
				       struct coil_layout *layout,
				       struct coil_error *err)
{
	json_t *constants;
	enum coil_status st = read_section(tree, "constants", &constants, err);

	for (size_t i = 0; st == COIL_OK && i < coil_layout_constant_count;
	     i++) {
		const struct coil_layout_constant *c =
			&coil_layout_constants[i];
		uint32_t number;

		st = read_number(json_object_get(constants, c->name),
				 "constants", c->name, UINT32_MAX, &number,
				 err);
		if (st == COIL_OK)
			coil_layout_set(layout, c->at, number);
	}
	return st;
}

static enum coil_status read_strategies(const json_t *tree,
					struct coil_layout *layout,
					struct coil_error *err)
{
	json_t *strategies;
	enum coil_status st =
		read_section(tree, "strategies", &strategies, err);
	char spelling[64];

	for (size_t i = 0; st == COIL_OK && i < coil_layout_strategy_count;
	     i++) {
		const struct coil_layout_strategy *s =
			&coil_layout_strategies[i];
		const json_t *value = json_object_get(strategies, s->name);
		const char *text = json_string_value(value);
		uint32_t index = 0;

		if (!text)
			return coil_fail(err, COIL_E_BAD_DATA,
					 "strategies.%s is %s", s->name,
					 value ? "no string" : "missing");
		while (coil_layout_spelling(s, index, spelling,
					    sizeof(spelling)) &&
		       strcmp(spelling, text) != 0)
			index++;
		if (!coil_layout_spelling(s, index, spelling, sizeof(spelling)))
			return coil_fail(err, COIL_E_BAD_DATA,
					 "strategies.%s: no strategy \"%.64s\"",
					 s->name, text);
		coil_layout_set(layout, s->at, index);
	}
	return st;
}

/* Roots as they are read. */
struct roots {
	struct coil_layout_root *at;
	size_t room;
	uint32_t count;
};

/* "group.key", or @key where @group is NULL; NULL: no memory. */
static char *join(const char *group, const char *key)
{
	size_t size = (group ? strlen(group) + 1 : 0) + strlen(key) + 1;
	char *name = malloc(size);

	if (name)
		snprintf(name, size, "%s%s%s", group ? group : "",
			 group ? "." : "", key);
	return name;
}

/* One root, @start bytes further than it says: its offset, or
 * [offset, count, stride]. */
static enum coil_status add_root(struct roots *roots, const char *group,
				 uint32_t start, const char *key,
				 const json_t *value, struct coil_error *err)
{
	static const char *const names[] = {"offset", "count", "stride"};
	uint32_t number[] = {0, 1, 8};
	size_t numbers = json_is_array(value) ? countof(number) : 1;
	_cleanup_free_ char *name = NULL;

	if (numbers > 1 && json_array_size(value) != numbers)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s is not [offset, count, stride]", key);
	for (size_t i = 0; i < numbers; i++) {
		enum coil_status st = read_number(
			numbers > 1 ? json_array_get(value, i) : value, key,
			names[i], COIL_LAYOUT_LIMIT, &number[i], err);

		if (st != COIL_OK)
			return st;
	}
	if (number[0] > COIL_LAYOUT_LIMIT - start)
		return coil_fail(err, COIL_E_BAD_DATA, "%s.offset is beyond %u",
				 key, COIL_LAYOUT_LIMIT);
	if ((uint64_t)number[1] * number[2] > COIL_LAYOUT_LIMIT)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s.count times its stride is above %u", key,
				 COIL_LAYOUT_LIMIT);
	if (roots->count == ROOTS_MAX)
		return coil_fail(err, COIL_E_BAD_DATA, "more than %u roots",
				 ROOTS_MAX);
	name = join(group, key);
	if (!name || !APPEND(roots->at, roots->count, roots->room,
			     (struct coil_layout_root){name, start + number[0],
						       number[1], number[2]}))
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	(void)steal(name);
	return COIL_OK;
}

/* The roots of a group: their names and offsets continue those of the group. */
static enum coil_status add_group(struct roots *roots, const char *group,
				  json_t *members, struct coil_error *err)
{
	uint32_t start;
	enum coil_status st = read_number(
		json_object_get(members, COIL_GROUP_START), group,
		"\"" COIL_GROUP_START "\"", COIL_LAYOUT_LIMIT, &start, err);
	json_t *value;
	const char *key;

	json_object_foreach (members, key, value) {
		if (st != COIL_OK)
			return st;
		if (strcmp(key, COIL_GROUP_START) != 0)
			st = add_root(roots, group, start, key, value, err);
	}
	return st;
}

static enum coil_status read_roots(const json_t *tree, const char *list,
				   const struct coil_layout_root **out,
				   uint32_t *out_count, struct coil_error *err)
{
	struct roots roots = {NULL, 0, 0};
	json_t *section, *value;
	enum coil_status st = read_section(tree, list, &section, err);
	const char *key;

	if (st != COIL_OK)
		return st;
	json_object_foreach (section, key, value) {
		if (strchr(key, '.'))
			st = coil_fail(err, COIL_E_BAD_DATA,
				       "%s: %s stands in no group", list, key);
		else if (json_is_object(value))
			st = add_group(&roots, key, value, err);
		else
			st = add_root(&roots, NULL, 0, key, value, err);
		if (st != COIL_OK)
			break;
	}
	coil_layout_sort_roots(roots.at, roots.count);
	*out = roots.at;
	*out_count = roots.count;
	return st;
}

enum coil_status coil_layout_from_tree(struct coil_layout *layout, json_t *tree,
				       struct coil_error *err)
{
	enum coil_status st;

	if ((st = read_constants(tree, layout, err)) ||
	    (st = read_strategies(tree, layout, err)) ||
	    (st = read_structs(tree, layout, err)) ||
	    (st = read_roots(tree, "interpreter_roots",
			     &layout->interpreter_roots,
			     &layout->interpreter_root_count, err)) ||
	    (st = read_roots(tree, "thread_roots", &layout->thread_roots,
			     &layout->thread_root_count, err)))
		return st;
	return COIL_OK;
}
