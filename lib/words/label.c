/* SPDX-License-Identifier: MIT */
/*
 * Labels and values, made when they are printed: the kind tells the references
 * of an object in the same order as when its row was written, so the row and
 * the telling go in step.  What was derived of a long row is kept
 * (label_rows.c).
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "walk/build.h"
#include "objects/kind.h"
#include "words/label.h"
#include "snapshot/snapshot.h"

#define LABEL_LIMIT 512 /* bytes of a label */

static void out_text(char *buf, size_t size, struct coil_out *out)
{
	*out = (struct coil_out){.at = buf, .end = buf + size - 1};
	*buf = '\0';
}

/* A str's text without quotes: a name is printed as it is written, whatever
 * its class is. */
static void name_text(struct coil_reader *reader, uint64_t address,
		      struct coil_out *out)
{
	const char *start = out->at;
	struct coil_str s;
	size_t n;

	if (coil_str_read(reader->image, reader->layout, address, &s) &&
	    s.width)
		coil_out_str(out, &s);
	else
		coil_repr(reader, address, out);
	n = (size_t)(out->at - start);
	if (n >= 2 && (*start == '\'' || *start == '"') &&
	    out->at[-1] == *start) {
		memmove(out->at - n, out->at - n + 1, n - 2);
		out->at -= 2;
		*out->at = '\0';
	}
}

void coil_snapshot_ref_label(struct coil_snapshot *s, const struct coil_ref *r,
			     char *buf, size_t size)
{
	struct coil_out out;
	const char *text;

	out_text(buf, size, &out);
	if (r->label_type == COIL_LABEL_TEXT) {
		coil_out_string(&out, (const char *)(uintptr_t)r->label);
	} else if (r->label_type == COIL_LABEL_INDEX) {
		coil_out_format(&out, "%" PRIu64, r->label);
	} else if (r->label_type == COIL_LABEL_OFFSET) {
		coil_out_format(&out, "+%" PRIu64, r->label);
	} else if (r->label_type == COIL_LABEL_NAME) {
		name_text(&s->reader, r->label, &out);
	} else if (r->label_type == COIL_LABEL_KEY) {
		coil_repr(&s->reader, r->label, &out);
	} else if (r->label_type == COIL_LABEL_CSTRING) {
		text = coil_image_string(s->image, r->label, LABEL_LIMIT);
		if (text)
			coil_out_string(&out, text);
		else
			coil_out_format(&out, "<0x%" PRIx64 ">", r->label);
	}
	coil_text_clean(buf);
}

static void tell(struct coil_sink *sink)
{
	struct coil_teller *t = (struct coil_teller *)sink;
	const struct coil_graph *g = t->snapshot->graph;
	struct coil_edge edge;

	for (unsigned i = 0; i < sink->count && !sink->stop; i++) {
		const struct coil_ref *r = &sink->refs[i];

		/* The same references were passed over when it was built. */
		if (coil_graph_find(g, r->target) == COIL_NO_NODE)
			continue;
		if (!coil_edges_next(&t->edges, &edge) || !t->take(t, &edge, r))
			sink->stop = true;
	}
}

void coil_snapshot_tell(struct coil_snapshot *s, coil_node node,
			struct coil_teller *t)
{
	struct coil_node_info info;
	struct coil_object object;

	t->sink.flush = tell;
	t->snapshot = s;
	t->sink.refuse = node < s->graph->node_count &&
			 s->graph->flags[node] & COIL_FLAG_OVERLAPS;
	t->edges = coil_graph_out(s->graph, node);
	coil_graph_node(s->graph, node, &info);
	if (info.kind >= COIL_NODE_ROOT) {
		const struct coil_ref none = {.label_type = COIL_LABEL_NONE};
		struct coil_edge edge;

		while (coil_edges_next(&t->edges, &edge) &&
		       t->take(t, &edge, &none))
			;
		return;
	}
	if (info.kind != COIL_NODE_OBJECT)
		coil_node_refs(&s->reader, info.address, info.kind, &t->sink);
	else if (coil_reader_object(&s->reader, info.address, &object))
		coil_reader_refs(&s->reader, &object, &t->sink);
	tell(&t->sink);
}

struct all {
	struct coil_teller teller; /* first */
	bool (*emit)(void *ctx, const struct coil_edge *edge,
		     const char *label);
	void *ctx;
};

static bool take_all(struct coil_teller *t, const struct coil_edge *edge,
		     const struct coil_ref *r)
{
	struct all *all = (struct all *)t;
	char label[LABEL_LIMIT];

	coil_snapshot_ref_label(t->snapshot, r, label, sizeof(label));
	return all->emit(all->ctx, edge, label);
}

void coil_snapshot_edges(struct coil_snapshot *s, coil_node node,
			 bool (*emit)(void *ctx, const struct coil_edge *edge,
				      const char *label),
			 void *ctx)
{
	struct all all = {.teller.take = take_all, .emit = emit, .ctx = ctx};

	coil_snapshot_tell(s, node, &all.teller);
}

void coil_snapshot_label(struct coil_snapshot *s, const struct coil_edge *edge,
			 char *buf, size_t size)
{
	struct coil_ref ref;
	char label[LABEL_LIMIT];

	*buf = '\0';
	if (!coil_label_ref(s, edge, &ref))
		return;
	coil_snapshot_ref_label(s, &ref, label, sizeof(label));
	snprintf(buf, size, "%s", label);
	coil_text_clean(buf);
}

void coil_snapshot_value(struct coil_snapshot *s, coil_node node, char *buf,
			 size_t size)
{
	const struct coil_graph *g = s->graph;
	struct coil_object object;
	struct coil_out out;

	out_text(buf, size, &out);
	if (node < g->node_count &&
	    coil_graph_kind(g, (uint32_t)node) == COIL_NODE_OBJECT &&
	    coil_reader_object(&s->reader, g->address[node], &object))
		coil_value(&s->reader, &object, &out);
	coil_text_clean(buf);
}

struct search {
	const char *name;
	coil_node found, dict;
};

static bool match(void *ctx, const struct coil_edge *edge, const char *label)
{
	struct search *search = ctx;
	unsigned kind = edge->flags & COIL_EDGE_KIND;
	size_t n = strlen(search->name);

	if (!strcmp(label, "__dict__"))
		search->dict = edge->to;
	if (kind == COIL_REF_ATTR || kind == COIL_REF_SLOT) {
		if (!strcmp(label, search->name))
			search->found = edge->to;
	} else if (kind == COIL_REF_VALUE) {
		/* A key as repr writes it. */
		if (strlen(label) == n + 2 &&
		    !strncmp(label + 1, search->name, n) && label[0] == '\'')
			search->found = edge->to;
	}
	return search->found == COIL_NO_NODE;
}

coil_node coil_snapshot_attribute(struct coil_snapshot *s, coil_node node,
				  const char *name)
{
	struct search search = {name, COIL_NO_NODE, COIL_NO_NODE};
	struct coil_node_info info;

	/* A dict's items are no attributes. */
	coil_graph_node(s->graph, node, &info);
	if (!strcmp(info.type, "dict"))
		return COIL_NO_NODE;
	coil_snapshot_edges(s, node, match, &search);
	if (search.found == COIL_NO_NODE && search.dict != COIL_NO_NODE)
		coil_snapshot_edges(s, search.dict, match, &search);
	return search.found;
}
