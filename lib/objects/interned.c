/* SPDX-License-Identifier: MIT */
/*
 * The table of interned strings: a dict whose keys are its values.  It owns
 * neither: both references are taken off the count again.
 *
 * Source: Objects/unicodeobject.c, PyUnicode_InternInPlace().  Up to 3.11 the
 * table is a static variable that no symbol names, so it is found by what it
 * is: the first variable of the interpreter that points to such a dict.
 */
#include "objects/kind.h"

#define LEAST_STRINGS 64  /* any interpreter interns more before it runs */
#define CHECKED	      256 /* entries that must have the key as value */

static bool is_table(const struct coil_heap *heap, uint64_t address)
{
	uint64_t type = 0, seen = 0;
	const struct coil_type *t;
	struct coil_dict d;

	if (address & 7 ||
	    !coil_image_word(heap->image,
			     address + heap->layout->PyObject.ob_type, &type))
		return false;
	t = coil_types_known(heap->types, type);
	if (!t)
		t = coil_types_get(heap->types, type);
	if (!t || t->heap || !(t->flags & COIL_TP_DICT) ||
	    !coil_dict_read(heap->image, heap->layout, address, &d) ||
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

static uint64_t search(const struct coil_heap *heap)
{
	const struct coil_image *image = heap->image;
	const struct coil_module *module = heap->runtime->module;

	for (size_t s = 0; module && s < image->segment_count; s++) {
		const struct coil_segment *seg = &image->segments[s];
		uint64_t at = align_up(seg->start, 8);

		if (!seg->writable ||
		    coil_image_module_at(image, seg->start) != module)
			continue;
		for (; at + 8 <= seg->end; at += 8) {
			uint64_t word = load64(seg->bytes + (at - seg->start));

			if (word && is_table(heap, word))
				return word;
		}
	}
	return 0;
}

uint64_t coil_interned_find(const struct coil_heap *heap)
{
	const struct coil_layout *l = heap->layout;
	uint64_t table = 0;

	if (l->strategy.interned == COIL_INTERNED_STATIC)
		return search(heap);
	if (l->PyInterpreterState.interned_strings != COIL_NO_FIELD &&
	    heap->runtime->interpreter_count)
		coil_image_word(heap->image,
				heap->runtime->interpreters[0] +
					l->PyInterpreterState.interned_strings,
				&table);
	return table;
}
