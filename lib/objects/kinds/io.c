/* SPDX-License-Identifier: MIT */
/*
 * Streams: buffered ones and those in memory.
 * Source: CPython's Modules/_io/bufferedio.c, bytesio.c, stringio.c (the
 * traverse and sizeof functions).  Until their types came onto the heap, in
 * 3.12, memory streams visited nothing but their __dict__, and the decoder of
 * newlines nothing at all.
 */
#include "objects/kinds/kinds.h"
#include "values/refcount.h"
#include "objects/plan.h"

/* --- buffered streams --- */
static void buffered_buffers(struct coil_reader *reader,
			     const struct coil_object *object,
			     struct coil_buffers *buffers)
{
	uint64_t buffer = FIELD(reader, object, buffered, buffer);

	if (buffer)
		buffers->take(buffers, buffer,
			      FIELD(reader, object, buffered, buffer_size));
}

static uint64_t buffered_size(struct coil_reader *reader,
			      const struct coil_object *object)
{
	uint64_t size = object->type->basicsize;

	if (FIELD(reader, object, buffered, buffer))
		size += min64(FIELD(reader, object, buffered, buffer_size),
			      1ull << 40);
	return size;
}

#define BUFFERED(ident, tp_name) \
	KIND(ident, "_io." tp_name, STRUCT(buffered), \
	     MEMBERS(VISITED(buffered, raw, ATTR, "raw"), \
		     DICT(buffered, dict)), \
	     .buffers = buffered_buffers, .size = buffered_size)

BUFFERED(buffered_reader, "BufferedReader");
BUFFERED(buffered_writer, "BufferedWriter");
BUFFERED(buffered_random, "BufferedRandom");

static void pair_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	unsigned visited = coil_visits_more(object, "_io.BufferedRWPair");

	coil_emit_member(object, l->rwpair.reader, COIL_REF_MEMBER | visited,
			 "reader", sink);
	coil_emit_member(object, l->rwpair.writer, COIL_REF_MEMBER | visited,
			 "writer", sink);
}

KIND(buffered_pair, "_io.BufferedRWPair", STRUCT(rwpair),
     MEMBERS(DICT(rwpair, dict)), .refs = pair_refs);

/* --- bytes in memory --- */
static void bytes_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	coil_emit_member(object, reader->layout->bytesio.buf,
			 COIL_REF_MEMBER |
				 coil_visits_more(object, "_io.BytesIO"),
			 "buf", sink);
}

/* The bytes object counts as part of it unless somebody else has it too. */
static uint64_t bytes_size(struct coil_reader *reader,
			   const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t size = object->type->basicsize;
	struct coil_object bytes;

	if (coil_reader_object(reader, FIELD(reader, object, bytesio, buf),
			       &bytes) &&
	    coil_refcount(l, bytes.head) == 1)
		size += coil_bytes_getsizeof(reader, &bytes);
	return size;
}

KIND(bytesio, "_io.BytesIO", STRUCT(bytesio), MEMBERS(DICT(bytesio, dict)),
     .refs = bytes_refs, .size = bytes_size);

KIND(bytesio_buffer, "_io._BytesIOBuffer", STRUCT(bytesiobuf),
     MEMBERS(VISITED(bytesiobuf, source, MEMBER, "source")));

/* --- text in memory --- */
static void text_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	unsigned visited = coil_visits_more(object, "_io.StringIO");

	coil_emit_member(object, l->stringio.readnl, COIL_REF_MEMBER | visited,
			 "readnl", sink);
	coil_emit_member(object, l->stringio.writenl, COIL_REF_MEMBER | visited,
			 "writenl", sink);
	coil_emit_member(object, l->stringio.decoder, COIL_REF_MEMBER | visited,
			 "decoder", sink);
}

static void text_buffers(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_buffers *buffers)
{
	uint64_t buffer = FIELD(reader, object, stringio, buf), bytes;

	if (buffer &&
	    mul64(FIELD(reader, object, stringio, buf_size), 4, &bytes))
		buffers->take(buffers, buffer, bytes);
}

KIND(stringio, "_io.StringIO", STRUCT(stringio),
     MEMBERS(DICT(stringio, dict),
	     OWNED(stringio, accu_large, MEMBER, "accu.large"),
	     OWNED(stringio, accu_small, MEMBER, "accu.small"),
	     OWNED(stringio, writer_buffer, MEMBER, "writer.buffer")),
     .refs = text_refs, .buffers = text_buffers);

/* --- newlines --- */
KIND(newline_decoder, "_io.IncrementalNewlineDecoder", STRUCT(nldecoder_object),
     MEMBERS(VISITED(nldecoder_object, decoder, MEMBER, "decoder"),
	     VISITED(nldecoder_object, errors, MEMBER, "errors")));
