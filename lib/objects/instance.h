/* SPDX-License-Identifier: MIT */
/* What Python classes add to the objects of a C type. */
#ifndef COIL_OBJECTS_INSTANCE_H
#define COIL_OBJECTS_INSTANCE_H

#include "objects/plan.h"

/* Slots, attributes, __dict__ and, with @type_flags, the class. */
void coil_instance_refs(struct coil_reader *reader,
			const struct coil_object *object,
			const struct coil_plan *plan, unsigned type_flags,
			struct coil_sink *sink);

/* The array of attribute values, where it is a block of its own. */
void coil_instance_buffers(struct coil_reader *reader,
			   const struct coil_object *object,
			   const struct coil_plan *plan,
			   struct coil_buffers *buffers);

#endif
