/* SPDX-License-Identifier: MIT */
/*
 * struct coil_layout to a layout file (coil-layout(5)), in its normal form: of
 * a layout that is like another only what differs; an object a line, or as many
 * as it fills.
 */

#include "base/text.h"
#include "layout/table.h"
#include "layout/tree.h"

#define COLUMNS 80u
#define TAB	8u

/* What is written, and how far its last line has come. */
struct page {
	FILE *file; /* NULL: nothing is written, only measured */
	size_t column;
};

static void write_text(struct page *page, const char *text)
{
	if (page->file)
		fputs(text, page->file);
	page->column += strlen(text);
}

static void write_line(struct page *page, unsigned level)
{
	putc('\n', page->file);
	for (unsigned i = 0; i < level; i++)
		putc('\t', page->file);
	page->column = (size_t)level * TAB;
}

static void write_unit(struct page *page, uint32_t unit)
{
	char text[sizeof("\\uffff")];

	snprintf(text, sizeof(text), "\\u%04x", unit & 0xffff);
	write_text(page, text);
}

/*
 * Names come from DWARF or from a file that was read: nothing but ASCII is
 * written, and what is no UTF-8 as the replacement character.
 * Source: RFC 8259, section 7.
 */
static void write_string(struct page *page, const char *s)
{
	uint32_t c;
	size_t n;

	write_text(page, "\"");
	for (; *s; s += n ? n : 1) {
		n = coil_text_decode(s, &c);
		if (n == 1 && c >= 0x20 && c != 0x7f) {
			if (c == '"' || c == '\\')
				write_text(page, "\\");
			write_text(page, (const char[]){(char)c, '\0'});
		} else if (c >= 0x10000 && n) {
			write_unit(page, 0xd800 + ((c - 0x10000) >> 10));
			write_unit(page, 0xdc00 + (c & 0x3ff));
		} else {
			write_unit(page, n ? c : 0xfffd);
		}
	}
	write_text(page, "\"");
}

/* A value that holds no object: null, a boolean, a number, a string, a list of
 * these. */
static void write_plain(struct page *page, const json_t *value)
{
	char text[32];

	switch (json_typeof(value)) {
	case JSON_INTEGER:
		snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
		write_text(page, text);
		return;
	case JSON_STRING:
		write_string(page, json_string_value(value));
		return;
	case JSON_ARRAY:
		write_text(page, "[");
		for (size_t i = 0; i < json_array_size(value); i++) {
			write_text(page, i ? ", " : "");
			write_plain(page, json_array_get(value, i));
		}
		write_text(page, "]");
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		write_text(page, json_is_true(value) ? "true" : "false");
		return;
	case JSON_OBJECT:
	case JSON_REAL:
	case JSON_NULL:
		write_text(page, "null");
		return;
	}
}

static void write_key(struct page *page, const char *key)
{
	write_string(page, key);
	write_text(page, ": ");
}

/* Whether a plain member, behind a space and before a comma or a bracket, has
 * room in the line. */
static bool has_room(const struct page *page, const char *key,
		     const json_t *value)
{
	struct page measured = {NULL, page->column};

	write_key(&measured, key);
	write_plain(&measured, value);
	return measured.column + strlen(" ,") <= COLUMNS;
}

static bool has_objects(json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach (object, key, value)
		if (json_is_object(value))
			return true;
	return false;
}

/* Recursion ends with the tree, a struct in a section in the file. */
static void write_object(struct page *page, json_t *object, unsigned level)
{
	bool has_lines = !level || has_objects(object), is_line = true;
	const char *separator = "", *key;
	json_t *value;

	write_text(page, "{");
	json_object_foreach (object, key, value) {
		write_text(page, separator);
		if (!level ||
		    (has_lines && (is_line || json_is_object(value))) ||
		    !has_room(page, key, value))
			write_line(page, level + 1);
		else if (*separator)
			write_text(page, " ");
		separator = ",";
		write_key(page, key);
		is_line = json_is_object(value);
		if (is_line)
			write_object(page, value, level + 1);
		else
			write_plain(page, value);
	}
	if (has_lines)
		write_line(page, level);
	write_text(page, "}");
}

/* Gives @value to @file; NULL, for want of memory, is passed on. */
static bool put(json_t *file, const char *key, json_t *value)
{
	return json_object_set_new_nocheck(file, key, value) == 0;
}

static json_t *proved_list(const struct coil_layout *layout)
{
	_cleanup_json_ json_t *list = json_array();
	bool ok = list != NULL;

	for (uint32_t i = 0; ok && i < layout->proved_count; i++)
		ok = json_array_append_new(
			     list, json_sprintf("0x%08x", layout->proved[i])) ==
		     0;
	return ok ? steal(list) : NULL;
}

/* What the file says of itself. */
static bool put_head(json_t *file, const struct coil_layout *layout)
{
	return put(file, "name", json_string_nocheck(layout->name)) &&
	       (!layout->like ||
		put(file, "like", json_string_nocheck(layout->like->name))) &&
	       put(file, "source", json_string_nocheck(layout->source)) &&
	       put(file, "first", json_sprintf("0x%08x", layout->first)) &&
	       put(file, "last", json_sprintf("0x%08x", layout->last)) &&
	       put(file, "debug", json_boolean(layout->debug)) &&
	       put(file, "free_threaded",
		   json_boolean(layout->free_threaded)) &&
	       (!layout->untested || put(file, "untested", json_true())) &&
	       put(file, "proved", proved_list(layout));
}

/* What it says of the build. */
static bool put_sections(json_t *file, const struct coil_layout *layout)
{
	_cleanup_json_ json_t *tree = coil_layout_tree(layout);
	_cleanup_json_ json_t *from = NULL, *patch = NULL;

	if (!layout->like)
		return tree && json_object_update(file, tree) == 0;
	from = coil_layout_tree(layout->like);
	patch = from && tree ? coil_tree_difference(from, tree) : NULL;
	return patch && json_object_update(file, patch) == 0;
}

enum coil_status coil_layout_write(const struct coil_layout *layout, FILE *out)
{
	_cleanup_json_ json_t *file = json_object();
	struct page page = {out, 0};

	if (!file || !put_head(file, layout) || !put_sections(file, layout))
		return COIL_E_NOMEM;
	write_object(&page, file, 0);
	putc('\n', out);
	return ferror(out) ? COIL_E_OS : COIL_OK;
}
