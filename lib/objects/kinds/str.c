/* SPDX-License-Identifier: MIT */
/*
 * str.
 *
 * Source: Objects/unicodeobject.c, unicode_sizeof_impl(), unicode_dealloc(),
 * unicode_repr().  Beside its characters a str may own a cached UTF-8 copy and,
 * up to 3.11, a wchar_t copy; both are counted unless they are the characters.
 */
#include "base/text.h"
#include "objects/kinds/kinds.h"

#define WCHAR 4 /* sizeof(wchar_t) on Linux */

/* The wchar_t copy: units without the last 0, or UINT64_MAX for none. */
static uint64_t wide(struct coil_reader *reader,
		     const struct coil_object *object, const struct coil_str *s)
{
	const uint32_t at = reader->layout->PyCompactUnicodeObject.wstr_length;
	const uint8_t *p;

	if (!s->wstr || (s->width && s->wstr == s->data_address))
		return UINT64_MAX;
	if (s->compact && s->ascii)
		return s->length;
	p = at == COIL_NO_FIELD ? NULL
				: coil_object_tail(reader, object, at, 8);
	return p ? min64(load64(p), UINT64_MAX / 8) : UINT64_MAX;
}

static uint64_t str_size(struct coil_reader *reader,
			 const struct coil_object *object)
{
	const struct coil_layout *l = reader->layout;
	uint64_t size, units;
	struct coil_str s;

	(void)coil_reader_str(reader, object->address, &s);
	if (s.compact && s.ascii)
		size = l->PyASCIIObject.size + s.length + 1;
	else if (s.compact)
		size = l->PyCompactUnicodeObject.size +
		       (s.length + 1) * s.width;
	else
		size = l->PyUnicodeObject.size +
		       (s.data_address ? (s.length + 1) * s.width : 0);
	units = wide(reader, object, &s);
	if (units != UINT64_MAX)
		size += (units + 1) * WCHAR;
	if (s.utf8 && !s.utf8_shared)
		size += s.utf8_length + 1;
	return size;
}

static void str_buffers(struct coil_reader *reader,
			const struct coil_object *object,
			struct coil_buffers *buffers)
{
	const struct coil_layout *l = reader->layout;
	struct coil_str s;
	uint64_t units;

	/* Most end here: the characters follow, and are their own UTF-8. */
	if (object->head_size >= l->PyASCIIObject.size &&
	    (coil_str_state(l, object->head) >> 5 & 3) == 3 &&
	    (l->PyASCIIObject.wstr == COIL_NO_FIELD ||
	     !load64(object->head + l->PyASCIIObject.wstr)))
		return;
	if (!coil_reader_str(reader, object->address, &s))
		return;
	units = wide(reader, object, &s);
	if (units != UINT64_MAX)
		buffers->take(buffers, s.wstr, (units + 1) * WCHAR);
	if (s.utf8 && !s.utf8_shared)
		buffers->take(buffers, s.utf8, s.utf8_length + 1);
	if (!s.compact && s.data_address && s.width)
		buffers->take(buffers, s.data_address,
			      (s.length + 1) * s.width);
}

/* Ranges that repr() escapes, beside what is not assigned: categories Cc, Cf,
 * Cs, Co, Zl, Zp, and Zs but the space. Source: Unicode 14. */
static bool printable(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{0x00, 0x1f},	    {0x7f, 0xa0},	   {0xad, 0xad},
		{0x600, 0x605},	    {0x61c, 0x61c},	   {0x6dd, 0x6dd},
		{0x70f, 0x70f},	    {0x890, 0x891},	   {0x8e2, 0x8e2},
		{0x1680, 0x1680},   {0x180e, 0x180e},	   {0x2000, 0x200f},
		{0x2028, 0x202f},   {0x205f, 0x206f},	   {0x3000, 0x3000},
		{0xd7fc, 0xf8ff},   {0xfeff, 0xfeff},	   {0xfff0, 0xfffb},
		{0xfffe, 0xffff},   {0x110bd, 0x110bd},	   {0x110cd, 0x110cd},
		{0x13430, 0x13438}, {0x1bca0, 0x1bca3},	   {0x1d173, 0x1d17a},
		{0xe0000, 0xe00ff}, {0xe01f0, UINT32_MAX},
	};

	if (c >= 0x20 && c < 0x7f)
		return true;
	for (size_t i = 0; i < countof(hidden); i++)
		if (c >= hidden[i].first && c <= hidden[i].last)
			return false;
	return true;
}

static void out_utf8(struct coil_out *out, uint32_t c)
{
	char text[5] = "";

	coil_text_encode(text, c);
	coil_out_string(out, text);
}

/* How many characters from @i on are written as they are, and are bytes: one
 * more than there is @room for is enough. */
static uint64_t plain_run(const struct coil_str *s, uint64_t i, uint64_t room)
{
	uint64_t n = 0;

	while (s->width == 1 && i + n < s->length && s->data[i + n] >= 0x20 &&
	       s->data[i + n] < 0x7f && s->data[i + n] != '\'' &&
	       s->data[i + n] != '"' && s->data[i + n] != '\\' && n <= room)
		n++;
	return n;
}

void coil_out_str(struct coil_out *out, const struct coil_str *s)
{
	bool single = false, twice = false;
	char quote;

	/* As far as it can be written. */
	for (uint64_t i = 0;
	     i < s->length && i < (uint64_t)(out->end - out->at); i++) {
		single |= coil_str_at(s, i) == '\'';
		twice |= coil_str_at(s, i) == '"';
	}
	quote = single && !twice ? '"' : '\'';
	coil_out_char(out, quote);
	for (uint64_t i = 0; i < s->length && !out->full; i++) {
		uint64_t plain =
			plain_run(s, i, (uint64_t)(out->end - out->at));
		uint32_t c;

		if (plain) {
			coil_out_bounded(out, (const char *)s->data + i, plain);
			i += plain - 1;
			continue;
		}
		c = coil_str_at(s, i);
		if (c == (unsigned char)quote || c == '\\')
			coil_out_format(out, "\\%c", (char)c);
		else if (c == '\n' || c == '\r' || c == '\t')
			coil_out_string(out, c == '\n'	 ? "\\n"
					     : c == '\r' ? "\\r"
							 : "\\t");
		else if (printable(c))
			out_utf8(out, c);
		else
			coil_out_format(out,
					c > 0xffff ? "\\U%08x"
					: c > 0xff ? "\\u%04x"
						   : "\\x%02x",
					(unsigned)c);
	}
	coil_out_char(out, quote);
}

static void str_value(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_out *out)
{
	struct coil_str s;

	if (coil_reader_str(reader, object->address, &s) && s.width)
		coil_out_str(out, &s);
}

KIND(str, "str", STRUCT(PyASCIIObject), .buffers = str_buffers,
     .size = str_size, .value = str_value, .flags = COIL_KIND_UNTRAVERSED);
