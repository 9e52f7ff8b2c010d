/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions: patterns, matches, and what finds one after the other.
 * Source: CPython's Modules/_sre/sre.c (the traverse and dealloc functions),
 * sre.h.
 */
#include <inttypes.h>

#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

#define LOCALE	4u
#define UNICODE 32u
#define ASCII	256u

/* Source: pattern_repr(). */
static const struct {
	uint32_t flag;
	const char *name;
} flag_names[] = {
	{1, "TEMPLATE"},  {2, "IGNORECASE"}, {LOCALE, "LOCALE"},
	{8, "MULTILINE"}, {16, "DOTALL"},    {UNICODE, "UNICODE"},
	{64, "VERBOSE"},  {128, "DEBUG"},    {ASCII, "ASCII"},
};

/* "%.200R": 200 characters of the repr, of a text. */
static void out_cut(struct coil_reader *reader, uint64_t address,
		    struct coil_out *out)
{
	char text[900] = "";
	struct coil_out part = {.at = text, .end = text + sizeof(text) - 1};
	size_t n = 0, at = 0;
	struct coil_object object;

	/* What else could stand there holds others. */
	if (!coil_reader_object(reader, address, &object) ||
	    !(object.type->flags & (COIL_TP_UNICODE | COIL_TP_BYTES))) {
		coil_repr(reader, address, out);
		return;
	}
	part.depth = out->depth;
	coil_repr(reader, address, &part);
	while (text[at] && n < 200)
		for (at++, n++; ((unsigned char)text[at] & 0xc0) == 0x80;)
			at++;
	coil_out_bounded(out, text, at);
}

static void pattern_value(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	const uint32_t at = reader->layout->PatternObject.pattern;
	uint64_t pattern = FIELD(reader, object, PatternObject, pattern);
	/* An int behind the pattern. */
	uint32_t flags = coil_field_int(object, at + 8);
	struct coil_object text;
	const char *between = ", ";

	coil_out_string(out, "re.compile(");
	out_cut(reader, pattern, out);
	/* That of every str which says nothing else. */
	if (coil_reader_object(reader, pattern, &text) &&
	    text.type->flags & COIL_TP_UNICODE &&
	    (flags & (LOCALE | UNICODE | ASCII)) == UNICODE)
		flags &= ~UNICODE;
	for (size_t i = 0; i < countof(flag_names); i++) {
		if (!(flags & flag_names[i].flag))
			continue;
		coil_out_format(out, "%sre.%s", between, flag_names[i].name);
		flags &= ~flag_names[i].flag;
		between = "|";
	}
	if (flags)
		coil_out_format(out, "%s0x%x", between, flags);
	coil_out_char(out, ')');
}

/* tp_basicsize leaves out the array at its end. */
KIND(re_pattern, "re.Pattern", UP_TO(PatternObject, weakreflist),
     MEMBERS(VISITED(PatternObject, groupindex, ATTR, "groupindex"),
	     VISITED(PatternObject, indexgroup, MEMBER, "indexgroup"),
	     VISITED(PatternObject, pattern, ATTR, "pattern")),
     .value = pattern_value);

/* The part of the str or bytes @text from the @from th character to @to. */
static bool out_part(struct coil_reader *reader, uint64_t text, int64_t from,
		     int64_t to, struct coil_out *out)
{
	struct coil_object object;
	struct coil_str s;
	uint64_t count;
	const uint8_t *p;

	if (from < 0 || to < from || !coil_reader_object(reader, text, &object))
		return false;
	if (coil_reader_str(reader, text, &s) &&
	    object.type->flags & COIL_TP_UNICODE) {
		if (!s.width || (uint64_t)to > s.length)
			return false;
		s.data += (uint64_t)from * s.width;
		s.length = (uint64_t)(to - from);
		coil_out_str(out, &s);
		return true;
	}
	count = object.type->flags & COIL_TP_BYTES
			? coil_ob_size(reader, &object)
			: 0;
	p = coil_object_tail(reader, &object,
			     reader->layout->PyBytesObject.ob_sval, count);
	if (!p || (uint64_t)to > count)
		return false;
	coil_out_bytes(out, p + from, (uint64_t)(to - from));
	return true;
}

/* Source: match_repr(), sre.h: behind the pattern stand pos, endpos, lastindex,
 * the number of groups, then start and end of each, first of the whole. */
static void match_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	const uint8_t *marks = coil_object_tail(
		reader, object, reader->layout->MatchObject.pattern + 40, 16);
	char *start = out->at;
	int64_t from, to;

	if (!marks)
		return;
	from = (int64_t)load64(marks);
	to = (int64_t)load64(marks + 8);
	coil_out_char(out, '<');
	coil_out_tp_name(reader, object->type, out);
	coil_out_format(out, " object; span=(%" PRId64 ", %" PRId64 "), match=",
			from, to);
	if (!out_part(reader, FIELD(reader, object, MatchObject, string), from,
		      to, out)) {
		out->at = start;
		*start = '\0';
		return;
	}
	coil_out_char(out, '>');
}

KIND(re_match, "re.Match", UP_TO(MatchObject, pattern),
     MEMBERS(VISITED(MatchObject, string, ATTR, "string"),
	     VISITED(MatchObject, regs, ATTR, "regs"),
	     VISITED(MatchObject, pattern, ATTR, "re")),
     .value = match_value);

/* The string that is searched, or who lends its bytes, is not visited.  Source:
 * scanner_traverse, state_fini. */
KIND(re_scanner, "_sre.SRE_Scanner", STRUCT(ScannerObject),
     MEMBERS(VISITED(ScannerObject, pattern, ATTR, "pattern"),
	     OWNED(ScannerObject, string, MEMBER, "string"),
	     OWNED(ScannerObject, buffer_obj, MEMBER, "buffer")));
