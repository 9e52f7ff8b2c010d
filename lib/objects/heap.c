/* SPDX-License-Identifier: MIT */
/*
 * What decoding needs, opened together; and what the allocator spent.
 *
 * Source for malloc: glibc's malloc.c, "Chunk layout": the word before a
 * chunk's memory is its size with three flag bits.
 */
#include <stdlib.h>

#include "objects/bases.h"
#include "objects/nodes.h"
#include "objects/plan.h"
#include "walk/walk.h"

#define CHUNK_FLAGS 7u

static bool read_builtins(const struct coil_heap *heap, struct coil_dict *out)
{
	const struct coil_layout *l = heap->layout;
	uint64_t at = 0;

	return heap->runtime->interpreter_count &&
	       coil_image_word(heap->image,
			       heap->runtime->interpreters[0] +
				       l->PyInterpreterState.builtins,
			       &at) &&
	       coil_dict_read(heap->image, l, at, out);
}

/* None as the builtins hold it, where no symbol tells. */
static uint64_t find_none(const struct coil_heap *heap)
{
	const struct coil_layout *l = heap->layout;
	const struct coil_type *type;
	struct coil_dict builtins;
	uint64_t none, word = 0;

	if (!read_builtins(heap, &builtins))
		return 0;
	none = coil_dict_lookup(&builtins, "None");
	coil_image_word(heap->image, none + l->PyObject.ob_type, &word);
	type = none ? coil_types_get(heap->types, word) : NULL;
	return type && !strcmp(type->name, "NoneType") ? none : 0;
}

/* The type of the builtins' names. */
static uint64_t find_str(const struct coil_heap *heap)
{
	struct coil_dict builtins;
	uint64_t at = 0, word = 0;
	const struct coil_type *type;

	if (!read_builtins(heap, &builtins))
		return 0;
	for (uint64_t i = 0; !at && i < builtins.count; i++)
		if (coil_dict_value(&builtins, i))
			at = coil_dict_key(&builtins, i);
	coil_image_word(heap->image, at + heap->layout->PyObject.ob_type,
			&word);
	type = at ? coil_types_get(heap->types, word) : NULL;
	return type && type->flags & COIL_TP_UNICODE && !type->heap ? word : 0;
}

/*
 * Up to 3.10 it is a function, and not a number, that tells that a dict has
 * other keys than str.  The subclasses of `object` are in such a dict.
 */
static uint64_t find_lookup(const struct coil_heap *heap)
{
	const struct coil_type *object = coil_types_object(heap->types);
	struct coil_dict d;

	if (heap->layout->strategy.dict_keys != COIL_DICT_KEYS_SIZED ||
	    !object || !object->subclasses ||
	    !coil_dict_read(heap->image, heap->layout, object->subclasses, &d))
		return 0;
	return d.lookup;
}

enum coil_status coil_heap_open(const struct coil_runtime *runtime,
				struct coil_heap *heap, struct coil_error *err)
{
	memset(heap, 0, sizeof(*heap));
	heap->image = runtime->image;
	heap->layout = runtime->layout;
	heap->runtime = runtime;
	heap->types = coil_types_new(runtime);
	heap->plans = coil_plans_new();
	heap->bases = coil_bases_new();
	heap->traverse = coil_traverse_new(runtime->image);
	heap->later = calloc(1, sizeof(*heap->later));
	heap->arrays = calloc(1, sizeof(*heap->arrays));
	if (!heap->types || !heap->plans || !heap->bases || !heap->traverse ||
	    !heap->later || !heap->arrays)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	if (!coil_types_type(heap->types))
		return coil_fail(err, COIL_E_BAD_DATA,
				 "the type of types cannot be found");
	coil_types_read_all(heap->types);
	heap->none =
		coil_image_symbol(heap->image, "_Py_NoneStruct", NULL, NULL);
	if (!heap->none)
		heap->none = find_none(heap);
	heap->set_dummy =
		coil_image_symbol(heap->image, "_PySet_Dummy", NULL, NULL);
	if (heap->set_dummy)
		coil_image_word(heap->image, heap->set_dummy, &heap->set_dummy);
	heap->any_lookup = find_lookup(heap);
	heap->str_type = find_str(heap);
	heap->type_cache = coil_type_cache_find(heap);
	if (!coil_interned_find(heap) ||
	    !coil_identifiers_find(heap, &heap->identifiers))
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	return COIL_OK;
}

void coil_heap_close(struct coil_heap *heap)
{
	coil_blocks_free(heap->blocks);
	coil_blocks_free(heap->later ? *heap->later : NULL);
	free(heap->later);
	free(heap->arrays);
	free(heap->interned);
	coil_plans_free(heap->plans);
	coil_bases_free(heap->bases);
	coil_traverse_free(heap->traverse);
	coil_types_free(heap->types);
	memset(heap, 0, sizeof(*heap));
}

uint64_t coil_heap_words(const struct coil_heap *heap)
{
	struct coil_coverage memory;

	coil_image_coverage(heap->image, &memory);
	return (memory.present + memory.from_modules) / 8 + (1u << 20);
}

const struct coil_blocks *coil_heap_blocks(const struct coil_heap *heap)
{
	if (heap->blocks || !heap->later)
		return heap->blocks;
	if (!*heap->later &&
	    coil_blocks_read(&heap->runtime->obmalloc, heap->later) != COIL_OK)
		return NULL;
	return *heap->later;
}

const struct coil_pool *coil_heap_pool(const struct coil_heap *heap,
				       uint64_t address)
{
	const struct coil_blocks *blocks = coil_heap_blocks(heap);

	return blocks ? coil_blocks_pool(blocks, address) : NULL;
}

/* The size of glibc's chunk at @address for @least bytes; 0: there is none that
 * is no larger than rounding up to pages explains. */
static uint64_t chunk_size(const struct coil_image *image, uint64_t address,
			   uint64_t least, uint64_t bytes)
{
	uint64_t chunk = 0;

	if (!coil_image_word(image, address - 8, &chunk))
		return 0;
	chunk &= ~(uint64_t)CHUNK_FLAGS;
	return chunk >= least && chunk % 16 == 0 &&
			       chunk - least <= 4096 + bytes / 8
		       ? chunk
		       : 0;
}

uint64_t coil_heap_allocated(const struct coil_heap *heap,
			     enum coil_c_heap c_heap, uint64_t address,
			     uint64_t bytes, bool *known)
{
	const struct coil_pool *pool = coil_blocks_pool(heap->blocks, address);
	uint64_t asked = bytes + heap->blocks->extra, chunk;
	uint64_t least = max64(align_up(asked + 8, 16), 32);

	if (pool)
		return pool->block;
	if (coil_image_module_at(heap->image, address))
		return 0;
	if (c_heap == COIL_C_HEAP_JEMALLOC)
		return coil_jemalloc_bytes(asked);
	if (c_heap != COIL_C_HEAP_GLIBC && c_heap != COIL_C_HEAP_UNKNOWN) {
		*known = false;
		return asked;
	}
	chunk = chunk_size(heap->image, address - heap->blocks->front, least,
			   bytes);
	if (chunk)
		return chunk;
	if (c_heap == COIL_C_HEAP_GLIBC)
		return least;
	*known = false;
	return asked;
}
