/* SPDX-License-Identifier: MIT */
/* Asks a snapshot everything: see ask.h. */
#include <stdlib.h>

#include "ask.h"
#include "base/base.h"
#include "base/text.h"
#include "coil/words.h"
#include "coil/singletons.h"
#include "coil/threads.h"
#include "coil/weakrefs.h"

#define TEXT 80 /* bytes of a value or label that is asked for */

static void claim(bool holds)
{
	if (!holds)
		abort();
}

/* Ended, UTF-8, and without control characters. */
static void check_text(const char *text, size_t size)
{
	size_t length = strnlen(text, size);
	_cleanup_free_ char *clean = strndup(text, length);

	claim(length < size && clean);
	coil_text_clean(clean);
	claim(!strcmp(clean, text));
}

static bool take_edge(void *ctx, const struct coil_edge *edge,
		      const char *label)
{
	uint64_t *count = ctx;

	(void)edge;
	check_text(label, SIZE_MAX);
	++*count;
	return true;
}

static void ask_node(struct coil_snapshot *s, struct coil_graph *g,
		     coil_node node, uint64_t *edges)
{
	struct coil_edges it = coil_graph_out(g, node);
	struct coil_node_info info;
	struct coil_edge e;
	char text[TEXT];
	uint64_t count = 0, labels = 0;

	coil_graph_node(g, node, &info);
	check_text(info.type, SIZE_MAX);
	if (info.address) {
		claim(coil_graph_find(g, info.address) == node);
		coil_snapshot_value(s, node, text, sizeof(text));
		check_text(text, sizeof(text));
		coil_snapshot_value(s, node, text, 5);
		check_text(text, 5);
		(void)coil_snapshot_attribute(s, node, "x");
	}
	while (coil_edges_next(&it, &e)) {
		claim(e.from == node && e.to < coil_graph_node_count(g));
		claim((e.flags & COIL_EDGE_KIND) < COIL_REF_KINDS);
		if (count++ < (info.kind ? 1 : 3)) {
			coil_snapshot_label(s, &e, text, sizeof(text));
			check_text(text, sizeof(text));
		}
	}
	coil_snapshot_edges(s, node, take_edge, &labels);
	claim(labels == count);
	*edges += count;
}

/* Steps, none empty, the last of which leads to @node where it is reached. */
static void ask_words(struct coil_words *words, const struct coil_paths *paths,
		      coil_node node)
{
	const struct coil_words_step *steps;
	const char *label;
	size_t count;

	claim(coil_words_path(words, paths, node) == COIL_OK);
	steps = coil_words_steps(words, &count);
	claim(count <= coil_paths_distance(paths, node));
	claim(!count || steps[count - 1].node == node);
	for (size_t i = 0, period, run; i < count; i += run) {
		check_text(steps[i].text, SIZE_MAX);
		run = coil_words_fold(words, i, &period);
		claim(run && run <= count - i && (!period || run >= 4));
	}
	claim(coil_words_label(words, paths, node, &label) == COIL_OK);
	check_text(label, SIZE_MAX);
}

#define ASKED 64 /* nodes whose words are asked for */

/* Paths one by one, and as one tree. */
static void ask_paths(struct coil_snapshot *s, const struct coil_graph *g,
		      const struct coil_paths *paths)
{
	uint64_t step = 1 + coil_graph_node_count(g) / ASKED, reached = 0,
		 own = 0;
	struct coil_words *words = NULL;
	struct coil_merged *merged = NULL;
	struct coil_merged_step m;
	coil_node nodes[ASKED];
	size_t count = 0;

	claim(coil_words_new(s, &words, NULL) == COIL_OK);
	for (coil_node i = 0; i < coil_graph_node_count(g); i += step) {
		ask_words(words, paths, i);
		reached += coil_paths_distance(paths, i) != UINT32_MAX;
		nodes[count++] = i;
	}
	coil_words_free(words);
	claim(coil_merged_find(s, paths, nodes, count, &merged, NULL) ==
	      COIL_OK);
	while (coil_merged_next(merged, &m)) {
		check_text(m.words, SIZE_MAX);
		claim(m.own <= m.count && m.count <= reached);
		own += m.own;
	}
	claim(own <= reached);
	coil_merged_free(merged);
}

static void ask_graph(struct coil_snapshot *s, struct coil_graph *g)
{
	uint64_t edges = 0, in = 0;
	struct coil_edge e;

	for (coil_node i = 0; i < coil_graph_node_count(g); i++)
		ask_node(s, g, i, &edges);
	claim(edges == coil_graph_edge_count(g));
	claim(coil_graph_index_in(g) == COIL_OK);
	for (coil_node i = 0; i < coil_graph_node_count(g); i++) {
		struct coil_edges it = coil_graph_in(g, i);

		while (coil_edges_next(&it, &e)) {
			claim(e.to == i);
			in++;
		}
	}
	claim(in == edges);
	for (uint32_t i = 0; i < coil_graph_type_count(g); i++) {
		struct coil_type_info type;

		coil_graph_type(g, i, &type);
		claim(type.name && type.means && type.reason);
	}
}

