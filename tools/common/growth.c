/* SPDX-License-Identifier: MIT */
/* Growth between two snapshots, by whatever names its rows. */
#include <stdlib.h>
#include <string.h>

#include "growth.h"
#include "merge.h"

static int by_growth(const void *a, const void *b)
{
	const struct tool_growth *x = a, *y = b;

	if (x->size_change != y->size_change)
		return x->size_change < y->size_change ? 1 : -1;
	if (x->count_change != y->count_change)
		return x->count_change < y->count_change ? 1 : -1;
	return strcmp(x->words, y->words);
}

void tool_growth_sort(struct tool_growth *rows, size_t count)
{
	if (count)
		qsort(rows, count, sizeof(*rows), by_growth);
}

static int by_words(const void *a, const void *b)
{
	const struct tool_growth *x = a, *y = b;

	return strcmp(x->words, y->words);
}

static void add_row(struct tool_growths *g, struct tool *tool,
		    const char *words, struct tool_growth row)
{
	if (g->count == g->room) {
		size_t room = g->room + g->room / 2 + 256;
		struct tool_growth *rows =
			realloc(g->rows, room * sizeof(*rows));
		char **owned = realloc(g->owned, room * sizeof(*owned));

		g->rows = rows ? rows : g->rows;
		g->owned = owned ? owned : g->owned;
		if (!rows || !owned)
			tool_die(tool, "out of memory");
		g->room = room;
	}
	g->owned[g->owned_count] = strdup(words);
	if (!g->owned[g->owned_count])
		tool_die(tool, "out of memory");
	row.words = g->owned[g->owned_count++];
	g->rows[g->count++] = row;
}

/* Append the paths of one snapshot; @sign says which side it is. */
static void add_paths(struct tool_growths *g, struct tool *tool, unsigned index,
		      int64_t sign)
{
	size_t ends[TOOL_MERGE_DEPTH + 1] = {0};
	struct tool_buffer words = {0};
	struct tool_merge merge;
	struct tool_merge_step step;

	tool_merge_all(&merge, tool, index, tool_paths(tool, index));
	while (tool_merge_next(&merge, &step)) {
		/* Steps come in the order of a walk: cut back, then append. */
		words.size = ends[step.depth];
		if (step.depth && *step.words != '.' && *step.words != '[')
			tool_buffer_char(&words, ' ');
		tool_buffer_text(&words, step.words);
		ends[step.depth + 1] = words.size;
		if (words.failed)
			tool_die(tool, "out of memory");
		if (step.own)
			add_row(g, tool, words.data,
				(struct tool_growth){sign * (int64_t)step.own,
						     sign * (int64_t)step.size,
						     sign > 0 ? step.own : 0,
						     sign > 0 ? step.size : 0,
						     NULL});
	}
	tool_merge_end(&merge);
	tool_buffer_free(&words);
}

void tool_growth_paths(struct tool_growths *g, struct tool *tool,
		       unsigned before, unsigned after)
{
	size_t kept = 0;

	*g = (struct tool_growths){0};
	add_paths(g, tool, before, -1);
	add_paths(g, tool, after, 1);
	if (g->count)
		qsort(g->rows, g->count, sizeof(*g->rows), by_words);
	for (size_t i = 0, n; i < g->count; i += n) {
		struct tool_growth sum = g->rows[i];

		for (n = 1; i + n < g->count &&
			    !strcmp(g->rows[i + n].words, sum.words);
		     n++) {
			sum.count_change += g->rows[i + n].count_change;
			sum.size_change += g->rows[i + n].size_change;
			sum.count += g->rows[i + n].count;
			sum.size += g->rows[i + n].size;
		}
		if (sum.count_change || sum.size_change)
			g->rows[kept++] = sum;
	}
	g->count = kept;
	tool_growth_sort(g->rows, kept);
}

void tool_growth_free(struct tool_growths *g)
{
	for (size_t i = 0; i < g->owned_count; i++)
		free(g->owned[i]);
	free(g->owned);
	free(g->rows);
}
