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

#include "base/order.h"
#include "objects/kind.h"
#include "objects/variables.h"

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
	    !coil_reader_dict(reader, address, &d) || d.used < LEAST_STRINGS ||
	    d.values_object)
		return false;
	for (uint64_t i = 0; i < d.count && seen < CHECKED; i++) {
		uint64_t value = coil_dict_value(&d, i);

		if (value && value != coil_dict_key(&d, i))
			return false;
		seen += value != 0;
	}
	return seen >= LEAST_STRINGS;
}

/* The first variable of the interpreter that leads to a table. */
static uint64_t look(struct coil_reader *reader, uint64_t address,
		     uint64_t word, void *ctx)
{
	(void)address;
	(void)ctx;
	return is_table(reader, word) ? word : 0;
}

static uint64_t search(struct coil_reader *reader)
{
	const struct coil_module *module = reader->runtime->module;

	return module ? coil_variables_find(reader, module, look, NULL) : 0;
}

bool coil_is_interned_table(struct coil_reader *reader, uint64_t address)
{
	return reader->interned_count &&
	       bsearch(&address, reader->interned, reader->interned_count,
		       sizeof(address), coil_by_word);
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
		qsort(tables, count, sizeof(*tables), coil_by_word);
	for (size_t i = 0; i < count; i++)
		if (tables[i] && (!found || tables[i] != tables[found - 1]))
			tables[found++] = tables[i];
	reader->interned = tables;
	reader->interned_count = found;
	return true;
}
