/* SPDX-License-Identifier: MIT */
/*
 * The labels of long rows, derived once: the kind tells a label by telling all
 * before it, and one edge after the other of a list of a million items may be
 * asked.  What is kept is no text, but what text is made of; and nothing at
 * all where the label of each edge is its place in the row, as that of items.
 */
#include <stdlib.h>

#include "words/label.h"
#include "snapshot/snapshot.h"

#define SHORT_ROW 64 /* edges; shorter ones are derived each time */

struct kept {
	uint64_t count;	 /* edges that were kept */
	uint64_t *label; /* NULL: that of each is its ordinal */
	uint8_t *type;	 /* with label */
};

struct coil_labels {
	uint32_t *row; /* by node: one more than the index of its row */
	struct kept *rows;
	size_t count, room;
};

static void free_labels(void *state)
{
	struct coil_labels *labels = state;

	for (size_t i = 0; i < labels->count; i++) {
		free(labels->rows[i].label);
		free(labels->rows[i].type);
	}
	free(labels->rows);
	free(labels->row);
	free(labels);
}

/* Looks for one edge. */
struct search {
	struct coil_teller teller; /* first */
	uint64_t ordinal;
	struct coil_ref *out;
	bool found;
};

static bool take_one(struct coil_teller *t, const struct coil_edge *edge,
		     const struct coil_ref *ref)
{
	struct search *search = (struct search *)t;

	if (edge->ordinal != search->ordinal)
		return true;
	*search->out = *ref;
	search->found = true;
	return false;
}

static bool tell_one(struct coil_snapshot *s, const struct coil_edge *edge,
		     struct coil_ref *out)
{
	struct search search = {
		.teller.take = take_one,
		.ordinal = edge->ordinal,
		.out = out,
	};

	coil_snapshot_tell(s, edge->from, &search.teller);
	return search.found;
}

/* Fills a row. */
struct keeper {
	struct coil_teller teller; /* first */
	struct kept *kept;
	uint64_t room; /* edges of the row */
	bool nomem;
};

/* From here on labels are kept: those before were their ordinals. */
static bool begin_labels(struct keeper *k)
{
	struct kept *kept = k->kept;

	if (kept->label)
		return true;
	kept->label = malloc(k->room * sizeof(*kept->label));
	kept->type = malloc(k->room);
	k->nomem = !kept->label || !kept->type;
	if (k->nomem)
		return false;
	for (uint64_t i = 0; i < kept->count; i++)
		kept->label[i] = i;
	memset(kept->type, COIL_LABEL_INDEX, kept->count);
	return true;
}

static bool take_row(struct coil_teller *t, const struct coil_edge *edge,
		     const struct coil_ref *ref)
{
	struct keeper *k = (struct keeper *)t;
	struct kept *kept = k->kept;
	bool plain = ref->label_type == COIL_LABEL_INDEX &&
		     ref->label == edge->ordinal;

	if (!plain && !begin_labels(k))
		return false;
	if (kept->label) {
		kept->label[kept->count] = ref->label;
		kept->type[kept->count] = ref->label_type;
	}
	kept->count++;
	return true;
}

/* NULL: out of memory. */
static struct coil_labels *labels_of(struct coil_snapshot *s)
{
	if (!s->labels.state) {
		s->labels.state = calloc(1, sizeof(struct coil_labels));
		s->labels.free = free_labels;
	}
	return s->labels.state;
}

/* The row of @node, whose edges are @count; NULL: no memory to keep it. */
static const struct kept *kept_row(struct coil_snapshot *s, uint32_t node,
				   uint64_t count)
{
	struct coil_labels *labels = labels_of(s);
	struct keeper k = {.teller.take = take_row, .room = count};

	if (!labels)
		return NULL;
	if (!labels->row)
		labels->row = calloc(s->graph->node_count, sizeof(uint32_t));
	if (!labels->row)
		return NULL;
	if (labels->row[node])
		return &labels->rows[labels->row[node] - 1];
	if (!RESERVE(labels->rows, labels->room, labels->count + 1))
		return NULL;
	k.kept = &labels->rows[labels->count];
	*k.kept = (struct kept){0};
	coil_snapshot_tell(s, node, &k.teller);
	if (k.nomem) {
		free(k.kept->label);
		free(k.kept->type);
		return NULL;
	}
	labels->row[node] = (uint32_t)++labels->count;
	return k.kept;
}

bool coil_label_ref(struct coil_snapshot *s, const struct coil_edge *edge,
		    struct coil_ref *out)
{
	const struct coil_graph *g = s->graph;
	const struct kept *kept = NULL;
	uint64_t count;

	*out = (struct coil_ref){.label_type = COIL_LABEL_NONE};
	if (edge->from >= g->node_count ||
	    coil_graph_kind(g, (uint32_t)edge->from) >= COIL_NODE_ROOT)
		return false;
	count = g->edge_offset[edge->from + 1] - g->edge_offset[edge->from];
	if (count > SHORT_ROW)
		kept = kept_row(s, (uint32_t)edge->from, count);
	if (!kept)
		return tell_one(s, edge, out);
	if (edge->ordinal >= kept->count)
		return false;
	out->label = kept->label ? kept->label[edge->ordinal] : edge->ordinal;
	out->label_type = kept->label ? kept->type[edge->ordinal]
				      : (uint8_t)COIL_LABEL_INDEX;
	return true;
}
