/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_NODES_H
#define COIL_OBJECTS_NODES_H

#include "objects/kind.h"

/* The parts of the nodes in angle brackets; see coil_node_refs(). */

/* What the dict keys at @keys own: their keys (kinds/dict.c). */
void coil_keys_refs(struct coil_reader *reader, uint64_t keys,
		    struct coil_sink *sink);

/** The static type cache's address, or 0: type_cache.c. */
uint64_t coil_type_cache_find(struct coil_reader *reader);
void coil_type_cache_refs(struct coil_reader *reader, struct coil_sink *sink);

/**
 * The first of the static identifiers, or 0, into *@head: identifiers.c.
 * False: out of memory.
 */
bool coil_identifiers_find(struct coil_reader *reader, uint64_t *head);
void coil_identifiers_refs(struct coil_reader *reader, uint64_t interpreter,
			   struct coil_sink *sink);

/** Whether an object at @address would be a str, of no subclass. */
static inline bool coil_is_str(struct coil_reader *reader, uint64_t address)
{
	uint64_t type;

	return address && !(address & 7) && reader->str_type &&
	       coil_image_word(reader->image,
			       address + reader->layout->PyObject.ob_type,
			       &type) &&
	       type == reader->str_type;
}

#endif
