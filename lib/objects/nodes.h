/* SPDX-License-Identifier: MIT */
#ifndef COIL_OBJECTS_NODES_H
#define COIL_OBJECTS_NODES_H

#include "objects/kind.h"

/* The parts of the nodes in angle brackets; see coil_node_refs(). */

/* What the dict keys at @keys own: their keys (kinds/dict.c). */
void coil_keys_refs(const struct coil_heap *heap, uint64_t keys,
		    struct coil_sink *sink);

#endif
