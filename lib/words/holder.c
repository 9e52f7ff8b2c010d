/* SPDX-License-Identifier: MIT */
/* What holds without having a name: threads, frames, and what stands directly
 * below a root. */
#include "words/words.h"

#define NAME_SIZE 160
#define ROOT_SIZE 48 /* of the value of what a root holds */

const char *coil_unquoted(const char *label, size_t *length)
{
	size_t n = strlen(label);

	if (n < 2 || label[0] != '\'' || label[n - 1] != '\'')
		return NULL;
	*length = n - 2;
	return label + 1;
}

/* The text of a str attribute of @node; "" where there is none. */
static void attribute_text(const struct coil_words *w, coil_node node,
			   const char *name, char *text, size_t size)
{
	coil_node value = coil_snapshot_attribute(w->snapshot, node, name);
	size_t length;

	*text = '\0';
	if (value == COIL_NO_NODE)
		return;
	coil_snapshot_value(w->snapshot, value, text, size);
	if (coil_unquoted(text, &length)) {
		memmove(text, text + 1, length);
		text[length] = '\0';
	}
}

static bool is_code(void *ctx, const struct coil_edge *edge, const char *label)
{
	if (strcmp(label, "f_code"))
		return true;
	*(coil_node *)ctx = edge->to;
	return false;
}

void coil_put_function(struct coil_words *w, coil_node frame)
{
	coil_node code = COIL_NO_NODE;
	char name[NAME_SIZE];

	coil_snapshot_edges(w->snapshot, frame, is_code, &code);
	if (code == COIL_NO_NODE)
		return;
	attribute_text(w, code, "co_qualname", name, sizeof(name));
	if (!*name)
		attribute_text(w, code, "co_name", name, sizeof(name));
	if (*name) {
		coil_phrase_add(&w->text, " in ");
		coil_phrase_add(&w->text, name);
	}
}

void coil_put_node(struct coil_words *w, coil_node node)
{
	struct coil_node_info info;
	size_t n;

	coil_graph_node(w->graph, node, &info);
	n = strlen(info.type);
	/* Without its angle brackets. */
	coil_phrase_append(&w->text, info.type + (n > 2), n > 2 ? n - 2 : n);
	if (info.kind == COIL_NODE_FRAME)
		coil_put_function(w, node);
}

/* What a root holds is called by its value, or by the name in that where it
 * has an address, which would make of many like roots as many names. */
static void put_value(struct coil_words *w, coil_node node, const char *type)
{
	static const struct {
		const char *before;
		char after;
	} names[] = {
		{"<class '", '\''},
		{"<module '", '\''},
		{"<enum '", '\''},
		{"<flag '", '\''},
		{"<built-in function ", '>'},
		{"<function ", ' '},
		{"<code object ", ' '},
	};
	char value[ROOT_SIZE];

	coil_snapshot_value(w->snapshot, node, value, sizeof(value));
	for (size_t i = 0; i < countof(names); i++) {
		size_t n = strlen(names[i].before);
		const char *end;

		if (strncmp(value, names[i].before, n))
			continue;
		end = strchr(value + n, names[i].after);
		if (!end)
			end = value + strlen(value);
		coil_phrase_append(&w->text, value + n,
				   (size_t)(end - value) - n);
		return;
	}
	coil_phrase_add(&w->text, *value && *value != '<' ? value : type);
}

void coil_put_root(struct coil_words *w, const struct coil_edge *edge)
{
	static const char *const words[] = {
		[COIL_NODE_STATIC] = "static ",
		[COIL_NODE_NATIVE] = "native ",
		[COIL_NODE_UNREACHABLE] = "unreachable ",
	};
	enum coil_node_kind kind =
		coil_graph_kind(w->graph, (uint32_t)edge->from);
	struct coil_node_info to;

	coil_graph_node(w->graph, edge->to, &to);
	if (to.kind != COIL_NODE_OBJECT) {
		coil_put_node(w, edge->to);
		return;
	}
	coil_phrase_add(&w->text, (size_t)kind < countof(words) && words[kind]
					  ? words[kind]
					  : "root ");
	put_value(w, edge->to, to.type);
}
