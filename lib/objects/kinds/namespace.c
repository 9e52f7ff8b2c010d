/* SPDX-License-Identifier: MIT */
/*
 * types.SimpleNamespace.
 * Source: CPython's Objects/namespaceobject.c (namespace_traverse).
 */
#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

/* Whether the name at @a comes before that at @b, by code points. */
static bool before(struct coil_reader *reader, uint64_t a, uint64_t b)
{
	struct coil_str x, y;

	if (!coil_reader_str(reader, a, &x) ||
	    !coil_reader_str(reader, b, &y) || x.width != 1 || y.width != 1)
		return false;
	int order = memcmp(x.data, y.data, min64(x.length, y.length));

	return order < 0 || (!order && x.length < y.length);
}

static void out_attribute(struct coil_reader *reader, uint64_t name,
			  uint64_t value, struct coil_out *out)
{
	coil_out_text(reader, name, COIL_NAME_LIMIT, out);
	coil_out_char(out, '=');
	coil_repr(reader, value, out);
}

/* The next of the names behind @last, which is 0 at first; false: no more. */
static bool next_sorted(struct coil_reader *reader, uint64_t dict,
			struct coil_out *out, uint64_t *last, uint64_t *value)
{
	uint64_t key, found, best = 0;
	struct coil_pairs pairs;

	coil_pairs_begin(reader, dict, &pairs);
	while (coil_pairs_next(&pairs, out, &key, &found)) {
		if ((*last && !before(reader, *last, key)) ||
		    (best && !before(reader, key, best)))
			continue;
		best = key;
		*value = found;
	}
	*last = best;
	return best != 0;
}

/* Names that are empty or no str are left out. */
static bool is_name(struct coil_reader *reader, uint64_t key)
{
	struct coil_object object;
	struct coil_str s;

	return coil_reader_object(reader, key, &object) &&
	       object.type->flags & COIL_TP_UNICODE &&
	       coil_reader_str(reader, key, &s) && s.length;
}

/* Source: namespace_repr(). */
static void namespace_value(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	uint64_t dict = FIELD(reader, object, _PyNamespaceObject, ns_dict);
	bool sorted = reader->layout->strategy.reprs == COIL_REPRS_SORTED;
	uint64_t key = 0, value = 0;
	struct coil_pairs pairs;
	const char *between = "";

	if (!strcmp(object->type->name, "types.SimpleNamespace"))
		coil_out_string(out, "namespace");
	else
		coil_out_tp_name(reader, object->type, out);
	coil_out_char(out, '(');
	if (coil_out_again(out, object->address)) {
		coil_out_string(out, "...)");
		return;
	}
	coil_pairs_begin(reader, dict, &pairs);
	while (sorted ? next_sorted(reader, dict, out, &key, &value)
		      : coil_pairs_next(&pairs, out, &key, &value)) {
		if (!is_name(reader, key))
			continue;
		coil_out_string(out, between);
		between = ", ";
		out_attribute(reader, key, value, out);
	}
	coil_out_char(out, ')');
}

KIND(namespace, "types.SimpleNamespace", STRUCT(_PyNamespaceObject),
     MEMBERS(DICT(_PyNamespaceObject, ns_dict)), .value = namespace_value);
