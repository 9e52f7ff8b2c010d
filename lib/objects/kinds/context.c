/* SPDX-License-Identifier: MIT */
/*
 * Contexts, their variables and tokens, and the hash array mapped trie (HAMT)
 * in which a context keeps its values.
 * Source: CPython's Python/context.c, Python/hamt.c (the traverse functions).
 * A variable's var_cached is borrowed.
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

#define HAMT_WIDTH 32 /* children of an array node */

static void var_value(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_out *out)
{
	uint64_t preset = FIELD(reader, object, PyContextVar, var_default);

	coil_out_string(out, "<ContextVar name=");
	coil_repr(reader, FIELD(reader, object, PyContextVar, var_name), out);
	if (preset) {
		coil_out_string(out, " default=");
		coil_repr(reader, preset, out);
	}
	coil_out_format(out, " at 0x%" PRIx64 ">", object->address);
}

/* Source: token_tp_repr(); tok_used, an int, follows tok_oldval. */
static void token_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	uint32_t used = coil_field_int(
		object, reader->layout->PyContextToken.tok_oldval + 8);

	coil_out_string(out, used ? "<Token used var=" : "<Token var=");
	coil_repr(reader, FIELD(reader, object, PyContextToken, tok_var), out);
	coil_out_format(out, " at 0x%" PRIx64 ">", object->address);
}

KIND(context, "_contextvars.Context", STRUCT(PyContext),
     MEMBERS(VISITED(PyContext, ctx_prev, MEMBER, "ctx_prev"),
	     VISITED(PyContext, ctx_vars, MEMBER, "ctx_vars")));

KIND(context_var, "_contextvars.ContextVar", STRUCT(PyContextVar),
     MEMBERS(VISITED(PyContextVar, var_name, ATTR, "name"),
	     VISITED(PyContextVar, var_default, DEFAULT, "default")),
     .value = var_value);

KIND(token, "_contextvars.Token", STRUCT(PyContextToken),
     MEMBERS(VISITED(PyContextToken, tok_ctx, MEMBER, "tok_ctx"),
	     VISITED(PyContextToken, tok_var, ATTR, "var"),
	     VISITED(PyContextToken, tok_oldval, ATTR, "old_value")),
     .value = token_value);

KIND(hamt, "hamt", STRUCT(PyHamtObject),
     MEMBERS(VISITED(PyHamtObject, h_root, MEMBER, "h_root")));

#define ITERATOR(ident, tp_name) \
	KIND(ident, tp_name, STRUCT(PyHamtIterator), \
	     MEMBERS(VISITED(PyHamtIterator, hi_obj, MEMBER, "hi_obj")))
ITERATOR(hamt_items, "items");
ITERATOR(hamt_keys, "keys");
ITERATOR(hamt_values, "values");

/* The one object that says a variable had no value. */
WRITES(missing_value, "<Token.MISSING>")
KIND(token_missing, "Token.MISSING", 0, .value = missing_value);

/*
 * Bitmap and collision nodes hold keys and values by turns; where the key is
 * NULL the value is a node below.
 */
static void pairs(struct coil_reader *reader, const struct coil_object *object,
		  uint32_t at, struct coil_sink *sink)
{
	uint64_t count = coil_ob_size(reader, object);
	const uint8_t *words =
		count >> 32 ? NULL
			    : coil_image_view(reader->image,
					      object->address + at, count * 8);

	if (!words) {
		sink->missing++;
		return;
	}
	for (uint64_t i = 0; i < count && !sink->stop; i++) {
		uint64_t word = load64(words + i * 8);
		uint64_t key = i & 1 ? load64(words + (i - 1) * 8) : 0;

		if (!(i & 1))
			coil_emit(sink, word, COIL_REF_KEY | COIL_STRONG,
				  COIL_LABEL_INDEX, i / 2);
		else if (key)
			coil_emit(sink, word, COIL_REF_VALUE | COIL_STRONG,
				  COIL_LABEL_KEY, key);
		else
			coil_emit(sink, word, COIL_REF_MEMBER | COIL_STRONG,
				  COIL_LABEL_INDEX, i / 2);
	}
}

static void bitmap_refs(struct coil_reader *reader,
			const struct coil_object *object,
			struct coil_sink *sink)
{
	pairs(reader, object, reader->layout->PyHamtNode_Bitmap.b_array, sink);
}

static void collision_refs(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_sink *sink)
{
	pairs(reader, object, reader->layout->PyHamtNode_Collision.c_array,
	      sink);
}

static void array_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	coil_emit_array(
		reader, sink,
		object->address + reader->layout->PyHamtNode_Array.a_array,
		HAMT_WIDTH, COIL_REF_MEMBER | COIL_STRONG, COIL_LABEL_INDEX);
}

/* tp_basicsize of the variable ones ends where their array begins. */
KIND(hamt_bitmap_node, "hamt_bitmap_node", UP_TO(PyHamtNode_Bitmap, b_array),
     .refs = bitmap_refs);

KIND(hamt_collision_node, "hamt_collision_node",
     UP_TO(PyHamtNode_Collision, c_array), .refs = collision_refs);

KIND(hamt_array_node, "hamt_array_node", STRUCT(PyHamtNode_Array),
     .refs = array_refs);

/* Up to 3.9 their names are bare. */
const struct coil_value_row coil_values_context[] = {
	{"ContextVar", var_value},
	{"Token", token_value},
	{NULL, NULL},
};
