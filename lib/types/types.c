/* SPDX-License-Identifier: MIT */
/*
 * The table of types: every type object read once and found by its address.
 *
 * A word is taken for a type where its own type is a type of types
 * (Py_TPFLAGS_TYPE_SUBCLASS), and so on up to `type`, which is its own type.
 * Source: Include/cpython/object.h, PyTypeObject; Objects/typeobject.c.
 */
#include <stdlib.h>

#include "types/name.h"
#include "types/table.h"

/* Types are kept in blocks, so that pointers to them stay good. */
#define BLOCK 256

const struct coil_type *coil_types_known(const struct coil_types *types,
					 uint64_t address)
{
	const uint64_t *type = coil_map_find(&types->by_address, address);

	return type ? (const struct coil_type *)(uintptr_t)*type : NULL;
}

/* A new, empty entry for the type at @address. */
struct coil_type *coil_types_add(struct coil_types *types, uint64_t address)
{
	uint32_t block = types->count / BLOCK;
	struct coil_type *type;
	uint64_t *known;

	if (types->full)
		return NULL;
	if (types->count % BLOCK == 0) {
		types->full =
			!RESERVE(types->blocks, types->block_room, block + 1u);
		if (types->full)
			return NULL;
		types->blocks[block] = calloc(BLOCK, sizeof(**types->blocks));
		types->full = !types->blocks[block];
		if (types->full)
			return NULL;
	}
	known = coil_map_put(&types->by_address, address);
	types->full = !known;
	if (!known)
		return NULL;
	type = &types->blocks[block][types->count % BLOCK];
	type->address = address;
	type->index = types->count++;
	*known = (uintptr_t)type;
	return type;
}

static const struct coil_type *read_chain(struct coil_types *types,
					  uint64_t address)
{
	uint64_t chain[COIL_METATYPE_DEPTH];
	const struct coil_type *metatype = NULL, *type;
	unsigned n = 0;

	if (!address || address & 7)
		return NULL;
	type = coil_types_known(types, address); /* a base's may be */
	if (type)
		return type;
	/* Up the types of types to one that is known. */
	for (uint64_t a = address; !metatype; n++) {
		if (n == COIL_METATYPE_DEPTH || a & 7)
			return NULL;
		chain[n] = a;
		if (!coil_image_word(types->image,
				     a + types->layout->PyObject.ob_type, &a) ||
		    !a)
			return NULL;
		metatype = coil_types_known(types, a);
		if (metatype && !(metatype->flags & COIL_TP_TYPE))
			return NULL;
	}
	while (n-- > 0) {
		metatype = coil_type_read(types, chain[n], metatype);
		if (!metatype || (n && !(metatype->flags & COIL_TP_TYPE)))
			return NULL;
	}
	return metatype;
}

static struct coil_type *at_index(struct coil_types *types, uint32_t i)
{
	return &types->blocks[i / BLOCK][i % BLOCK];
}

/* A ring of bases that @type is in is cut at the lowest address. */
static void cut_ring(struct coil_types *types, const struct coil_type *type)
{
	const struct coil_type *lowest = type, *t = type;
	struct coil_type *cut;

	while ((t = t->base) != type)
		if (t->address < lowest->address)
			lowest = t;
	cut = at_index(types, lowest->index);
	cut->base = NULL;
	cut->ring = true;
}

/* Bases end: each type is passed once, from those that are new on. */
static void cut_rings(struct coil_types *types, uint32_t first)
{
	for (uint32_t i = first; i < types->count; i++) {
		const struct coil_type *t = at_index(types, i);

		while (t && !t->passed) {
			at_index(types, t->index)->passed = i + 1;
			t = t->base;
		}
		if (t && t->passed == i + 1)
			cut_ring(types, t);
	}
}

/* Bases lead to object.  A type read here is resolved further on in the same
 * loop: nothing recurses. */
static void resolve_bases(struct coil_types *types)
{
	const uint32_t first = types->resolved;

	while (types->resolved < types->count) {
		uint32_t i = types->resolved++;
		struct coil_type *type = at_index(types, i);
		uint64_t base = 0;

		coil_image_word(types->image,
				type->address +
					types->layout->PyTypeObject.tp_base,
				&base);
		if (base)
			type->base = read_chain(types, base);
		else if (!types->object && !type->heap &&
			 type->basicsize == types->layout->PyObject.size)
			types->object = type;
	}
	cut_rings(types, first);
}

const struct coil_type *coil_types_get(struct coil_types *types,
				       uint64_t address)
{
	const struct coil_type *type = coil_types_known(types, address);

	if (type || !address)
		return type;
	type = read_chain(types, address);
	resolve_bases(types);
	return type;
}

struct coil_types *coil_types_new(const struct coil_runtime *runtime)
{
	struct coil_types *types = calloc(1, sizeof(*types));

	if (!types)
		return NULL;
	types->runtime = runtime;
	types->image = runtime->image;
	types->layout = runtime->layout;
	types->naming = coil_naming_new(runtime);
	if (!coil_map_init(&types->by_address, 2048) || !types->naming) {
		coil_naming_free(types->naming);
		coil_map_free(&types->by_address);
		free(types);
		return NULL;
	}
	types->type = coil_type_read(types, coil_type_top(runtime), NULL);
	resolve_bases(types);
	return types;
}

void coil_types_free(struct coil_types *types)
{
	if (!types)
		return;
	for (uint32_t i = 0; i < types->count; i++) {
		const struct coil_type *t = coil_types_at(types, i);

		coil_type_name_free(t->name);
	}
	for (uint32_t i = 0; i * BLOCK < types->count; i++)
		free(types->blocks[i]);
	free(types->blocks);
	coil_map_free(&types->by_address);
	coil_naming_free(types->naming);
	free(types);
}

uint32_t coil_types_count(const struct coil_types *types)
{
	return types->count;
}

const struct coil_type *coil_types_at(const struct coil_types *types,
				      uint32_t index)
{
	return &types->blocks[index / BLOCK][index % BLOCK];
}

const struct coil_type *coil_types_type(const struct coil_types *types)
{
	return types->type;
}

const struct coil_type *coil_types_object(const struct coil_types *types)
{
	return types->object;
}
