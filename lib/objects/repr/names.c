/* SPDX-License-Identifier: MIT */
/*
 * Parts of values: names of types, the repr of object, attributes, the entries
 * of dicts in order.
 *
 * Source: Objects/object.c, object_repr(); Objects/typeobject.c, type_name(),
 * type_qualname(), _PyType_Name().
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/instance.h"
#include "objects/kind.h"
#include "objects/repr/repr.h"

static const char *tp_name(struct coil_reader *reader,
			   const struct coil_type *type)
{
	uint64_t at = 0;
	const char *name = NULL;

	if (coil_image_word(
		    reader->image,
		    type->address + reader->layout->PyTypeObject.tp_name, &at))
		name = coil_image_string(reader->image, at, COIL_NAME_LIMIT);
	return name ? name : type->name;
}

void coil_out_tp_name(struct coil_reader *reader, const struct coil_type *type,
		      struct coil_out *out)
{
	coil_out_string(out, tp_name(reader, type));
}

void coil_out_type_name(struct coil_reader *reader,
			const struct coil_type *type, struct coil_out *out)
{
	const char *name = tp_name(reader, type);
	const char *dot = strrchr(name, '.');

	coil_out_string(out, dot ? dot + 1 : name);
}

void coil_out_type_qualname(struct coil_reader *reader,
			    const struct coil_type *type, struct coil_out *out)
{
	uint64_t name = 0;

	if (type->heap)
		coil_image_word(
			reader->image,
			type->address +
				reader->layout->PyHeapTypeObject.ht_qualname,
			&name);
	if (name)
		coil_out_text(reader, name, COIL_NAME_LIMIT, out);
	else
		coil_out_type_name(reader, type, out);
}

/* Most objects end in this: quicker than by a format. */
static void out_address(struct coil_out *out, uint64_t address)
{
	char text[18], *p = text + sizeof(text);

	*--p = '>';
	do {
		*--p = "0123456789abcdef"[address & 15];
		address >>= 4;
	} while (address);
	coil_out_bounded(out, p, (size_t)(text + sizeof(text) - p));
}

void coil_out_default(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_out *out)
{
	(void)reader;
	coil_out_char(out, '<');
	coil_out_string(out, object->type->name);
	coil_out_string(out, " object at 0x");
	out_address(out, object->address);
}

void coil_out_named(struct coil_reader *reader,
		    const struct coil_object *object, const char *before,
		    uint64_t name, struct coil_out *out)
{
	coil_out_string(out, before);
	coil_out_text(reader, name, COIL_NAME_LIMIT, out);
	coil_out_format(out, " at 0x%" PRIx64 ">", object->address);
}

bool coil_tuple_items(struct coil_reader *reader, uint64_t address,
		      const uint8_t **items, uint64_t *count)
{
	struct coil_object object;
	uint64_t bytes;

	*items = NULL;
	*count = 0;
	if (!address || !coil_reader_object(reader, address, &object) ||
	    !(object.type->flags & COIL_TP_TUPLE) ||
	    object.head_size < reader->layout->PyVarObject.size)
		return false;
	*count = coil_ob_size(reader, &object);
	if (!mul64(*count, 8, &bytes))
		return false;
	*items = coil_object_tail(reader, &object,
				  reader->layout->PyTupleObject.ob_item, bytes);
	return *items || !*count;
}

void coil_out_tuple(struct coil_reader *reader, uint64_t address,
		    struct coil_out *out)
{
	const uint8_t *items;
	uint64_t count;

	(void)!coil_tuple_items(reader, address, &items, &count);
	coil_out_char(out, '(');
	coil_out_items(reader, out, items, count, 8);
	coil_out_string(out, count == 1 ? ",)" : ")");
}

/* --- attributes --- */

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
	if (!s.found && s.dict &&
	    coil_dict_read(reader->image, reader->layout, s.dict, &d))
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
	       coil_int_read(reader->image, reader->layout, at, &i) &&
	       coil_int_small(&i, value);
}

/* --- the entries of dicts --- */

