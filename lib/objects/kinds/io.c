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
#include "objects/kinds/kinds_b.h"
#include "objects/kinds/untraversed.h"
#include "objects/plan.h"

/* A reference at @at of the layout, visited as @visited says. */
static void emit(const struct coil_object *object, uint32_t at,
		 unsigned visited, const char *label, struct coil_sink *sink)
{
	coil_emit(sink, coil_object_word(object, at),
		  COIL_REF_MEMBER | COIL_EDGE_COUNTED | visited,
		  COIL_LABEL_TEXT, coil_text(label));
}

/* --- buffered streams --- */
static const struct coil_member buffered_members[] = {
	COIL_STRONG_MEMBER(buffered, raw, ATTR, "raw"),
	DICT(buffered, dict),
};

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

#define BUFFERED(id, tp_name) \
	const struct coil_kind coil_kind_##id = { \
		.name = tp_name, \
		.struct_size = COIL_SIZE(buffered), \
		MEMBERS(buffered_members), \
		.buffers = buffered_buffers, \
		.size = buffered_size, \
	}

BUFFERED(buffered_reader, "_io.BufferedReader");
BUFFERED(buffered_writer, "_io.BufferedWriter");
BUFFERED(buffered_random, "_io.BufferedRandom");

static void pair_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	unsigned visited = coil_visits_more(object, "_io.BufferedRWPair");

	emit(object, l->rwpair.reader, visited, "reader", sink);
	emit(object, l->rwpair.writer, visited, "writer", sink);
}

static const struct coil_member pair_members[] = {DICT(rwpair, dict)};

const struct coil_kind coil_kind_buffered_pair = {
	.name = "_io.BufferedRWPair",
	.struct_size = COIL_SIZE(rwpair),
	MEMBERS(pair_members),
	.refs = pair_refs,
};

/* --- bytes in memory --- */
static const struct coil_member bytes_members[] = {DICT(bytesio, dict)};

static void bytes_refs(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_sink *sink)
{
	emit(object, reader->layout->bytesio.buf,
	     coil_visits_more(object, "_io.BytesIO"), "buf", sink);
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

const struct coil_kind coil_kind_bytesio = {
	.name = "_io.BytesIO",
	.struct_size = COIL_SIZE(bytesio),
	MEMBERS(bytes_members),
	.refs = bytes_refs,
	.size = bytes_size,
};

uint64_t coil_bytes_getsizeof(struct coil_reader *reader,
			      const struct coil_object *object)
{
	bool known;

	return object->type->flags & COIL_TP_BYTES
		       ? coil_reader_size(reader, object, &known)
		       : 0;
}

static const struct coil_member view_members[] = {
	COIL_STRONG_MEMBER(bytesiobuf, source, MEMBER, "source"),
};

const struct coil_kind coil_kind_bytesio_buffer = {
	.name = "_io._BytesIOBuffer",
	.struct_size = COIL_SIZE(bytesiobuf),
	MEMBERS(view_members),
};

/* --- text in memory --- */
static const struct coil_member text_members[] = {
	DICT(stringio, dict),
	COIL_COUNTED_MEMBER(stringio, accu_large, MEMBER, "accu.large"),
	COIL_COUNTED_MEMBER(stringio, accu_small, MEMBER, "accu.small"),
	COIL_COUNTED_MEMBER(stringio, writer_buffer, MEMBER, "writer.buffer"),
};

static void text_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	unsigned visited = coil_visits_more(object, "_io.StringIO");

	emit(object, l->stringio.readnl, visited, "readnl", sink);
	emit(object, l->stringio.writenl, visited, "writenl", sink);
	emit(object, l->stringio.decoder, visited, "decoder", sink);
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

const struct coil_kind coil_kind_stringio = {
	.name = "_io.StringIO",
	.struct_size = COIL_SIZE(stringio),
	MEMBERS(text_members),
	.refs = text_refs,
	.buffers = text_buffers,
};

/* --- newlines --- */
MEMBERS_KIND(newline_decoder, "_io.IncrementalNewlineDecoder", nldecoder_object,
	     MEMBER(nldecoder_object, decoder, "decoder"),
	     MEMBER(nldecoder_object, errors, "errors"));
