/* SPDX-License-Identifier: MIT */
/*
 * Names of static types without the file that has them.
 *
 * In this order: what an interpreter of the same release says of a type with
 * the same fingerprint (naming_table.c); the key under which a module's dict
 * holds it, where such an interpreter says what its name is, for keys may be
 * aliases (OSError is IOError too, types.FunctionType is called function); the
 * key in the dict of an extension module that is not the standard library's;
 * and of the types that mark their subclasses in tp_flags, the first.
 *
 * Source: Include/object.h, Py_TPFLAGS_*_SUBCLASS; Objects/moduleobject.c,
 * PyModuleObject; Lib/types.py; Lib/_collections_abc.py.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/order.h"
#include "base/bounds.h"
#include "types/naming.h"

#define NAME_ROOM 256

struct held {
	uint64_t address;
	const char *name; /* NULL: two were found */
	char *owned;
};

struct coil_naming {
	const struct coil_runtime *runtime;
	const struct coil_image *image;
	const struct coil_layout *layout;
	unsigned minors; /* the bit of the release */
	unsigned near; /* of one that was not asked: that of the last before */
	struct held *held; /* sorted by address once it is read */
	size_t count, room;
	bool read;
};

struct coil_naming *coil_naming_new(const struct coil_runtime *runtime)
{
	struct coil_naming *naming = calloc(1, sizeof(*naming));

	if (!naming)
		return NULL;
	naming->runtime = runtime;
	naming->image = runtime->image;
	naming->layout = runtime->layout;
	naming->minors = coil_release_bit(runtime, coil_named_releases);
	naming->near = coil_release_nearest(runtime, coil_named_releases);
	return naming;
}

void coil_naming_free(struct coil_naming *naming)
{
	if (!naming)
		return;
	for (size_t i = 0; i < naming->count; i++)
		free(naming->held[i].owned);
	free(naming->held);
	free(naming);
}

static uint64_t type_of(const struct coil_naming *n, uint64_t object)
{
	uint64_t type = 0;

	coil_image_word(n->image, object + n->layout->PyObject.ob_type, &type);
	return type;
}

/* tp_flags of what stands at @type, 0 where nothing does. */
static uint32_t flags_of(const struct coil_naming *n, uint64_t type)
{
	const uint8_t *p =
		coil_image_view(n->image, type, n->layout->PyTypeObject.size);

	return p ? load32(p + n->layout->PyTypeObject.tp_flags) : 0;
}

static bool is_static_type(const struct coil_naming *n, uint64_t object)
{
	return object && !(object & 7) &&
	       flags_of(n, type_of(n, object)) & COIL_TP_TYPE &&
	       flags_of(n, object) & COIL_TP_READY &&
	       !(flags_of(n, object) & COIL_TP_HEAPTYPE);
}

/* The ASCII str at @address. */
static bool read_text(const struct coil_naming *n, uint64_t address,
		      char text[NAME_ROOM])
{
	struct coil_str s;

	if (!coil_str_read(n->image, n->layout, address, &s) || !s.ascii ||
	    s.width != 1 || !s.length || s.length >= NAME_ROOM)
		return false;
	for (uint64_t i = 0; i < s.length; i++) {
		if (s.data[i] < 0x21 || s.data[i] > 0x7e)
			return false;
		text[i] = (char)s.data[i];
	}
	text[s.length] = '\0';
	return true;
}

/* @owned, if not NULL, is given away. */
static void hold(struct coil_naming *n, uint64_t address, const char *name,
		 char *owned)
{
	if (!APPEND(n->held, n->count, n->room,
		    (struct held){address, name, owned}))
		free(owned);
}

