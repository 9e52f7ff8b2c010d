/* SPDX-License-Identifier: MIT */
/*
 * What one bit says of an object: from its type, from its head, from where it
 * stands, from the list that it is on.
 */
#include "walk/builder.h"
#include "values/refcount.h"

static bool has_weakrefs(struct coil_reader *reader,
			 const struct coil_object *o)
{
	int64_t at = o->type->weaklistoffset;
	uint64_t word = 0;

	if (!at || at < -64 || at > 1 << 20)
		return false;
	if (o->type->flags & COIL_TP_TYPE) {
		const struct coil_type *t =
			coil_types_known(reader->types, o->address);

		if (t)
			return t->weaklist != 0;
	}
	coil_image_word(reader->image, o->address + (uint64_t)at, &word);
	return word != 0;
}

uint32_t coil_build_flags(const struct coil_builder *b,
			  const struct coil_object *o)
{
	struct coil_reader *reader = b->reader;
	const struct coil_layout *l = reader->layout;
	bool heap_type = false;
	uint32_t flags = 0;
	uint64_t next = 0;

	if (o->type->flags & COIL_TP_TYPE) {
		flags |= COIL_FLAG_TYPE;
		heap_type = load32(o->head + l->PyTypeObject.tp_flags) &
			    COIL_TP_HEAPTYPE;
	}
	/* A static type has no collector head (type_is_gc). */
	if (o->type->flags & COIL_TP_HAVE_GC &&
	    (!(flags & COIL_FLAG_TYPE) || heap_type)) {
		if (l->strategy.gc_lists == COIL_GC_LISTS_NONE)
			next = coil_gc_bit(l, o->head, COIL_GC_TRACKED);
		else
			coil_image_word(reader->image,
					o->address - l->PyGC_Head.size +
						l->PyGC_Head._gc_next,
					&next);
		if (next && coil_reader_is_gc(reader, o))
			flags |= COIL_FLAG_GC;
		/* Without lists there is one generation less: none but the
		 * permanent one, which is 3 everywhere. */
		if (flags & COIL_FLAG_GC &&
		    l->strategy.gc_lists == COIL_GC_LISTS_NONE &&
		    coil_gc_bit(l, o->head, COIL_GC_FROZEN))
			flags |= (3 + 1) << COIL_FLAGS_GEN_SHIFT;
	}
	if (o->type->flags & COIL_TP_UNICODE &&
	    o->head_size >= l->PyASCIIObject.size &&
	    coil_str_state(l, o->head) & 3)
		flags |= COIL_FLAG_INTERNED;
	if (coil_is_immortal(l, o->head))
		flags |= COIL_FLAG_IMMORTAL;
	if (has_weakrefs(reader, o))
		flags |= COIL_FLAG_WEAKREFS;
	if (!coil_blocks_pool(reader->blocks, o->address))
		flags |= coil_image_module_at(reader->image, o->address)
				 ? COIL_FLAG_STATIC
				 : COIL_FLAG_LARGE;
	if (b->walk->uncertain.count &&
	    coil_addrset_has(&b->walk->uncertain, o->address))
		flags |= COIL_FLAG_UNCERTAIN;
	return flags;
}

struct generation {
	struct coil_graph *graph;
	uint32_t bits;
};

static void mark_generation(void *ctx, uint64_t object)
{
	struct generation *g = ctx;
	uint32_t node = coil_addrset_rank(g->graph->find, object);

	if (node != UINT32_MAX)
		g->graph->flags[node] |= g->bits;
}

/* Whether the node is tracked and on none of the lists. */
static bool is_unlisted(uint32_t flags)
{
	return flags & COIL_FLAG_GC && !(flags >> COIL_FLAGS_GEN_SHIFT & 7);
}

struct neighbours {
	const struct coil_builder *b;
	uint64_t object;
	unsigned fine;
	bool odd;
};

/* The neighbour at @object: a like one that knows of this one, or the head of
 * the list, which is no object. */
static void look_at(void *ctx, uint64_t object)
{
	struct neighbours *n = ctx;
	const struct coil_graph *g = n->b->graph;
	const uint32_t head = n->b->reader->layout->PyGC_Head.size;
	uint32_t node = coil_addrset_rank(g->find, object);
	const uint8_t *p =
		coil_image_view(n->b->reader->image, object - head, head);
	uint64_t back = n->object - head;

	if (node == UINT32_MAX || !(g->flags[node] & COIL_FLAG_GC))
		n->odd |= !p;
	else
		n->odd |= !p || !is_unlisted(g->flags[node]) ||
			  ((load64(p) & ~(uint64_t)3) != back &&
			   (load64(p + 8) & ~(uint64_t)3) != back);
	n->fine++;
}

/*
 * Objects of an interpreter that was finalized stay linked with each other,
 * and the head of their list was made anew or freed.  Source: CPython's
 * Python/pylifecycle.c, Py_FinalizeEx(); Modules/gcmodule.c, _PyGC_InitState().
 */
static void mark_left_over(struct coil_builder *b)
{
	struct coil_graph *g = b->graph;

	for (uint32_t i = 0; i < g->object_count; i++) {
		struct neighbours n = {.b = b, .object = g->address[i]};

		if (!is_unlisted(g->flags[i]))
			continue;
		coil_gc_neighbours(b->reader, n.object, look_at, &n);
		if (n.fine == 2 && !n.odd)
			g->flags[i] |= COIL_FLAG_LEFT_OVER;
	}
}

void coil_build_generations(struct coil_builder *b)
{
	const struct coil_runtime *runtime = b->reader->runtime;
	unsigned permanent = b->reader->layout->constant.gc_generations;
	bool closed = runtime->layout->strategy.gc_lists != COIL_GC_LISTS_NONE;

	for (size_t i = 0; i < runtime->interpreter_count; i++)
		for (unsigned n = 0; n <= permanent; n++) {
			/* The permanent generation is 3 everywhere. */
			uint32_t generation = n == permanent ? 3 : n;
			struct generation g = {b->graph,
					       (generation + 1)
						       << COIL_FLAGS_GEN_SHIFT};

			closed &= coil_gc_list(b->reader,
					       runtime->interpreters[i], n,
					       mark_generation, &g);
		}
	/* While it collects, it has lists of its own. */
	if (closed && !runtime->info.gc_collecting)
		mark_left_over(b);
}
