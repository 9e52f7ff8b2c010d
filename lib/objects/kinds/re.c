/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions: patterns, matches, and what finds one after the other.
 * Source: CPython's Modules/_sre/sre.c (the traverse and dealloc functions),
 * sre.h.
 */
#include "objects/kinds/kinds.h"
#include "objects/kinds/kinds_b.h"
#include "objects/kinds/untraversed.h"

static const struct coil_member pattern_members[] = {
	COIL_STRONG_MEMBER(PatternObject, groupindex, ATTR, "groupindex"),
	COIL_STRONG_MEMBER(PatternObject, indexgroup, MEMBER, "indexgroup"),
	COIL_STRONG_MEMBER(PatternObject, pattern, ATTR, "pattern"),
};

static void pattern_value(const struct coil_heap *heap,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	uint64_t pattern = FIELD(heap, object, PatternObject, pattern);

	if (pattern)
		coil_repr(heap, pattern, out);
}

/* tp_basicsize leaves out the array at its end. */
const struct coil_kind coil_kind_re_pattern = {
	.name = "re.Pattern",
	.struct_size = COIL_AT(PatternObject, weakreflist),
	MEMBERS(pattern_members),
	.value = pattern_value,
};

static const struct coil_member match_members[] = {
	COIL_STRONG_MEMBER(MatchObject, string, ATTR, "string"),
	COIL_STRONG_MEMBER(MatchObject, regs, ATTR, "regs"),
	COIL_STRONG_MEMBER(MatchObject, pattern, ATTR, "re"),
};

const struct coil_kind coil_kind_re_match = {
	.name = "re.Match",
	.struct_size = COIL_AT(MatchObject, pattern),
	MEMBERS(match_members),
};

/* The string that is searched, or who lends its bytes, is not visited.  Source:
 * scanner_traverse, state_fini. */
static const struct coil_member scanner_members[] = {
	COIL_STRONG_MEMBER(ScannerObject, pattern, ATTR, "pattern"),
	COIL_COUNTED_MEMBER(ScannerObject, string, MEMBER, "string"),
	COIL_COUNTED_MEMBER(ScannerObject, buffer_obj, MEMBER, "buffer"),
};

const struct coil_kind coil_kind_re_scanner = {
	.name = "_sre.SRE_Scanner",
	.struct_size = COIL_SIZE(ScannerObject),
	MEMBERS(scanner_members),
};
