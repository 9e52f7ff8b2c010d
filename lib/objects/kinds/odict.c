/* SPDX-License-Identifier: MIT */
/*
 * collections.OrderedDict and collections.defaultdict: dicts with more.
 *
 * Source: Objects/odictobject.c: odict_traverse(), odict_dealloc(),
 * odict_sizeof().  The order is a linked list of nodes, each owning its key
 * (str too: it is visited here); od_fast_nodes is an array of pointers to them.
 * Modules/_collectionsmodule.c, defdict_traverse().
 */
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

static void odict_refs(const struct coil_heap *heap,
		       const struct coil_object *object, struct coil_sink *sink)
{
	const struct coil_layout *l = heap->layout;
	uint64_t at = FIELD(heap, object, PyODictObject, od_first);
	struct coil_loop loop = {0};

	while (coil_loop_on(&loop, at) && !sink->stop) {
		const uint8_t *node =
			coil_image_view(heap->image, at, l->ODictNode.size);
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

static void odict_buffers(const struct coil_heap *heap,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	const struct coil_layout *l = heap->layout;
	uint64_t fast = FIELD(heap, object, PyODictObject, od_fast_nodes);
	uint64_t at = FIELD(heap, object, PyODictObject, od_first);
	struct coil_loop loop = {0};

	if (fast)
		buffers->take(
			buffers, fast,
			FIELD(heap, object, PyODictObject, od_fast_nodes_size) *
				8);
	while (coil_loop_on(&loop, at)) {
		buffers->take(buffers, at, l->ODictNode.size);
		if (!coil_image_word(heap->image, at + l->ODictNode.next, &at))
			break;
	}
}

static uint64_t odict_size(const struct coil_heap *heap,
			   const struct coil_object *object)
{
	const struct coil_layout *l = heap->layout;
	uint64_t size = coil_dict_size(heap, object);

	size += FIELD(heap, object, PyODictObject, od_fast_nodes_size) * 8;
	if (FIELD(heap, object, PyODictObject, od_first))
		size += FIELD(heap, object, PyDictObject, ma_used) *
			l->ODictNode.size;
	return size;
}

/* The items of the dict as a list of pairs. */
static void out_pairs(const struct coil_heap *heap, uint64_t address,
		      struct coil_out *out)
{
	const char *between = "(";
	struct coil_pairs pairs;
	uint64_t key, value;

	coil_pairs_begin(heap, address, &pairs);
	coil_out_char(out, '[');
	while (coil_pairs_next(&pairs, out, &key, &value)) {
		coil_out_string(out, between);
		between = "), (";
		coil_repr(heap, key, out);
		coil_out_string(out, ", ");
		coil_repr(heap, value, out);
	}
	coil_out_string(out, *between == ')' ? ")]" : "]");
}

/* Source: odict_repr(). */
static void odict_value(const struct coil_heap *heap,
			const struct coil_object *object, struct coil_out *out)
{
	if (coil_out_again(out, object->address)) {
		coil_out_string(out, "...");
		return;
	}
	coil_out_type_name(heap, object->type, out);
	coil_out_char(out, '(');
	if (!FIELD(heap, object, PyDictObject, ma_used))
		;
	else if (heap->layout->strategy.reprs >= COIL_REPRS_DICTS)
		coil_out_dict(heap, object->address, out);
	else
		out_pairs(heap, object->address, out);
	coil_out_char(out, ')');
}

/* Source: defdict_repr(): the dict's own repr tells a ring. */
static void defaultdict_value(const struct coil_heap *heap,
			      const struct coil_object *object,
			      struct coil_out *out)
{
	uint64_t factory = FIELD(heap, object, defdictobject, default_factory);

	coil_out_type_name(heap, object->type, out);
	coil_out_char(out, '(');
	if (factory)
		coil_repr(heap, factory, out);
	else
		coil_out_string(out, "None");
	coil_out_string(out, ", ");
	coil_kind_dict.value(heap, object, out);
	coil_out_char(out, ')');
}

static const struct coil_member odict_members[] = {
	DICT(PyODictObject, od_inst_dict),
};

const struct coil_kind coil_kind_odict = {
	.name = "collections.OrderedDict",
	.struct_size = COIL_SIZE(PyODictObject),
	.super = &coil_kind_dict,
	MEMBERS(odict_members),
	.refs = odict_refs,
	.buffers = odict_buffers,
	.size = odict_size,
	.value = odict_value,
};

static const struct coil_member defaultdict_members[] = {
	MEMBER(defdictobject, default_factory, "default_factory"),
};

const struct coil_kind coil_kind_defaultdict = {
	.name = "collections.defaultdict",
	.struct_size = COIL_SIZE(defdictobject),
	.super = &coil_kind_dict,
	MEMBERS(defaultdict_members),
	.value = defaultdict_value,
};
