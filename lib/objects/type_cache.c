/* SPDX-License-Identifier: MIT */
/*
 * The cache of attributes looked up in types, where it is a static variable:
 * it owns the names in it.  No symbol tells where it is, but each entry tells
 * where the table begins: its place follows from the type's version and the
 * name's hash.
 *
 * Source: CPython 3.8 and 3.9, Objects/typeobject.c, _PyType_Lookup(),
 * MCACHE_HASH; an entry that was never used holds None.
 */
#include "objects/nodes.h"
#include "objects/variables.h"

#define LEAST_NAMES 64 /* any interpreter looks up more before it runs */

static uint64_t entry_at(struct coil_reader *reader, uint64_t table,
			 uint32_t index)
{
	return table +
	       (uint64_t)index * reader->layout->method_cache_entry.size;
}

/* The place in the table of the entry at @at; false where it has no name. */
static bool place(struct coil_reader *reader, uint64_t at, uint32_t *out)
{
	const struct coil_layout *l = reader->layout;
	uint64_t name, version, hash;

	if (!coil_image_word(reader->image, at + l->method_cache_entry.name,
			     &name) ||
	    !coil_is_str(reader, name) ||
	    !coil_image_word(reader->image, at + l->method_cache_entry.version,
			     &version) ||
	    !coil_image_word(reader->image, name + l->PyASCIIObject.hash,
			     &hash))
		return false;
	*out = (uint32_t)(version ^ hash) &
	       (l->constant.type_cache_entries - 1);
	return true;
}

static bool is_table(struct coil_reader *reader, uint64_t table)
{
	const struct coil_layout *l = reader->layout;
	uint32_t names = 0;

	for (uint32_t i = 0; i < l->constant.type_cache_entries; i++) {
		uint64_t at = entry_at(reader, table, i), name;
		uint32_t index;

		if (!coil_image_word(reader->image,
				     at + l->method_cache_entry.name, &name))
			return false;
		if (!name || name == reader->none)
			continue;
		if (!place(reader, at, &index) || index != i)
			return false;
		names++;
	}
	return names >= LEAST_NAMES;
}

/* If the variable is the name of an entry, that says where the table is. */
static uint64_t look(struct coil_reader *reader, uint64_t address,
		     uint64_t word, void *ctx)
{
	uint64_t entry = address - reader->layout->method_cache_entry.name;
	uint64_t table = 0;
	uint32_t index;

	(void)word;
	(void)ctx;
	if (place(reader, entry, &index))
		table = entry - entry_at(reader, 0, index);
	return table && is_table(reader, table) ? table : 0;
}

uint64_t coil_type_cache_find(struct coil_reader *reader)
{
	const struct coil_layout *l = reader->layout;
	const struct coil_module *module = reader->runtime->module;

	if (!l->constant.type_cache_entries || !l->method_cache_entry.size ||
	    !module)
		return 0;
	return coil_variables_find(reader, module, look, NULL);
}

void coil_type_cache_refs(struct coil_reader *reader, struct coil_sink *sink)
{
	uint32_t n = reader->type_cache
			     ? reader->layout->constant.type_cache_entries
			     : 0;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t name = 0;

		if (!coil_image_word(
			    reader->image,
			    entry_at(reader, reader->type_cache, i) +
				    reader->layout->method_cache_entry.name,
			    &name))
			sink->missing++;
		coil_emit(sink, name, COIL_REF_OTHER | COIL_EDGE_COUNTED,
			  COIL_LABEL_TEXT, coil_text("method_cache.name"));
	}
}
