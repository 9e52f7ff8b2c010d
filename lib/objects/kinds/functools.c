/* SPDX-License-Identifier: MIT */
/*
 * functools.partial, functools.lru_cache's wrapper with its links, and the keys
 * of functools.cmp_to_key.
 *
 * Source: Modules/_functoolsmodule.c: partial_traverse(),
 * lru_cache_tp_traverse(), lru_list_elem_dealloc(), keyobject_traverse().  The
 * links are objects, owned by the cache's dict and by the list; the wrapper
 * visits what they hold in their place, as they are not tracked themselves.
 */
#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/loop.h"
#include "objects/repr/repr.h"

/* Source: partial_repr(). */
static void partial_value(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	uint64_t args = FIELD(reader, object, partialobject, args), count;
	uint64_t key, value;
	struct coil_pairs pairs;
	const uint8_t *items;

	if (coil_out_again(out, object->address)) {
		coil_out_string(out, "...");
		return;
	}
	if (reader->layout->strategy.reprs >= COIL_REPRS_FULL_NAMES)
		coil_out_string(out, object->type->name);
	else
		coil_out_tp_name(reader, object->type, out);
	coil_out_char(out, '(');
	coil_repr(reader, FIELD(reader, object, partialobject, fn), out);
	(void)!coil_tuple_items(reader, args, &items, &count);
	if (count)
		coil_out_string(out, ", ");
	coil_out_items(reader, out, items, count, 8);
	coil_pairs_begin(reader, FIELD(reader, object, partialobject, kw),
			 &pairs);
	while (coil_pairs_next(&pairs, out, &key, &value)) {
		coil_out_string(out, ", ");
		coil_out_text(reader, key, COIL_NAME_LIMIT, out);
		coil_out_char(out, '=');
		coil_repr(reader, value, out);
	}
	coil_out_char(out, ')');
}

KIND(partial, "functools.partial", STRUCT(partialobject),
     MEMBERS(VISITED(partialobject, fn, MEMBER, "func"),
	     VISITED(partialobject, args, MEMBER, "args"),
	     VISITED(partialobject, kw, MEMBER, "keywords"),
	     DICT(partialobject, dict)),
     .value = partial_value);

KIND(lru_list_elem, "functools._lru_list_elem", STRUCT(lru_list_elem),
     MEMBERS(OWNED(lru_list_elem, key, MEMBER, "key"),
	     OWNED(lru_list_elem, result, MEMBER, "result")),
     .flags = COIL_KIND_UNTRAVERSED);

KIND(cmp_to_key, "functools.KeyWrapper", STRUCT(keyobject),
     MEMBERS(VISITED(keyobject, cmp, MEMBER, "cmp"),
	     VISITED(keyobject, object, MEMBER, "obj")));

static void lru_cache_refs(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	const unsigned visited = COIL_EDGE_TRAVERSED;
	uint64_t at = FIELD(reader, object, lru_cache_object, root_next);
	struct coil_loop loop = {0};
	uint64_t index = 0;

	/* A list without a limit or a cache without a list ends at once. */
	while (at != object->address && coil_loop_on(&loop, at) &&
	       !sink->stop) {
		const uint8_t *link = coil_image_view(reader->image, at,
						      l->lru_list_elem.size);
		const uint8_t *type;
		uint64_t key;

		if (!link) {
			sink->missing++;
			break;
		}
		key = load64(link + l->lru_list_elem.key);
		coil_emit(sink, at, COIL_REF_ITEM | COIL_EDGE_COUNTED,
			  COIL_LABEL_INDEX, index++);
		coil_emit(sink, key, COIL_REF_KEY | visited, COIL_LABEL_KEY,
			  key);
		coil_emit(sink, load64(link + l->lru_list_elem.result),
			  COIL_REF_VALUE | visited, COIL_LABEL_KEY, key);
		/* Its type is visited since it is one on the heap. */
		type = coil_image_view(reader->image,
				       load64(link + l->PyObject.ob_type),
				       l->PyTypeObject.size);
		if (type &&
		    load32(type + l->PyTypeObject.tp_flags) & COIL_TP_HEAPTYPE)
			coil_emit(sink, load64(link + l->PyObject.ob_type),
				  COIL_REF_TYPE | visited, COIL_LABEL_NONE, 0);
		at = load64(link + l->lru_list_elem.next);
	}
}

KIND(lru_cache, "functools._lru_cache_wrapper", STRUCT(lru_cache_object),
     NEEDS(STRUCT(lru_list_elem)),
     MEMBERS(VISITED(lru_cache_object, cache, MEMBER, "cache"),
	     VISITED(lru_cache_object, func, ATTR, "__wrapped__"),
	     VISITED(lru_cache_object, kwd_mark, MEMBER, "kwd_mark"),
	     VISITED(lru_cache_object, lru_list_elem_type, MEMBER,
		     "lru_list_elem_type"),
	     VISITED(lru_cache_object, cache_info_type, MEMBER,
		     "cache_info_type"),
	     DICT(lru_cache_object, dict)),
     .refs = lru_cache_refs);
