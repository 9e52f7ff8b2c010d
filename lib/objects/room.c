/* SPDX-License-Identifier: MIT */
/*
 * How far a struct that no layout knows may reach: to the end of the block that
 * it stands in, and no further.
 *
 * Source: Objects/obmalloc.c, _PyMem_DebugRawAlloc() (what debug hooks put
 * before a block ends in seven forbidden bytes); glibc's malloc.c, "Chunk
 * layout" (the word before a chunk's memory is its size with three flag bits,
 * the next chunk's says whether this one is in use).
 */
#include "objects/kind.h"
#include "allocator/blocks.h"
#include "values/refcount.h"

#define PREV_INUSE     1u
#define IS_MMAPPED     2u
#define CHUNK_FLAGS    7u
#define CHUNK_LEAST    32u
#define FORBIDDEN_BYTE 0xfd

static uint64_t pool_end(const struct coil_blocks *blocks,
			 const struct coil_pool *pool, uint64_t address)
{
	uint64_t number;

	if (!pool->block || address < pool->first)
		return address;
	number = (address - pool->first) / pool->block;
	return pool->first + (number + 1) * pool->block -
	       (blocks->extra - blocks->front);
}

/* What debug hooks put before and behind the block at @address. */
static void hooks_of(struct coil_reader *reader, uint64_t address,
		     uint64_t *front, uint64_t *behind)
{
	const struct coil_blocks *blocks = coil_reader_blocks(reader);
	const uint8_t *p;

	*front = *behind = 0;
	if (!blocks || !blocks->front)
		return;
	p = coil_image_view(reader->image, address - 7, 7);
	for (unsigned i = 0; p && i < 7; i++)
		if (p[i] != FORBIDDEN_BYTE)
			return;
	if (!p)
		return;
	*front = blocks->front;
	*behind = blocks->extra - blocks->front;
}

/* The end of the memory of malloc's chunk at @address; 0 where there is no
 * chunk, or none that the next one confirms: another malloc's. */
static uint64_t chunk_end(struct coil_reader *reader, uint64_t address)
{
	uint64_t front, behind, head, size, next, end;

	if (address & 15)
		return 0;
	hooks_of(reader, address, &front, &behind);
	head = address - front - 8;
	if (!coil_image_word(reader->image, head, &size))
		return 0;
	if (size & IS_MMAPPED)
		return (size & 4095) == IS_MMAPPED &&
				       add64(head - 8, size - IS_MMAPPED, &end)
			       ? end - behind
			       : 0;
	size &= ~(uint64_t)CHUNK_FLAGS;
	if (size < CHUNK_LEAST || size & 15 || !add64(head, size, &end) ||
	    !coil_image_word(reader->image, end, &next) ||
	    !(next & PREV_INUSE) || (next & ~(uint64_t)CHUNK_FLAGS) < 16 ||
	    next & 8)
		return 0;
	return end - behind;
}

const uint8_t *coil_reader_view(struct coil_reader *reader, uint64_t address,
				uint64_t most, uint64_t *bytes)
{
	const struct coil_segment *s =
		coil_image_segment(reader->image, address);
	const struct coil_pool *pool;
	uint64_t end;

	*bytes = 0;
	if (!s)
		return NULL;
	pool = coil_reader_pool(reader, address);
	end = pool ? pool_end(coil_reader_blocks(reader), pool, address)
		   : chunk_end(reader, address);
	if (!pool && end <= address)
		end = s->end;
	end = min64(end, s->end);
	if (end <= address)
		return NULL;
	*bytes = min64(end - address, most);
	return s->bytes + (address - s->start);
}

const uint8_t *coil_object_behind(struct coil_reader *reader,
				  const struct coil_object *object,
				  uint64_t offset, uint64_t bytes)
{
	uint64_t prefix = object->type->prefix, end, got;
	const uint8_t *p;

	if (!add64(prefix + offset, bytes, &end))
		return NULL;
	p = coil_reader_view(reader, object->address - prefix, end, &got);
	return p && got == end ? p + prefix + offset : NULL;
}

bool coil_reader_word(struct coil_reader *reader, uint64_t address,
		      uint64_t offset, uint64_t *out)
{
	uint64_t end, bytes;
	const uint8_t *p;

	*out = 0;
	if (!add64(offset, 8, &end))
		return false;
	p = coil_reader_view(reader, address, end, &bytes);
	if (!p || bytes < end)
		return false;
	*out = load64(p + offset);
	return true;
}

bool coil_reader_freed(struct coil_reader *reader, uint64_t address)
{
	const uint8_t *p = coil_image_view(reader->image, address,
					   reader->layout->PyObject.size);

	return p && !coil_is_counted(reader->layout, p);
}