static void ask_cycles(struct coil_snapshot *s, const struct coil_graph *g,
		       const struct coil_dominators *d)
{
	struct coil_shapes *shapes = NULL;
	struct coil_cycles *cycles = NULL;
	uint64_t joined = 0;
	struct coil_edge edges[8];

	claim(coil_cycles_find(g, d, &cycles, NULL) == COIL_OK);
	for (uint64_t i = 0; i < coil_cycles_count(cycles); i++) {
		struct coil_cycle_info info;

		coil_cycles_get(cycles, i, &info);
		claim(info.objects >= 1 &&
		      coil_cycles_member(cycles, i, 0) == info.example);
		claim(coil_cycles_shape(cycles, i, edges, countof(edges)) >= 1);
	}
	claim(coil_shapes_find(s, cycles, NULL, &shapes, NULL) == COIL_OK);
	for (size_t i = 0; i < coil_shapes_count(shapes); i++) {
		struct coil_cycle_shape shape;

		coil_shapes_get(shapes, i, &shape);
		check_text(shape.words, SIZE_MAX);
		joined += shape.sum.cycles;
	}
	claim(joined == coil_cycles_count(cycles));
	coil_shapes_free(shapes);
	coil_cycles_free(cycles);
}

static void ask_analyses(struct coil_snapshot *s, const struct coil_graph *g)
{
	const struct coil_dominators *d;
	const struct coil_paths *paths;
	_cleanup_free_ uint64_t *retained =
		calloc(coil_graph_type_count(g) + 1, 8);
	coil_node some[2] = {0, coil_graph_object_count(g) / 2};
	uint64_t bytes, objects;

	claim(coil_snapshot_dominators(s, &d, NULL) == COIL_OK);
	claim(coil_snapshot_paths(s, &paths, NULL) == COIL_OK);
	claim(coil_dominators_by_type(d, retained, NULL) == COIL_OK);
	for (coil_node i = 0; i < coil_graph_node_count(g); i++) {
		coil_node parent = coil_dominators_parent(d, i);
		struct coil_edge e;

		/* Who has a dominator is reached, and the other way round. */
		claim((parent == COIL_NO_NODE) ==
		      !coil_paths_parent(paths, i, &e));
		if (parent == COIL_NO_NODE)
			continue;
		claim(e.to == i);
		claim(coil_dominators_retained(d, i) <=
		      coil_dominators_retained(d, parent));
		claim(coil_dominators_retained_count(d, i) <
		      coil_dominators_retained_count(d, parent));
	}
	claim(coil_retained_set(g, some, coil_graph_object_count(g) ? 2 : 0,
				&bytes, &objects, NULL) == COIL_OK);
	ask_paths(s, g, paths);
	ask_cycles(s, g, d);
}

static bool take_local(void *ctx, const struct coil_local *local)
{
	uint64_t *count = ctx;

	claim(local->kind < COIL_LOCAL_KINDS);
	check_text(local->name, SIZE_MAX);
	return ++*count < 100000;
}

static void ask_threads(struct coil_snapshot *s)
{
	struct coil_threads *threads = NULL;

	if (coil_threads_find(s, &threads, NULL) != COIL_OK)
		return;
	for (size_t i = 0; i < coil_threads_count(threads); i++) {
		struct coil_thread thread;
		uint64_t count = 0;

		coil_threads_get(threads, i, &thread);
		for (size_t f = 0; f < thread.frames && f < 1000; f++) {
			struct coil_thread_frame frame;

			coil_threads_frame(threads, i, f, &frame);
			check_text(frame.name, SIZE_MAX);
			check_text(frame.file, SIZE_MAX);
			(void)coil_threads_locals(threads, i, f, take_local,
						  &count);
		}
	}
	coil_threads_free(threads);
}

static void ask_tables(struct coil_snapshot *s, const struct coil_graph *g)
{
	struct coil_weakrefs *weakrefs = NULL;
	struct coil_singletons *singletons = NULL;

	claim(coil_weakrefs_find(s, &weakrefs, NULL) == COIL_OK);
	for (size_t i = 0; i < coil_weakrefs_count(weakrefs); i++) {
		struct coil_weakref w;

		coil_weakrefs_get(weakrefs, i, &w);
		claim(w.ref < coil_graph_object_count(g));
	}
	coil_weakrefs_free(weakrefs);
	claim(coil_singletons_find(s, &singletons, NULL) == COIL_OK);
	for (size_t i = 0; i < coil_singletons_count(singletons); i++) {
		struct coil_singleton one;

		coil_singletons_get(singletons, i, &one);
		claim(one.kind < COIL_SINGLETON_KINDS);
	}
	coil_singletons_free(singletons);
}

void ask_everything(struct coil_snapshot *s)
{
	struct coil_error err = {.status = COIL_OK};
	struct coil_graph *g = NULL;

	ask_threads(s);
	if (coil_snapshot_graph(s, &g, &err) != COIL_OK) {
		claim(err.text[0] != '\0');
		return;
	}
	ask_graph(s, g);
	ask_analyses(s, g);
	ask_tables(s, g);
}
