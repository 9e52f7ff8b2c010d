/* SPDX-License-Identifier: MIT */
/*
 * The table of kinds, and which of them a type is of.
 */
#include "objects/kinds/kinds.h"

const struct coil_kind *const coil_kinds[] = {
#define COIL_KIND(ident) &coil_kind_##ident,
#include "objects/kinds/kinds.def"
};

const size_t coil_kind_count = countof(coil_kinds);

/* The size that @at names, of a struct that the layout has; 0: it has none. */
static uint32_t size_of(const struct coil_reader *reader, uint32_t at)
{
	uint32_t size = coil_layout_value(reader->layout, at);

	return size == COIL_NO_FIELD ? 0 : size;
}

bool coil_kind_fits(struct coil_reader *reader, const struct coil_kind *kind,
		    const struct coil_type *type)
{
	for (; kind; kind = kind->super) {
		const uint32_t *needs = kind->needs;
		uint32_t size = size_of(reader, kind->struct_size);

		if (kind->struct_size && (!size || type->basicsize < size))
			return false;
		while (needs && *needs)
			if (!size_of(reader, *needs++))
				return false;
	}
	return true;
}

static bool has_name(struct coil_reader *reader, const struct coil_kind *kind,
		     const struct coil_type *type)
{
	bool exact = type->basicsize == size_of(reader, kind->struct_size);

	if (kind->name && !strcmp(kind->name, type->name))
		return exact || !(kind->flags & COIL_KIND_EXACT_SIZE);
	return exact && kind->other_name &&
	       !strcmp(kind->other_name, type->name);
}

const struct coil_kind *coil_kind_by_name(struct coil_reader *reader,
					  const struct coil_type *type)
{
	for (size_t i = 0; i < coil_kind_count; i++)
		if (has_name(reader, coil_kinds[i], type) &&
		    coil_kind_fits(reader, coil_kinds[i], type))
			return coil_kinds[i];
	return NULL;
}

const struct coil_kind *coil_kind_by_rule(struct coil_reader *reader,
					  const struct coil_type *type)
{
	for (size_t i = 0; i < coil_kind_count; i++)
		if (coil_kinds[i]->rule && coil_kinds[i]->rule(reader, type))
			return coil_kinds[i];
	return NULL;
}

void coil_emit_member(const struct coil_object *object, uint32_t at,
		      unsigned flags, const char *label, struct coil_sink *sink)
{
	coil_emit(sink, coil_field_word(object, at), flags | COIL_EDGE_COUNTED,
		  COIL_LABEL_TEXT, coil_text(label));
}

unsigned coil_visits_more(const struct coil_object *object, const char *name)
{
	const struct coil_type *type = coil_type_named(object->type, name);

	return type && type->heap ? COIL_EDGE_TRAVERSED : 0;
}
