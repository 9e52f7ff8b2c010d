/* SPDX-License-Identifier: MIT */
/* How a reference cycle reads. */
#include <stdio.h>

#include "words/fold.h"
#include "words/shape.h"
#include "words/varying.h"

#define MOST_STEPS 64 /* of a shape are shown, and the last */

/* A cycle whose words are made. */
struct cycle {
	const struct coil_graph *graph;
	const struct coil_words_step *steps;
	size_t count;
	coil_node first; /* from which the first step starts */
	size_t start;	 /* the step that is shown first */
	struct coil_phrase *out;
};

static void reverse(struct coil_edge *edges, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct coil_edge edge = edges[i];

		edges[i] = edges[n - 1 - i];
		edges[n - 1 - i] = edge;
	}
}

static bool is_closed(const struct coil_edge *edges, size_t count)
{
	return edges[count - 1].to == edges[0].from;
}

/*
 * Turn the cycle so that it does not start at a dict, which may belong to an
 * instance and be no step of its own.
 */
static void turn_edges(const struct coil_graph *graph, struct coil_edge *edges,
		       size_t count)
{
	struct coil_node_info info;
	size_t start = 0;

	for (size_t i = count; i-- > 0;) {
		coil_graph_node(graph, edges[i].from, &info);
		if (strcmp(info.type, "dict"))
			start = i;
	}
	reverse(edges, start);
	reverse(edges + start, count - start);
	reverse(edges, count);
}

/* The type from which step @i starts. */
static const char *step_type(const struct cycle *c, size_t i)
{
	struct coil_node_info info;

	coil_graph_node(c->graph, i ? c->steps[i - 1].node : c->first, &info);
	return info.type;
}

/* Whether a type says little: a cycle is better begun with another. */
static bool is_container(const char *type)
{
	static const char *const names[] = {"dict", "list", "tuple",
					    "set",  "cell", "frozenset"};

	for (size_t i = 0; i < countof(names); i++)
		if (!strcmp(names[i], type))
			return true;
	return false;
}

/* As strcmp(), of two steps: containers last, subscripts read alike. */
static int compare_steps(const struct cycle *c, size_t a, size_t b)
{
	const char *type_a = step_type(c, a), *type_b = step_type(c, b);
	const char *x = c->steps[a].text;
	const char *y = c->steps[b].text;
	int order = is_container(type_a) - is_container(type_b);

	if (!order)
		order = strcmp(type_a, type_b);
	if (!order && !(*x == '[' && *y == '['))
		order = strcmp(x, y);
	return order;
}

/*
 * Where a cycle reads least, so that the same shape always reads the same: of
 * two places the later falls behind by as many steps as were the same, so that
 * each step is passed once.
 */
static size_t least_start(const struct cycle *c)
{
	size_t n = c->count, x = 0, y = 1, same = 0;

	while (x < n && y < n && same < n) {
		int order = compare_steps(c, (x + same) % n, (y + same) % n);

		if (!order) {
			same++;
			continue;
		}
		if (order > 0)
			x += same + 1;
		else
			y += same + 1;
		y += x == y;
		same = 0;
	}
	return x < y ? x : y;
}

static bool same_step(const void *data, size_t a, size_t b)
{
	const struct cycle *c = data;
	size_t n = c->count;

	return !compare_steps(c, (c->start + a) % n, (c->start + b) % n);
}

static void put_arrow(struct cycle *c)
{
	if (c->out->size)
		coil_phrase_add(c->out, " \xe2\x86\x92 ");
}

/* "Node.children", for @count steps from number @at from the start on. */
static void put_steps(struct cycle *c, size_t at, size_t count)
{
	for (size_t i = at; i < at + count; i++) {
		size_t step = (c->start + i) % c->count;
		const char *text = c->steps[step].text;

		put_arrow(c);
		coil_phrase_add(c->out, step_type(c, step));
		if (!coil_words_join(text))
			coil_phrase_add(c->out, " ");
		coil_varying_append(c->out, text);
	}
}

/* "… 998 more …" */
static void put_more(struct cycle *c, size_t count)
{
	char text[48];

	put_arrow(c);
	snprintf(text, sizeof(text), "\xe2\x80\xa6 %zu more \xe2\x80\xa6",
		 count);
	coil_phrase_add(c->out, text);
}

/* All steps, what is repeated folded; whether all of them are one fold. */
static bool put_folded(struct cycle *c)
{
	size_t n = c->count, shown = 0, run = 0, period = 0;

	for (size_t i = 0; i < n; i += run) {
		if (shown >= MOST_STEPS && n - i > 2) {
			put_more(c, n - i - 1);
			i = n - 1;
		}
		run = coil_fold_next(same_step, c, n, i, &period);
		put_steps(c, i, period ? period : 1);
		shown += period ? 2 * period : 1;
		if (!period)
			continue;
		put_more(c, run - 2 * period);
		put_steps(c, i + run - period, period);
	}
	return period && run == n;
}

enum coil_status coil_put_cycle(struct coil_words *words,
				struct coil_edge *edges, size_t count,
				struct coil_phrase *out)
{
	bool closed = is_closed(edges, count);
	struct cycle c = {.graph = words->graph, .out = out};
	enum coil_status st;

	if (closed)
		turn_edges(words->graph, edges, count);
	st = coil_words_chain(words, edges, count);
	if (st != COIL_OK)
		return st;
	c.steps = coil_words_steps(words, &c.count);
	c.first = edges[0].from;
	c.start = closed ? least_start(&c) : 0;
	if (!put_folded(&c) || !closed) {
		put_arrow(&c);
		coil_phrase_add(out, closed ? step_type(&c, c.start) : "...");
	}
	return out->failed ? COIL_E_NOMEM : COIL_OK;
}
