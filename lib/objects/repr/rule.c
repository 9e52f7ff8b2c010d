/* SPDX-License-Identifier: MIT */
/*
 * Which writer the values of a type have: that of the class which defines the
 * __repr__ that repr() would call.
 *
 * Source: Objects/typeobject.c: a C type's tp_repr is in its dict as a slot
 * wrapper, which names the type that it is of; so a class that takes over
 * another's (__repr__ = dict.__repr__) is seen, too.  In a class written in
 * Python it is a function; whether it is the library's say its module and the
 * file of its code.
 */
#include <stdio.h>

#include "objects/repr/repr.h"

#include "objects/code.h"
#include "objects/kind.h"

#define TEXT 96

/* Classes have few bases; a hostile one ends here. */
#define MRO_LIMIT 64

/* Source: Objects/typeobject.c, _PyType_Lookup. */
const struct coil_type *coil_value_owner(struct coil_reader *reader,
					 const struct coil_type *type,
					 const char *name, uint64_t *value)
{
	const struct coil_layout *l = reader->layout;
	uint64_t mro = 0, count = 0;

	*value = 0;
	coil_image_word(reader->image, type->address + l->PyTypeObject.tp_mro,
			&mro);
	coil_image_word(reader->image, mro + l->PyVarObject.ob_size, &count);
	for (uint64_t i = 0; mro && i < min64(count, MRO_LIMIT); i++) {
		const struct coil_type *base;
		struct coil_dict dict;
		uint64_t at = 0;

		coil_image_word(reader->image,
				mro + l->PyTupleObject.ob_item + i * 8, &at);
		base = coil_types_known(reader->types, at);
		if (!base)
			continue;
		if (!base->dict || !coil_reader_dict(reader, base->dict, &dict))
			return NULL;
		*value = coil_dict_lookup(&dict, name);
		if (*value)
			return base;
	}
	return NULL;
}

/* The text of the str at @address, without escapes; cut. */
static const char *text_of(struct coil_reader *reader, uint64_t address,
			   char buf[TEXT])
{
	struct coil_out out = {.at = buf, .end = buf + TEXT - 1};

	*buf = '\0';
	coil_out_text(reader, address, TEXT, &out);
	return buf;
}

static coil_writer *row_of(const struct coil_value_row *rows, const char *owner)
{
	for (; rows->owner; rows++)
		if (!strcmp(rows->owner, owner))
			return rows->write;
	return NULL;
}

/* The parts of a function that say whose it is. */
struct function {
	char module[TEXT], qualname[TEXT], name[TEXT], file[TEXT];
};

static bool read_function(struct coil_reader *reader, uint64_t address,
			  struct function *f)
{
	const struct coil_layout *l = reader->layout;
	struct coil_object object;
	struct coil_code code;

	if (!coil_reader_object(reader, address, &object) ||
	    strcmp(object.type->name, "function") ||
	    object.head_size < l->PyFunctionObject.size ||
	    !coil_code_read(reader,
			    FIELD(reader, &object, PyFunctionObject, func_code),
			    &code))
		return false;
	text_of(reader, FIELD(reader, &object, PyFunctionObject, func_module),
		f->module);
	text_of(reader, FIELD(reader, &object, PyFunctionObject, func_qualname),
		f->qualname);
	text_of(reader, code.name, f->name);
	/* Only the end of it matters. */
	struct coil_str s;

	f->file[0] = '\0';
	if (code.filename && coil_reader_str(reader, code.filename, &s) &&
	    s.width == 1) {
		uint64_t n = min64(s.length, TEXT - 1);

		memcpy(f->file, s.data + (s.length - n), n);
		f->file[n] = '\0';
	}
	return true;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && !strcmp(text + n - m, end);
}

/* Of classes that the library makes a __repr__ for. */
static coil_writer *made_rule(struct coil_reader *reader,
			      const struct coil_type *owner,
			      const struct function *f)
{
	if (!strcmp(f->module, "collections") && !strcmp(f->name, "__repr__") &&
	    coil_type_lookup(reader->types, owner, "_fields"))
		return coil_out_namedtuple;
	if (!strcmp(f->name, "wrapper") &&
	    (ends_with(f->file, "/dataclasses.py") ||
	     ends_with(f->file, "/reprlib.py")) &&
	    coil_type_lookup(reader->types, owner, "__dataclass_fields__"))
		return coil_out_dataclass;
	return NULL;
}

/* Paths and UUIDs write what str() says: a class may have it say something
 * else. */
static bool says_same(struct coil_reader *reader, const struct coil_type *type,
		      const char *module)
{
	const struct coil_type *owner;
	uint64_t value;

	if (strncmp(module, "pathlib", 7) && strcmp(module, "uuid"))
		return true;
	owner = coil_value_owner(reader, type, "__str__", &value);
	return owner && !strncmp(owner->name, module, strlen(module));
}

static coil_writer *python_rule(struct coil_reader *reader,
				const struct coil_type *type,
				const struct coil_type *owner, uint64_t value)
{
	static const struct coil_value_row *const tables[] = {
		coil_values_numbers,   coil_values_paths,
		coil_values_threading, coil_values_collections,
		coil_values_enum,      coil_values_typing,
	};
	char name[2 * TEXT + 1];
	struct function f;

	if (!read_function(reader, value, &f))
		return NULL;
	/* Not by the class that has it: enumerations take over Enum's. */
	snprintf(name, sizeof(name), "%s.%s", f.module, f.qualname);
	for (size_t i = 0; i < countof(tables); i++) {
		coil_writer *write = row_of(tables[i], name);

		if (write)
			return says_same(reader, type, f.module) ? write : NULL;
	}
	return made_rule(reader, owner, &f);
}

static coil_writer *c_rule(struct coil_reader *reader,
			   const struct coil_type *owner,
			   const struct coil_type *type)
{
	static const struct coil_value_row *const tables[] = {
		coil_values_datetime,
		coil_values_thread,
		coil_values_context,
		coil_values_union,
	};
	const struct coil_kind *kind;

	/* A traceback says where it points. */
	if (owner == coil_types_object(reader->types))
		return strcmp(type->name, "traceback")
			       ? coil_out_default
			       : coil_kind_traceback.value;
	for (size_t i = 0; i < countof(tables); i++) {
		coil_writer *write = row_of(tables[i], owner->name);

		if (write)
			return write;
	}
	kind = coil_kind_of(reader, owner);
	return kind && coil_kind_fits(reader, kind, type) ? kind->value : NULL;
}

/* The writer of the kind, where no dict tells who defines __repr__. */
static coil_writer *kind_rule(const struct coil_kind *kind)
{
	while (kind && !kind->value)
		kind = kind->super;
	return kind ? kind->value : NULL;
}

coil_writer *coil_value_rule(struct coil_reader *reader,
			     const struct coil_type *type,
			     const struct coil_kind *kind)
{
	const struct coil_layout *l = reader->layout;
	const struct coil_type *owner, *of;
	struct coil_object value;
	uint64_t address;

	owner = coil_value_owner(reader, type, "__repr__", &address);
	if (!owner || !coil_reader_object(reader, address, &value))
		return kind_rule(kind);
	if (!strcmp(value.type->name, "wrapper_descriptor")) {
		of = coil_types_known(
			reader->types,
			coil_field_word(&value, l->PyDescrObject.d_type));
		return c_rule(reader, of ? of : owner, type);
	}
	return python_rule(reader, type, owner, address);
}
