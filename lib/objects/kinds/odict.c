/* SPDX-License-Identifier: MIT */
/*
 * collections.OrderedDict.
 *
 * Source: Objects/odictobject.c: odict_traverse(), odict_dealloc(),
 * odict_sizeof().  The order is a linked list of nodes, each owning its key
 * (str too: it is visited here); od_fast_nodes is an array of pointers to them.
 */
#include "objects/kinds/kinds.h"
#include "objects/loop.h"
#include "objects/repr/repr.h"

static void odict_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	uint64_t at = FIELD(reader, object, PyODictObject, od_first);
	struct coil_loop loop = {0};

	while (coil_loop_on(&loop, at) && !sink->stop) {
		const uint8_t *node =
			coil_image_view(reader->image, at, l->ODictNode.size);
		uint64_t key;

		if (!node) {
			sink->missing++;
			break;
		}
		key = load64(node + l->ODictNode.key);
		coil_emit(sink, key, COIL_REF_KEY | COIL_STRONG, COIL_LABEL_KEY,
			  key);
		at = load64(node + l->ODictNode.next);
	}
}

static void odict_buffers(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	const struct coil_layout *l = reader->layout;
	uint64_t fast = FIELD(reader, object, PyODictObject, od_fast_nodes);
	uint64_t at = FIELD(reader, object, PyODictObject, od_first);
	struct coil_loop loop = {0};

	if (fast)
		buffers->take(buffers, fast,
			      FIELD(reader, object, PyODictObject,
				    od_fast_nodes_size) *
				      8);
	while (coil_loop_on(&loop, at)) {
		buffers->take(buffers, at, l->ODictNode.size);
		if (!coil_image_word(reader->image, at + l->ODictNode.next,
				     &at))
			break;
	}
}

static uint64_t odict_size(struct coil_reader *reader,
			   const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t size = coil_kind_dict.size(reader, object);

	size += FIELD(reader, object, PyODictObject, od_fast_nodes_size) * 8;
	if (FIELD(reader, object, PyODictObject, od_first))
		size += FIELD(reader, object, PyDictObject, ma_used) *
			l->ODictNode.size;
	return size;
}

/* The items of the dict as a list of pairs. */
static void out_pairs(struct coil_reader *reader, uint64_t address,
		      struct coil_out *out)
{
	const char *between = "(";
	struct coil_pairs pairs;
	uint64_t key, value;

	coil_pairs_begin(reader, address, &pairs);
	coil_out_char(out, '[');
	while (coil_pairs_next(&pairs, out, &key, &value)) {
		coil_out_string(out, between);
		between = "), (";
		coil_repr(reader, key, out);
		coil_out_string(out, ", ");
		coil_repr(reader, value, out);
	}
	coil_out_string(out, *between == ')' ? ")]" : "]");
}

/* Source: odict_repr(). */
static void odict_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	if (coil_out_again(out, object->address)) {
		coil_out_string(out, "...");
		return;
	}
	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	if (!FIELD(reader, object, PyDictObject, ma_used))
		;
	else if (reader->layout->strategy.reprs >= COIL_REPRS_DICTS)
		coil_out_dict(reader, object->address, out);
	else
		out_pairs(reader, object->address, out);
	coil_out_char(out, ')');
}

KIND(odict, "collections.OrderedDict", STRUCT(PyODictObject),
     NEEDS(STRUCT(ODictNode)), .super = &coil_kind_dict,
     MEMBERS(DICT(PyODictObject, od_inst_dict)), .refs = odict_refs,
     .buffers = odict_buffers, .size = odict_size, .value = odict_value);
