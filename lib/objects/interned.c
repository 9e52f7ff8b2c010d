/* SPDX-License-Identifier: MIT */
/*
 * The tables of interned strings, an interpreter's each from 3.12 on: a dict
 * whose keys are its values.  It owns neither: both references are taken off
 * the count again.
 *
 * Source: Objects/unicodeobject.c, PyUnicode_InternInPlace().  Up to 3.11 the
 * table is a static variable that no symbol names, so it is found by what it
 * is: the first variable of the interpreter that points to such a dict.
 */
#include <stdlib.h>

#include "objects/kind.h"

#define LEAST_STRINGS 64  /* any interpreter interns more before it runs */
#define CHECKED	      256 /* entries that must have the key as value */

static bool is_table(struct coil_reader *reader, uint64_t address)
{
	uint64_t type = 0, seen = 0;
	const struct coil_type *t;
	struct coil_dict d;

	if (address & 7 ||
	    !coil_image_word(reader->image,
			     address + reader->layout->PyObject.ob_type, &type))
		return false;
	t = coil_types_get(reader->types, type);
	if (!t || t->heap || !(t->flags & COIL_TP_DICT) ||
	    !coil_dict_read(reader->image, reader->layout, address, &d) ||
	    d.used < LEAST_STRINGS || d.values_object)
		return false;
	for (uint64_t i = 0; i < d.count && seen < CHECKED; i++) {
		uint64_t value = coil_dict_value(&d, i);

		if (value && value != coil_dict_key(&d, i))
			return false;
		seen += value != 0;
	}
	return seen >= LEAST_STRINGS;
}

/* The first word of [@at, @end) of @seg that leads to a table; 0: none. */
static uint64_t search_run(struct coil_reader *reader,
			   const struct coil_segment *seg, uint64_t at,
			   uint64_t end)
{
	for (; at < end && end - at >= 8; at += 8) {
		uint64_t word = load64(seg->bytes + (at - seg->start));

		if (word && is_table(reader, word))
			return word;
	}
	return 0;
}

static uint64_t search(struct coil_reader *reader)
{
	const struct coil_image *image = reader->image;
	const struct coil_module *module = reader->runtime->module;

	for (size_t s = 0; module && s < image->segment_count; s++) {
		const struct coil_segment *seg = &image->segments[s];
		uint64_t at = align_up(seg->start, 8), stop;

		if (!seg->writable ||
		    coil_image_module_at(image, seg->start) != module)
			continue;
		for (; (stop = coil_image_data(image, &at, seg->end)) > at;
		     at = stop) {
			uint64_t word = search_run(reader, seg, at, stop);

			if (word)
				return word;
		}
	}
	return 0;
}

static int by_address(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

bool coil_is_interned_table(struct coil_reader *reader, uint64_t address)
{
	return reader->interned_count &&
	       bsearch(&address, reader->interned, reader->interned_count,
		       sizeof(address), by_address);
}

/* The table of the interpreter at @interpreter, or 0. */
static uint64_t table_of(struct coil_reader *reader, uint64_t interpreter)
{
	uint64_t table = 0;

	if (reader->layout->PyInterpreterState.interned_strings !=
	    COIL_NO_FIELD)
		coil_image_word(reader->image,
				interpreter + reader->layout->PyInterpreterState
						      .interned_strings,
				&table);
	return table;
}

bool coil_interned_find(struct coil_reader *reader)
{
	const struct coil_runtime *runtime = reader->runtime;
	bool is_static =
		reader->layout->strategy.interned == COIL_INTERNED_STATIC;
	size_t count = is_static ? 1 : runtime->interpreter_count, found = 0;
	uint64_t *tables = calloc(count + 1, sizeof(*tables));

	if (!tables)
		return false;
	for (size_t i = 0; i < count; i++)
		tables[i] =
			is_static ? search(reader)
				  : table_of(reader, runtime->interpreters[i]);
	if (count)
		qsort(tables, count, sizeof(*tables), by_address);
	for (size_t i = 0; i < count; i++)
		if (tables[i] && (!found || tables[i] != tables[found - 1]))
			tables[found++] = tables[i];
	reader->interned = tables;
	reader->interned_count = found;
	return true;
}
