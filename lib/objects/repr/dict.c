/* SPDX-License-Identifier: MIT */
/*
 * The entries of dicts, in the order in which Python goes through them.
 *
 * Source: Objects/dictobject.c, dictiter_iternextitem(), dict_repr();
 * Objects/odictobject.c, odictiter_nextkey().
 */
#include "objects/repr/repr.h"

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
	(void)!coil_reader_dict(reader, address, &pairs->d);
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
