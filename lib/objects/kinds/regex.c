/* SPDX-License-Identifier: MIT */
/*
 * The package regex: patterns, matches, scanners and splitters, none of which
 * the collector traverses.
 *
 * Source: regex 2022.10 and 2026.5, _regex.c (PatternObject, MatchObject,
 * ScannerObject, SplitterObject, RE_State; the dealloc functions, state_fini;
 * pattern_sizeof, RE_Node).  A type of another tp_basicsize is not of these.
 */
#include "objects/kinds/kinds.h"

enum {
	PATTERN_CODE = 32,
	PATTERN_GROUPS = 64,
	PATTERN_REPEATS = 88,
	PATTERN_LIST_COUNT = 128,
	PATTERN_PARTIAL = 136,
	PATTERN_NODES = 168,
	PATTERN_NODE_LIST = 176,
	PATTERN_CALLS = 208,
	PATTERN_LOCALE = 264,
	PATTERN_SIZE = 352,
	NODE_VALUES = 72,
	MATCH_SIZE = 160,
	SCANNER_SIZE = 40, /* as far as it is the same in all releases */
};

/* Bytes that __sizeof__ counts for one of each. */
enum { NODE = 96, VALUE = 4, GROUP = 24, REPEAT = 4, CALL = 16, LOCALE = 1024 };
#define MOST (1u << 20)

static uint64_t word(const struct coil_object *object, uint32_t at)
{
	return coil_field_word(object, at);
}

static uint64_t count(const struct coil_object *object, uint32_t at)
{
	return min64(word(object, at), MOST);
}

/* Made for partial matches: two arrays of sets. */
static void pattern_refs(struct coil_reader *reader,
			 const struct coil_object *object,
			 struct coil_sink *sink)
{
	for (uint32_t i = 0; i < 2; i++) {
		uint64_t lists = word(object, PATTERN_PARTIAL + i * 8);

		if (lists)
			coil_emit_array(reader, sink, lists,
					count(object, PATTERN_LIST_COUNT),
					COIL_REF_OTHER | COIL_EDGE_COUNTED,
					COIL_LABEL_INDEX);
	}
}

/* Of the bytes or list that the pattern was compiled to, without the
 * collector's head.  Known here, and not by asking for its size: a type that
 * only looks like a list may lead back to this pattern. */
static uint64_t code_size(struct coil_reader *reader, uint64_t address)
{
	struct coil_object code;
	uint64_t size;

	if (!coil_reader_object(reader, address, &code) ||
	    code.head_size < reader->layout->PyVarObject.size)
		return 0;
	size = coil_size_default(reader, &code);
	if (code.type->flags & COIL_TP_LIST)
		size += min64(FIELD(reader, &code, PyListObject, allocated),
			      MOST) *
			8;
	return size;
}

static uint64_t pattern_size(struct coil_reader *reader,
			     const struct coil_object *object)
{
	uint64_t nodes = count(object, PATTERN_NODES);
	const uint8_t *list = coil_image_view(
		reader->image, word(object, PATTERN_NODE_LIST), nodes * 8);
	uint64_t size = PATTERN_SIZE + nodes * NODE;

	for (uint64_t i = 0; list && i < nodes; i++) {
		uint64_t values = 0;

		coil_reader_word(reader, load64(list + i * 8), NODE_VALUES,
				 &values);
		size += min64(values, MOST) * VALUE;
	}
	size += count(object, PATTERN_GROUPS) * GROUP;
	size += count(object, PATTERN_REPEATS) * REPEAT;
	size += count(object, PATTERN_CALLS) * CALL;
	size += word(object, PATTERN_LOCALE) ? LOCALE : 0;
	return size + code_size(reader, word(object, PATTERN_CODE));
}

KIND(regex_pattern, "_regex.Pattern", BYTES(PATTERN_SIZE),
     MEMBERS(OWNED_AT(16, MEMBER, "pattern"),
	     OWNED_AT(32, MEMBER, "packed_code_list"),
	     OWNED_AT(104, MEMBER, "groupindex"),
	     OWNED_AT(112, MEMBER, "indexgroup"),
	     OWNED_AT(120, MEMBER, "named_lists"),
	     OWNED_AT(152, MEMBER, "named_list_indexes"),
	     OWNED_AT(320, MEMBER, "required_chars")),
     .refs = pattern_refs, .size = pattern_size,
     .flags = COIL_KIND_UNTRAVERSED);

KIND(regex_match, "_regex.Match", BYTES(MATCH_SIZE),
     MEMBERS(OWNED_AT(16, MEMBER, "string"), OWNED_AT(24, MEMBER, "substring"),
	     OWNED_AT(40, MEMBER, "re"), OWNED_AT(112, MEMBER, "regs")),
     .flags = COIL_KIND_UNTRAVERSED);

/* What goes through a string: its own reference to the pattern, then those of
 * the state. */
#define SEARCH(ident, tp_name) \
	KIND(regex_##ident, "_regex." tp_name, BYTES(SCANNER_SIZE), \
	     MEMBERS(OWNED_AT(16, MEMBER, "pattern"), \
		     OWNED_AT(24, MEMBER, "pattern"), \
		     OWNED_AT(32, MEMBER, "string")), \
	     .flags = COIL_KIND_UNTRAVERSED)

SEARCH(scanner, "Scanner");
SEARCH(splitter, "Splitter");
