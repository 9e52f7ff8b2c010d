/* SPDX-License-Identifier: MIT */
/*
 * dict: combined, or split between keys that the instances of a class share
 * and values of its own.
 *
 * Source: Objects/dictobject.c, dict_traverse(): values always, keys only where
 * they may be other than str; dict_dealloc(), free_keys_object(),
 * _PyDict_SizeOf(), _PyDict_KeysSize(), new_values().  Shared keys own the key
 * strings, a dict one count of the keys; a dict whose values stand in its
 * instance (3.13) leaves them to that.
 */
#include "objects/kinds/kinds.h"
#include "objects/nodes.h"
#include "objects/repr/repr.h"

enum { KEYS_GENERAL }; /* dk_kind */

/* shared_keys_usable_size(): room for values, taken or not. */
static uint64_t usable(struct coil_reader *reader, const struct coil_dict *d)
{
	uint64_t room;

	if (reader->layout->strategy.dict_keys == COIL_DICT_KEYS_SIZED)
		return d->room;
	if (!coil_image_word(reader->image,
			     d->keys +
				     reader->layout->PyDictKeysObject.dk_usable,
			     &room) ||
	    room > UINT32_MAX)
		return d->count;
	return room + d->count;
}

/* Whether the values are part of the instance: not the dict's. */
static bool embedded(struct coil_reader *reader, const struct coil_dict *d)
{
	const uint32_t at = reader->layout->PyDictValues.embedded;
	const uint8_t *p;

	if (!d->values_object || at == COIL_NO_FIELD)
		return false;
	p = coil_image_view(reader->image, d->values_object, at + 1);
	return p && p[at];
}

static void split_refs(struct coil_reader *reader, const struct coil_dict *d,
		       struct coil_sink *sink)
{
	coil_emit_node(sink, d->keys, COIL_REF_KEYS | COIL_EDGE_COUNTED,
		       COIL_LABEL_NONE, 0, COIL_NODE_KEYS);
	if (!d->split ||
	    (embedded(reader, d) && reader->layout->strategy.inline_values ==
					    COIL_INLINE_VALUES_OF_INSTANCE))
		return;
	if (!coil_sink_reads(sink, 0, d->count * 8))
		return;
	for (uint64_t i = 0; i < d->count && !sink->stop; i++)
		coil_emit(sink, load64(d->split + i * 8),
			  COIL_REF_VALUE | COIL_STRONG, COIL_LABEL_KEY,
			  coil_dict_key(d, i));
}

static void dict_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	struct coil_dict d;
	const uint8_t *p;
	unsigned key_flags, value_flags = COIL_REF_VALUE | COIL_STRONG;

	if (!coil_reader_dict(reader, object->address, &d))
		sink->missing++;
	if (d.values_object) {
		split_refs(reader, &d, sink);
		return;
	}
	key_flags = d.kind == KEYS_GENERAL ||
				    (d.lookup && d.lookup == reader->any_lookup)
			    ? COIL_REF_KEY | COIL_STRONG
			    : COIL_REF_KEY | COIL_EDGE_COUNTED;
	/* The table of interned strings gives its counts back. */
	if (coil_is_interned_table(reader, object->address)) {
		key_flags = COIL_REF_KEY;
		value_flags = COIL_REF_VALUE | COIL_EDGE_TRAVERSED;
	}
	if (d.count && !coil_sink_reads(sink, d.keys, d.keys_bytes))
		return;
	p = d.entries;
	for (uint64_t i = 0; i < d.count && !sink->stop;
	     i++, p += d.entry_size) {
		uint64_t key = load64(p + d.key_at);
		uint64_t value = load64(p + d.value_at);

		if (!value)
			continue;
		coil_emit(sink, key, key_flags, COIL_LABEL_KEY, key);
		coil_emit(sink, value, value_flags, COIL_LABEL_KEY, key);
	}
}

void coil_keys_refs(struct coil_reader *reader, uint64_t keys,
		    struct coil_sink *sink)
{
	struct coil_dict d;

	if (!coil_dict_read_keys(reader->image, reader->layout, keys, &d))
		sink->missing++;
	if (d.count && !coil_sink_reads(sink, d.keys, d.keys_bytes))
		return;
	for (uint64_t i = 0; i < d.count && !sink->stop; i++) {
		uint64_t key = coil_dict_key(&d, i);

		coil_emit(sink, key, COIL_REF_KEY | COIL_EDGE_COUNTED,
			  COIL_LABEL_KEY, key);
	}
}

static uint64_t dict_size(struct coil_reader *reader,
			  const struct coil_object *object)
{
	uint64_t size = object->type->basicsize;
	struct coil_dict d;

	(void)coil_reader_dict(reader, object->address, &d);
	if (d.values_object)
		size += usable(reader, &d) * 8;
	/* Shared keys are counted with the type. */
	if (d.refcnt == 1)
		size += d.keys_bytes;
	return size;
}

/* Values that are a block of their own: in 3.11 and 3.12 a prefix, whose
 * size is in its last byte, and the values; later a header, the values, and a
 * byte for each. */
static void take_values(struct coil_reader *reader, const struct coil_dict *d,
			struct coil_buffers *buffers)
{
	const struct coil_layout *l = reader->layout;
	uint64_t room = usable(reader, d);
	const uint8_t *p;

	if (l->strategy.values == COIL_VALUES_INLINE) {
		p = coil_image_view(reader->image, d->values_object,
				    l->PyDictValues.size);
		if (!p || embedded(reader, d))
			return;
		room = p[l->PyDictValues.capacity];
		buffers->take(buffers, d->values_object,
			      l->PyDictValues.values + room * 8 +
				      align_up(room, 8));
		return;
	}
	if (l->strategy.values == COIL_VALUES_NONE) {
		buffers->take(buffers, d->values_object, room * 8);
		return;
	}
	p = coil_image_view(reader->image, d->values_object - 1, 1);
	if (p && *p < d->values_object)
		buffers->take(buffers, d->values_object - *p, *p + room * 8);
}

static void dict_buffers(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_buffers *buffers)
{
	const uint64_t empty = reader->layout->PyDictKeysObject.dk_indices + 8;
	struct coil_dict d;

	(void)coil_reader_dict(reader, object->address, &d);
	if (d.values_object)
		take_values(reader, &d, buffers);
	/* The keys of all empty dicts are one static object without room. */
	else if (d.refcnt == 1 && d.keys_bytes > empty)
		buffers->take(buffers, d.keys, d.keys_bytes);
}

static void dict_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	if (coil_out_again(out, object->address))
		coil_out_string(out, "{...}");
	else
		coil_out_dict(reader, object->address, out);
}

/* Source: frozendict_repr(): "frozendict(" and that of the dict. */
static void frozendict_value(struct coil_reader *reader,
			     const struct coil_object *object,
			     struct coil_out *out)
{
	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	if (FIELD(reader, object, PyDictObject, ma_used))
		dict_value(reader, object, out);
	coil_out_char(out, ')');
}

KIND(dict, "dict", STRUCT(PyDictObject), .refs = dict_refs,
     .buffers = dict_buffers, .size = dict_size, .value = dict_value);

/* From 3.15 on: a dict, then its hash. */
KIND(frozendict, "frozendict", STRUCT(PyDictObject), .refs = dict_refs,
     .buffers = dict_buffers, .size = dict_size, .value = frozendict_value);
