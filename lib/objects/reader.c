/* SPDX-License-Identifier: MIT */
/* What decoding needs, opened together. */
#include <stdlib.h>

#include "objects/bases.h"
#include "objects/nodes.h"
#include "objects/plan.h"

static bool read_builtins(struct coil_reader *reader, struct coil_dict *out)
{
	const struct coil_layout *l = reader->layout;
	uint64_t at = 0;

	return reader->runtime->interpreter_count &&
	       coil_image_word(reader->image,
			       reader->runtime->interpreters[0] +
				       l->PyInterpreterState.builtins,
			       &at) &&
	       coil_reader_dict(reader, at, out);
}

/* None as the builtins hold it, where no symbol tells. */
static uint64_t find_none(struct coil_reader *reader)
{
	const struct coil_layout *l = reader->layout;
	const struct coil_type *type;
	struct coil_dict builtins;
	uint64_t none, word = 0;

	if (!read_builtins(reader, &builtins))
		return 0;
	none = coil_dict_lookup(&builtins, "None");
	coil_image_word(reader->image, none + l->PyObject.ob_type, &word);
	type = none ? coil_types_get(reader->types, word) : NULL;
	return type && !strcmp(type->name, "NoneType") ? none : 0;
}

/* The type of the builtins' names. */
static uint64_t find_str(struct coil_reader *reader)
{
	struct coil_dict builtins;
	uint64_t at = 0, word = 0;
	const struct coil_type *type;

	if (!read_builtins(reader, &builtins))
		return 0;
	for (uint64_t i = 0; !at && i < builtins.count; i++)
		if (coil_dict_value(&builtins, i))
			at = coil_dict_key(&builtins, i);
	coil_image_word(reader->image, at + reader->layout->PyObject.ob_type,
			&word);
	type = at ? coil_types_get(reader->types, word) : NULL;
	return type && type->flags & COIL_TP_UNICODE && !type->heap ? word : 0;
}

/*
 * Up to 3.10 it is a function, and not a number, that tells that a dict has
 * other keys than str.  The subclasses of `object` are in such a dict.
 */
static uint64_t find_lookup(struct coil_reader *reader)
{
	const struct coil_type *object = coil_types_object(reader->types);
	struct coil_dict d;

	if (reader->layout->strategy.dict_keys != COIL_DICT_KEYS_SIZED ||
	    !object || !object->subclasses ||
	    !coil_reader_dict(reader, object->subclasses, &d))
		return 0;
	return d.lookup;
}

enum coil_status coil_reader_open(const struct coil_runtime *runtime,
				  struct coil_reader *reader,
				  struct coil_error *err)
{
	memset(reader, 0, sizeof(*reader));
	reader->image = runtime->image;
	reader->layout = runtime->layout;
	reader->runtime = runtime;
	reader->types = coil_types_new(runtime);
	reader->plans = coil_plans_new();
	reader->bases = coil_bases_new();
	reader->traverse = coil_traverse_new(runtime->image);
	if (!reader->types || !reader->plans || !reader->bases ||
	    !reader->traverse)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	if (!coil_types_type(reader->types))
		return coil_fail(err, COIL_E_BAD_DATA,
				 "the type of types cannot be found");
	coil_types_read_all(reader->types);
	reader->none =
		coil_image_symbol(reader->image, "_Py_NoneStruct", NULL, NULL);
	if (!reader->none)
		reader->none = find_none(reader);
	reader->set_dummy =
		coil_image_symbol(reader->image, "_PySet_Dummy", NULL, NULL);
	if (reader->set_dummy)
		coil_image_word(reader->image, reader->set_dummy,
				&reader->set_dummy);
	reader->any_lookup = find_lookup(reader);
	reader->str_type = find_str(reader);
	reader->type_cache = coil_type_cache_find(reader);
	if (!coil_interned_find(reader) ||
	    !coil_identifiers_find(reader, &reader->identifiers))
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	return COIL_OK;
}

void coil_reader_close(struct coil_reader *reader)
{
	coil_blocks_free(reader->blocks);
	free(reader->interned);
	coil_plans_free(reader->plans);
	coil_bases_free(reader->bases);
	coil_traverse_free(reader->traverse);
	coil_types_free(reader->types);
	memset(reader, 0, sizeof(*reader));
}

uint64_t coil_reader_words(struct coil_reader *reader)
{
	struct coil_coverage memory;

	coil_image_coverage(reader->image, &memory);
	return (memory.present + memory.from_modules) / 8 + (1u << 20);
}

const struct coil_blocks *coil_reader_blocks(struct coil_reader *reader)
{
	if (!reader->blocks && coil_blocks_read(&reader->runtime->obmalloc,
						&reader->blocks) != COIL_OK)
		return NULL;
	return reader->blocks;
}

const struct coil_pool *coil_reader_pool(struct coil_reader *reader,
					 uint64_t address)
{
	const struct coil_blocks *blocks = coil_reader_blocks(reader);

	return blocks ? coil_blocks_pool(blocks, address) : NULL;
}
