/* SPDX-License-Identifier: MIT */
/*
 * Type objects: static ones and those on the heap.
 * Source: CPython's Objects/typeobject.c (type_traverse, type_is_gc,
 * type_dealloc, type_ready_set_bases, type___sizeof___impl).
 *
 * The collector visits types on the heap alone.  A static type owns what its
 * making allocates (dict, bases, mro, subclasses) but not its base.
 */
#include "objects/kinds/kinds.h"

#define DOC_LIMIT (1u << 24) /* bytes of a doc string or name */

static bool on_heap(struct coil_reader *reader,
		    const struct coil_object *object)
{
	return FIELD(reader, object, PyTypeObject, tp_flags) & COIL_TP_HEAPTYPE;
}

/* A word of the part that only types on the heap have. */
static uint64_t heap_word(struct coil_reader *reader,
			  const struct coil_object *object, uint32_t at,
			  struct coil_sink *sink)
{
	uint64_t value = 0;

	if (at == COIL_NO_FIELD)
		return 0;
	if ((uint64_t)at + 8 <= object->head_size)
		return load64(object->head + at);
	if (!coil_image_word(reader->image, object->address + at, &value) &&
	    sink)
		sink->missing++;
	return value;
}

/* Fields of PyTypeObject, as types on the heap hold them. */
static const struct coil_member common[] = {
	VISITED(PyTypeObject, tp_cache, OTHER, "tp_cache"),
	VISITED(PyTypeObject, tp_mro, BASE, "__mro__"),
	VISITED(PyTypeObject, tp_bases, BASE, "__bases__"),
	VISITED(PyTypeObject, tp_base, BASE, "__base__"),
};

/* Fields of PyHeapTypeObject.  Not _spec_cache.getitem: it is borrowed. */
static const struct coil_member heap_only[] = {
	VISITED(PyHeapTypeObject, ht_module, MODULE, "ht_module"),
	OWNED(PyHeapTypeObject, ht_name, ATTR, "__name__"),
	OWNED(PyHeapTypeObject, ht_qualname, ATTR, "__qualname__"),
	OWNED(PyHeapTypeObject, ht_slots, ATTR, "__slots__"),
};

/* Where static types keep these in the interpreter, the type's own fields
 * hold something else. */
static void dict_and_subclasses(struct coil_reader *reader,
				const struct coil_object *object, bool mine,
				uint64_t *dict, uint64_t *subclasses)
{
	const struct coil_type *type =
		coil_types_get(reader->types, object->address);

	*dict = type ? type->dict : 0;
	*subclasses = type ? type->subclasses : 0;
	if (type || (!mine && reader->layout->strategy.static_types !=
				      COIL_STATIC_TYPES_IN_TYPE))
		return;
	*dict = FIELD(reader, object, PyTypeObject, tp_dict);
	*subclasses = FIELD(reader, object, PyTypeObject, tp_subclasses);
}

static void refs(struct coil_reader *reader, const struct coil_object *object,
		 struct coil_sink *sink)
{
	bool mine = on_heap(reader, object);
	unsigned visited = mine ? COIL_STRONG : COIL_EDGE_COUNTED;
	uint64_t dict, subclasses;

	dict_and_subclasses(reader, object, mine, &dict, &subclasses);
	coil_emit(sink, dict, visited | COIL_REF_ATTR, COIL_LABEL_TEXT,
		  coil_text("__dict__"));
	for (size_t i = 0; i < countof(common); i++) {
		const struct coil_member *m = &common[i];
		unsigned flags = (m->flags & COIL_EDGE_KIND) | visited;

		if (!mine && m->field == COIL_AT(PyTypeObject, tp_base))
			flags = COIL_REF_BASE;
		coil_emit(sink,
			  coil_field_word(
				  object,
				  coil_layout_value(reader->layout, m->field)),
			  flags, COIL_LABEL_TEXT, coil_text(m->label));
	}
	coil_emit(sink, subclasses, COIL_EDGE_COUNTED | COIL_REF_ATTR,
		  COIL_LABEL_TEXT, coil_text("__subclasses__"));
	if (!mine)
		return;
	for (size_t i = 0; i < countof(heap_only); i++) {
		const struct coil_member *m = &heap_only[i];

		coil_emit(sink,
			  heap_word(reader, object,
				    coil_layout_value(reader->layout, m->field),
				    sink),
			  m->flags, COIL_LABEL_TEXT, coil_text(m->label));
	}
	coil_emit_node(
		sink,
		heap_word(reader, object,
			  reader->layout->PyHeapTypeObject.ht_cached_keys,
			  sink),
		COIL_EDGE_COUNTED | COIL_REF_KEYS, COIL_LABEL_TEXT,
		coil_text("ht_cached_keys"), COIL_NODE_KEYS);
}

static void take_string(struct coil_reader *reader, uint64_t address,
			struct coil_buffers *buffers)
{
	const char *s =
		address ? coil_image_string(reader->image, address, DOC_LIMIT)
			: NULL;

	if (s)
		buffers->take(buffers, address, strlen(s) + 1);
}

/* Only types on the heap own copies of these. */
static void type_buffers(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_buffers *buffers)
{
	if (!on_heap(reader, object))
		return;
	take_string(reader, FIELD(reader, object, PyTypeObject, tp_doc),
		    buffers);
	take_string(reader,
		    heap_word(reader, object,
			      reader->layout->PyHeapTypeObject._ht_tpname,
			      NULL),
		    buffers);
}

static uint64_t size(struct coil_reader *reader,
		     const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	struct coil_dict keys;
	uint64_t cached;

	if (!on_heap(reader, object))
		return l->PyTypeObject.size;
	cached = heap_word(reader, object, l->PyHeapTypeObject.ht_cached_keys,
			   NULL);
	if (!cached ||
	    !coil_dict_read_keys(reader->image, reader->layout, cached, &keys))
		return l->PyHeapTypeObject.size;
	return l->PyHeapTypeObject.size + keys.keys_bytes;
}

/* Source: type_repr(). */
static void value(struct coil_reader *reader, const struct coil_object *object,
		  struct coil_out *out)
{
	const struct coil_type *type =
		coil_types_get(reader->types, object->address);

	if (!type)
		return;
	coil_out_string(out, "<class '");
	coil_out_string(out, type->name);
	coil_out_string(out, "'>");
}

KIND(type, "type", STRUCT(PyTypeObject), .refs = refs, .buffers = type_buffers,
     .size = size, .value = value);
