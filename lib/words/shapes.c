/* SPDX-License-Identifier: MIT */
/* Which reference cycles read the same. */
#include <stdlib.h>

#include "words/shape.h"
#include "words/varying.h"

/* Cycles of one shape and state. */
struct row {
	char *words;	/* varying, until all rows are joined */
	uint64_t first; /* index of its first cycle */
	struct coil_cycle_info sum;
};

struct coil_shapes {
	struct row *rows;
	size_t count;
};

/* What reads cycles, one after another. */
struct reader {
	const struct coil_cycles *cycles;
	struct coil_words *words;
	struct coil_edge *edges;
	size_t room;
};

/* The words of cycle @index, of @longest objects at most; NULL: no memory. */
static char *cycle_words(struct reader *r, uint64_t index, uint64_t longest)
{
	struct coil_phrase phrase = {0};
	size_t count;

	if (!RESERVE(r->edges, r->room, longest))
		return NULL;
	count = coil_cycles_shape(r->cycles, index, r->edges, r->room);
	if (coil_put_cycle(r->words, r->edges, count, &phrase) != COIL_OK)
		coil_phrase_free(&phrase);
	return phrase.text;
}

static int by_words(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int words = coil_varying_compare(x->words, y->words);

	if (words)
		return words;
	if (x->sum.garbage != y->sum.garbage)
		return x->sum.garbage ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static int by_size(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->sum.size != y->sum.size)
		return x->sum.size < y->sum.size ? 1 : -1;
	return x->first < y->first ? -1 : x->first > y->first;
}

/* Join rows of the same words and state, most bytes first. */
static void join_rows(struct coil_shapes *shapes)
{
	struct row *rows = shapes->rows;
	size_t kept = 0;

	qsort(rows, shapes->count, sizeof(*rows), by_words);
	for (size_t i = 0; i < shapes->count; i++) {
		struct row *last = kept ? &rows[kept - 1] : NULL;

		if (!last || last->sum.garbage != rows[i].sum.garbage ||
		    coil_varying_compare(last->words, rows[i].words)) {
			rows[kept++] = rows[i];
			continue;
		}
		last->sum.cycles += rows[i].sum.cycles;
		last->sum.objects += rows[i].sum.objects;
		last->sum.size += rows[i].sum.size;
		coil_varying_join(last->words, rows[i].words);
		free(rows[i].words);
	}
	shapes->count = kept;
	qsort(rows, kept, sizeof(*rows), by_size);
}

/* The cycles that are wanted, as rows. */
static bool read_cycles(struct coil_shapes *shapes, struct reader *r,
			const struct coil_shape_options *wanted)
{
	uint64_t count = coil_cycles_count(r->cycles);

	shapes->rows = calloc(count + 1, sizeof(*shapes->rows));
	for (uint64_t i = 0; shapes->rows && i < count; i++) {
		struct row row = {.first = i};

		coil_cycles_get(r->cycles, i, &row.sum);
		if ((wanted->garbage && !row.sum.garbage) ||
		    (wanted->types &&
		     !wanted->types[coil_graph_type_index(r->words->graph,
							  row.sum.example)]))
			continue;
		row.words = cycle_words(r, i, row.sum.objects);
		if (!row.words)
			return false;
		shapes->rows[shapes->count++] = row;
	}
	return shapes->rows != NULL;
}

/* Varying words become text. */
static bool end_words(struct coil_shapes *shapes)
{
	for (size_t i = 0; i < shapes->count; i++) {
		char *text = coil_varying_text(shapes->rows[i].words);

		if (!text)
			return false;
		free(shapes->rows[i].words);
		shapes->rows[i].words = text;
	}
	return true;
}

enum coil_status coil_shapes_find(struct coil_snapshot *snapshot,
				  const struct coil_cycles *cycles,
				  const struct coil_shape_options *options,
				  struct coil_shapes **out,
				  struct coil_error *err)
{
	static const struct coil_shape_options all;
	const struct coil_shape_options *wanted = options ? options : &all;
	struct reader r = {.cycles = cycles};
	enum coil_status st = coil_words_new(snapshot, &r.words, err);
	struct coil_shapes *shapes;
	bool room;

	if (st != COIL_OK)
		return st;
	shapes = calloc(1, sizeof(*shapes));
	room = shapes && read_cycles(shapes, &r, wanted);
	if (room && shapes->count && !wanted->each)
		join_rows(shapes);
	room = room && end_words(shapes);
	coil_words_free(r.words);
	free(r.edges);
	if (!room) {
		coil_shapes_free(shapes);
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	}
	*out = shapes;
	return COIL_OK;
}

size_t coil_shapes_count(const struct coil_shapes *shapes)
{
	return shapes->count;
}

void coil_shapes_get(const struct coil_shapes *shapes, size_t index,
		     struct coil_cycle_shape *out)
{
	*out = (struct coil_cycle_shape){shapes->rows[index].words,
					 shapes->rows[index].sum};
}

void coil_shapes_free(struct coil_shapes *shapes)
{
	if (!shapes)
		return;
	for (size_t i = 0; i < shapes->count; i++)
		free(shapes->rows[i].words);
	free(shapes->rows);
	free(shapes);
}
