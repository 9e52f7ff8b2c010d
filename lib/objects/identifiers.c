/* SPDX-License-Identifier: MIT */
/*
 * Identifiers: the strings that C code names attributes with.  Each is made
 * when it is first asked for and kept in a static variable, of the interpreter
 * or of an extension module; or, later, in an array of the interpreter's.
 *
 * Source: Include/cpython/object.h, _Py_Identifier; Objects/unicodeobject.c,
 * _PyUnicode_FromId().  Up to 3.9 the variables are a list whose head no symbol
 * names: {next, text, string}.
 */
#include <stdlib.h>

#include "base/bounds.h"
#include "objects/nodes.h"
#include "objects/variables.h"

#define LEAST 64 /* any interpreter makes more before it runs */

struct identifier {
	uint64_t at, next;
	bool follows; /* another one's next */
};

struct identifiers {
	struct identifier *items; /* by address */
	size_t count, room;
};

/* Whether the string says what the C string @text does.  What is not there (a
 * constant of a file that is not at hand) cannot disagree. */
static bool has_text(struct coil_reader *reader, uint64_t object, uint64_t text)
{
	struct coil_str s;
	const uint8_t *p;

	if (!coil_reader_str(reader, object, &s) || !s.interned || !s.compact ||
	    !s.ascii || s.length > 1u << 16)
		return false;
	p = coil_image_view(reader->image, text, s.length + 1);
	if (!p)
		return coil_image_module_at(reader->image, text) != NULL;
	return !memcmp(p, s.data, s.length) && !p[s.length];
}

static bool read_one(struct coil_reader *reader, uint64_t at,
		     struct identifier *out)
{
	const struct coil_layout *l = reader->layout;
	uint64_t text, object;

	out->at = at;
	out->follows = false;
	return coil_image_word(reader->image, at + l->_Py_Identifier.next,
			       &out->next) &&
	       !(out->next & 7) &&
	       coil_image_word(reader->image, at + l->_Py_Identifier.object,
			       &object) &&
	       coil_is_str(reader, object) &&
	       coil_image_word(reader->image, at + l->_Py_Identifier.string,
			       &text) &&
	       text && has_text(reader, object, text);
}

/* Adds what looks like one; not 0: no memory. */
static uint64_t look(struct coil_reader *reader, uint64_t address,
		     uint64_t word, void *ctx)
{
	struct identifiers *all = ctx;
	struct identifier one;
	uint32_t object = reader->layout->_Py_Identifier.object;

	if (word & 7 || !read_one(reader, address - object, &one))
		return 0;
	return APPEND(all->items, all->count, all->room, one) ? 0 : address;
}

static struct identifier *find(const struct identifiers *all, uint64_t at)
{
	return at ? FIND_SORTED(all->items, all->count, at, at) : NULL;
}

/* How many there are from @i on, in *@left steps: to the end of the list, or 0
 * where that is no identifier or the list a loop. */
static size_t length(const struct identifiers *all, const struct identifier *i,
		     size_t *left)
{
	for (size_t n = 1; i && *left; n++) {
		--*left;
		if (!i->next)
			return n;
		i = find(all, i->next);
	}
	return 0;
}

bool coil_identifiers_find(struct coil_reader *reader, uint64_t *head)
{
	struct identifiers all = {NULL, 0, 0};
	size_t longest = LEAST - 1, left;
	bool ok;

	*head = 0;
	if (reader->layout->_Py_Identifier.object == COIL_NO_FIELD ||
	    !reader->layout->_Py_Identifier.size)
		return true;
	ok = !coil_variables_find(reader, NULL, look, &all);
	/* In order of address already, as segments are. */
	for (size_t i = 0; i < all.count; i++) {
		struct identifier *next = find(&all, all.items[i].next);

		if (next)
			next->follows = true;
	}
	/* Twice: a few of them are no identifiers, and end at once. */
	left = all.count * 2;
	for (size_t i = 0; ok && i < all.count; i++) {
		size_t n = 0;

		if (!all.items[i].follows)
			n = length(&all, &all.items[i], &left);
		if (n > longest) {
			longest = n;
			*head = all.items[i].at;
		}
	}
	free(all.items);
	return ok;
}

static void emit(struct coil_reader *reader, struct coil_sink *sink,
		 uint64_t at)
{
	uint64_t object = 0;

	if (!coil_image_word(reader->image, at, &object))
		sink->missing++;
	coil_emit(sink, object, COIL_REF_OTHER | COIL_EDGE_COUNTED,
		  COIL_LABEL_TEXT, coil_text("identifier"));
}

void coil_identifiers_refs(struct coil_reader *reader, uint64_t interpreter,
			   struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	uint64_t left = reader->image->coverage.stored / 8;
	uint64_t at = 0, count = 0, array = 0;

	if (interpreter == reader->runtime->interpreters[0])
		at = reader->identifiers;
	while (at && left--) {
		emit(reader, sink, at + l->_Py_Identifier.object);
		if (!coil_image_word(reader->image, at + l->_Py_Identifier.next,
				     &at))
			break;
	}
	if (l->PyInterpreterState.unicode_ids_array == COIL_NO_FIELD)
		return;
	if (!coil_image_word(reader->image,
			     interpreter +
				     l->PyInterpreterState.unicode_ids_size,
			     &count) ||
	    !coil_image_word(reader->image,
			     interpreter +
				     l->PyInterpreterState.unicode_ids_array,
			     &array))
		sink->missing++;
	if (!array || count > reader->image->coverage.stored / 8)
		return;
	for (uint64_t i = 0; i < count && !sink->stop; i++)
		emit(reader, sink, array + i * 8);
}
