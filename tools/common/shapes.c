/* SPDX-License-Identifier: MIT */
/* The shapes of reference cycles: how they read, and which read the same. */
#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "shapes.h"
#include "varying.h"
#include "words.h"

#define MOST_STEPS 64 /* of a shape are told, and the last */

struct teller {
	struct tool *tool;
	const struct coil_graph *graph;
	const struct coil_cycles *cycles;
	struct coil_edge *edges; /* of the cycle being told */
	size_t count, room;
	size_t start; /* the step that is told first */
	struct tool_words words;
};

/* Make room for @count edges; what was there is lost. */
static void make_room(struct teller *f, size_t count)
{
	if (count <= f->room)
		return;
	free(f->edges);
	f->edges = tool_alloc(f->tool, count, sizeof(*f->edges));
	f->room = count;
}

static void reverse(struct coil_edge *edges, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct coil_edge edge = edges[i];

		edges[i] = edges[n - 1 - i];
		edges[n - 1 - i] = edge;
	}
}

static bool is_closed(const struct teller *f)
{
	return f->edges[f->count - 1].to == f->edges[0].from;
}

/*
 * Turn the cycle so that it does not start at a dict, which may belong to an
 * instance and be no step of its own.
 */
static void turn_edges(struct teller *f)
{
	struct coil_node_info info;
	size_t start = 0;

	if (!is_closed(f))
		return; /* cut off: not all of it is there */
	for (size_t i = f->count; i-- > 0;) {
		coil_graph_node(f->graph, f->edges[i].from, &info);
		if (strcmp(info.type, "dict"))
			start = i;
	}
	reverse(f->edges, start);
	reverse(f->edges + start, f->count - start);
	reverse(f->edges, f->count);
}

/* The type from which step @i of the told cycle starts. */
static const char *step_type(const struct teller *f, size_t i)
{
	struct coil_node_info info;

	coil_graph_node(f->graph,
			i ? f->words.steps[i - 1].node : f->edges[0].from,
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

/* As strcmp(), of two steps: containers last, subscripts read alike. */
static int compare_steps(const struct teller *f, size_t a, size_t b)
{
	const char *type_a = step_type(f, a), *type_b = step_type(f, b);
	const char *x = tool_words_text(&f->words, a);
	const char *y = tool_words_text(&f->words, b);
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
static size_t least_start(const struct teller *f)
{
	size_t n = f->words.count, x = 0, y = 1, same = 0;

	while (x < n && y < n && same < n) {
		int order = compare_steps(f, (x + same) % n, (y + same) % n);

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
	const struct teller *f = data;
	size_t n = f->words.count;

	return !compare_steps(f, (f->start + a) % n, (f->start + b) % n);
}

static void put_arrow(struct tool_buffer *text)
{
	if (text->size)
		tool_buffer_text(text, " \xe2\x86\x92 ");
}

/* "Node.children", for @count steps from the one that is told as @at on. */
static void put_steps(struct teller *f, struct tool_buffer *text, size_t at,
		      size_t count)
{
	for (size_t i = at; i < at + count; i++) {
		size_t step = (f->start + i) % f->words.count;
		const char *words = tool_words_text(&f->words, step);

		put_arrow(text);
		tool_buffer_text(text, step_type(f, step));
		if (*words != '.' && *words != '[')
			tool_buffer_char(text, ' ');
		tool_varying_append(text, words);
	}
}

/* "… 998 more …" */
static void put_more(struct tool_buffer *text, size_t count)
{
	put_arrow(text);
	tool_buffer_text(text, "\xe2\x80\xa6 ");
	tool_buffer_decimal(text, false, count);
	tool_buffer_text(text, " more \xe2\x80\xa6");
}

/* All steps, what is repeated folded; whether all of them are one fold. */
static bool put_folded(struct teller *f, struct tool_buffer *text)
{
	size_t n = f->words.count, shown = 0, run = 0, period = 0;

	for (size_t i = 0; i < n; i += run) {
		if (shown >= MOST_STEPS && n - i > 2) {
			put_more(text, n - i - 1);
			i = n - 1;
		}
		run = tool_fold_next(same_step, f, n, i, &period);
		put_steps(f, text, i, period ? period : 1);
		shown += period ? 2 * period : 1;
		if (!period)
			continue;
		put_more(text, run - 2 * period);
		put_steps(f, text, i + run - period, period);
	}
	return period && run == n;
}

/*
 * "Node.children → list[0] → Node.parent → Node", the caller's to free.
 * It starts where it reads least, and ends with what it began with; where
 * nothing but repetition is between, that stands there already.
 */
static char *tell_shape(struct teller *f, uint64_t index, uint64_t longest)
{
	struct tool_buffer text = {0};
	bool closed, folded;

	make_room(f, longest);
	f->count = coil_cycles_shape(f->cycles, index, f->edges, f->room);
	turn_edges(f);
	closed = is_closed(f);
	tool_words_tell(f->tool, 0, f->edges, f->count, &f->words);
	f->start = closed ? least_start(f) : 0;
	folded = put_folded(f, &text);
	if (!closed || !folded) {
		put_arrow(&text);
		tool_buffer_text(&text,
				 closed ? step_type(f, f->start) : "...");
	}
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
		rows[kept++] = (struct tool_shape){
			tell_shape(&f, i, cycle.objects), i, cycle};
	}
	if (joined) {
		qsort(rows, kept, sizeof(*rows), by_words);
		kept = join_shapes(rows, kept);
		qsort(rows, kept, sizeof(*rows), by_size);
	}
	for (size_t i = 0; i < kept; i++)
		rows[i].words = print_words(tool, rows[i].words);
	tool_words_free(&f.words);
	free(f.edges);
	*shapes = (struct tool_shapes){rows, kept};
}

void tool_shapes_free(struct tool_shapes *shapes)
{
	for (size_t i = 0; i < shapes->count; i++)
		free(shapes->rows[i].words);
	free(shapes->rows);
}
