/* SPDX-License-Identifier: MIT */
/*
 * What interpreters say of their static types: where each of them is found, and
 * what it looks like.  naming.py asked them; a fingerprint is made of the names
 * in a type's dict and of its sizes, which programs cannot change.
 */
#include "base/bounds.h"
#include "types/naming.h"

#define VALUE false
#define TYPE  true

/* Flags that do not depend on what the program did. */
#define FLAGS (COIL_TP_HAVE_GC | 0xff000000u)

static const struct coil_named_key keys[] = {
#define RELEASES(asked)
#define KEY(of, minors, module, key, name) {minors, of, module, key, name},
#include "types/naming_keys.def"
#undef RELEASES
#undef KEY
};

const unsigned coil_named_releases =
#define RELEASES(asked) asked;
#define KEY(of, minors, module, key, name)
#include "types/naming_keys.def"

	static const struct named {
	uint64_t fingerprint;
	uint16_t alone;	  /* releases in which no other type looks like it */
	uint16_t in_file; /* ... none of the file of its extension module */
	const char *file, *name;
} named[] = {
#define NAMED(fingerprint, alone, in_file, file, name) \
	{fingerprint, alone, in_file, file, name},
#include "types/naming_types.def"
};

const struct coil_named_key *coil_named_keys(const char *module, size_t *count)
{
	size_t first = 0, n = 0;

	while (first < countof(keys) && strcmp(keys[first].module, module))
		first++;
	while (first + n < countof(keys) &&
	       !strcmp(keys[first + n].module, module))
		n++;
	*count = n;
	return n ? &keys[first] : NULL;
}

const char *coil_named_fingerprint(uint64_t fingerprint, unsigned minors,
				   const char *file)
{
	size_t at = FIRST_WHERE(i, countof(named),
				named[i].fingerprint >= fingerprint);

	for (; at < countof(named) && named[at].fingerprint == fingerprint;
	     at++) {
		const struct named *n = &named[at];

		if (file ? !strcmp(n->file, file) && n->in_file & minors
			 : n->alone & minors)
			return n->name;
	}
	return NULL;
}

const char *coil_named_symbol(const struct coil_image *image,
			      const struct coil_module *module,
			      uint64_t address)
{
	static const struct {
		const char *symbol, *name;
	} rows[] = {
		{"PyDictRevIterKey_Type", "dict_reversekeyiterator"},
		{"PyDictRevIterValue_Type", "dict_reversevalueiterator"},
		{"PyDictRevIterItem_Type", "dict_reverseitemiterator"},
		{"PyODictKeys_Type", "odict_keys"},
		{"PyODictValues_Type", "odict_values"},
		{"PyODictItems_Type", "odict_items"},
		{"PySeqIter_Type", "iterator"},
		{"PyUnicodeIter_Type", "str_iterator"},
		{"PyMethodDescr_Type", "method_descriptor"},
		{"PyWrapperDescr_Type", "wrapper_descriptor"},
		{"_PyAsyncGenASend_Type", "async_generator_asend"},
		{"_PyAsyncGenAThrow_Type", "async_generator_athrow"},
		{"_PyCoroWrapper_Type", "coroutine_wrapper"},
	};

	for (size_t i = 0; i < countof(rows); i++)
		if (coil_module_symbol(image, module, rows[i].symbol, NULL) ==
		    address)
			return rows[i].name;
	return NULL;
}

/* FNV-1a. Source: draft-eastlake-fnv, 64 bits. */
static uint64_t hash_bytes(uint64_t hash, const uint8_t *bytes, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3u;
	return hash;
}

#define HASH_START 0xcbf29ce484222325u

uint64_t coil_type_fingerprint(const struct coil_type *type,
			       const struct coil_dict *dict)
{
	uint64_t hash = HASH_START;
	uint64_t words[7] = {
		0,
		0,
		type->basicsize,
		type->itemsize,
		type->flags & FLAGS,
		(uint64_t)type->dictoffset,
		(uint64_t)type->weaklistoffset,
	};

	/* A sum: whatever the order. */
	for (uint64_t i = 0; i < dict->count; i++) {
		struct coil_str s;

		if (!coil_dict_value(dict, i))
			continue;
		words[1]++;
		if (coil_str_read(dict->image, dict->layout,
				  coil_dict_key(dict, i), &s) &&
		    s.width == 1 && s.ascii)
			words[0] += hash_bytes(HASH_START, s.data, s.length);
	}
	for (size_t i = 0; i < countof(words); i++) {
		uint8_t raw[8];

		for (unsigned b = 0; b < 8; b++)
			raw[b] = (uint8_t)(words[i] >> 8 * b);
		hash = hash_bytes(hash, raw, sizeof(raw));
	}
	return hash;
}
