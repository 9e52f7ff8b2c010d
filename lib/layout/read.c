/* SPDX-License-Identifier: MIT */
/*
 * Layout files (coil-layout(5)) into struct coil_layout.  The file is JSON;
 * what it must hold stands in the tables of table.c, so that nothing
 * here has to change when a field is added.
 */

#include "image/file.h"
#include "image/root.h"
#include "layout/table.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

/* A layout file with more rows than this is not one. */
#define ROOTS_MAX  65536
#define PROVED_MAX 4096u

static void json_guard(json_t **json)
{
	json_decref(*json);
}
#define _cleanup_json_ __attribute__((cleanup(json_guard)))

static void layout_guard(struct coil_layout **layout)
{
	coil_layout_free(*layout);
}
#define _cleanup_layout_ __attribute__((cleanup(layout_guard)))

static void file_guard(FILE **file)
{
	if (*file)
		(void)!fclose(*file);
}
#define _cleanup_file_ __attribute__((cleanup(file_guard)))

static void free_roots(const struct coil_layout_root *roots, uint32_t count)
{
	for (uint32_t i = 0; roots && i < count; i++)
		free((char *)(uintptr_t)roots[i].name);
	free((struct coil_layout_root *)(uintptr_t)roots);
}

void coil_layout_free(struct coil_layout *layout)
{
	if (!layout)
		return;
	free_roots(layout->interpreter_roots, layout->interpreter_root_count);
	free_roots(layout->thread_roots, layout->thread_root_count);
	free((char *)(uintptr_t)layout->name);
	free((char *)(uintptr_t)layout->source);
	free((uint32_t *)(uintptr_t)layout->proved);
	free(layout);
}

/* "@what: not a number below 16777216", one for every number there is. */
static enum coil_status read_number(const json_t *value, const char *owner,
				    const char *name, uint32_t *out,
				    struct coil_error *err)
{
	if (!value)
		return coil_fail(err, COIL_E_BAD_DATA, "%s.%s is missing",
				 owner, name);
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > COIL_LAYOUT_LIMIT)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s.%s is no number up to %u", owner, name,
				 COIL_LAYOUT_LIMIT);
	*out = (uint32_t)json_integer_value(value);
	return COIL_OK;
}

static enum coil_status read_string(const json_t *root, const char *name,
				    const char **out, struct coil_error *err)
{
	const json_t *value = json_object_get(root, name);

	if (!json_is_string(value))
		return coil_fail(err, COIL_E_BAD_DATA, "%s is %s", name,
				 value ? "no string" : "missing");
	*out = strdup(json_string_value(value));
	return *out ? COIL_OK : coil_fail(err, COIL_E_NOMEM, "out of memory");
}

static enum coil_status read_bool(const json_t *root, const char *name,
				  bool *out, struct coil_error *err)
{
	const json_t *value = json_object_get(root, name);

	if (!json_is_boolean(value))
		return coil_fail(err, COIL_E_BAD_DATA, "%s is %s", name,
				 value ? "neither true nor false" : "missing");
	*out = json_is_true(value);
	return COIL_OK;
}

/* A number beyond what JSON readers agree on: "0x030b02f0". */
static enum coil_status read_hex(const json_t *value, const char *name,
				 uint32_t *out, struct coil_error *err)
{
	const char *text = json_string_value(value);
	unsigned long long number;
	char *end;

	if (!value)
		return coil_fail(err, COIL_E_BAD_DATA, "%s is missing", name);
	if (!text || strncmp(text, "0x", 2) != 0)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s is not of the form \"0x030b02f0\"", name);
	errno = 0;
	number = strtoull(text, &end, 16);
	if (errno || *end || end == text + 2 || number > UINT32_MAX)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s is not of the form \"0x030b02f0\"", name);
	*out = (uint32_t)number;
	return COIL_OK;
}

/* The releases on which it was proved, which a file may leave out. */
static enum coil_status read_proved(const json_t *root,
				    struct coil_layout *layout,
				    struct coil_error *err)
{
	const json_t *list = json_object_get(root, "proved");
	size_t count = json_array_size(list);
	enum coil_status st = COIL_OK;
	uint32_t *proved;

