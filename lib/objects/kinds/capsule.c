/* SPDX-License-Identifier: MIT */
/*
 * Capsules: a C pointer with a name, for other extension modules.  What they
 * hold only their maker knows; from 3.13 on he may say what of it is to be
 * visited, which the machine is asked.  Where it cannot tell, the first words
 * that the pointer leads to are scanned.
 * Source: CPython's Objects/capsule.c (capsule_traverse),
 * Modules/socketmodule.h: a type and two exceptions, the only such capsule of
 * the standard library.
 */
#include <inttypes.h>

#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

#define NAME_LIMIT 256
#define WORDS	   3 /* that are scanned */

static void refs(struct coil_reader *reader, const struct coil_object *object,
		 struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	uint64_t pointer = FIELD(reader, object, PyCapsule, pointer);
	const uint8_t *words;
	uint64_t bytes;

	if (!coil_field_word(object, l->PyCapsule.traverse_func))
		return;
	words = coil_reader_view(reader, pointer, WORDS * 8, &bytes);
	for (unsigned i = 0; words && i < bytes / 8; i++) {
		uint64_t target = load64(words + i * 8);
		unsigned flags =
			COIL_REF_OTHER | COIL_EDGE_COUNTED | COIL_EDGE_INEXACT;
		struct coil_object found;

		if (!target || !coil_reader_object(reader, target, &found))
			continue;
		/* Static objects are not worth a visit. */
		if (found.type->flags & COIL_TP_HAVE_GC &&
		    !coil_reader_static(reader, target))
			flags |= COIL_EDGE_TRAVERSED;
		coil_emit(sink, target, flags, COIL_LABEL_TEXT,
			  coil_text("pointer"));
	}
}

static void value(struct coil_reader *reader, const struct coil_object *object,
		  struct coil_out *out)
{
	uint64_t address = FIELD(reader, object, PyCapsule, name);
	const char *name =
		address ? coil_image_string(reader->image, address, NAME_LIMIT)
			: NULL;

	/* Source: capsule_repr(). */
	if (name)
		coil_out_format(out, "<capsule object \"%s\"", name);
	else if (!address)
		coil_out_string(out, "<capsule object NULL");
	else
		return;
	coil_out_format(out, " at 0x%" PRIx64 ">", object->address);
}

KIND(capsule, "PyCapsule", STRUCT(PyCapsule), .refs = refs, .value = value,
     .flags = COIL_KIND_STEPPED);
