/* SPDX-License-Identifier: MIT */
/* What a kind tells and what a run visited, put together: see merge.h. */
#include <stdlib.h>

#include "base/bounds.h"
#include "objects/merge.h"
#include "objects/plan.h"

static void take(struct coil_sink *sink)
{
	struct coil_merge *m = (struct coil_merge *)sink;

	if (!RESERVE(m->refs, m->room, m->count + sink->count)) {
		m->nomem = sink->stop = true;
		return;
	}
	memcpy(m->refs + m->count, sink->refs, sink->count * sizeof(*m->refs));
	m->count += sink->count;
}

static int by_target(const void *a, const void *b)
{
	const struct coil_merge_target *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	if (x->untold != y->untold)
		return x->untold ? 1 : -1;
	return (x->ref > y->ref) - (x->ref < y->ref);
}

bool coil_merge_begin(struct coil_reader *reader,
		      const struct coil_object *object,
		      const struct coil_kind *kind, struct coil_sink *outer,
		      struct coil_merge *m)
{
	m->sink.flush = take;
	m->sink.count = 0;
	m->sink.stop = m->sink.inexact = m->nomem = false;
	m->sink.unsure = m->sink.executing = false;
	m->sink.missing = 0;
	m->sink.outer = outer;
	m->refs = NULL;
	m->targets = NULL;
	m->count = m->room = m->target_count = 0;
	if (kind)
		coil_kind_refs(reader, object, kind, &m->sink);
	if (m->sink.count)
		take(&m->sink);
	m->targets = calloc(m->count + 1, sizeof(*m->targets));
	if (m->nomem || !m->targets)
		return false;
	for (size_t i = 0; i < m->count; i++) {
		struct coil_ref *r = &m->refs[i];

		/* What is owned may be visited in one micro release and not
		 * in another: it is the same reference all the same. */
		if (!(r->flags & (COIL_EDGE_TRAVERSED | COIL_EDGE_COUNTED)))
			continue;
		m->targets[m->target_count++] = (struct coil_merge_target){
			.target = r->target,
			.ref = i,
			.untold = !(r->flags & COIL_EDGE_TRAVERSED),
		};
		r->flags &= (uint8_t)~COIL_EDGE_TRAVERSED;
	}
	qsort(m->targets, m->target_count, sizeof(*m->targets), by_target);
	return true;
}

bool coil_merge_visited(struct coil_merge *m, uint64_t target)
{
	size_t first =
		FIRST_WHERE(i, m->target_count, m->targets[i].target >= target);
	size_t at;
	struct coil_ref *ref;

	if (first == m->target_count || m->targets[first].target != target)
		return false;
	at = first + m->targets[first].visited;
	if (at == m->target_count || m->targets[at].target != target)
		return false;
	m->targets[first].visited++;
	/* Then it is one, whoever emitted it. */
	ref = &m->refs[m->targets[at].ref];
	ref->flags |= COIL_EDGE_TRAVERSED;
	ref->flags &= (uint8_t)~COIL_EDGE_INEXACT;
	return true;
}

void coil_merge_end(struct coil_merge *m, struct coil_sink *sink)
{
	for (size_t i = 0; i < m->count && !sink->stop; i++) {
		const struct coil_ref *r = &m->refs[i];

		coil_emit_node(sink, r->target, r->flags,
			       (enum coil_label)r->label_type, r->label,
			       (enum coil_node_kind)r->node);
	}
	sink->missing += m->sink.missing;
}

void coil_merge_free(struct coil_merge *m)
{
	free(m->refs);
	free(m->targets);
}
