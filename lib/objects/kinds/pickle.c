/* SPDX-License-Identifier: MIT */
/*
 * Picklers and unpicklers, and what they remember.
 * Source: CPython's Modules/_pickle.c (the traverse, clear and sizeof
 * functions).  Until their types came onto the heap, in 3.12, they did not
 * visit their memos.
 */
#include "objects/kinds/kinds.h"

#define MEMO_LIMIT (1u << 26) /* entries */
#define NAME_LIMIT (1u << 16) /* bytes */
#define M(s, f)	   VISITED(s, f, MEMBER, #f)

/* @count words or pairs of words at @at, of which the first is owned. */
static void memo_refs(struct coil_reader *reader, uint64_t at, uint64_t count,
		      uint32_t stride, unsigned visited, struct coil_sink *sink)
{
	const uint8_t *p;

	if (!at || !count)
		return;
	p = count > MEMO_LIMIT
		    ? NULL
		    : coil_image_view(reader->image, at, count * stride);
	if (!p) {
		sink->missing++;
		return;
	}
	for (uint64_t i = 0; i < count && !sink->stop; i++)
		coil_emit(sink, load64(p + i * stride),
			  COIL_REF_ITEM | COIL_EDGE_COUNTED | visited,
			  COIL_LABEL_INDEX, i);
}

/* The memo's table and its number of entries; false: it has none. */
static bool memo_of(struct coil_reader *reader,
		    const struct coil_object *object, uint64_t *memo,
		    uint64_t *table, uint64_t *entries)
{
	const struct coil_layout *l = reader->layout;

	*memo = FIELD(reader, object, PicklerObject, memo);
	return *memo &&
	       coil_image_word(reader->image, *memo + l->PyMemoTable.mt_table,
			       table) &&
	       coil_image_word(reader->image,
			       *memo + l->PyMemoTable.mt_allocated, entries) &&
	       *entries <= MEMO_LIMIT;
}

static void pickler_refs(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_sink *sink)
{
	uint64_t memo, table, entries;

	if (memo_of(reader, object, &memo, &table, &entries))
		memo_refs(reader, table + reader->layout->PyMemoEntry.me_key,
			  entries, reader->layout->PyMemoEntry.size,
			  coil_visits_more(object, "_pickle.Pickler"), sink);
}

static void pickler_buffers(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_buffers *buffers)
{
	uint64_t memo, table, entries;

	if (!memo_of(reader, object, &memo, &table, &entries))
		return;
	buffers->take(buffers, memo, reader->layout->PyMemoTable.size);
	buffers->take(buffers, table,
		      entries * reader->layout->PyMemoEntry.size);
}

static uint64_t pickler_size(struct coil_reader *reader,
			     const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t size = object->type->basicsize, memo, table, entries;
	struct coil_object bytes;

	if (memo_of(reader, object, &memo, &table, &entries))
		size += l->PyMemoTable.size + entries * l->PyMemoEntry.size;
	if (coil_reader_object(
		    reader, FIELD(reader, object, PicklerObject, output_buffer),
		    &bytes))
		size += coil_bytes_getsizeof(reader, &bytes);
	return size;
}

/* 3.11.7 visits the memo, 3.11.2 does not: its code tells. */
KIND(pickler, "_pickle.Pickler", STRUCT(PicklerObject),
     NEEDS(STRUCT(PyMemoTable), STRUCT(PyMemoEntry)),
     MEMBERS(M(PicklerObject, write), M(PicklerObject, persistent_id),
	     VISITED(PicklerObject, dispatch_table, ATTR, "dispatch_table"),
	     M(PicklerObject, fast_memo), M(PicklerObject, reducer_override),
	     M(PicklerObject, buffer_callback),
	     OWNED(PicklerObject, output_buffer, MEMBER, "output_buffer")),
     .refs = pickler_refs, .buffers = pickler_buffers, .size = pickler_size,
     .flags = COIL_KIND_STEPPED);

static void unpickler_refs(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_sink *sink)
{
	memo_refs(reader, FIELD(reader, object, UnpicklerObject, memo),
		  FIELD(reader, object, UnpicklerObject, memo_size), 8,
		  coil_visits_more(object, "_pickle.Unpickler"), sink);
}

/* What it allocated; emitted to @buffers, if not NULL. */
static uint64_t unpickler_memory(struct coil_reader *reader,
				 const struct coil_object *object,
				 struct coil_buffers *buffers)
{
	const struct coil_layout *l = reader->layout;
	const uint32_t arrays[][2] = {
		{l->UnpicklerObject.memo, l->UnpicklerObject.memo_size},
		{l->UnpicklerObject.marks, l->UnpicklerObject.marks_size},
	};
	const uint32_t strings[] = {l->UnpicklerObject.input_line,
				    l->UnpicklerObject.encoding,
				    l->UnpicklerObject.errors};
	uint64_t sum = 0;

	for (size_t i = 0; i < countof(arrays); i++) {
		uint64_t at = coil_field_word(object, arrays[i][0]);
		uint64_t n = min64(coil_field_word(object, arrays[i][1]),
				   MEMO_LIMIT);

		if (at && buffers)
			buffers->take(buffers, at, n * 8);
		sum += at ? n * 8 : 0;
	}
	for (size_t i = 0; i < countof(strings); i++) {
		uint64_t at = coil_field_word(object, strings[i]);
		const char *s =
			at ? coil_image_string(reader->image, at, NAME_LIMIT)
			   : NULL;

		if (s && buffers)
			buffers->take(buffers, at, strlen(s) + 1);
		sum += s ? strlen(s) + 1 : 0;
	}
	return sum;
}

static void unpickler_buffers(struct coil_reader *reader,
			      const struct coil_object *object,
			      struct coil_buffers *buffers)
{
	(void)unpickler_memory(reader, object, buffers);
}

static uint64_t unpickler_size(struct coil_reader *reader,
			       const struct coil_object *object)
{
	return object->type->basicsize + unpickler_memory(reader, object, NULL);
}

KIND(unpickler, "_pickle.Unpickler", STRUCT(UnpicklerObject),
     MEMBERS(M(UnpicklerObject, readline), M(UnpicklerObject, readinto),
	     M(UnpicklerObject, read), M(UnpicklerObject, peek),
	     M(UnpicklerObject, stack), M(UnpicklerObject, persistent_load),
	     M(UnpicklerObject, buffers),
	     OWNED(UnpicklerObject, buffer_obj, BUFFER, "buffer")),
     .refs = unpickler_refs, .buffers = unpickler_buffers,
     .size = unpickler_size, .flags = COIL_KIND_STEPPED);

/* The stack of an unpickler.  Source: Pdata_dealloc, Pdata_traverse, which
 * visits the type alone. */
static void stack_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	coil_emit_array(reader, sink, FIELD(reader, object, Pdata, data),
			coil_ob_size(reader, object),
			COIL_REF_ITEM | COIL_EDGE_COUNTED, COIL_LABEL_INDEX);
}

static void stack_buffers(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_buffers *buffers)
{
	uint64_t data = FIELD(reader, object, Pdata, data), bytes;

	if (data && mul64(FIELD(reader, object, Pdata, allocated), 8, &bytes) &&
	    bytes)
		buffers->take(buffers, data, bytes);
}

KIND(pickle_stack, "_pickle.Pdata", STRUCT(Pdata), .refs = stack_refs,
     .buffers = stack_buffers);
