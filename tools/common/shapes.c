/* SPDX-License-Identifier: MIT */
/* The shapes of reference cycles: how they read, and which read the same. */
#include <stdlib.h>
#include <string.h>

#include "shapes.h"
#include "varying.h"
#include "words.h"

#define MOST_EDGES 64 /* of a shape; a longer cycle ends in "..." */

struct teller {
	struct tool *tool;
	const struct coil_graph *graph;
	const struct coil_cycles *cycles;
	struct tool_words words;
};

/*
 * Turn the cycle so that it does not start at a dict, which may belong to an
 * instance and be no step of its own.
 */
static void turn_edges(struct teller *f, struct coil_edge *edges, size_t n)
{
	struct coil_edge turned[MOST_EDGES];
	struct coil_node_info info;
	size_t start = 0;

	if (edges[n - 1].to != edges[0].from)
		return; /* cut off: not all of it is there */
	for (size_t i = n; i-- > 0;) {
		coil_graph_node(f->graph, edges[i].from, &info);
		if (strcmp(info.type, "dict"))
			start = i;
	}
	for (size_t i = 0; i < n; i++)
		turned[i] = edges[(start + i) % n];
	memcpy(edges, turned, n * sizeof(*edges));
}

/* The type from which step @i of the told cycle starts. */
static const char *step_type(struct teller *f, coil_node first, size_t i)
{
	struct coil_node_info info;

	coil_graph_node(f->graph, i ? f->words.steps[i - 1].node : first,
			&info);
	return info.type;
}

/* Whether a type says little: a cycle is better told from another. */
static bool is_container(const char *type)
{
	static const char *const names[] = {"dict", "list", "tuple",
					    "set",  "cell", "frozenset"};

	for (size_t i = 0; i < countof(names); i++)
		if (!strcmp(names[i], type))
			return true;
	return false;
}

/* As strcmp(), of the words of two steps; subscripts read alike. */
static int compare_words(struct teller *f, size_t a, size_t b)
{
	const char *x = tool_words_text(&f->words, a);
	const char *y = tool_words_text(&f->words, b);

	return *x == '[' && *y == '[' ? 0 : strcmp(x, y);
}

/* As strcmp(): the cycle told from step @x on against that from step @y. */
static int compare_turns(struct teller *f, coil_node first, size_t x, size_t y)
{
	bool dull_x = is_container(step_type(f, first, x));
	bool dull_y = is_container(step_type(f, first, y));
	size_t n = f->words.count;

	if (dull_x != dull_y)
		return dull_x ? 1 : -1;
	for (size_t i = 0; i < n; i++) {
		size_t a = (x + i) % n, b = (y + i) % n;
		int order =
			strcmp(step_type(f, first, a), step_type(f, first, b));

		if (!order)
			order = compare_words(f, a, b);
		if (order)
			return order;
	}
	return 0;
}

/*
 * "Node.children → list[0] → Node.parent → Node", the caller's to free.
 * It starts where it reads least, containers last, so that the same shape
 * always reads the same.
 */
static char *tell_shape(struct teller *f, uint64_t index)
{
	struct coil_edge edges[MOST_EDGES];
	size_t n = coil_cycles_shape(f->cycles, index, edges, MOST_EDGES);
	struct tool_buffer text = {0};
	size_t start = 0;
	bool closed;

	turn_edges(f, edges, n);
	closed = edges[n - 1].to == edges[0].from;
	tool_words_tell(f->tool, 0, edges, n, &f->words);
	for (size_t i = 1; closed && i < f->words.count; i++)
		if (compare_turns(f, edges[0].from, i, start) < 0)
			start = i;
	for (size_t i = 0; i < f->words.count; i++) {
		size_t at = (start + i) % f->words.count;
		const char *words = tool_words_text(&f->words, at);

		tool_buffer_text(&text, step_type(f, edges[0].from, at));
		if (*words != '.' && *words != '[')
			tool_buffer_char(&text, ' ');
		tool_varying_append(&text, words);
		tool_buffer_text(&text, " \xe2\x86\x92 ");
	}
	tool_buffer_text(&text,
			 closed ? step_type(f, edges[0].from, start) : "...");
	if (text.failed)
		tool_die(f->tool, "out of memory");
	return text.data;
}

static int by_words(const void *a, const void *b)
{
	const struct tool_shape *x = a, *y = b;
	int words = tool_varying_compare(x->words, y->words);

	if (words)
		return words;
	if (x->sum.garbage != y->sum.garbage)
		return x->sum.garbage ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static int by_size(const void *a, const void *b)
{
	const struct tool_shape *x = a, *y = b;

	if (x->sum.size != y->sum.size)
		return x->sum.size < y->sum.size ? 1 : -1;
	return x->first < y->first ? -1 : x->first > y->first;
}

/* Join neighbours of the same words and state; returns how many are left. */
static size_t join_shapes(struct tool_shape *shapes, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct tool_shape *last = kept ? &shapes[kept - 1] : NULL;

		if (!last || last->sum.garbage != shapes[i].sum.garbage ||
		    tool_varying_compare(last->words, shapes[i].words)) {
			shapes[kept++] = shapes[i];
			continue;
		}
		last->sum.cycles += shapes[i].sum.cycles;
		last->sum.objects += shapes[i].sum.objects;
		last->sum.size += shapes[i].sum.size;
		tool_varying_join(last->words, shapes[i].words);
		free(shapes[i].words);
	}
	return kept;
}

static char *print_words(struct tool *tool, char *words)
{
	char *text = tool_varying_text(words);

	if (!text)
		tool_die(tool, "out of memory");
	free(words);
	return text;
}

void tool_shapes_find(struct tool_shapes *shapes, struct tool *tool,
		      const struct coil_cycles *cycles, bool garbage,
		      bool joined)
{
	struct teller f = {
		.tool = tool, .graph = tool_graph(tool, 0), .cycles = cycles};
	uint64_t count = coil_cycles_count(cycles);
	struct tool_shape *rows = tool_alloc(tool, count, sizeof(*rows));
	size_t kept = 0;

	for (uint64_t i = 0; i < count; i++) {
		struct coil_cycle_info cycle;
		struct coil_node_info info;

		coil_cycles_get(cycles, i, &cycle);
		coil_graph_node(f.graph, cycle.example, &info);
		if ((garbage && !cycle.garbage) ||
		    !tool_wants_type(tool, f.graph, info.type_index))
			continue;
		rows[kept++] = (struct tool_shape){tell_shape(&f, i), i, cycle};
	}
	if (joined) {
		qsort(rows, kept, sizeof(*rows), by_words);
		kept = join_shapes(rows, kept);
		qsort(rows, kept, sizeof(*rows), by_size);
	}
	for (size_t i = 0; i < kept; i++)
		rows[i].words = print_words(tool, rows[i].words);
	tool_words_free(&f.words);
	*shapes = (struct tool_shapes){rows, kept};
}

void tool_shapes_free(struct tool_shapes *shapes)
{
	for (size_t i = 0; i < shapes->count; i++)
		free(shapes->rows[i].words);
	free(shapes->rows);
}
