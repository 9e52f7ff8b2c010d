/* SPDX-License-Identifier: MIT */
/*
 * Code objects: what of them others need, which line, how they are named.
 * Source: CPython's Include/cpython/code.h, Objects/codeobject.c.
 */
#include "base/text.h"
#include "objects/code.h"

#include <inttypes.h>

#include "objects/location.h"

/* No compiler makes more: a bound for what is read from hostile memory. */
#define LIMIT (1u << 24)

static uint64_t word(const uint8_t *head, uint32_t at)
{
	return at == COIL_NO_FIELD ? 0 : load64(head + at);
}

static uint32_t tuple_size(struct coil_reader *reader, uint64_t tuple)
{
	uint64_t n = 0;

	(void)!coil_image_word(reader->image,
			       tuple + reader->layout->PyVarObject.ob_size, &n);
	return (uint32_t)min64(n, LIMIT);
}

/* Up to 3.10: three tuples of names; the bytecode is an object of its own. */
static bool read_three(struct coil_reader *reader, uint64_t address,
		       struct coil_code *out)
{
	const struct coil_layout *l = reader->layout;
	const uint8_t *head =
		coil_image_view(reader->image, address, l->PyCodeObject.size);
	uint32_t frees;

	if (!head)
		return false;
	out->names = word(head, l->PyCodeObject.co_varnames);
	out->cells = word(head, l->PyCodeObject.co_cellvars);
	out->frees = word(head, l->PyCodeObject.co_freevars);
	out->name_count = load32(head + l->PyCodeObject.co_nlocals);
	out->cell_count = tuple_size(reader, out->cells);
	frees = tuple_size(reader, out->frees);
	out->stack = load32(head + l->PyCodeObject.co_stacksize);
	out->first_line =
		(int32_t)load32(head + l->PyCodeObject.co_firstlineno);
	out->filename = word(head, l->PyCodeObject.co_filename);
	out->name = word(head, l->PyCodeObject.co_name);
	out->linetable = word(head, l->PyCodeObject.co_linetable);
	if (!out->linetable)
		out->linetable = word(head, l->PyCodeObject.co_lnotab);
	out->bytecode =
		word(head, l->PyCodeObject.co_code) + l->PyBytesObject.ob_sval;
	if (out->name_count >= LIMIT || out->cell_count >= LIMIT ||
	    frees >= LIMIT || out->stack >= LIMIT)
		return false;
	out->locals = out->name_count + out->cell_count + frees;
	return tuple_size(reader, out->names) == out->name_count;
}

uint64_t coil_code_name(struct coil_reader *reader,
			const struct coil_code *code, uint64_t index,
			uint8_t *kind)
{
	const struct coil_layout *l = reader->layout;
	uint64_t tuple = code->names, name = 0;
	const uint8_t *p;

	*kind = 0;
	if (code->kinds) {
		p = coil_image_view(
			reader->image,
			code->kinds + l->PyBytesObject.ob_sval + index, 1);
		*kind = p ? *p : 0;
	} else if (index >= code->name_count) {
		index -= code->name_count;
		tuple = index < code->cell_count ? code->cells : code->frees;
		*kind = index < code->cell_count ? COIL_LOCAL_CELL
						 : COIL_LOCAL_FREE;
		if (index >= code->cell_count)
			index -= code->cell_count;
	}
	(void)!coil_image_word(reader->image,
			       tuple + l->PyTupleObject.ob_item + index * 8,
			       &name);
	return name;
}

bool coil_code_read(struct coil_reader *reader, uint64_t address,
		    struct coil_code *out)
{
	const struct coil_layout *l = reader->layout;
	const uint8_t *head;
	uint64_t count;

	*out = (struct coil_code){.address = address};
	if (l->PyCodeObject.co_varnames != COIL_NO_FIELD)
		return read_three(reader, address, out);
	if (l->PyCodeObject.co_localsplusnames == COIL_NO_FIELD ||
	    l->PyCodeObject.co_code_adaptive == COIL_NO_FIELD)
		return false;
	head = coil_image_view(reader->image, address,
			       l->PyCodeObject.co_code_adaptive);
	if (!head)
		return false;
	out->locals = load32(head + l->PyCodeObject.co_nlocalsplus);
	out->stack = load32(head + l->PyCodeObject.co_stacksize);
	out->first_line =
		(int32_t)load32(head + l->PyCodeObject.co_firstlineno);
	out->names = word(head, l->PyCodeObject.co_localsplusnames);
	out->kinds = word(head, l->PyCodeObject.co_localspluskinds);
	out->filename = word(head, l->PyCodeObject.co_filename);
	out->name = word(head, l->PyCodeObject.co_name);
	out->qualname = word(head, l->PyCodeObject.co_qualname);
	out->linetable = word(head, l->PyCodeObject.co_linetable);
	out->bytecode = address + l->PyCodeObject.co_code_adaptive;
	out->name_count = out->locals;
	return coil_image_word(reader->image,
			       out->names + l->PyVarObject.ob_size, &count) &&
	       count == out->locals && out->locals < LIMIT &&
	       out->stack < LIMIT;
}

int32_t coil_code_line(struct coil_reader *reader, const struct coil_code *code,
		       uint64_t instruction)
{
	const struct coil_layout *l = reader->layout;
	const uint8_t *table;
	uint64_t size;

	if (instruction < code->bytecode)
		return code->first_line;
	if (!code->linetable ||
	    !coil_image_word(reader->image,
			     code->linetable + l->PyVarObject.ob_size, &size))
		return COIL_NO_LINE;
	table = coil_image_view(reader->image,
				code->linetable + l->PyBytesObject.ob_sval,
				size);
	if (!table)
		return COIL_NO_LINE;
	switch (l->strategy.lines) {
	case COIL_LINES_DELTAS:
		return coil_delta_line(table, size, code->first_line,
				       instruction - code->bytecode);
	case COIL_LINES_LNOTAB:
		return coil_lnotab_line(table, size, code->first_line,
					instruction - code->bytecode);
	case COIL_LINES_LOCATIONS:
		break;
	}
	return coil_location_line(table, size, code->first_line,
				  instruction - code->bytecode);
}

void coil_code_write(struct coil_reader *reader, const struct coil_code *code,
		     int32_t line, struct coil_out *out)
{
	coil_out_text(reader, code->qualname ? code->qualname : code->name,
		      COIL_NAME_LIMIT, out);
	coil_out_string(out, " (");
	coil_out_text(reader, code->filename, COIL_NAME_LIMIT, out);
	if (line != COIL_NO_LINE)
		coil_out_format(out, ":%" PRId32, line);
	coil_out_char(out, ')');
}

/* One code point as UTF-8; surrogates and what is none are escaped. */
static void out_code_point(struct coil_out *out, uint32_t c)
{
	char text[5] = "";

	if (c < 0x20 || c == 0x7f || (c >= 0xd800 && c < 0xe000) ||
	    c > 0x10ffff) {
		coil_out_format(
			out, c > 0xff ? "\\u%04" PRIx32 : "\\x%02" PRIx32, c);
		return;
	}
	coil_text_encode(text, c);
	coil_out_string(out, text);
}

void coil_out_text(struct coil_reader *reader, uint64_t address, uint64_t limit,
		   struct coil_out *out)
{
	struct coil_str s;

	if (!address || !coil_reader_str(reader, address, &s) || !s.data)
		return;
	for (uint64_t i = 0; i < min64(s.length, limit) && !out->full; i++)
		out_code_point(out, coil_str_at(&s, i));
	if (s.length > limit)
		coil_out_string(out, "...");
}