/* The rows of the table that are for this module. */
static bool hold_known(struct coil_naming *n, const char *module,
		       const struct coil_dict *dict)
{
	size_t count;
	unsigned minors = n->minors;
	const struct coil_named_key *keys = coil_named_keys(module, &count);

	/* Later releases have new aliases, but not in builtins. */
	if (!strcmp(module, "builtins"))
		minors = n->near;
	for (size_t i = 0; i < count; i++) {
		uint64_t value;

		if (!(keys[i].minors & minors))
			continue;
		value = coil_dict_lookup(dict, keys[i].key);
		if (value && keys[i].metatype)
			value = type_of(n, value);
		if (is_static_type(n, value))
			hold(n, value, keys[i].name, NULL);
	}
	return count > 0;
}

/* A part with a leading underscore: its types are shown to be elsewhere. */
static bool is_private(const char *module)
{
	return module[0] == '_' || strstr(module, "._");
}

/* Types of an extension module that nothing is known of, in its own file. */
static void hold_unknown(struct coil_naming *n, const char *module,
			 uint64_t definition, const struct coil_dict *dict)
{
	const struct coil_module *file =
		coil_image_module_at(n->image, definition);

	if (!definition || !file || file == n->runtime->module ||
	    is_private(module))
		return;
	for (uint64_t i = 0; i < dict->count; i++) {
		uint64_t value = coil_dict_value(dict, i);
		char key[NAME_ROOM], *name;
		size_t room;

		if (!value || coil_image_module_at(n->image, value) != file ||
		    !is_static_type(n, value) ||
		    !read_text(n, coil_dict_key(dict, i), key))
			continue;
		room = strlen(module) + strlen(key) + 2;
		name = malloc(room);
		if (!name)
			return;
		snprintf(name, room, "%s.%s", module, key);
		hold(n, value, name, name);
	}
}

static int by_address(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	return ORDER(x->address, y->address);
}

static int by_name(const void *a, const void *b)
{
	const struct held *x = a, *y = b;
	int order = strcmp(x->name ? x->name : "", y->name ? y->name : "");

	return order ? order : by_address(a, b);
}

/* A name for two types, or two names for one, are none. */
static void drop_doubtful(struct coil_naming *n)
{
	struct held *h = n->held;

	qsort(h, n->count, sizeof(*h), by_name);
	for (size_t i = 0, end; i < n->count; i = end) {
		bool same = true;

		for (end = i; end < n->count && !strcmp(h[end].name, h[i].name);
		     end++)
			same &= h[end].address == h[i].address;
		for (size_t j = i; !same && j < end; j++)
			h[j].address = 0;
	}
	qsort(h, n->count, sizeof(*h), by_address);
	for (size_t i = 0, end; i < n->count; i = end) {
		bool same = true;

		for (end = i; end < n->count && h[end].address == h[i].address;
		     end++)
			same &= !strcmp(h[end].name, h[i].name);
		for (size_t j = i; !same && j < end; j++)
			h[j].name = NULL;
	}
}

/*
 * Descriptors that only the module `types` names are what the dict of a C type
 * is made of.  @type_dict is that of `type`.
 */
static void hold_descriptors(struct coil_naming *n, uint64_t type_dict)
{
	static const struct {
		const char *key, *name;
	} rows[] = {
		{"mro", "method_descriptor"},
		{"__call__", "wrapper_descriptor"},
	};
	struct coil_dict dict;

	if (!type_dict ||
	    !coil_dict_read(n->image, n->layout, type_dict, &dict))
		return;
	for (size_t i = 0; i < countof(rows); i++) {
		uint64_t value = coil_dict_lookup(&dict, rows[i].key);

		if (value && is_static_type(n, type_of(n, value)))
			hold(n, type_of(n, value), rows[i].name, NULL);
	}
}

