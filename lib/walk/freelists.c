/* SPDX-License-Identifier: MIT */
/*
 * Dead objects that wait on a free list with their type still in place: from
 * 3.14 on the link to the next stands where the reference count was, so that
 * they look like living ones.
 *
 * Source: Include/internal/pycore_freelist.h, pycore_freelist_state.h: struct
 * _Py_freelists is nothing but pairs {freelist, size}; Objects/object.c,
 * _PyFreeList_Push(): the first word of what is put there is the link.
 */
#include "walk/walk.h"

bool coil_dead_objects(struct coil_reader *reader, struct coil_addrset *dead)
{
	const struct coil_layout *l = reader->layout;
	uint64_t left = reader->image->coverage.stored / 16 + 16;

	if (l->strategy.free_lists != COIL_FREE_LISTS_LINKED ||
	    l->PyInterpreterState.freelists == COIL_NO_FIELD ||
	    !l->_Py_freelist.size)
		return true;
	for (size_t i = 0; i < reader->runtime->interpreter_count; i++) {
		uint64_t lists = reader->runtime->interpreters[i] +
				 l->PyInterpreterState.freelists;

		for (uint32_t at = l->_Py_freelist.freelist;
		     at < l->_Py_freelists.size; at += l->_Py_freelist.size) {
			uint64_t block = 0;

			(void)!coil_image_word(reader->image, lists + at,
					       &block);
			for (; block && left; left--) {
				enum coil_add add =
					coil_addrset_add(dead, block);

				if (add == COIL_ADD_NOMEM)
					return false;
				if (add != COIL_ADD_NEW ||
				    !coil_image_word(reader->image, block,
						     &block))
					break;
			}
		}
	}
	return true;
}
