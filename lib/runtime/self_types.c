/* SPDX-License-Identifier: MIT */
/*
 * What type objects tell of the struct of their instances: its size, where its
 * __dict__ and its weak references are, and members by name.  Which of them
 * say what about which struct is in self_table.c.
 *
 * Source: CPython docs, "Type Objects" (tp_basicsize, tp_itemsize,
 * tp_dictoffset, tp_weaklistoffset, tp_members); Include/descrobject.h, later
 * structmember.h: PyMemberDef, a table that ends with a name of NULL.
 */

#include "layout/table.h"
#include "runtime/self.h"

/* More are no table of members: the longest, of code, has 19. */
#define MEMBERS_MAX 128

struct reader {
	const struct coil_runtime *runtime;
	uint64_t modules, module_type; /* of sys; 0: not there */
	uint64_t type;		       /* its rows are compared; 0: pass over */
	const char *type_name;
};

/* Whether @object is a type: the type of its type's type is itself. */
static bool is_type(const struct coil_runtime *r, uint64_t object)
{
	uint64_t meta = coil_type_of(r->image, r->layout,
				     coil_type_of(r->image, r->layout, object));

	return meta && coil_type_of(r->image, r->layout, meta) == meta;
}

/* The dict of the module @name in sys.modules; 0: it is not imported. */
static uint64_t module_dict(const struct reader *reader, const char *name)
{
	const struct coil_runtime *r = reader->runtime;
	uint64_t module =
		coil_dict_item(r->image, r->layout, reader->modules, name);

	if (!module ||
	    coil_type_of(r->image, r->layout, module) != reader->module_type)
		return 0;
	return coil_field(r->image, module, r->layout->PyModuleObject.md_dict);
}

/*
 * A program may put types of its own where a name was: gevent does.  So a type
 * that was found by its name must be called @name too, or where that cannot be
 * read stand in the interpreter's own data.
 */
static bool is_the_one(const struct coil_runtime *r, uint64_t type,
		       const char *name)
{
	uint64_t at =
		coil_field(r->image, type, r->layout->PyTypeObject.tp_name);
	const char *text = at ? coil_image_string(r->image, at, 128) : NULL;

	if (text)
		return strcmp(text, name) == 0;
	return r->module && coil_image_module_at(r->image, type) == r->module;
}

static uint64_t find_type(const struct reader *reader,
			  const struct coil_self_row *row)
{
	const struct coil_runtime *r = reader->runtime;
	const struct coil_layout *l = r->layout;
	uint64_t at = 0, dict, type;

	if (row->symbol && r->module)
		at = coil_module_symbol(r->image, r->module, row->symbol, NULL);
	if (at && strncmp(row->symbol, "PyExc_", 6) == 0)
		at = coil_field(r->image, at, 0);
	if (at && is_type(r, at))
		return at;
	if (!row->module)
		return 0;
	dict = strcmp(row->module, "builtins") == 0
		       ? coil_field(r->image, r->interpreters[0],
				    l->PyInterpreterState.builtins)
		       : module_dict(reader, row->module);
	type = dict ? coil_dict_item(r->image, l, dict, row->attribute) : 0;
	return type && is_type(r, type) && is_the_one(r, type, row->name) ? type
									  : 0;
}

/* The offset of member @name of @type; 0 where it has none or does not tell. */
static uint64_t find_member(const struct coil_runtime *r, uint64_t type,
			    const char *name)
{
	const struct coil_layout *l = r->layout;
	uint64_t at = coil_field(r->image, type, l->PyTypeObject.tp_members);

	for (int i = 0; at && i < MEMBERS_MAX; i++, at += l->PyMemberDef.size) {
		uint64_t name_at =
			coil_field(r->image, at, l->PyMemberDef.name);
		const char *text =
			name_at ? coil_image_string(r->image, name_at, 64)
				: NULL;

		if (!name_at)
			return 0;
		if (text && strcmp(text, name) == 0)
			return coil_field(r->image, at, l->PyMemberDef.offset);
	}
	return 0;
}

/* What the layout says; false where it does not know. */
static bool read_number(const struct coil_layout *layout,
			const struct coil_self_row *row, uint64_t *out)
{
	uint32_t number = coil_layout_number(layout, row->at);
	uint32_t more = row->more ? coil_layout_number(layout, row->more) : 0;

	if (row->unless &&
	    coil_layout_number(layout, row->unless) != COIL_NO_FIELD)
		return false;
	if (number == COIL_NO_FIELD || more == COIL_NO_FIELD ||
	    (row->is_size && !number))
		return false;
	*out = (uint64_t)number + more + row->plus;
	return true;
}

/* What the process says, and what its word for it is. */
static uint64_t read_said(const struct reader *reader,
			  const struct coil_self_row *row, const char **word)
{
	const struct coil_layout *l = reader->runtime->layout;
	const struct {
		uint32_t field;
		const char *word;
	} fields[] = {
		[COIL_SELF_SIZE] = {l->PyTypeObject.tp_basicsize,
				    "__basicsize__"},
		[COIL_SELF_ITEM] = {l->PyTypeObject.tp_itemsize,
				    "__itemsize__"},
		[COIL_SELF_DICT] = {l->PyTypeObject.tp_dictoffset,
				    "__dictoffset__"},
		[COIL_SELF_WEAK] = {l->PyTypeObject.tp_weaklistoffset,
				    "__weakrefoffset__"},
	};

	*word = row->name;
	if (row->what == COIL_SELF_MEMBER)
		return find_member(reader->runtime, reader->type, row->name);
	*word = fields[row->what].word;
	return coil_field(reader->runtime->image, reader->type,
			  fields[row->what].field);
}

static void compare(const struct reader *reader,
		    const struct coil_self_row *row, struct coil_self *self)
{
	uint64_t said, number;
	const char *word;

	if (!read_number(reader->runtime->layout, row, &number))
		return;
	said = read_said(reader, row, &word);
	/* 0: not set, by a type that was not made ready or whose file gave its
	 * bytes; what is below 0 or beyond reason is no place in a struct. */
	if (said && said < COIL_SELF_LIMIT)
		coil_self_compare(self, row->text, row->is_size, said, number,
				  reader->type_name, word);
}

void coil_self_types(const struct coil_runtime *r, struct coil_self *self)
{
	const struct coil_layout *l = r->layout;
	struct reader reader = {.runtime = r};

	reader.modules = coil_field(r->image, r->interpreters[0],
				    l->PyInterpreterState.modules);
	reader.module_type = coil_type_of(
		r->image, l,
		coil_dict_item(r->image, l, reader.modules, "sys"));
	for (size_t i = 0; i < coil_self_row_count; i++) {
		const struct coil_self_row *row = &coil_self_rows[i];

		if (row->what == COIL_SELF_TYPE) {
			reader.type = find_type(&reader, row);
			reader.type_name = row->name;
		} else if (reader.type) {
			compare(&reader, row, self);
		}
	}
}
