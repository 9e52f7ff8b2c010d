/* SPDX-License-Identifier: MIT */
/*
 * What a layout file says of itself: its name, the releases and builds that it
 * holds for, where it was proved.
 */

#include "layout/tree.h"

#include <errno.h>
#include <stdlib.h>

/* A file that was proved on more releases is no layout. */
#define PROVED_MAX 4096u

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

enum coil_status coil_layout_read_head(struct coil_layout *layout,
				       const json_t *root,
				       struct coil_error *err)
{
	enum coil_status st;

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
	    (st = read_proved(root, layout, err)))
		return st;
	return COIL_OK;
}
