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

/* The table one of whose names is a word of [@at, @end) of @seg; 0: none. */
static uint64_t search_run(struct coil_reader *reader,
			   const struct coil_segment *seg, uint64_t at,
			   uint64_t end)
{
	for (; at < end && end - at >= 8; at += 8) {
		uint64_t entry = at - reader->layout->method_cache_entry.name;
		uint64_t table;
		uint32_t index;

		if (!load64(seg->bytes + (at - seg->start)) ||
		    !place(reader, entry, &index))
			continue;
		table = entry - entry_at(reader, 0, index);
		if (is_table(reader, table))
			return table;
	}
	return 0;
}

uint64_t coil_type_cache_find(struct coil_reader *reader)
{
	const struct coil_layout *l = reader->layout;
	const struct coil_image *image = reader->image;
	const struct coil_module *module = reader->runtime->module;

	if (!l->constant.type_cache_entries || !l->method_cache_entry.size)
		return 0;
	for (size_t s = 0; module && s < image->segment_count; s++) {
		const struct coil_segment *seg = &image->segments[s];
		uint64_t at = align_up(seg->start, 8), stop;

		if (!seg->writable ||
		    coil_image_module_at(image, seg->start) != module)
			continue;
		for (; (stop = coil_image_data(image, &at, seg->end)) > at;
		     at = stop) {
			uint64_t table = search_run(reader, seg, at, stop);

			if (table)
				return table;
		}
	}
	return 0;
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
