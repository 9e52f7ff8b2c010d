/* SPDX-License-Identifier: MIT */
/*
 * References in words.  What a step is called depends on the kind of its
 * reference and on what stands around it; both are tables.
 */
#include <stdlib.h>
#include <string.h>

#include "words.h"

#define LABEL_SIZE 160
#define ROOT_SIZE  48 /* of the value of what a root holds */

/* How a kind reads where its label is no attribute: before and after it. */
static const struct {
	const char *before, *after;
	bool always; /* even if the label is a name */
} forms[COIL_REF_KINDS] = {
	[COIL_REF_TYPE] = {"type ", "", false},
	[COIL_REF_BASE] = {"base ", "", false},
	[COIL_REF_ATTR] = {".", "", true},
	[COIL_REF_SLOT] = {".", "", true},
	[COIL_REF_ITEM] = {"[", "]", true},
	[COIL_REF_KEY] = {"key ", "", true},
	[COIL_REF_VALUE] = {"[", "]", true},
	[COIL_REF_CELL] = {"cell ", "", false},
	[COIL_REF_GLOBAL] = {"globals ", "", false},
	[COIL_REF_LOCAL] = {"local ", "", true},
	[COIL_REF_CONST] = {"constant ", "", true},
	[COIL_REF_CODE] = {"code ", "", false},
	[COIL_REF_CLOSURE] = {"closure ", "", false},
	[COIL_REF_DEFAULT] = {"default ", "", false},
	[COIL_REF_MODULE] = {"module ", "", false},
	[COIL_REF_METHOD] = {"method ", "", false},
	[COIL_REF_MEMBER] = {"member ", "", false},
	[COIL_REF_WEAK] = {"weak ", "", true},
	[COIL_REF_KEYS] = {"keys ", "", true},
	[COIL_REF_BUFFER] = {"buffer ", "", false},
	[COIL_REF_OTHER] = {"at ", "", false},
};

static bool is_name(const char *s, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)s[i];
		bool digit = c >= '0' && c <= '9';
		bool letter = (c >= 'a' && c <= 'z') ||
			      (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;

		if (!letter && !(digit && i))
			return false;
	}
	return length > 0;
}

/* The text between the quotes of a repr, or NULL where it is not quoted. */
static const char *unquote(const char *label, size_t *length)
{
	size_t n = strlen(label);

	if (n < 2 || label[0] != '\'' || label[n - 1] != '\'')
		return NULL;
	*length = n - 2;
	return label + 1;
}

/* What is known of the chain while it is told. */
struct teller {
	struct tool *tool;
	unsigned index;
	struct coil_snapshot *snapshot;
	struct coil_graph *graph;
	struct tool_words *words;
};

static struct coil_node_info info_of(const struct teller *t, coil_node node)
{
	struct coil_node_info info;

	coil_graph_node(t->graph, node, &info);
	return info;
}

static void add_step(struct teller *t, const struct coil_edge *edge)
{
	struct tool_words *w = t->words;

	if (w->count == w->room) {
		size_t room = w->room + w->room / 2 + 16;
		struct tool_step *steps =
			realloc(w->steps, room * sizeof(*steps));

		if (!steps)
			tool_die(t->tool, "out of memory");
		w->steps = steps;
		w->room = room;
	}
	w->steps[w->count++] = (struct tool_step){
		.node = edge->to, .text = w->text.size, .edge = *edge};
}

static void end_step(struct teller *t)
{
	tool_buffer_append(&t->words->text, "", 1);
	if (t->words->text.failed)
		tool_die(t->tool, "out of memory");
}

/*
 * Dicts that are no step of their own: what their holder is and calls them,
 * and how a variable in them reads.
 */
static const struct {
	int holder; /* enum coil_node_kind, or -1: any */
	const char *label, *before;
	bool any_key; /* not only names */
} dicts[] = {
	{COIL_NODE_INTERPRETER, "modules", "module ", true},
	{COIL_NODE_INTERPRETER, "sysdict", "module sys.", false},
	{COIL_NODE_INTERPRETER, "builtins", "module builtins.", false},
	{COIL_NODE_FRAME, "f_locals", "local ", false},
	{-1, "__dict__", ".", false},
};

