/* SPDX-License-Identifier: MIT */
/*
 * set and frozenset.
 *
 * Source: Objects/setobject.c: set_next(), set_traverse(), set_dealloc(),
 * set_sizeof().  A table of mask + 1 entries, inside the object while it is
 * small; a deleted entry holds the dummy key and the hash -1, which no key has.
 */
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

#define DELETED UINT64_MAX /* hash */

/* The whole table, its entries into *@count; NULL: not captured. */
static const uint8_t *table(struct coil_reader *reader,
			    const struct coil_object *object, uint64_t *count)
{
	uint64_t mask = FIELD(reader, object, PySetObject, mask), bytes;

	*count = 0;
	if (mask == UINT64_MAX ||
	    !mul64(mask + 1, reader->layout->setentry.size, &bytes))
		return NULL;
	*count = mask + 1;
	return coil_image_view(reader->image,
			       FIELD(reader, object, PySetObject, table),
			       bytes);
}

static uint64_t entry_key(struct coil_reader *reader, const uint8_t *entry)
{
	uint64_t key = load64(entry + reader->layout->setentry.key);

	if (!key || key == reader->set_dummy ||
	    load64(entry + reader->layout->setentry.hash) == DELETED)
		return 0;
	return key;
}

static void set_refs(struct coil_reader *reader,
		     const struct coil_object *object, struct coil_sink *sink)
{
	const uint32_t stride = reader->layout->setentry.size;
	uint64_t count;
	const uint8_t *p = table(reader, object, &count);

	if (!p) {
		sink->missing++;
		return;
	}
	if (!coil_sink_reads(sink, FIELD(reader, object, PySetObject, table),
			     count * stride))
		return;
	for (; count && !sink->stop; count--, p += stride)
		coil_emit(sink, entry_key(reader, p),
			  COIL_REF_ITEM | COIL_STRONG, COIL_LABEL_NONE, 0);
}

/* Whether the table is a block of its own. */
static bool outside(struct coil_reader *reader,
		    const struct coil_object *object)
{
	uint64_t at = FIELD(reader, object, PySetObject, table);

	return at &&
	       at != object->address + reader->layout->PySetObject.smalltable;
}

static uint64_t table_bytes(struct coil_reader *reader,
			    const struct coil_object *object)
{
	return (FIELD(reader, object, PySetObject, mask) + 1) *
	       reader->layout->setentry.size;
}

static void set_buffers(struct coil_reader *reader,
			const struct coil_object *object,
			struct coil_buffers *buffers)
{
	if (outside(reader, object))
		buffers->take(buffers,
			      FIELD(reader, object, PySetObject, table),
			      table_bytes(reader, object));
}

static uint64_t set_size(struct coil_reader *reader,
			 const struct coil_object *object)
{
	return object->type->basicsize +
	       (outside(reader, object) ? table_bytes(reader, object) : 0);
}

static void out_keys(struct coil_reader *reader,
		     const struct coil_object *object, struct coil_out *out)
{
	const char *between = "";
	uint64_t count;
	const uint8_t *p = table(reader, object, &count);

	for (; p && count && coil_out_work(out);
	     count--, p += reader->layout->setentry.size) {
		uint64_t key = entry_key(reader, p);

		if (!key)
			continue;
		coil_out_string(out, between);
		between = ", ";
		coil_repr(reader, key, out);
	}
	if (!p)
		coil_out_string(out, "<not captured>");
}

/* Source: set_repr(): of set itself without its name. */
static void set_value(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_out *out)
{
	bool again = coil_out_again(out, object->address);
	bool empty = !FIELD(reader, object, PySetObject, used);
	bool plain = !strcmp(object->type->name, "set") && !again && !empty;

	if (!plain) {
		coil_out_tp_name(reader, object->type, out);
		coil_out_char(out, '(');
	}
	if (again) {
		coil_out_string(out, "...");
	} else if (!empty) {
		coil_out_char(out, '{');
		out_keys(reader, object, out);
		coil_out_char(out, '}');
	}
	if (!plain)
		coil_out_char(out, ')');
}

#define SET(ident) \
	KIND(ident, #ident, STRUCT(PySetObject), NEEDS(STRUCT(setentry)), \
	     .refs = set_refs, .buffers = set_buffers, .size = set_size, \
	     .value = set_value)
SET(set);
SET(frozenset);
