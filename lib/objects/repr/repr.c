/* SPDX-License-Identifier: MIT */
/*
 * Values as text: bounded writing, and repr() of any object.
 *
 * Source: repr() of the built-ins, Objects/object.c: PyObject_Repr(),
 * Py_ReprEnter().  How far it goes is bounded by the room alone: whatever
 * holds others writes something of its own before them.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "objects/kind.h"
#include "objects/repr/repr.h"

#define DEEPEST 200 /* coil_repr() within coil_repr() */

void coil_out_string(struct coil_out *out, const char *s)
{
	coil_out_bounded(out, s, strlen(s));
}

void coil_out_bounded(struct coil_out *out, const char *s, size_t n)
{
	size_t room = (size_t)(out->end - out->at);

	if (out->full)
		return;
	if (n > room) {
		out->full = true;
		/* Not within a UTF-8 sequence. */
		for (n = room; n && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
			;
	}
	memcpy(out->at, s, n);
	out->at += n;
	*out->at = '\0';
}

void coil_out_char(struct coil_out *out, char c)
{
	coil_out_bounded(out, &c, 1);
}

void coil_out_format(struct coil_out *out, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	coil_out_string(out, text);
}

void coil_out_items(struct coil_reader *reader, struct coil_out *out,
		    const uint8_t *items, uint64_t count, uint32_t stride)
{
	if (!items && count) {
		coil_out_string(out, "<not captured>");
		return;
	}
	for (uint64_t i = 0; i < count && !out->full; i++) {
		if (i)
			coil_out_string(out, ", ");
		coil_repr(reader, load64(items + i * stride), out);
	}
}

bool coil_out_again(const struct coil_out *out, uint64_t address)
{
	const struct coil_shown *s = out->shown ? out->shown->outer : NULL;

	while (s && s->address != address)
		s = s->outer;
	return s != NULL;
}

bool coil_value(struct coil_reader *reader, const struct coil_object *object,
		struct coil_out *out)
{
	coil_writer *write = coil_plan_writer(reader, object->type);
	struct coil_shown shown = {object->address, out->shown};
	const char *before = out->at;

	if (!write)
		return false;
	out->depth++;
	out->shown = &shown;
	write(reader, object, out);
	out->shown = shown.outer;
	out->depth--;
	return out->at != before || out->full;
}

void coil_repr(struct coil_reader *reader, uint64_t address,
	       struct coil_out *out)
{
	struct coil_object object;

	if (!address) {
		coil_out_string(out, "<NULL>");
	} else if (!coil_reader_object(reader, address, &object)) {
		coil_out_format(out, "<unknown at 0x%" PRIx64 ">", address);
	} else if (out->depth >= DEEPEST) {
		coil_out_string(out, "...");
	} else if (!coil_value(reader, &object, out)) {
		coil_out_char(out, '<');
		coil_out_string(out, object.type->name);
		coil_out_format(out, " at 0x%" PRIx64 ">", address);
	}
}
