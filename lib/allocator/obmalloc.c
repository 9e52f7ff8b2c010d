/* SPDX-License-Identifier: MIT */
/*
 * Whose blocks objects are in, known by that of the table of modules, which
 * every interpreter has.
 */
#include <stdlib.h>

#include "allocator/obmalloc.h"
#include "layout/derived.h"
#include "values/field.h"

/*
 * Debug hooks put the size, a letter for the interface ('o': objects) and seven
 * bytes 0xfd before every block, whatever the allocator (Objects/obmalloc.c,
 * _PyMem_DebugRawAlloc(): "p[S]: API ID"): look at the module table.
 */
static bool has_debug_hooks(const struct coil_obmalloc *o, uint64_t modules)
{
	static const uint8_t guard[8] = {'o',  0xfd, 0xfd, 0xfd,
					 0xfd, 0xfd, 0xfd, 0xfd};
	uint64_t head = coil_gc_head(o->layout);
	const uint8_t *p;

	if (modules < head + sizeof(guard))
		return false;
	p = coil_image_view(o->image, modules - head - sizeof(guard),
			    sizeof(guard));
	return p && memcmp(p, guard, sizeof(guard)) == 0;
}

enum coil_status coil_obmalloc_find(struct coil_obmalloc *o)
{
	const struct coil_layout *l = o->layout;
	uint64_t modules = coil_field(o->image, o->interpreters[0],
				      l->PyInterpreterState.modules);

	if (!coil_arenas_find(o))
		return COIL_E_NOMEM;
	if (l->strategy.arenas == COIL_ARENAS_MIMALLOC ||
	    (!o->arenas && coil_mimalloc_holds(o->image, l, modules)))
		o->is = COIL_ALLOCATOR_MIMALLOC;
	else
		o->is = o->arenas ? COIL_ALLOCATOR_PYMALLOC
				  : COIL_ALLOCATOR_MALLOC;
	o->debug_hooks = has_debug_hooks(o, modules);
	return COIL_OK;
}

void coil_obmalloc_free(struct coil_obmalloc *obmalloc)
{
	free(obmalloc->tables);
	obmalloc->tables = NULL;
	obmalloc->table_count = 0;
}
