/* SPDX-License-Identifier: MIT */
/*
 * pymalloc's tables of arenas: in the states of interpreters, or a static
 * variable of the interpreter's object allocator that no symbol names, found by
 * what it points to.
 *
 * Source: CPython 3.11, Objects/obmalloc.c: struct arena_object ("address: 0 if
 * never used or freed", "pool_address: pool-aligned pointer to the next pool
 * to be carved off"), new_arena() (16 slots at first, then twice as many),
 * pymalloc_pool_extend() and init_pool: arenaindex is the slot of the pool's
 * arena; PyMem_RawRealloc() puts the table in malloc's memory.  glibc,
 * malloc/malloc.c, "malloc_chunk": the word before a block is its size.
 */

#include "allocator/obmalloc.h"
#include "values/field.h"

#include <stdlib.h>

#define FIRST_SLOTS 16u
/* Arenas for half a terabyte of small objects, for two from 3.10 on: no more
 * than that is paid for a hostile number. */
#define SLOTS_MAX (1u << 21)

/* No smaller than the page size of x86-64, to which mmap() aligns. */
#define ARENA_ALIGN 4096u

static const uint8_t *slot_view(const struct coil_obmalloc *obmalloc,
				uint64_t table, uint32_t index)
{
	uint32_t size = obmalloc->layout->arena_object.size;

	return coil_image_view(obmalloc->image, table + (uint64_t)index * size,
			       size);
}

/* A carved pool of arena @index, whether in use or free again. */
static bool pool_agrees(const struct coil_obmalloc *obmalloc, uint64_t pool,
			uint32_t index)
{
	const struct coil_layout *l = obmalloc->layout;
	const uint8_t *p =
		coil_image_view(obmalloc->image, pool, l->pool_header.size);

	if (!p)
		return true; /* not captured: says nothing */
	return load32(p + l->pool_header.arenaindex) == index &&
	       load32(p + l->pool_header.szidx) < 64 &&
	       load32(p + l->pool_header.maxnextoffset) < l->constant.pool_size;
}

bool coil_arena_valid(const struct coil_obmalloc *obmalloc, uint64_t table,
		      uint32_t index)
{
	const struct coil_layout *l = obmalloc->layout;
	const uint8_t *p = slot_view(obmalloc, table, index);
	uint32_t pools = l->constant.arena_size / l->constant.pool_size;
	uint64_t address, next_pool, first;
	uint32_t total;

	if (!p)
		return false;
	address = load64(p + l->arena_object.address);
	next_pool = load64(p + l->arena_object.pool_address);
	total = load32(p + l->arena_object.ntotalpools);
	first = coil_arena_first_pool(l, address);
	if (!address || address % ARENA_ALIGN || first < address ||
	    address + l->constant.arena_size < address)
		return false;
	if (total != (first == address ? pools : pools - 1) ||
	    load32(p + l->arena_object.nfreepools) > total)
		return false;
	if (next_pool % l->constant.pool_size || next_pool < first ||
	    next_pool > address + l->constant.arena_size)
		return false;
	return next_pool == first || pool_agrees(obmalloc, first, index);
}

/* Slots in the malloc block at @table; 0: there is no such block. */
static uint32_t block_slots(const struct coil_obmalloc *obmalloc,
			    uint64_t table)
{
	uint32_t slots = FIRST_SLOTS;
	uint64_t size;

	if (table < 16 || !coil_image_word(obmalloc->image, table - 8, &size))
		return 0;
	size &= ~7ull;
	size = size > 8 ? (size - 8) / obmalloc->layout->arena_object.size : 0;
	if (size < slots)
		return 0;
	while (slots <= size / 2 && slots < SLOTS_MAX)
		slots *= 2;
	return slots;
}

/*
 * How many arenas of a table at @table are valid; *@count is one past the last
 * of them.  Where the block's size is not known, the table is read as far as
 * slots are valid or free.
 */
static uint32_t count_arenas(const struct coil_obmalloc *obmalloc,
			     uint64_t table, uint32_t *count)
{
	uint32_t slots = block_slots(obmalloc, table), valid = 0;
	bool bounded = slots != 0;

	*count = 0;
	for (uint32_t i = 0; i < (bounded ? slots : SLOTS_MAX); i++) {
		const uint8_t *p = slot_view(obmalloc, table, i);

		if (!p)
			break;
		if (coil_arena_valid(obmalloc, table, i)) {
			valid++;
			*count = i + 1;
		} else if (load64(p + obmalloc->layout->arena_object.address) &&
			   (!bounded || !valid)) {
			break;
		}
	}
	return valid;
}

/* The first slot in use must be valid: refuses nearly all words at once. */
static bool may_be_table(const struct coil_obmalloc *obmalloc, uint64_t table)
{
	if (!table || table % 16 || table > UINT64_MAX / 2)
		return false;
	for (uint32_t i = 0; i < FIRST_SLOTS; i++) {
		const uint8_t *p = slot_view(obmalloc, table, i);

		if (!p)
			return false;
		if (load64(p + obmalloc->layout->arena_object.address))
			return coil_arena_valid(obmalloc, table, i);
	}
	return false;
}