	if (list && (!json_is_array(list) || count > PROVED_MAX))
		return coil_fail(err, COIL_E_BAD_DATA,
				 "proved is no list of up to %u releases",
				 PROVED_MAX);
	proved = calloc(count + 1, sizeof(*proved));
	if (!proved)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	layout->proved = proved;
	layout->proved_count = (uint32_t)count;
	for (size_t i = 0; st == COIL_OK && i < count; i++) {
		st = read_hex(json_array_get(list, i), "proved", &proved[i],
			      err);
		if (st == COIL_OK && i && proved[i] <= proved[i - 1])
			st = coil_fail(err, COIL_E_BAD_DATA,
				       "proved is not ascending");
	}
	return st;
}

static enum coil_status read_section(const json_t *root, const char *name,
				     const json_t **out, struct coil_error *err)
{
	*out = json_object_get(root, name);
	if (!json_is_object(*out))
		return coil_fail(err, COIL_E_BAD_DATA, "%s is %s", name,
				 *out ? "no object" : "missing");
	return COIL_OK;
}

static enum coil_status read_structs(const json_t *root,
				     struct coil_layout *layout,
				     struct coil_error *err)
{
	const json_t *structs, *owner = NULL;
	enum coil_status st = read_section(root, "structs", &structs, err);

	for (size_t i = 0; st == COIL_OK && i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];
		const json_t *value;
		uint32_t number = 0;

		if (!row->field) {
			owner = json_object_get(structs, row->owner);
			if (!owner)
				return coil_fail(err, COIL_E_BAD_DATA,
						 "structs.%s is missing",
						 row->owner);
			if (!json_is_object(owner) && !json_is_null(owner))
				return coil_fail(err, COIL_E_BAD_DATA,
						 "structs.%s is neither an "
						 "object nor null",
						 row->owner);
		}
		if (json_is_null(owner))
			continue; /* as coil_layout_clear() left it */
		value = json_object_get(owner,
					row->field ? row->field : "size");
		if (row->field && json_is_null(value))
			continue;
		st = read_number(value, row->owner,
				 row->field ? row->field : "size", &number,
				 err);
		coil_layout_set(layout, row->at, number);
	}
	return st;
}

/* Like read_number(), but constants use all 32 bits. */
static enum coil_status read_constants(const json_t *root,
				       struct coil_layout *layout,
				       struct coil_error *err)
{
	const json_t *constants;
	enum coil_status st = read_section(root, "constants", &constants, err);

	if (st != COIL_OK)
		return st;
	for (size_t i = 0; i < coil_layout_constant_count; i++) {
		const struct coil_layout_constant *c =
			&coil_layout_constants[i];
		const json_t *value = json_object_get(constants, c->name);

		if (!value)
			return coil_fail(err, COIL_E_BAD_DATA,
					 "constants.%s is missing", c->name);
		if (!json_is_integer(value) || json_integer_value(value) < 0 ||
		    json_integer_value(value) > UINT32_MAX)
			return coil_fail(err, COIL_E_BAD_DATA,
					 "constants.%s is no number of 32 bits",
					 c->name);
		coil_layout_set(layout, c->at,
				(uint32_t)json_integer_value(value));
	}
	return COIL_OK;
}

static enum coil_status read_strategies(const json_t *root,
					struct coil_layout *layout,
					struct coil_error *err)
{
	const json_t *strategies;
	enum coil_status st =
		read_section(root, "strategies", &strategies, err);
	char spelling[64];

	if (st != COIL_OK)
		return st;
	for (size_t i = 0; i < coil_layout_strategy_count; i++) {
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
	return COIL_OK;
}

/* One row: ["gc.garbage", offset, count, stride]. */
static enum coil_status read_root(const json_t *row, const char *list,
				  size_t index, struct coil_layout_root *out,
				  struct coil_error *err)
{
	static const char *const names[] = {"offset", "count", "stride"};
	const char *name = json_string_value(json_array_get(row, 0));
	uint32_t number[3];
	uint64_t end;

	if (!name || json_array_size(row) != 4)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s[%zu] is not [name, offset, count, stride]",
				 list, index);
	for (size_t i = 0; i < countof(number); i++) {
		enum coil_status st =
			read_number(json_array_get(row, i + 1), name, names[i],
				    &number[i], err);

		if (st != COIL_OK)
			return st;
	}
	if (!mul64(number[1], number[2], &end) || end > COIL_LAYOUT_LIMIT)
		return coil_fail(err, COIL_E_BAD_DATA,
				 "%s.count times its stride is above %u", name,
				 COIL_LAYOUT_LIMIT);
	out->name = strdup(name);
	out->offset = number[0];
	out->count = number[1];
	out->stride = number[2];
	return out->name ? COIL_OK
			 : coil_fail(err, COIL_E_NOMEM, "out of memory");
}

