/* SPDX-License-Identifier: MIT */
/*
 * Attributes of instances: what the references of an object are called, and its
 * dict.
 *
 * Source: Objects/object.c, _PyObject_GenericGetAttrWithDict().
 */
#include "objects/code.h"
#include "objects/instance.h"
#include "objects/repr/repr.h"

struct search {
	struct coil_sink sink; /* first */
	struct coil_reader *reader;
	const char *name;
	uint64_t found, dict;
};

static bool matches(const struct search *s, const struct coil_ref *r)
{
	const char *text = NULL;

	if (r->label_type == COIL_LABEL_NAME)
		return coil_str_equals(s->reader->image, s->reader->layout,
				       r->label, s->name);
	if (r->label_type == COIL_LABEL_CSTRING)
		text = coil_image_string(s->reader->image, r->label,
					 COIL_NAME_LIMIT);
	return text && !strcmp(text, s->name);
}

static void look(struct coil_sink *sink)
{
	struct search *s = (struct search *)sink;

	for (unsigned i = 0; i < sink->count && !s->found; i++) {
		const struct coil_ref *r = &sink->refs[i];

		if (r->label_type == COIL_LABEL_TEXT &&
		    !strcmp((const char *)(uintptr_t)r->label, "__dict__"))
			s->dict = r->target;
		else if (matches(s, r))
			s->found = r->target;
	}
	sink->stop = s->found != 0;
	sink->count = 0;
}

uint64_t coil_attribute(struct coil_reader *reader,
			const struct coil_object *object, const char *name)
{
	const struct coil_plan *plan = coil_plan_get(reader, object->type);
	struct search s;
	struct coil_dict d;

	if (!plan)
		return 0;
	/* Not its room, which is large. */
	memset(&s.sink, 0, offsetof(struct coil_sink, refs));
	s.sink.flush = look;
	s.reader = reader;
	s.name = name;
	s.found = s.dict = 0;
	coil_instance_refs(reader, object, plan, 0, &s.sink);
	look(&s.sink);
	if (!s.found && s.dict && coil_reader_dict(reader, s.dict, &d))
		s.found = coil_dict_lookup(&d, name);
	return s.found;
}

bool coil_attribute_int(struct coil_reader *reader,
			const struct coil_object *object, const char *name,
			int64_t *value)
{
	uint64_t at = coil_attribute(reader, object, name);
	struct coil_object found;
	struct coil_int i;

	return at && coil_reader_object(reader, at, &found) &&
	       found.type->flags & COIL_TP_LONG &&
	       coil_reader_int(reader, at, &i) && coil_int_small(&i, value);
}
