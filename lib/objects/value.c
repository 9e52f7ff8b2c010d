/* SPDX-License-Identifier: MIT */
/*
 * Values as text: bounded writing, and repr() of any object.
 *
 * Source: repr() of the built-ins, Objects/object.c, object_repr(). Containers
 * show their first items, and those within them none, as reprlib does.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "objects/kinds/kinds.h"
#include "objects/plan.h"

#define DEEPEST 4 /* coil_repr() within coil_repr() */

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

void coil_out_items(const struct coil_heap *heap, struct coil_out *out,
		    const uint8_t *items, uint64_t count, uint32_t stride)
{
	const char *between = "";
	uint64_t show = coil_out_deep(out) ? 0 : COIL_OUT_ITEMS;

	for (uint64_t i = 0; i < count && !out->full; i++) {
		coil_out_string(out, between);
		if (i == show) {
			coil_out_string(out, "...");
			break;
		}
		coil_repr(heap, load64(items + i * stride), out);
		between = ", ";
	}
}

bool coil_value(const struct coil_heap *heap, const struct coil_object *object,
		struct coil_out *out)
{
	const struct coil_plan *plan = coil_plan_get(heap, object->type);
	const struct coil_kind *kind = plan ? plan->kind : NULL;
	const char *before = out->at;

	while (kind && !kind->value)
		kind = kind->super;
	if (!kind)
		return false;
	out->depth++;
	kind->value(heap, object, out);
	out->depth--;
	return out->at != before || out->full;
}

void coil_repr(const struct coil_heap *heap, uint64_t address,
	       struct coil_out *out)
{
	struct coil_object object;

	if (!address) {
		coil_out_string(out, "<NULL>");
	} else if (!coil_heap_object(heap, address, &object)) {
		coil_out_format(out, "<unknown at 0x%" PRIx64 ">", address);
	} else if (out->depth >= DEEPEST) {
		coil_out_string(out, "...");
	} else if (!coil_value(heap, &object, out)) {
		coil_out_char(out, '<');
		coil_out_string(out, object.type->name);
		coil_out_format(out, " at 0x%" PRIx64 ">", address);
	}
}
