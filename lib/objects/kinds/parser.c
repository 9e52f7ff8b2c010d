/* SPDX-License-Identifier: MIT */
/*
 * Symbol tables and tokens of Python's own sources.
 * Source: CPython's Python/symtable.c (ste_dealloc()),
 * Python/Python-tokenize.c (tokenizeriter_dealloc()), Parser/tokenizer.c
 * (_PyTokenizer_Free()).
 */
#include "objects/kinds/kinds.h"

#define STE(f) OWNED(PySTEntryObject, ste_##f, MEMBER, #f)
KIND(symtable_entry, "symtable entry", STRUCT(PySTEntryObject),
     MEMBERS(STE(id), STE(symbols), STE(name), STE(function_name),
	     STE(varnames), STE(children), STE(directives),
	     STE(annotation_block), STE(mangled_names)),
     .flags = COIL_KIND_UNTRAVERSED);

#define OWNS (COIL_REF_MEMBER | COIL_EDGE_COUNTED)

/* The state of the tokenizer is in memory of its own. */
static void tokenizer_refs(struct coil_reader *reader,
			   const struct coil_object *object,
			   struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	const struct coil_word words[] = {
		{l->tok_state.filename, OWNS, "filename"},
		{l->tok_state.readline, OWNS, "readline"},
		{l->tok_state.decoding_readline, OWNS, "decoding_readline"},
		{l->tok_state.decoding_buffer, OWNS, "decoding_buffer"},
	};
	uint64_t tok = FIELD(reader, object, tokenizeriterobject, tok);

	if (tok)
		coil_emit_words(reader, sink, tok, l->tok_state.size, words,
				countof(words));
}

static void tokenizer_buffers(struct coil_reader *reader,
			      const struct coil_object *object,
			      struct coil_buffers *buffers)
{
	uint64_t tok = FIELD(reader, object, tokenizeriterobject, tok);

	if (tok)
		buffers->take(buffers, tok, reader->layout->tok_state.size);
}

KIND(tokenizer, "_tokenize.TokenizerIter", STRUCT(tokenizeriterobject),
     NEEDS(STRUCT(tok_state)),
     MEMBERS(OWNED(tokenizeriterobject, readline, MEMBER, "readline"),
	     OWNED(tokenizeriterobject, last_line, MEMBER, "last_line")),
     .refs = tokenizer_refs, .buffers = tokenizer_buffers,
     .flags = COIL_KIND_UNTRAVERSED);
