/* SPDX-License-Identifier: MIT */
/*
 * The size of an array's items where the file with their description is
 * missing.  The descriptions are one table; the room that the items of each
 * array have leaves few sizes, and all arrays together, as a rule, one place
 * for the table.
 *
 * Source: Modules/arraymodule.c: descriptors[], array_resize();
 * Objects/obmalloc.c, pymalloc_realloc(): a block is kept while more than three
 * quarters of it are used.  A wide string that an array takes over has an item
 * more.
 */
#include "objects/kinds/array.h"
#include "objects/collector.h"

#define MOST_ITEM 8 /* bytes */
#define SLACK	  4096

/* By typecode, in the order of the table: bBuhHiIlLqQfd; where the layout
 * counts one more, with w after u. */
static const uint8_t sizes[] = {1, 1, 4, 2, 2, 4, 4, 8, 8, 8, 8, 4, 8};
static const uint8_t sizes_w[] = {1, 1, 4, 4, 2, 2, 4, 4, 8, 8, 8, 8, 4, 8};

struct search {
	struct coil_reader *reader;
	const struct coil_type *array;
	const uint8_t *sizes;
	uint32_t count;	   /* of them */
	uint32_t possible; /* bit K: the first array seen has row K */
	uint64_t descr;	   /* of the first array; 0: none seen */
};

/*
 * Bytes that fit into the block of the items: pymalloc's, or malloc's, whose
 * chunk has its size, with three bits of flags, in the word before.
 */
static uint64_t items_room(struct coil_reader *reader, uint64_t items,
			   uint64_t *slack)
{
	const struct coil_pool *pool = coil_reader_pool(reader, items);
	uint64_t room = 0;

	*slack = pool ? 0 : SLACK;
	if (pool)
		return pool->block;
	coil_image_word(reader->image, items - 8, &room);
	room &= ~(uint64_t)7;
	return room - min64(room, 8);
}

/* Whether @count items of @size bytes are what @items was allocated for. */
static bool fits(struct coil_reader *reader, uint64_t items, uint64_t count,
		 uint32_t size)
{
	uint64_t slack, room, need;

	if (!items || !count)
		return true;
	room = items_room(reader, items, &slack);
	if (!room)
		return true;
	if (!mul64(count, size, &need) || need > room || need >> 60)
		return false;
	return 4 * need > 3 * room || room - need <= slack ||
	       align_up(need, 16) == room || align_up(need + size, 16) == room;
}

static void take(void *ctx, uint64_t address)
{
	struct search *s = ctx;
	const struct coil_layout *l = s->reader->layout;
	uint64_t word = 0, descr, count, items, delta;
	const struct coil_type *type;
	const uint8_t *p;
	uint32_t rows = 0;

	coil_image_word(s->reader->image, address + l->PyObject.ob_type, &word);
	type = coil_types_get(s->reader->types, word);
	for (unsigned n = 0; type && type != s->array && n < 100; n++)
		type = type->base;
	p = type ? coil_image_view(s->reader->image, address,
				   l->arrayobject.size)
		 : NULL;
	if (!p)
		return;
	descr = load64(p + l->arrayobject.ob_descr);
	count = load64(p + l->arrayobject.allocated);
	items = load64(p + l->arrayobject.ob_item);
	if (!s->descr)
		s->descr = descr;
	/* How many rows this one is from the first: modulo 2^64. */
	delta = (descr - s->descr) / l->arraydescr.size;
	if (descr < s->descr)
		delta = 0 - (s->descr - descr) / l->arraydescr.size;
	for (uint32_t k = 0; k < s->count; k++) {
		uint64_t row = k + delta;

		if (s->possible & 1u << k && row < s->count &&
		    fits(s->reader, items, count, s->sizes[row]))
			rows |= 1u << k;
	}
	s->possible = rows;
}

/* Where the table begins, by all arrays that the collector knows; 0: at more
 * than one place it could. */
static uint64_t find_table(struct coil_reader *reader,
			   const struct coil_type *array, const uint8_t *rows,
			   uint32_t count)
{
	struct search s = {
		.reader = reader,
		.array = array,
		.sizes = rows,
		.count = count,
		.possible = (1u << count) - 1,
	};
	const struct coil_runtime *r = reader->runtime;
	uint32_t row = 0;

	for (size_t i = 0; i < r->interpreter_count; i++)
		for (unsigned g = 0;
		     g <= reader->layout->constant.gc_generations; g++)
			coil_gc_list(reader, r->interpreters[i], g, take, &s);
	if (!s.descr || !s.possible || s.possible & (s.possible - 1))
		return 0;
	while (!(s.possible >> row & 1))
		row++;
	return s.descr - (uint64_t)row * reader->layout->arraydescr.size;
}

uint32_t coil_array_itemsize(struct coil_reader *reader,
			     const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t items = FIELD(reader, object, arrayobject, ob_item);
	uint64_t count = FIELD(reader, object, arrayobject, allocated);
	uint64_t descr = FIELD(reader, object, arrayobject, ob_descr);
	bool with_w = l->constant.array_typecodes == countof(sizes_w);
	const uint8_t *rows = with_w ? sizes_w : sizes;
	uint32_t n = with_w ? countof(sizes_w) : countof(sizes);
	const struct coil_type *array =
		coil_type_named(object->type, "array.array");
	uint64_t row;

	if (!reader->arrays_searched && array) {
		reader->arrays_searched = true;
		reader->arrays = find_table(reader, array, rows, n);
	}
	if (reader->arrays && descr >= reader->arrays) {
		row = (descr - reader->arrays) / l->arraydescr.size;
		if (row < n)
			return rows[row];
	}
	for (uint32_t size = MOST_ITEM; size; size /= 2)
		if (fits(reader, items, count, size))
			return size;
	return 1;
}
