/* SPDX-License-Identifier: MIT */
/* Growth between two snapshots by the paths that hold it. */
#include <stdlib.h>

#include "analysis/growth.h"
#include "words/merged.h"

struct coil_growths {
	struct coil_growth *rows;
	size_t count, room;
	char **owned; /* the words of all rows that there were */
	size_t owned_count, owned_room;
};

/* Append a row for the objects at @path. */
static bool add_row(struct coil_growths *g, const char *path,
		    struct coil_growth row)
{
	char *words = strdup(path);

	if (!words || !APPEND(g->owned, g->owned_count, g->owned_room, words)) {
		free(words);
		return false;
	}
	row.words = words;
	return APPEND(g->rows, g->count, g->room, row);
}

/* Append the steps of @m that objects end at; those of the snapshot @after
 * count for the growth, those of the one before against it. */
static bool add_steps(struct coil_growths *g, struct coil_merged *m, bool after)
{
	size_t ends[COIL_MERGED_DEPTH + 1] = {0};
	struct coil_phrase path = {0};
	struct coil_merged_step step;
	int64_t sign = after ? 1 : -1;
	bool room = true;

	while (room && coil_merged_next(m, &step)) {
		struct coil_growth row = {
			.count_change = sign * (int64_t)step.own,
			.size_change = sign * (int64_t)step.size,
			.count = after ? step.own : 0,
			.size = after ? step.size : 0,
		};

		/* Steps come in the order of a walk: cut back, then append. */
		coil_phrase_cut(&path, ends[step.depth]);
		if (step.depth && !coil_words_join(step.words))
			coil_phrase_add(&path, " ");
		coil_phrase_add(&path, step.words);
		ends[step.depth + 1] = path.size;
		room = !path.failed &&
		       (!step.own || add_row(g, path.text, row));
	}
	coil_phrase_free(&path);
	return room;
}

static enum coil_status add_paths(struct coil_growths *g,
				  struct coil_snapshot *snapshot, bool after,
				  struct coil_error *err)
{
	const struct coil_paths *paths;
	struct coil_merged *m = NULL;
	enum coil_status st = coil_snapshot_paths(snapshot, &paths, err);

	if (st == COIL_OK)
		st = coil_merged_all(snapshot, paths, &m, err);
	if (st == COIL_OK && !add_steps(g, m, after))
		st = coil_fail(err, COIL_E_NOMEM, "out of memory");
	coil_merged_free(m);
	return st;
}

enum coil_status coil_growths_find(struct coil_snapshot *before,
				   struct coil_snapshot *after,
				   struct coil_growths **out,
				   struct coil_error *err)
{
	struct coil_growths *g = calloc(1, sizeof(*g));
	enum coil_status st;

	if (!g)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	st = add_paths(g, before, false, err);
	if (st == COIL_OK)
		st = add_paths(g, after, true, err);
	if (st != COIL_OK) {
		coil_growths_free(g);
		return st;
	}
	g->count = coil_join_growth(g->rows, g->count);
	*out = g;
	return COIL_OK;
}

size_t coil_growths_count(const struct coil_growths *g)
{
	return g->count;
}

void coil_growths_get(const struct coil_growths *g, size_t index,
		      struct coil_growth *out)
{
	*out = g->rows[index];
}

void coil_growths_free(struct coil_growths *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->owned_count; i++)
		free(g->owned[i]);
	free(g->owned);
	free(g->rows);
	free(g);
}