/*
 * Instances that share keys have their values in the order of the keys, and
 * beside them in which they came: a byte each.  Source: Objects/dictobject.c,
 * get_index_from_order(): up to 3.12 before the values, the last first, then
 * two bytes of sizes; later behind the room for values.
 */
static void find_order(struct coil_pairs *p)
{
	const struct coil_layout *l = p->reader->layout;
	uint64_t at = p->d.values_object;
	uint64_t used = min64(p->d.used, p->d.count);
	const uint8_t *capacity;

	if (!at || !used || l->strategy.values == COIL_VALUES_NONE)
		return;
	p->backwards = l->strategy.values != COIL_VALUES_INLINE;
	if (p->backwards) {
		p->order =
			coil_image_view(p->reader->image, at - 2 - used, used);
	} else {
		capacity = coil_image_view(p->reader->image,
					   at + l->PyDictValues.capacity, 1);
		if (capacity)
			p->order = coil_image_view(
				p->reader->image,
				p->d.values + (uint64_t)*capacity * 8, used);
	}
	if (p->order)
		p->d.count = used;
}

/* The entry that is the @i th in order. */
static uint64_t ordered_entry(const struct coil_pairs *p, uint64_t i)
{
	uint64_t entry = i;

	if (p->order)
		entry = p->order[p->backwards ? p->d.count - 1 - i : i];
	return entry;
}

void coil_pairs_begin(struct coil_reader *reader, uint64_t address,
		      struct coil_pairs *pairs)
{
	struct coil_object object;
	const struct coil_plan *plan;

	*pairs = (struct coil_pairs){.reader = reader};
	(void)!coil_dict_read(reader->image, reader->layout, address,
			      &pairs->d);
	pairs->entries = pairs->d.count;
	find_order(pairs);
	if (!coil_reader_object(reader, address, &object))
		return;
	plan = coil_plan_get(reader, object.type);
	pairs->ordered = plan && plan->kind == &coil_kind_odict;
	if (pairs->ordered)
		pairs->node = FIELD(reader, &object, PyODictObject, od_first);
}

/* The value of the key at @key, which is one of the dict's: nearly always the
 * entry behind the last one. */
static uint64_t value_of(struct coil_pairs *p, struct coil_out *out,
			 uint64_t key)
{
	for (uint64_t n = 0; n < p->d.count && coil_out_work(out); n++) {
		uint64_t i = (p->next + n) % p->d.count;

		if (coil_dict_key(&p->d, i) == key) {
			p->next = i + 1;
			return coil_dict_value(&p->d, i);
		}
	}
	return 0;
}

static bool next_ordered(struct coil_pairs *p, struct coil_out *out,
			 uint64_t *key, uint64_t *value)
{
	const struct coil_layout *l = p->reader->layout;
	const uint8_t *node;

	if (!coil_loop_on(&p->loop, p->node) || out->full)
		return false;
	node = coil_image_view(p->reader->image, p->node, l->ODictNode.size);
	if (!node)
		return false;
	*key = load64(node + l->ODictNode.key);
	p->node = load64(node + l->ODictNode.next);
	*value = value_of(p, out, *key);
	return true;
}

bool coil_pairs_next(struct coil_pairs *p, struct coil_out *out, uint64_t *key,
		     uint64_t *value)
{
	if (p->ordered)
		return next_ordered(p, out, key, value);
	while (p->next < p->d.count && coil_out_work(out)) {
		uint64_t entry = ordered_entry(p, p->next++);

		if (entry >= p->entries)
			continue;
		*key = coil_dict_key(&p->d, entry);
		*value = coil_dict_value(&p->d, entry);
		if (*value)
			return true;
	}
	return false;
}

void coil_out_dict(struct coil_reader *reader, uint64_t address,
		   struct coil_out *out)
{
	const char *between = "";
	struct coil_pairs pairs;
	uint64_t key, value;

	coil_pairs_begin(reader, address, &pairs);
	coil_out_char(out, '{');
	while (coil_pairs_next(&pairs, out, &key, &value)) {
		coil_out_string(out, between);
		between = ", ";
		coil_repr(reader, key, out);
		coil_out_string(out, ": ");
		coil_repr(reader, value, out);
	}
	coil_out_char(out, '}');
}
