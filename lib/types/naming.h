/* SPDX-License-Identifier: MIT */
#ifndef COIL_TYPES_NAMING_H
#define COIL_TYPES_NAMING_H

#include "types/types.h"

/*
 * Names for static types whose tp_name, a string in .rodata, is in no file at
 * hand.  Never wrong before never silent: what cannot be derived has no name.
 */
struct coil_naming;

/** NULL: out of memory. */
struct coil_naming *coil_naming_new(const struct coil_runtime *runtime);
void coil_naming_free(struct coil_naming *naming);

/**
 * The name of the static @type, read but for its name, by what is known of the
 * interpreter's types, by the dict that holds it, or by its structure; NULL
 * where none of these tells.  @type_dict is the dict of `type`.  Borrowed;
 * valid as long as @naming.
 */
const char *coil_naming_find(struct coil_naming *naming,
			     const struct coil_type *type, uint64_t type_dict);

/*
 * Of naming_table.c.
 */
struct coil_named_key {
	uint16_t minors; /* for which it holds: see coil_release_bit() */
	bool metatype;	 /* the name of the type of what the dict holds */
	const char *module, *key, *name;
};

/** The releases that naming.py asked: see coil_release_bit(). */
extern const unsigned coil_named_releases;

/** The rows for the dict of @module; *@count of them. */
const struct coil_named_key *coil_named_keys(const char *module, size_t *count);

/**
 * The type of @fingerprint in the releases @minors.
 *
 * @file  The name of the extension module whose file holds it up to the first
 *        dot, or NULL: the interpreter's.
 */
const char *coil_named_fingerprint(uint64_t fingerprint, unsigned minors,
				   const char *file);

/** The type at @address by the dynamic symbols of the interpreter's @module,
 * which some cores hold: those that look like another. */
const char *coil_named_symbol(const struct coil_image *image,
			      const struct coil_module *module,
			      uint64_t address);

/** The fingerprint of @type, whose dict is @dict, as naming.py makes it. */
uint64_t coil_type_fingerprint(const struct coil_type *type,
			       const struct coil_dict *dict);

#endif