/* What the dicts of all modules hold. */
static void read_modules(struct coil_naming *n, uint64_t type_dict)
{
	const struct coil_layout *l = n->layout;
	struct coil_dict modules, dict;
	uint64_t table = 0, dict_type;

	n->read = true;
	if (!n->runtime->interpreter_count ||
	    !coil_image_word(n->image,
			     n->runtime->interpreters[0] +
				     l->PyInterpreterState.modules,
			     &table) ||
	    !coil_dict_read(n->image, l, table, &modules))
		return;
	dict_type = type_of(n, table);
	hold_descriptors(n, type_dict);
	for (uint64_t i = 0; i < modules.count; i++) {
		uint64_t module = coil_dict_value(&modules, i);
		uint64_t at = 0, definition = 0;
		char name[NAME_ROOM];

		if (!module ||
		    !coil_image_word(n->image,
				     module + l->PyModuleObject.md_dict, &at) ||
		    type_of(n, at) != dict_type ||
		    !coil_dict_read(n->image, l, at, &dict) ||
		    !read_text(n, coil_dict_key(&modules, i), name))
			continue;
		coil_image_word(n->image, module + l->PyModuleObject.md_def,
				&definition);
		if (!hold_known(n, name, &dict))
			hold_unknown(n, name, definition, &dict);
	}
	if (n->count)
		drop_doubtful(n);
}

static const char *by_dict(struct coil_naming *n, uint64_t address,
			   uint64_t type_dict)
{
	const struct held *held;

	if (!n->read)
		read_modules(n, type_dict);
	held = FIND_SORTED(n->held, n->count, address, address);
	return held ? held->name : NULL;
}

static const char *by_fingerprint(const struct coil_naming *n,
				  const struct coil_type *type)
{
	const struct coil_module *in =
		coil_image_module_at(n->image, type->address);
	char file[NAME_ROOM];
	struct coil_dict dict;
	const char *base;
	uint64_t fingerprint;

	if (!type->dict ||
	    !coil_dict_read(n->image, n->layout, type->dict, &dict))
		return NULL;
	fingerprint = coil_type_fingerprint(type, &dict);
	if (in == n->runtime->module)
		return coil_named_fingerprint(fingerprint, n->near, NULL);
	if (!in)
		return NULL;
	base = strrchr(in->path, '/');
	base = base ? base + 1 : in->path;
	snprintf(file, sizeof(file), "%.*s",
		 (int)min64(strcspn(base, "."), NAME_ROOM - 1), base);
	return *file ? coil_named_fingerprint(fingerprint, n->near, file)
		     : NULL;
}

static const char *by_flags(const struct coil_naming *n,
			    const struct coil_type *type)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} roots[] = {
		{COIL_TP_LONG, "int"},
		{COIL_TP_LIST, "list"},
		{COIL_TP_TUPLE, "tuple"},
		{COIL_TP_BYTES, "bytes"},
		{COIL_TP_UNICODE, "str"},
		{COIL_TP_DICT, "dict"},
		{COIL_TP_EXCEPTION, "BaseException"},
		{COIL_TP_TYPE, "type"},
	};
	uint64_t base = 0, root = 0;

	if (coil_image_module_at(n->image, type->address) !=
		    n->runtime->module ||
	    !coil_image_word(n->image,
			     type->address + n->layout->PyTypeObject.tp_base,
			     &base))
		return NULL;
	if (!base)
		return type->basicsize == n->layout->PyObject.size ? "object"
								   : NULL;
	coil_image_word(n->image, base + n->layout->PyTypeObject.tp_base,
			&root);
	for (size_t i = 0; !root && i < countof(roots); i++)
		if (type->flags & roots[i].flag)
			return roots[i].name;
	return NULL;
}

const char *coil_naming_find(struct coil_naming *naming,
			     const struct coil_type *type, uint64_t type_dict)
{
	const char *name;

	if (type->heap || !(type->flags & COIL_TP_READY))
		return NULL;
	name = by_fingerprint(naming, type);
	if (!name && naming->runtime->module)
		name = coil_named_symbol(naming->image, naming->runtime->module,
					 type->address);
	if (!name)
		name = by_dict(naming, type->address, type_dict);
	return name ? name : by_flags(naming, type);
}
