/* SPDX-License-Identifier: MIT */
/*
 * Codecs of several bytes a character.  None of the stateful ones visits its
 * type, nor the text that is pending.
 * Source: CPython's Modules/cjkcodecs/multibytecodec.c (the traverse and
 * dealloc functions), multibytecodec.h.
 */
#include "objects/kinds/kinds.h"
#include "objects/kinds/kinds_b.h"

/* "strict", "ignore", "replace" are the numbers up to this one. */
#define LAST_BUILT_IN_ERROR 3

static void emit_errors(const struct coil_object *object, uint32_t at,
			struct coil_sink *sink)
{
	uint64_t errors = coil_object_word(object, at);

	if (errors > LAST_BUILT_IN_ERROR)
		coil_emit(sink, errors, COIL_REF_ATTR | COIL_STRONG,
			  COIL_LABEL_TEXT, coil_text("errors"));
}

#define REFS(id, s) \
	static void id##_refs(struct coil_reader *reader, \
			      const struct coil_object *object, \
			      struct coil_sink *sink) \
	{ \
		emit_errors(object, reader->layout->s.errors, sink); \
	}

#define KIND(id, tp_name, s, ...) \
	REFS(id, s) \
	static const struct coil_member id##_members[] = {__VA_ARGS__}; \
	const struct coil_kind coil_kind_multibyte_##id = { \
		.name = "_multibytecodec." tp_name, \
		.struct_size = COIL_SIZE(s), \
		MEMBERS(id##_members), \
		.refs = id##_refs, \
		.flags = COIL_KIND_CLASS_UNVISITED, \
	}

#define PENDING(s) COIL_COUNTED_MEMBER(s, pending, MEMBER, "pending")
#define STREAM(s)  COIL_STRONG_MEMBER(s, stream, ATTR, "stream")

KIND(encoder, "MultibyteIncrementalEncoder", MultibyteIncrementalEncoderObject,
     PENDING(MultibyteIncrementalEncoderObject));
KIND(reader, "MultibyteStreamReader", MultibyteStreamReaderObject,
     STREAM(MultibyteStreamReaderObject));
KIND(writer, "MultibyteStreamWriter", MultibyteStreamWriterObject,
     PENDING(MultibyteStreamWriterObject), STREAM(MultibyteStreamWriterObject));

REFS(decoder, MultibyteIncrementalDecoderObject)

const struct coil_kind coil_kind_multibyte_decoder = {
	.name = "_multibytecodec.MultibyteIncrementalDecoder",
	.struct_size = COIL_SIZE(MultibyteIncrementalDecoderObject),
	.refs = decoder_refs,
	.flags = COIL_KIND_CLASS_UNVISITED,
};

static const struct coil_member codec_members[] = {
	COIL_STRONG_MEMBER(MultibyteCodecObject, cjk_module, MODULE,
			   "cjk_module"),
};

const struct coil_kind coil_kind_multibyte_codec = {
	.name = "_multibytecodec.MultibyteCodec",
	.struct_size = COIL_SIZE(MultibyteCodecObject),
	MEMBERS(codec_members),
};
