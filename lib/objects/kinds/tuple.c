/* SPDX-License-Identifier: MIT */
/*
 * tuple, and struct sequences (os.stat_result, sys.flags ...), which are tuples
 * with more items than they show.
 *
 * Source: Objects/tupleobject.c, tupletraverse(); Objects/structseq.c: the
 * number of items is n_fields of the type's dict, ob_size that of those shown.
 */
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

static void emit_items(struct coil_reader *reader,
		       const struct coil_object *object, uint64_t count,
		       struct coil_sink *sink)
{
	coil_emit_array(reader, sink,
			object->address + reader->layout->PyTupleObject.ob_item,
			count, COIL_REF_ITEM | COIL_STRONG, COIL_LABEL_INDEX);
}

static void tuple_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	emit_items(reader, object, coil_ob_size(reader, object), sink);
}

static void tuple_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	if (coil_out_again(out, object->address))
		coil_out_string(out, "(...)");
	else
		coil_out_tuple(reader, object->address, out);
}

/* n_fields of the type, or what is shown where it cannot be read. */
static uint64_t fields(struct coil_reader *reader,
		       const struct coil_object *object)
{
	uint64_t shown = coil_ob_size(reader, object);
	uint64_t at = coil_type_lookup(reader->types, object->type, "n_fields");
	struct coil_int value;
	int64_t n;

	if (!at || !coil_reader_int(reader, at, &value) ||
	    !coil_int_small(&value, &n) || n < 0)
		return shown;
	return (uint64_t)n;
}

static void structseq_refs(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_sink *sink)
{
	emit_items(reader, object, fields(reader, object), sink);
}

static void structseq_value(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	const struct coil_layout *l = reader->layout;
	uint64_t member = object->type->members, name, count;
	const uint8_t *items;

	if (!coil_tuple_items(reader, object->address, &items, &count))
		return;
	coil_out_tp_name(reader, object->type, out);
	coil_out_char(out, '(');
	for (uint64_t i = 0; i < count && !out->full; i++) {
		const char *text = NULL;

		if (coil_image_word(reader->image, member + l->PyMemberDef.name,
				    &name))
			text = coil_image_string(reader->image, name, 256);
		coil_out_format(out, "%s%s=", i ? ", " : "",
				text ? text : "...");
		coil_repr(reader, load64(items + i * 8), out);
		member += l->PyMemberDef.size;
	}
	coil_out_char(out, ')');
}

/* Their types have any name: a tuple whose own dict says how many items it
 * has. */
static bool is_structseq(struct coil_reader *reader,
			 const struct coil_type *type)
{
	return type->base && !strcmp(type->base->name, "tuple") &&
	       coil_type_lookup(reader->types, type, "n_sequence_fields") &&
	       coil_type_lookup(reader->types, type, "n_unnamed_fields") &&
	       coil_type_lookup(reader->types, type, "n_fields");
}

KIND(tuple, "tuple", UP_TO(PyTupleObject, ob_item), .refs = tuple_refs,
     .value = tuple_value);

KIND(structseq, NULL, UP_TO(PyTupleObject, ob_item), .rule = is_structseq,
     .refs = structseq_refs, .value = structseq_value);
