/* SPDX-License-Identifier: MIT */
/*
 * Objects that are known by where they stand, whoever refers to them: by their
 * symbols, or built into _PyRuntime.
 */
#include "walk/walker.h"

/* What is known by name, whoever refers to it. */
void coil_walk_symbols(struct coil_walker *w)
{
	static const char *const names[] = {
		"PyType_Type",
		"PyBaseObject_Type",
		"_Py_NoneStruct",
		"_Py_TrueStruct",
		"_Py_FalseStruct",
		"_Py_EllipsisObject",
		"_Py_NotImplementedStruct",
	};

	for (size_t i = 0; i < countof(names); i++) {
		uint64_t at = coil_image_symbol(w->reader->image, names[i],
						NULL, NULL);

		if (at)
			coil_walk_consider(w, at, COIL_NODE_OBJECT);
	}
	coil_walk_consider(w, coil_types_type(w->reader->types)->address,
			   COIL_NODE_OBJECT);
	for (size_t i = 0; i < w->reader->interned_count; i++)
		coil_walk_consider(w, w->reader->interned[i], COIL_NODE_OBJECT);
}

/*
 * Small ints, one-character strings, identifiers: built into _PyRuntime, one
 * after another without a directory (3.11 and later).
 */
void coil_walk_runtime(struct coil_walker *w)
{
	const struct coil_layout *l = w->reader->layout;
	uint64_t runtime = w->reader->runtime->info.runtime;
	uint64_t at, end;

	if (!runtime || l->_PyRuntimeState.small_ints == COIL_NO_FIELD ||
	    l->_PyRuntimeState.tuple_empty == COIL_NO_FIELD)
		return;
	end = runtime + l->_PyRuntimeState.tuple_empty + l->PyTupleObject.size;
	for (at = runtime + l->_PyRuntimeState.small_ints; at < end; at += 8) {
		uint64_t word = 0;
		const struct coil_type *type;

		coil_image_word(w->reader->image, at + l->PyObject.ob_type,
				&word);
		type = coil_types_get(w->reader->types, word);
		if (type &&
		    type->flags & (COIL_TP_LONG | COIL_TP_BYTES |
				   COIL_TP_UNICODE | COIL_TP_TUPLE) &&
		    coil_walk_is_object(w, at, false))
			coil_walk_found(w, at, COIL_NODE_OBJECT);
	}
}
