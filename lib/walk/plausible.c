/* SPDX-License-Identifier: MIT */
/*
 * Whether what merely looks like an object is one in all respects: its type is
 * one that is in use, its count is plausible, its collector's head says that it
 * is not tracked (what is tracked has been found on a list), it is as large as
 * the block that it stands in, and all that it refers to are objects.
 *
 * Source: Objects/obmalloc.c, pymalloc_realloc(): a block that shrinks by a
 * quarter at most stays where it is; Objects/mimalloc/alloc-aligned.c and
 * alloc.c, _mi_heap_realloc_zero(): by half.  Objects/typeobject.c,
 * _PyType_AllocNoTrack(): one item more than there are.  Objects/longobject.c,
 * long_normalize(): an int may be much smaller than its block.
 * Include/refcount.h: the counts of objects that are never freed.
 */
#include "objects/plan.h"
#include "walk/walker.h"
#include "values/refcount.h"

/* The references of a candidate: whether all lead to objects. */
struct prober {
	struct coil_sink sink; /* first */
	struct coil_walker *w;
	bool fails;
};

static void probe(struct coil_sink *sink)
{
	struct prober *p = (struct prober *)sink;

	for (unsigned i = 0; i < sink->count && !p->fails; i++) {
		const struct coil_ref *r = &sink->refs[i];

		if (r->flags & COIL_EDGE_INEXACT ||
		    coil_addrset_has(&p->w->walk->nodes, r->target))
			continue;
		p->fails =
			r->node == COIL_NODE_OBJECT
				? !coil_walk_is_object(p->w, r->target, false)
				: r->target & 7 || !coil_image_segment(
							   p->w->reader->image,
							   r->target);
	}
	sink->stop = p->fails;
}

static bool leads_to_objects(struct coil_walker *w,
			     const struct coil_object *object)
{
	struct prober p = {.sink.flush = probe, .w = w};

	coil_reader_refs(w->reader, object, &p.sink);
	probe(&p.sink);
	return !p.fails && !p.sink.missing;
}

/* Each reference that is counted is a word of memory; and no count is the
 * address of an object. */
static bool has_count(const struct coil_walker *w,
		      const struct coil_object *object)
{
	const struct coil_layout *l = w->reader->layout;

	if (l->strategy.immortality != COIL_IMMORTALITY_BIASED &&
	    coil_addrset_has(&w->walk->nodes,
			     load64(object->head + l->PyObject.ob_refcnt)))
		return false;
	if (coil_is_immortal(l, object->head))
		return coil_is_marked_immortal(l, object->head);
	return coil_count_fits(w->reader, object->head);
}

/* What the collector says of it: that it does not track it, or that it does, in
 * a list that could not be followed. */
static bool has_head(const struct coil_walker *w,
		     const struct coil_object *object)
{
	struct coil_reader *reader = w->reader;

	if (!coil_gc_is_tracked(reader, object->address, object->type))
		return coil_gc_links_hold(reader, object->address,
					  object->type);
	return (w->walk->stats.broken_lists ||
		reader->runtime->info.gc_collecting) &&
	       coil_gc_links_hold(reader, object->address, object->type);
}

/* Bytes of the attribute values behind @object. Source: Include/internal/
 * pycore_object.h, _PyInlineValuesSize(): the values, one word more, and a byte
 * for each, rounded up. */
static uint64_t inline_bytes(struct coil_reader *reader,
			     const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t values = object->address + object->type->basicsize;
	const uint8_t *capacity;

	if (!(object->type->flags & COIL_TP_INLINE_VALUES) ||
	    l->strategy.values != COIL_VALUES_INLINE)
		return 0;
	capacity = coil_image_view(reader->image,
				   values + l->PyDictValues.capacity, 1);
	return capacity ? (*capacity + 1u) * 8 + align_up(*capacity, 8) : 0;
}

/* Bytes that were asked for, for @object and what stands before it. */
static bool needed_bytes(const struct coil_walker *w,
			 const struct coil_object *object, uint64_t *out)
{
	struct coil_reader *reader = w->reader;
	uint64_t around = object->type->prefix + reader->blocks->extra;
	struct coil_str s;

	*out = around + coil_size_default(reader, object) +
	       inline_bytes(reader, object);
	if (!(object->type->flags & COIL_TP_UNICODE))
		return true;
	if (!coil_str_read(reader->image, reader->layout, object->address, &s))
		return false;
	if (s.compact)
		*out = around + s.data_address - object->address +
		       (s.length + 1) * s.width;
	return true;
}

/* Whether a block of @pool is one that @needed bytes can stand in, @more at
 * most having been asked for beside them. */
static bool fits(const struct coil_walker *w, const struct coil_pool *pool,
		 uint64_t needed, uint64_t more)
{
	const struct coil_blocks *blocks = w->reader->blocks;

	if (needed > pool->block)
		return false;
	if (coil_blocks_class(blocks, needed) == pool->block)
		return true;
	needed += more;
	return blocks->by_heap ? needed * 2 >= pool->block
			       : needed * 4 > pool->block * 3;
}

static bool has_block(const struct coil_walker *w,
		      const struct coil_object *object)
{
	const struct coil_type *type = object->type;
	const struct coil_pool *pool =
		coil_blocks_pool(w->reader->blocks, object->address);
	uint64_t needed, size;
	bool known;

	if (!needed_bytes(w, object, &needed))
		return false;
	if (!pool)
		return coil_image_segment(w->reader->image,
					  object->address + needed - 1) != NULL;
	if (w->reader->blocks->by_heap && pool->heap == COIL_HEAP_MEMORY)
		return false;
	if (type->flags & COIL_TP_LONG)
		return needed <= pool->block;
	if (type->itemsize || type->flags & COIL_TP_UNICODE)
		return fits(w, pool, needed, type->itemsize);
	size = coil_reader_size(w->reader, object, &known) +
	       w->reader->blocks->extra;
	return fits(w, pool, needed, 0) || (known && fits(w, pool, size, 0));
}

/* A type that is in use: an object that was found, or one built in. */
static bool is_in_use(const struct coil_walker *w, const struct coil_type *type)
{
	return coil_addrset_has(&w->walk->nodes, type->address) ||
	       (!type->heap &&
		coil_image_module_at(w->reader->image, type->address));
}

bool coil_walk_plausible(struct coil_walker *w, uint64_t address)
{
	struct coil_object object;

	return coil_walk_is_object(w, address, false) &&
	       coil_reader_object(w->reader, address, &object) &&
	       is_in_use(w, object.type) && has_count(w, &object) &&
	       has_head(w, &object) && has_block(w, &object) &&
	       leads_to_objects(w, &object);
}
