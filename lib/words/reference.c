/* SPDX-License-Identifier: MIT */
/*
 * One reference in words.  What it is called depends on its kind and on what
 * stands around it; both are tables.
 */
#include "words/words.h"

#define LABEL_SIZE 160

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

/* Whether @s is a name as Python writes it; any letter beyond ASCII will do. */
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

/*
 * Dicts that are no step of their own: what their holder is and calls them,
 * and how a variable in them reads.
 */
static const struct namespace
{
	int holder; /* enum coil_node_kind, or -1: any */
	const char *label, *before;
	bool any_key; /* not only names */
}
namespaces[] = {
	{COIL_NODE_INTERPRETER, "modules", "module ", true},
	{COIL_NODE_INTERPRETER, "sysdict", "module sys.", false},
	{COIL_NODE_INTERPRETER, "builtins", "module builtins.", false},
	{COIL_NODE_FRAME, "f_locals", "local ", false},
	{-1, "__dict__", ".", false},
};

/* The row of namespaces[] that @edge leads to, or NULL. */
static const struct namespace *find_namespace(const struct coil_words *w,
					      const struct coil_edge *edge)
{
	struct coil_node_info from, to;
	char label[LABEL_SIZE];
	const char *last, *dot;

	coil_graph_node(w->graph, edge->to, &to);
	if (strcmp(to.type, "dict"))
		return NULL;
	coil_graph_node(w->graph, edge->from, &from);
	coil_snapshot_label(w->snapshot, edge, label, sizeof(label));
	dot = strrchr(label, '.'); /* "imports.modules" */
	last = dot ? dot + 1 : label;
	for (size_t i = 0; i < countof(namespaces); i++)
		if ((namespaces[i].holder < 0 ||
		     namespaces[i].holder == (int)from.kind) &&
		    !strcmp(namespaces[i].label, last))
			return &namespaces[i];
	return NULL;
}

bool coil_is_namespace(const struct coil_words *w, const struct coil_edge *edge)
{
	return find_namespace(w, edge) != NULL;
}

bool coil_put_variable(struct coil_words *w, const struct coil_edge *edges)
{
	const struct namespace *in = NULL;
	char key[LABEL_SIZE];
	const char *name;
	size_t length;

	if ((edges[1].flags & COIL_EDGE_KIND) == COIL_REF_VALUE)
		in = find_namespace(w, &edges[0]);
	if (!in)
		return false;
	coil_snapshot_label(w->snapshot, &edges[1], key, sizeof(key));
	name = coil_unquoted(key, &length);
	if (!name || !(in->any_key || is_name(name, length)))
		return false;
	coil_phrase_add(&w->text, in->before);
	coil_phrase_append(&w->text, name, length);
	if (in->holder == COIL_NODE_FRAME)
		coil_put_function(w, edges[0].from);
	return true;
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

void coil_put_reference(struct coil_words *w, const struct coil_edge *edge)
{
	unsigned kind = edge->flags & COIL_EDGE_KIND;
	struct coil_phrase *out = &w->text;
	struct coil_node_info from, to;
	const char *before, *after = "";
	char label[LABEL_SIZE];

	coil_graph_node(w->graph, edge->from, &from);
	coil_graph_node(w->graph, edge->to, &to);
	if (to.kind == COIL_NODE_THREAD || to.kind == COIL_NODE_FRAME) {
		coil_put_node(w, edge->to);
		return;
	}
	if (!from.address) {
		coil_put_root(w, edge);
		return;
	}
	coil_snapshot_label(w->snapshot, edge, label, sizeof(label));
	if (from.kind == COIL_NODE_INTERPRETER) {
		before = "interpreter ";
	} else if (kind >= COIL_REF_KINDS) {
		before = "";
	} else if (!forms[kind].always && is_name(label, strlen(label))) {
		before = ".";
	} else {
		before = forms[kind].before;
		after = forms[kind].after;
	}
	if (is_doubtful(edge, &from))
		coil_phrase_add(out, "perhaps ");
	coil_phrase_add(out, before);
	coil_phrase_add(out, label);
	coil_phrase_add(out, after);
	if (from.kind == COIL_NODE_FRAME)
		coil_put_function(w, edge->from);
}