struct candidate {
	uint64_t table;
	uint32_t count, valid;
};

static void scan_words(const struct coil_obmalloc *obmalloc,
		       const struct coil_segment *s, uint64_t at, uint64_t end,
		       struct candidate *best)
{
	for (; at < end && end - at >= 8; at += 8) {
		struct candidate c = {load64(s->bytes + (at - s->start)), 0, 0};

		if (c.table == best->table || !may_be_table(obmalloc, c.table))
			continue;
		c.valid = count_arenas(obmalloc, c.table, &c.count);
		if (c.valid > best->valid)
			*best = c;
	}
}

/* Take the best table that a word of [@start, @end) of @s points to. */
static void scan(const struct coil_obmalloc *obmalloc,
		 const struct coil_segment *s, uint64_t start, uint64_t end,
		 struct candidate *best)
{
	uint64_t at = align_up(max64(start, s->start), 8), stop;

	end = min64(end, s->end);
	for (; (stop = coil_image_data(obmalloc->image, &at, end)) > at;
	     at = stop)
		scan_words(obmalloc, s, at, stop, best);
}

/*
 * Static variables lie in the module's mappings and, zeroed ones, in memory
 * without a file that follows them; without a list of modules, near
 * _PyRuntime.
 */
#define NEAR (64ull << 20)

static bool add_table(struct coil_obmalloc *obmalloc, uint64_t address,
		      uint32_t count)
{
	uint32_t left = SLOTS_MAX;

	for (size_t i = 0; i < obmalloc->table_count; i++) {
		/* Interpreters may share one. */
		if (obmalloc->tables[i].address == address)
			return true;
		left -= obmalloc->tables[i].count;
	}
	count = count < left ? count : left;
	if (!address || !count)
		return true;
	return APPEND(obmalloc->tables, obmalloc->table_count,
		      obmalloc->table_room,
		      (struct coil_arena_table){address, count});
}

static bool find_by_signature(struct coil_obmalloc *obmalloc)
{
	const struct coil_image *image = obmalloc->image;
	uint64_t centre = obmalloc->runtime;
	uint64_t start = centre > NEAR ? centre - NEAR : 0;
	uint64_t end = centre < UINT64_MAX - NEAR ? centre + NEAR : UINT64_MAX;
	struct candidate best = {0, 0, 0};

	if (obmalloc->module) {
		start = obmalloc->module->start;
		end = obmalloc->module->end;
		for (size_t i = 0; i < image->segment_count; i++) {
			const struct coil_segment *s = &image->segments[i];

			if (s->start <= end && s->end > end && s->writable &&
			    s->end - obmalloc->module->end < NEAR)
				end = s->end;
		}
	}
	for (size_t i = 0; i < image->segment_count; i++) {
		const struct coil_segment *s = &image->segments[i];

		if (s->writable && s->start < end && s->end > start)
			scan(obmalloc, s, start, end, &best);
	}
	return add_table(obmalloc, best.table, best.count);
}

/* The table that an obmalloc state at @state names. */
static bool find_in_state(struct coil_obmalloc *obmalloc, uint64_t state)
{
	const struct coil_layout *l = obmalloc->layout;
	const struct coil_segment *segment;
	uint64_t table;
	uint32_t count;

	if (!state || l->_obmalloc_state.maxarenas == COIL_NO_FIELD ||
	    !coil_read32(obmalloc->image, state + l->_obmalloc_state.maxarenas,
			 &count))
		return true;
	table = coil_field(obmalloc->image, state, l->_obmalloc_state.arenas);
	/* Hostile numbers end with the memory that was captured. */
	segment = coil_image_segment(obmalloc->image, table);
	if (!segment)
		return true;
	return add_table(obmalloc, table,
			 (uint32_t)min64(count, (segment->end - table) /
							l->arena_object.size));
}

/* The tables of the interpreter at @interpreter. */
static bool find_of(struct coil_obmalloc *obmalloc, uint64_t interpreter)
{
	const struct coil_layout *l = obmalloc->layout;

	switch (l->strategy.arenas) {
	case COIL_ARENAS_BY_SIGNATURE:
		return obmalloc->table_count || find_by_signature(obmalloc);
	case COIL_ARENAS_EMBEDDED:
		return l->PyInterpreterState.obmalloc == COIL_NO_FIELD ||
		       find_in_state(obmalloc,
				     interpreter +
					     l->PyInterpreterState.obmalloc);
	case COIL_ARENAS_POINTER:
		return find_in_state(
			obmalloc, coil_field(obmalloc->image, interpreter,
					     l->PyInterpreterState.obmalloc));
	case COIL_ARENAS_MIMALLOC:
		return true;
	}
	return true;
}

bool coil_arenas_find(struct coil_obmalloc *obmalloc)
{
	for (size_t i = 0; i < obmalloc->interpreter_count; i++)
		if (!find_of(obmalloc, obmalloc->interpreters[i]))
			return false;
	for (size_t t = 0; t < obmalloc->table_count; t++)
		for (uint32_t i = 0; i < obmalloc->tables[t].count; i++)
			obmalloc->arenas += coil_arena_valid(
				obmalloc, obmalloc->tables[t].address, i);
	return true;
}
