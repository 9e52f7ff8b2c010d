/* SPDX-License-Identifier: MIT */
/*
 * Names of types.
 *
 * Source: Objects/typeobject.c, type_module() and type_qualname(): a heap type
 * keeps its qualified name in ht_qualname and its module as '__module__' in its
 * dict; a static type has both in tp_name, split at the last dot, and lives in
 * builtins where there is none.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "types/name.h"

#define NAME_LIMIT 1000 /* bytes of a part of a name */

static const char *const builtins = "builtins.";
/* What is named when memory for a name has run out. */
static const char unnamed[] = "<type>";

/* The str at @address as UTF-8 into @buf, which may be empty; false where it is
 * none. */
static bool read_part(const struct coil_image *image,
		      const struct coil_layout *layout, uint64_t address,
		      char buf[NAME_LIMIT + 8])
{
	struct coil_str s;
	size_t at = 0;

	if (!address || !coil_str_read(image, layout, address, &s) || !s.width)
		return false;
	for (uint64_t i = 0; i < s.length && at < NAME_LIMIT; i++) {
		uint32_t c = coil_str_at(&s, i);

		at += coil_text_encode(buf + at,
				       c < 0x20 || c > 0x10ffff ? '?' : c);
	}
	buf[at] = '\0';
	return true;
}

/* A name that is empty is one; @module is NULL where there is none. */
static char *join(const char *module, const char *qualname)
{
	bool bare = !module || !strcmp(module, "builtins");
	size_t n = (bare ? 0 : strlen(module)) + strlen(qualname) + 2;
	char *name = malloc(n);

	if (name && bare)
		snprintf(name, n, "%s", qualname);
	else if (name)
		snprintf(name, n, "%s.%s", module, qualname);
	return name;
}

static char *heap_name(const struct coil_image *image,
		       const struct coil_layout *layout,
		       const struct coil_type *type)
{
	char module[NAME_LIMIT + 8], qualname[NAME_LIMIT + 8];
	uint64_t at = type->address + layout->PyHeapTypeObject.ht_qualname;
	struct coil_dict dict;
	bool has_module = false;
	uint64_t word;

	if (!coil_image_word(image, at, &word) ||
	    !read_part(image, layout, word, qualname))
		return NULL;
	if (type->dict && coil_dict_read(image, layout, type->dict, &dict)) {
		word = coil_dict_lookup(&dict, "__module__");
		has_module = read_part(image, layout, word, module);
	}
	return join(has_module ? module : NULL, qualname);
}

static char *static_name(const struct coil_image *image,
			 const struct coil_layout *layout,
			 const struct coil_type *type)
{
	const char *text;
	uint64_t word;

	if (!coil_image_word(
		    image, type->address + layout->PyTypeObject.tp_name, &word))
		return NULL;
	text = coil_image_string(image, word, NAME_LIMIT);
	if (!text)
		return NULL;
	if (!strncmp(text, builtins, strlen(builtins)))
		text += strlen(builtins);
	return strdup(text);
}

void coil_type_name(const struct coil_image *image,
		    const struct coil_layout *layout,
		    const struct coil_type *type, const char **name,
		    bool *named)
{
	char *text = type->heap ? heap_name(image, layout, type)
				: static_name(image, layout, type);

	*named = text != NULL;
	if (!text) {
		text = malloc(32);
		if (text)
			snprintf(text, 32, "<type 0x%" PRIx64 ">",
				 type->address);
	}
	if (text)
		coil_text_clean(text);
	*name = text ? text : unnamed;
}

void coil_type_name_free(const char *name)
{
	if (name != unnamed)
		free((void *)(uintptr_t)name);
}
