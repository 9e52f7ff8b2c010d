/* SPDX-License-Identifier: MIT */
/*
 * Paths of pathlib, of POSIX flavour: the text that str() keeps, or what it
 * would be made of: drive, root and parts, or the arguments themselves.
 *
 * Source: Lib/pathlib.py (3.8 to 3.12), pathlib/_local.py (3.13),
 * pathlib/__init__.py (3.14): __repr__(), __str__(), _format_parsed_parts(),
 * _parse_path(); posixpath.join(), posixpath.splitroot().
 */
#include "objects/kind.h"
#include "objects/repr/repr.h"

#define MOST 1024 /* characters of a path: more than is ever shown */

struct text {
	uint32_t at[MOST];
	uint64_t count;
};

static void add(struct text *t, uint32_t c)
{
	if (t->count < MOST)
		t->at[t->count++] = c;
}

/* The characters of the str at @address; false where it is none. */
static bool add_str(struct coil_reader *reader, struct text *t,
		    uint64_t address)
{
	struct coil_str s;

	if (!address || !coil_reader_str(reader, address, &s) || !s.width)
		return false;
	for (uint64_t i = 0; i < s.length && t->count < MOST; i++)
		add(t, coil_str_at(&s, i));
	return true;
}

/* The words of the list at @address. */
static bool list_items(struct coil_reader *reader, uint64_t address,
		       const uint8_t **items, uint64_t *count)
{
	struct coil_object list;
	uint64_t bytes;

	if (!address || !coil_reader_object(reader, address, &list) ||
	    !(list.type->flags & COIL_TP_LIST))
		return false;
	*count = coil_ob_size(reader, &list);
	*items = NULL;
	if (!*count)
		return true;
	if (!mul64(*count, 8, &bytes))
		return false;
	*items = coil_image_view(reader->image,
				 FIELD(reader, &list, PyListObject, ob_item),
				 bytes);
	return *items != NULL;
}

/* Drive and root, then the parts from the @from th on. */
static bool parsed(struct coil_reader *reader, const struct coil_object *object,
		   const char *parts, struct text *t)
{
	uint64_t drive = coil_attribute(reader, object, "_drv"), count;
	uint64_t root = coil_attribute(reader, object, "_root"), from = 0;
	const uint8_t *items;

	if (!list_items(reader, coil_attribute(reader, object, parts), &items,
			&count) ||
	    !add_str(reader, t, drive) || !add_str(reader, t, root))
		return false;
	/* The first of the parts is drive and root. */
	if (!strcmp(parts, "_parts") && t->count)
		from = 1;
	for (uint64_t i = from; i < count && t->count < MOST; i++) {
		if (i > from)
			add(t, '/');
		if (!add_str(reader, t, load64(items + i * 8)))
			return false;
	}
	return true;
}

/* @from without what it says twice: "a//b/./c" is "a/b/c". */
static void normalise(const struct text *from, struct text *to)
{
	uint64_t at = 0, slashes = 0;
	bool first = true;

	while (slashes < from->count && from->at[slashes] == '/')
		slashes++;
	if (slashes)
		add(to, '/');
	if (slashes == 2)
		add(to, '/');
	for (at = slashes; at < from->count;) {
		uint64_t end = at;

		while (end < from->count && from->at[end] != '/')
			end++;
		if (end > at && !(end == at + 1 && from->at[at] == '.')) {
			if (!first)
				add(to, '/');
			first = false;
			for (; at < end; at++)
				add(to, from->at[at]);
		}
		at = end + 1;
	}
}

/* From 3.12 on a path that nobody looked at has its arguments alone. */
static bool raw(struct coil_reader *reader, const struct coil_object *object,
		struct text *t)
{
	const uint8_t *items;
	uint64_t count;
	struct text joined;

	joined.count = 0;
	if (!list_items(reader, coil_attribute(reader, object, "_raw_paths"),
			&items, &count))
		return false;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t start = joined.count;

		if (start && joined.at[start - 1] != '/')
			add(&joined, '/');
		uint64_t next = joined.count;

		if (!add_str(reader, &joined, load64(items + i * 8)))
			return false;
		/* An absolute one takes the place of those before. */
		if (next < joined.count && joined.at[next] == '/') {
			memmove(joined.at, joined.at + next,
				(joined.count - next) * sizeof(uint32_t));
			joined.count -= next;
		}
	}
	normalise(&joined, t);
	return true;
}

static bool read_path(struct coil_reader *reader,
		      const struct coil_object *object, struct text *t)
{
	t->count = 0;
	if (add_str(reader, t, coil_attribute(reader, object, "_str")))
		return true;
	t->count = 0;
	if (parsed(reader, object, "_parts", t))
		return true;
	t->count = 0;
	if (parsed(reader, object, "_tail_cached", t))
		return true;
	t->count = 0;
	return raw(reader, object, t);
}

static void path_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	const struct coil_type *t = object->type;
	struct text text;
	struct coil_str s = {.width = 4};

	/* Those of Windows turn their backslashes over. */
	for (unsigned n = 0; t && n < 64; n++, t = t->base)
		if (strstr(t->name, "WindowsPath"))
			return;
	if (!read_path(reader, object, &text))
		return;
	if (!text.count)
		add(&text, '.');
	s.data = (const uint8_t *)text.at;
	s.length = text.count;
	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	coil_out_str(out, &s);
	coil_out_char(out, ')');
}

const struct coil_value_row coil_values_paths[] = {
	{"pathlib.PurePath.__repr__", path_value},
	{"pathlib._local.PurePath.__repr__", path_value},
	{NULL, NULL},
};