/* The row of dicts[] that @edge leads to, or -1. */
static int find_dict(const struct teller *t, const struct coil_edge *edge)
{
	char label[LABEL_SIZE];
	const char *last, *dot;
	int kind;

	if (strcmp(info_of(t, edge->to).type, "dict"))
		return -1;
	kind = (int)info_of(t, edge->from).kind;
	coil_snapshot_label(t->snapshot, edge, label, sizeof(label));
	dot = strrchr(label, '.'); /* "imports.modules" */
	last = dot ? dot + 1 : label;
	for (size_t i = 0; i < countof(dicts); i++)
		if ((dicts[i].holder < 0 || dicts[i].holder == kind) &&
		    !strcmp(dicts[i].label, last))
			return (int)i;
	return -1;
}

/* The text of a str attribute of @node; "" where there is none. */
static void attribute_text(const struct teller *t, coil_node node,
			   const char *name, char *text, size_t size)
{
	coil_node value =
		node == COIL_NO_NODE
			? node
			: coil_snapshot_attribute(t->snapshot, node, name);
	size_t length;

	*text = '\0';
	if (value == COIL_NO_NODE)
		return;
	coil_snapshot_value(t->snapshot, value, text, size);
	if (unquote(text, &length)) {
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

/* The name of the function that runs in @frame. */
static void function_name(const struct teller *t, coil_node frame, char *text,
			  size_t size)
{
	coil_node code = COIL_NO_NODE;

	coil_snapshot_edges(t->snapshot, frame, is_code, &code);
	attribute_text(t, code, "co_qualname", text, size);
	if (!*text)
		attribute_text(t, code, "co_name", text, size);
}

/* " in function" after what a frame holds. */
static void tell_function(struct teller *t, coil_node frame)
{
	char name[LABEL_SIZE];

	function_name(t, frame, name, sizeof(name));
	if (*name) {
		tool_buffer_text(&t->words->text, " in ");
		tool_buffer_text(&t->words->text, name);
	}
}

/* The two-edge step through a dict: "module x", ".name". */
static bool tell_through_dict(struct teller *t, const struct coil_edge *edges,
			      size_t left)
{
	struct tool_buffer *out = &t->words->text;
	char key[LABEL_SIZE];
	const char *name;
	size_t length;
	int dict;

	if (left < 2 || (edges[1].flags & COIL_EDGE_KIND) != COIL_REF_VALUE)
		return false;
	dict = find_dict(t, &edges[0]);
	if (dict < 0)
		return false;
	coil_snapshot_label(t->snapshot, &edges[1], key, sizeof(key));
	name = unquote(key, &length);
	if (!name || !(dicts[dict].any_key || is_name(name, length)))
		return false;
	add_step(t, &edges[1]);
	tool_buffer_text(out, dicts[dict].before);
	tool_buffer_append(out, name, length);
	if (dicts[dict].holder == COIL_NODE_FRAME)
		tell_function(t, edges[0].from);
	end_step(t);
	return true;
}

/* A node that is no object: "thread", "frame of function". */
static void tell_node(struct teller *t, const struct coil_node_info *info,
		      coil_node node)
{
	struct tool_buffer *out = &t->words->text;
	size_t n = strlen(info->type);

	/* Without its angle brackets. */
	tool_buffer_append(out, info->type + (n > 2), n > 2 ? n - 2 : n);
	if (info->kind == COIL_NODE_FRAME)
		tell_function(t, node);
}

/* What a root is called: its value, or the name in it where that has an
 * address, which would make of many like roots as many names. */
static void root_name(struct teller *t, coil_node node, const char *type)
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

	coil_snapshot_value(t->snapshot, node, value, sizeof(value));
	for (size_t i = 0; i < countof(names); i++) {
		size_t n = strlen(names[i].before);
		const char *end;

		if (strncmp(value, names[i].before, n))
			continue;
		end = strchr(value + n, names[i].after);
		if (!end)
			end = value + strlen(value);
		tool_buffer_append(&t->words->text, value + n,
				   (size_t)(end - value) - n);
		return;
	}
	tool_buffer_text(&t->words->text,
			 *value && *value != '<' ? value : type);
}

static void tell_root(struct teller *t, const struct coil_edge *edge,
		      const struct coil_node_info *from)
{
	struct tool_buffer *out = &t->words->text;
	struct coil_node_info to = info_of(t, edge->to);

	if (to.kind != COIL_NODE_OBJECT) {
		tell_node(t, &to, edge->to);
		return;
	}
	tool_buffer_text(out, from->kind == COIL_NODE_STATIC   ? "static "
			      : from->kind == COIL_NODE_NATIVE ? "native "
			      : from->kind == COIL_NODE_UNREACHABLE
				      ? "unreachable "
				      : "root ");
	root_name(t, edge->to, to.type);
}

/* Whether the reference may be none: a word that nothing accounts for, or one
 * on the stack of a frame that executes, above its top for all that is known.
 */
static bool is_doubtful(const struct coil_edge *edge,
			const struct coil_node_info *from)
{
	return edge->flags & COIL_EDGE_INEXACT &&
	       (!(edge->flags & COIL_EDGE_COUNTED) ||
		from->flags & COIL_FLAG_EXECUTING);
}

/* One reference, one step. */
static void tell_edge(struct teller *t, const struct coil_edge *edge)
{
	unsigned kind = edge->flags & COIL_EDGE_KIND;
	struct tool_buffer *out = &t->words->text;
	struct coil_node_info from = info_of(t, edge->from);
	struct coil_node_info to = info_of(t, edge->to);
	char label[LABEL_SIZE];

	add_step(t, edge);
	if (to.kind == COIL_NODE_THREAD || to.kind == COIL_NODE_FRAME) {
		tell_node(t, &to, edge->to);
		end_step(t);
		return;
	}
	if (!from.address) {
		tell_root(t, edge, &from);
		end_step(t);
		return;
	}
	if (is_doubtful(edge, &from))
		tool_buffer_text(out, "perhaps ");
	coil_snapshot_label(t->snapshot, edge, label, sizeof(label));
	if (from.kind == COIL_NODE_INTERPRETER) {
		tool_buffer_text(out, "interpreter ");
		tool_buffer_text(out, label);
	} else if (kind >= COIL_REF_KINDS) {
		tool_buffer_text(out, label);
	} else if (!forms[kind].always && is_name(label, strlen(label))) {
		tool_buffer_char(out, '.');
		tool_buffer_text(out, label);
	} else {
		tool_buffer_text(out, forms[kind].before);
		tool_buffer_text(out, label);
		tool_buffer_text(out, forms[kind].after);
	}
	if (from.kind == COIL_NODE_FRAME)
		tell_function(t, edge->from);
	end_step(t);
}

/* Interpreters, and frames on the way to what they hold, go without saying. */
static bool goes_without(struct teller *t, const struct coil_edge *edge)
{
	enum coil_node_kind kind = info_of(t, edge->to).kind;

	return kind == COIL_NODE_INTERPRETER || kind == COIL_NODE_FRAME ||
	       kind == COIL_NODE_STATIC || kind == COIL_NODE_NATIVE ||
	       kind == COIL_NODE_UNREACHABLE || kind == COIL_NODE_ROOT;
}

bool tool_words_hides(struct tool *tool, unsigned index,
		      const struct coil_edge *edge)
{
	struct teller t = {tool, index, tool_open(tool, index),
			   tool_graph(tool, index), NULL};

	return goes_without(&t, edge) || find_dict(&t, edge) >= 0;
}

void tool_words_tell(struct tool *tool, unsigned index,
		     const struct coil_edge *edges, size_t count,
		     struct tool_words *words)
{
	struct teller t = {tool, index, tool_open(tool, index),
			   tool_graph(tool, index), words};

	words->count = 0;
	tool_buffer_clear(&words->text);
	for (size_t i = 0; i < count; i++) {
		if (i + 1 < count && goes_without(&t, &edges[i]))
			continue;
		if (tell_through_dict(&t, edges + i, count - i))
			i++;
		else
			tell_edge(&t, &edges[i]);
	}
}

void tool_words_free(struct tool_words *words)
{
	tool_buffer_free(&words->text);
	free(words->steps);
	*words = (struct tool_words){0};
}
