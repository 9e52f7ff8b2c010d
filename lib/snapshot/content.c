/* SPDX-License-Identifier: MIT */
/*
 * Hashes of the content of values: see content.h.
 * Source: XXH3 (the xxHash specification); the layouts of the built-in types
 * are read as their kinds read them.
 */
#include "snapshot/content.h"

#include <stdlib.h>
#include <xxhash.h>

static const char *const names[] = {
	[COIL_CONTENT_STR] = "str",	    [COIL_CONTENT_BYTES] = "bytes",
	[COIL_CONTENT_INT] = "int",	    [COIL_CONTENT_FLOAT] = "float",
	[COIL_CONTENT_COMPLEX] = "complex", [COIL_CONTENT_TUPLE] = "tuple",
};

uint8_t *coil_content_kinds(const struct coil_snapshot *s)
{
	const struct coil_graph *g = s->graph;
	uint8_t *kinds = calloc((size_t)g->type_count + 1, 1);

	for (uint32_t i = 0; kinds && i < g->type_count; i++) {
		const char *name = g->names + g->types[i].name;
		const struct coil_type *t =
			coil_types_known(s->heap.types, g->types[i].address);

		/* A class of that name is not the built-in type. */
		for (uint8_t k = 1; t && !t->heap && k < countof(names); k++)
			if (!strcmp(name, names[k]))
				kinds[i] = k;
	}
	return kinds;
}

/* @seed keeps apart what has the same bytes and is not equal. */
static void hash(const void *data, uint64_t size, uint64_t seed,
		 struct coil_content *out)
{
	XXH128_hash_t h = XXH3_128bits_withSeed(data, size, seed);

	out->low = h.low64;
	out->high = h.high64;
}

static bool hash_str(const struct coil_snapshot *s, uint64_t address,
		     struct coil_content *out)
{
	struct coil_str str;

	if (!coil_str_read(s->image, s->runtime->layout, address, &str) ||
	    !str.width)
		return false;
	hash(str.data, str.length * str.width,
	     COIL_CONTENT_STR | (uint64_t)str.width << 8, out);
	return true;
}

static bool hash_int(const struct coil_snapshot *s, uint64_t address,
		     struct coil_content *out)
{
	struct coil_int value;

	if (!coil_int_read(s->image, s->runtime->layout, address, &value))
		return false;
	hash(value.digits, value.count * 4,
	     COIL_CONTENT_INT | (uint64_t)value.negative << 8, out);
	return true;
}

static bool hash_bytes(const struct coil_snapshot *s, uint64_t address,
		       struct coil_content *out)
{
	const struct coil_layout *l = s->runtime->layout;
	const uint8_t *p;
	uint64_t size;

	if (!coil_image_word(s->image, address + l->PyVarObject.ob_size, &size))
		return false;
	p = coil_image_view(s->image, address + l->PyBytesObject.ob_sval, size);
	if (p)
		hash(p, size, COIL_CONTENT_BYTES, out);
	return p != NULL;
}

static bool hash_plain(const struct coil_snapshot *s, uint64_t address,
		       uint64_t size, enum coil_content_kind kind,
		       struct coil_content *out)
{
	const uint8_t *p = coil_image_view(s->image, address, size);

	if (p)
		hash(p, size, kind, out);
	return p != NULL;
}

bool coil_content_hash(const struct coil_snapshot *s, uint64_t address,
		       enum coil_content_kind kind, struct coil_content *out)
{
	const struct coil_layout *l = s->runtime->layout;

	switch (kind) {
	case COIL_CONTENT_STR:
		return hash_str(s, address, out);
	case COIL_CONTENT_BYTES:
		return hash_bytes(s, address, out);
	case COIL_CONTENT_INT:
		return hash_int(s, address, out);
	case COIL_CONTENT_FLOAT:
		return hash_plain(s, address + l->PyFloatObject.ob_fval, 8,
				  kind, out);
	case COIL_CONTENT_COMPLEX:
		return hash_plain(s, address + l->PyComplexObject.cval, 16,
				  kind, out);
	case COIL_CONTENT_NONE:
		hash(&address, sizeof(address), kind, out);
		return true;
	case COIL_CONTENT_TUPLE:
		break;
	}
	return false;
}

/* What kind of value a node is, if it is one that has no parts. */
static enum coil_content_kind kind_of(const struct coil_snapshot *s,
				      coil_node node)
{
	enum coil_content_kind kind = s->content_kinds[s->graph->type[node]];

	return kind == COIL_CONTENT_TUPLE ? COIL_CONTENT_NONE : kind;
}

bool coil_snapshot_same_value(const struct coil_snapshot *a, coil_node node_a,
			      const struct coil_snapshot *b, coil_node node_b)
{
	struct coil_content x = {0}, y = {0};
	enum coil_content_kind kind = kind_of(a, node_a);
	bool whole_a, whole_b;

	if (kind == COIL_CONTENT_NONE || kind_of(b, node_b) != kind)
		return true;
	whole_a = coil_content_hash(a, a->graph->address[node_a], kind, &x);
	whole_b = coil_content_hash(b, b->graph->address[node_b], kind, &y);
	return whole_a == whole_b &&
	       (!whole_a || (x.low == y.low && x.high == y.high));
}