static enum coil_status read_roots(const json_t *root, const char *name,
				   const struct coil_layout_root **out,
				   uint32_t *out_count, struct coil_error *err)
{
	const json_t *list = json_object_get(root, name);
	size_t count = json_array_size(list);
	struct coil_layout_root *roots;
	enum coil_status st = COIL_OK;

	if (!json_is_array(list))
		return coil_fail(err, COIL_E_BAD_DATA, "%s is %s", name,
				 list ? "no list" : "missing");
	if (count > ROOTS_MAX)
		return coil_fail(err, COIL_E_BAD_DATA, "%s has %zu rows", name,
				 count);
	roots = calloc(count + 1, sizeof(*roots));
	if (!roots)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	*out = roots;
	*out_count = (uint32_t)count;
	for (size_t i = 0; st == COIL_OK && i < count; i++)
		st = read_root(json_array_get(list, i), name, i, &roots[i],
			       err);
	return st;
}

/* What DWARF does not say. */
static enum coil_status read_base(const json_t *root,
				  struct coil_layout *layout,
				  struct coil_error *err)
{
	enum coil_status st;

	if (!json_is_object(root))
		return coil_fail(err, COIL_E_BAD_DATA, "not a JSON object");
	if ((st = read_string(root, "name", &layout->name, err)) ||
	    (st = read_string(root, "source", &layout->source, err)) ||
	    (st = read_hex(json_object_get(root, "first"), "first",
			   &layout->first, err)) ||
	    (st = read_hex(json_object_get(root, "last"), "last", &layout->last,
			   err)) ||
	    (st = read_bool(root, "debug", &layout->debug, err)) ||
	    (st = read_bool(root, "free_threaded", &layout->free_threaded,
			    err)) ||
	    (json_object_get(root, "untested") &&
	     (st = read_bool(root, "untested", &layout->untested, err))) ||
	    (st = read_proved(root, layout, err)) ||
	    (st = read_constants(root, layout, err)) ||
	    (st = read_strategies(root, layout, err)))
		return st;
	return COIL_OK;
}

static enum coil_status read_all(const json_t *root, struct coil_layout *layout,
				 struct coil_error *err)
{
	enum coil_status st = read_base(root, layout, err);

	if (st != COIL_OK || (st = read_structs(root, layout, err)) ||
	    (st = read_roots(root, "interpreter_roots",
			     &layout->interpreter_roots,
			     &layout->interpreter_root_count, err)) ||
	    (st = read_roots(root, "thread_roots", &layout->thread_roots,
			     &layout->thread_root_count, err)))
		return st;
	return COIL_OK;
}

static enum coil_status read_file(
	const char *path,
	enum coil_status (*read)(const json_t *root, struct coil_layout *layout,
				 struct coil_error *err),
	struct coil_layout **out, struct coil_error *err)
{
	_cleanup_close_ int fd = coil_file_open(path);
	_cleanup_file_ FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	_cleanup_layout_ struct coil_layout *layout = NULL;
	_cleanup_json_ json_t *root = NULL;
	struct coil_error why = {COIL_OK, ""};
	json_error_t where;
	enum coil_status st;

	if (!file)
		return coil_fail(err, COIL_E_OS, "%s: %s", path,
				 coil_open_words(errno));
	steal_fd(&fd); /* the stream closes it */
	root = json_loadf(file, JSON_REJECT_DUPLICATES, &where);
	if (!root)
		return coil_fail(err, COIL_E_BAD_DATA, "%s:%d: %s", path,
				 where.line, where.text);
	layout = malloc(sizeof(*layout));
	if (!layout)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	coil_layout_clear(layout);
	st = read(root, layout, &why);
	if (st != COIL_OK)
		return coil_fail(err, st, "%s: %s", path, why.text);
	*out = steal(layout);
	return COIL_OK;
}

enum coil_status coil_layout_read(const char *path, struct coil_layout **out,
				  struct coil_error *err)
{
	return read_file(path, read_all, out, err);
}

enum coil_status coil_layout_read_base(const char *path,
				       struct coil_layout **out,
				       struct coil_error *err)
{
	return read_file(path, read_base, out, err);
}
