/* SPDX-License-Identifier: MIT */
/*
 * The content of values, hashed and compared: see content.h.
 * Source: XXH3 (the xxHash specification); the layouts of the built-in types
 * are read as their kinds read them.
 */
#include "audit/content.h"

#include <stdlib.h>
#include <xxhash.h>

static const char *const names[] = {
	[COIL_CONTENT_STR] = "str",	    [COIL_CONTENT_BYTES] = "bytes",
	[COIL_CONTENT_INT] = "int",	    [COIL_CONTENT_FLOAT] = "float",
	[COIL_CONTENT_COMPLEX] = "complex", [COIL_CONTENT_TUPLE] = "tuple",
};

const uint8_t *coil_content_kinds(struct coil_snapshot *s)
{
	const struct coil_graph *g = s->graph;
	uint8_t *kinds = s->content.state;

	if (kinds)
		return kinds;
	kinds = calloc((size_t)g->type_count + 1, 1);
	for (uint32_t i = 0; kinds && i < g->type_count; i++) {
		const char *name = g->names + g->types[i].name;
		const struct coil_type *t =
			coil_types_known(s->reader.types, g->types[i].address);

		/* A class of that name is not the built-in type. */
		for (uint8_t k = 1; t && !t->heap && k < countof(names); k++)
			if (!strcmp(name, names[k]))
				kinds[i] = k;
	}
	s->content.state = kinds;
	s->content.free = free;
	return kinds;
}

/* The bytes of a bytes object; NULL: not captured whole. */
static const uint8_t *view_bytes(struct coil_snapshot *s, uint64_t address,
				 uint64_t *size)
{
	const struct coil_layout *l = s->runtime->layout;

	if (!coil_image_word(s->image, address + l->PyVarObject.ob_size, size))
		return NULL;
	return coil_image_view(s->image, address + l->PyBytesObject.ob_sval,
			       *size);
}

static const uint8_t *view_float(struct coil_snapshot *s, uint64_t address)
{
	return coil_image_view(
		s->image, address + s->runtime->layout->PyFloatObject.ob_fval,
		8);
}

static const uint8_t *view_complex(struct coil_snapshot *s, uint64_t address)
{
	return coil_image_view(
		s->image, address + s->runtime->layout->PyComplexObject.cval,
		16);
}

bool coil_content_hash(struct coil_snapshot *s, uint64_t address,
		       enum coil_content_kind kind, uint64_t seed,
		       struct coil_content *out)
{
	const struct coil_layout *l = s->runtime->layout;
	/* Keeps apart what has the same bytes and is not equal. */
	uint64_t tag = kind, size = 0;
	const uint8_t *p = NULL;
	struct coil_int number;
	struct coil_str str;
	XXH128_hash_t h;
	bool whole = false;

	switch (kind) {
	case COIL_CONTENT_STR:
		whole = coil_str_read(s->image, l, address, &str) && str.width;
		if (whole) {
			p = str.data;
			size = str.length * str.width;
			tag |= (uint64_t)str.width << 8;
		}
		break;
	case COIL_CONTENT_INT:
		whole = coil_int_read(s->image, l, address, &number);
		if (whole) {
			p = number.digits;
			size = number.count * 4;
			tag |= (uint64_t)number.negative << 8;
		}
		break;
	case COIL_CONTENT_BYTES:
		whole = (p = view_bytes(s, address, &size));
		break;
	case COIL_CONTENT_FLOAT:
		size = 8;
		whole = (p = view_float(s, address));
		break;
	case COIL_CONTENT_COMPLEX:
		size = 16;
		whole = (p = view_complex(s, address));
		break;
	case COIL_CONTENT_NONE:
		size = sizeof(address);
		p = (const uint8_t *)&address;
		whole = true;
		break;
	case COIL_CONTENT_TUPLE:
		break;
	}
	if (!whole)
		return false;
	h = XXH3_128bits_withSeed(p, size, seed ^ tag);
	*out = (struct coil_content){h.low64, h.high64};
	return true;
}

/* Whether two values of one kind are equal, as far as they were captured: those
 * that were not whole are all equal. */
typedef bool same_fn(struct coil_snapshot *a, uint64_t at_a,
		     struct coil_snapshot *b, uint64_t at_b);

static bool same_bytes(const uint8_t *a, const uint8_t *b, uint64_t size)
{
	return !size || !memcmp(a, b, size);
}

static bool read_str(struct coil_snapshot *s, uint64_t address,
		     struct coil_str *out)
{
	return coil_str_read(s->image, s->runtime->layout, address, out) &&
	       out->width;
}

static bool same_str(struct coil_snapshot *a, uint64_t at_a,
		     struct coil_snapshot *b, uint64_t at_b)
{
	struct coil_str x, y;
	bool whole = read_str(a, at_a, &x);

	if (whole != read_str(b, at_b, &y))
		return false;
	return !whole || (x.width == y.width && x.length == y.length &&
			  same_bytes(x.data, y.data, x.length * x.width));
}

static bool same_int(struct coil_snapshot *a, uint64_t at_a,
		     struct coil_snapshot *b, uint64_t at_b)
{
	struct coil_int x, y;
	bool whole = coil_int_read(a->image, a->runtime->layout, at_a, &x);

	if (whole != coil_int_read(b->image, b->runtime->layout, at_b, &y))
		return false;
	return !whole || (x.negative == y.negative && x.count == y.count &&
			  same_bytes(x.digits, y.digits, x.count * 4));
}

static bool same_view(const uint8_t *a, uint64_t size_a, const uint8_t *b,
		      uint64_t size_b)
{
	if (!a || !b)
		return !a && !b;
	return size_a == size_b && same_bytes(a, b, size_a);
}

static bool same_bytes_object(struct coil_snapshot *a, uint64_t at_a,
			      struct coil_snapshot *b, uint64_t at_b)
{
	uint64_t size_a, size_b;
	const uint8_t *x = view_bytes(a, at_a, &size_a);
	const uint8_t *y = view_bytes(b, at_b, &size_b);

	return same_view(x, size_a, y, size_b);
}

static bool same_float(struct coil_snapshot *a, uint64_t at_a,
		       struct coil_snapshot *b, uint64_t at_b)
{
	return same_view(view_float(a, at_a), 8, view_float(b, at_b), 8);
}

static bool same_complex(struct coil_snapshot *a, uint64_t at_a,
			 struct coil_snapshot *b, uint64_t at_b)
{
	return same_view(view_complex(a, at_a), 16, view_complex(b, at_b), 16);
}

/* By kind; those without a row have parts, or no value. */
static same_fn *const same_value[] = {
	[COIL_CONTENT_STR] = same_str,
	[COIL_CONTENT_BYTES] = same_bytes_object,
	[COIL_CONTENT_INT] = same_int,
	[COIL_CONTENT_FLOAT] = same_float,
	[COIL_CONTENT_COMPLEX] = same_complex,
	[COIL_CONTENT_TUPLE] = NULL,
};

bool coil_snapshot_same_value(struct coil_snapshot *a, coil_node node_a,
			      struct coil_snapshot *b, coil_node node_b)
{
	const uint8_t *kinds_a = coil_content_kinds(a);
	const uint8_t *kinds_b = coil_content_kinds(b);
	uint8_t kind;

	if (!kinds_a || !kinds_b)
		return false;
	kind = kinds_a[a->graph->type[node_a]];
	if (!same_value[kind] || kinds_b[b->graph->type[node_b]] != kind)
		return true;
	return same_value[kind](a, a->graph->address[node_a], b,
				b->graph->address[node_b]);
}
