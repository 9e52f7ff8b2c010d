/* SPDX-License-Identifier: MIT */
/* Classes and what they inherit from, by tp_mro: see snapshot.h. */
#include "snapshot/snapshot.h"
#include "types/types.h"

#define LONGEST_MRO 4096 /* classes; nobody writes such a class */

bool coil_snapshot_inherits(struct coil_snapshot *s,
			    const struct coil_type *type, const char *name)
{
	const struct coil_layout *l = s->runtime->layout;
	uint64_t mro, count, base;

	if (!coil_image_word(s->image, type->address + l->PyTypeObject.tp_mro,
			     &mro) ||
	    !coil_image_word(s->image, mro + l->PyVarObject.ob_size, &count))
		return !strcmp(type->name, name);
	for (uint64_t i = 0; i < min64(count, LONGEST_MRO); i++) {
		const struct coil_type *t;

		if (!coil_image_word(s->image,
				     mro + l->PyTupleObject.ob_item + i * 8,
				     &base))
			return false;
		t = coil_types_known(s->reader.types, base);
		if (t && !strcmp(t->name, name))
			return true;
	}
	return false;
}

void coil_snapshot_types_that(struct coil_snapshot *s, bool *out,
			      bool (*wanted)(struct coil_snapshot *s,
					     const struct coil_type *type))
{
	const struct coil_graph *g = s->graph;

	for (uint32_t i = 0; i < g->type_count; i++) {
		const struct coil_type *t = coil_snapshot_type(s, i);

		out[i] = t && wanted(s, t);
	}
}
