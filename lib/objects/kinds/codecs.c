/* SPDX-License-Identifier: MIT */
/*
 * Codecs of several bytes a character.  None of the stateful ones visits its
 * type, nor the text that is pending.
 * Source: CPython's Modules/cjkcodecs/multibytecodec.c (the traverse and
 * dealloc functions), multibytecodec.h.
 */
#include "objects/kinds/kinds.h"

/* "strict", "ignore", "replace" are the numbers up to this one. */
#define LAST_BUILT_IN_ERROR 3

static void emit_errors(const struct coil_object *object, uint32_t at,
			struct coil_sink *sink)
{
	uint64_t errors = coil_field_word(object, at);

	if (errors > LAST_BUILT_IN_ERROR)
		coil_emit(sink, errors, COIL_REF_ATTR | COIL_STRONG,
			  COIL_LABEL_TEXT, coil_text("errors"));
}

/* What of a codec has a state. */
#define STATEFUL(ident, tp_name, s, ...) \
	static void ident##_refs(struct coil_reader *reader, \
				 const struct coil_object *object, \
				 struct coil_sink *sink) \
	{ \
		emit_errors(object, reader->layout->s.errors, sink); \
	} \
	KIND(multibyte_##ident, "_multibytecodec." tp_name, STRUCT(s), \
	     __VA_ARGS__, .refs = ident##_refs, \
	     .flags = COIL_KIND_CLASS_UNVISITED)

#define PENDING(s) OWNED(s, pending, MEMBER, "pending")
#define STREAM(s)  VISITED(s, stream, ATTR, "stream")

STATEFUL(encoder, "MultibyteIncrementalEncoder",
	 MultibyteIncrementalEncoderObject,
	 MEMBERS(PENDING(MultibyteIncrementalEncoderObject)));
STATEFUL(decoder, "MultibyteIncrementalDecoder",
	 MultibyteIncrementalDecoderObject, .members = NULL);
STATEFUL(reader, "MultibyteStreamReader", MultibyteStreamReaderObject,
	 MEMBERS(STREAM(MultibyteStreamReaderObject)));
STATEFUL(writer, "MultibyteStreamWriter", MultibyteStreamWriterObject,
	 MEMBERS(PENDING(MultibyteStreamWriterObject),
		 STREAM(MultibyteStreamWriterObject)));

KIND(multibyte_codec, "_multibytecodec.MultibyteCodec",
     STRUCT(MultibyteCodecObject),
     MEMBERS(VISITED(MultibyteCodecObject, cjk_module, MODULE, "cjk_module")));
