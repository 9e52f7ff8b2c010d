/* SPDX-License-Identifier: MIT */
/*
 * Whether a layout that comes from a file can be worked with.  What the code
 * needs is what it was tested with: a layout compiled in that has the same
 * strategies.  A field that is there in that one must be there, and as far from
 * the end of its struct, so that no read of a struct leaves it.  Structs that
 * only a kind needs may be absent, whole or in part: their kinds look.
 */

#include "layout/table.h"

/* Numbers that the code divides by, shifts by, or allocates by. */
static const struct bound {
	size_t constant; /* offset in struct coil_layout */
	const char *name;
	uint32_t least, most;
	bool power; /* of two */
} bounds[] = {
#define BOUND(name, least, most, power) \
	{ \
		offsetof(struct coil_layout, constant.name), #name, least, \
			most, power \
	}
	BOUND(arena_size, 1u << 12, 1u << 26, true),
	BOUND(pool_size, 1u << 12, 1u << 16, true),
	BOUND(pool_alignment, 8, 16, true),
	BOUND(pool_overhead, 16, 256, false),
	BOUND(small_int_count, 0, 1u << 20, false),
	BOUND(gc_generations, 1, 8, false),
	BOUND(pending_static_types, 0, 1u << 16, false),
	BOUND(mi_segment_size, 0, 1u << 30, true),
	BOUND(mi_slice_size, 0, 1u << 20, true),
	BOUND(mi_slices, 0, 1u << 16, false),
	BOUND(mi_heaps, 0, 16, false),
	BOUND(mi_queues, 0, 1024, false),
	BOUND(mi_tag_shift, 0, 7, false),
	BOUND(array_typecodes, 13, 14, false),
#undef BOUND
};

static enum coil_status check_constants(const struct coil_layout *layout,
					struct coil_error *err)
{
	for (size_t i = 0; i < countof(bounds); i++) {
		const struct bound *b = &bounds[i];
		uint32_t number = coil_layout_number(layout, b->constant);

		if (number < b->least || number > b->most ||
		    (b->power && number & (number - 1)))
			return coil_fail(err, COIL_E_UNSUPPORTED,
					 "layout %s: constants.%s is %u",
					 layout->name, b->name, number);
	}
	if (layout->constant.arena_size < layout->constant.pool_size)
		return coil_fail(err, COIL_E_UNSUPPORTED,
				 "layout %s: arenas smaller than pools",
				 layout->name);
	if (layout->strategy.arenas == COIL_ARENAS_MIMALLOC &&
	    (layout->constant.mi_slice_size < 1u << 12 ||
	     layout->constant.mi_segment_size < layout->constant.mi_slice_size))
		return coil_fail(err, COIL_E_UNSUPPORTED,
				 "layout %s: no sizes for mimalloc",
				 layout->name);
	return COIL_OK;
}

static enum coil_status check_roots(const struct coil_layout *layout,
				    const struct coil_layout_root *roots,
				    uint32_t count, uint32_t size,
				    struct coil_error *err)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct coil_layout_root *r = &roots[i];

		/* The reader bounds each number: no sum is above 2^33. */
		if (r->count &&
		    r->offset + (uint64_t)(r->count - 1) * r->stride + 8 > size)
			return coil_fail(err, COIL_E_UNSUPPORTED,
					 "layout %s: root %s leaves its struct",
					 layout->name, r->name);
	}
	return COIL_OK;
}

/* Of two releases the one that is nearer to @first. */
static uint32_t distance(const struct coil_layout *layout, uint32_t first)
{
	return layout->first > first ? layout->first - first
				     : first - layout->first;
}

/* A compiled-in layout that does everything as @layout does; of several the one
 * of the nearest release, whose fields are the likeliest to be the same. */
static const struct coil_layout *alike(const struct coil_layout *layout)
{
	const struct coil_layout *best = NULL;

	for (size_t i = 0; i < coil_layout_count; i++) {
		if (memcmp(&coil_layouts[i]->strategy, &layout->strategy,
			   sizeof(layout->strategy)) == 0 &&
		    coil_layouts[i]->free_threaded == layout->free_threaded)
			if (!best || distance(coil_layouts[i], layout->first) <
					     distance(best, layout->first))
				best = coil_layouts[i];
	}
	return best;
}

/* Bytes from a field to the end of its struct, as many as a word at most. */
static int64_t room(const struct coil_layout *layout, uint32_t size,
		    const struct coil_layout_row *row)
{
	uint32_t offset = coil_layout_number(layout, row->at);
	int64_t left = (int64_t)size - offset;

	return left < 8 ? left : 8;
}

static enum coil_status check_fields(const struct coil_layout *layout,
				     const struct coil_layout *model,
				     struct coil_error *err)
{
	uint32_t size = 0, model_size = 0;
	bool kind = false;

	for (size_t i = 0; i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];
		uint32_t number = coil_layout_number(layout, row->at);
		uint32_t expected = coil_layout_number(model, row->at);

		if (!row->field) {
			size = number;
			model_size = expected;
			kind = row->kind;
			if (model_size && !size && !kind)
				return coil_fail(err, COIL_E_UNSUPPORTED,
						 "layout %s has no %s, which "
						 "its strategies need",
						 layout->name, row->owner);
			continue;
		}
		if (number == COIL_NO_FIELD &&
		    (kind || expected == COIL_NO_FIELD))
			continue;
		if (number == COIL_NO_FIELD)
			return coil_fail(err, COIL_E_UNSUPPORTED,
					 "layout %s has no %s.%s, which its "
					 "strategies need",
					 layout->name, row->owner, row->field);
		if (room(layout, size, row) <
		    (expected == COIL_NO_FIELD ? 8
					       : room(model, model_size, row)))
			return coil_fail(err, COIL_E_UNSUPPORTED,
					 "layout %s: %s.%s leaves its struct",
					 layout->name, row->owner, row->field);
	}
	return COIL_OK;
}

enum coil_status coil_layout_usable(const struct coil_layout *layout,
				    struct coil_error *err)
{
	const struct coil_layout *model = alike(layout);
	enum coil_status st = check_constants(layout, err);

	if (st == COIL_OK && !model)
		st = coil_fail(err, COIL_E_UNSUPPORTED,
			       "layout %s: no layout that is known has these "
			       "strategies together",
			       layout->name);
	if (st == COIL_OK)
		st = check_fields(layout, model, err);
	if (st == COIL_OK)
		st = check_roots(layout, layout->interpreter_roots,
				 layout->interpreter_root_count,
				 layout->PyInterpreterState.size, err);
	if (st == COIL_OK)
		st = check_roots(
			layout, layout->thread_roots, layout->thread_root_count,
			(uint32_t)max64(layout->PyThreadState.size,
					layout->_PyThreadStateImpl.size),
			err);
	return st;
}
