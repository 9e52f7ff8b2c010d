/* SPDX-License-Identifier: MIT */
/*
 * What differs in two layouts.
 */

#include "layout/compare.h"

#include "layout/table.h"

struct comparison {
	const struct coil_layout *a, *b;
	coil_layout_differs *differs;
	void *ctx;
};

static void compare_words(const struct comparison *c, const char *owner,
			  const char *name, const char *a, const char *b)
{
	if (strcmp(a, b) != 0)
		c->differs(c->ctx, owner, name, a, b);
}

static void compare_numbers(const struct comparison *c, const char *owner,
			    const char *name, uint32_t a, uint32_t b)
{
	char text[2][16] = {"null", "null"};
	const uint32_t number[] = {a, b};

	for (size_t i = 0; i < countof(number); i++) {
		if (number[i] != COIL_NO_FIELD)
			snprintf(text[i], sizeof(text[i]), "%u", number[i]);
	}
	compare_words(c, owner, name, text[0], text[1]);
}

static void compare_releases(const struct comparison *c, const char *name,
			     uint32_t a, uint32_t b)
{
	char text[2][16];

	snprintf(text[0], sizeof(text[0]), "0x%08x", a);
	snprintf(text[1], sizeof(text[1]), "0x%08x", b);
	compare_words(c, "", name, text[0], text[1]);
}

static void compare_flags(const struct comparison *c, const char *name, bool a,
			  bool b)
{
	compare_words(c, "", name, a ? "true" : "false", b ? "true" : "false");
}

/* Both lists ascend. */
static void compare_proved(const struct comparison *c)
{
	const struct coil_layout *a = c->a, *b = c->b;
	uint32_t i = 0, k = 0;

	while (i < a->proved_count || k < b->proved_count) {
		uint64_t x = i < a->proved_count ? a->proved[i] : UINT64_MAX;
		uint64_t y = k < b->proved_count ? b->proved[k] : UINT64_MAX;
		char release[16];

		snprintf(release, sizeof(release), "0x%08x",
			 (unsigned)min64(x, y));
		compare_words(c, "proved", release, x <= y ? "true" : "null",
			      y <= x ? "true" : "null");
		i += x <= y;
		k += y <= x;
	}
}

static void compare_strategies(const struct comparison *c)
{
	for (size_t i = 0; i < coil_layout_strategy_count; i++) {
		const struct coil_layout_strategy *s =
			&coil_layout_strategies[i];
		char a[64] = "", b[64] = "";

		(void)coil_layout_spelling(s, coil_layout_number(c->a, s->at),
					   a, sizeof(a));
		(void)coil_layout_spelling(s, coil_layout_number(c->b, s->at),
					   b, sizeof(b));
		compare_words(c, "strategies", s->name, a, b);
	}
}

static const struct coil_layout_root *find_root(
	const struct coil_layout_root *roots, uint32_t count, const char *name)
{
	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(roots[i].name, name) == 0)
			return &roots[i];
	}
	return NULL;
}

static void compare_roots(const struct comparison *c, const char *list,
			  const struct coil_layout_root *a, uint32_t n_a,
			  const struct coil_layout_root *b, uint32_t n_b)
{
	for (uint32_t i = 0; i < n_a; i++) {
		const struct coil_layout_root *r = find_root(b, n_b, a[i].name);

		compare_numbers(c, list, a[i].name, a[i].offset,
				r ? r->offset : COIL_NO_FIELD);
		if (r && (a[i].count != r->count || a[i].stride != r->stride)) {
			compare_numbers(c, list, a[i].name, a[i].count,
					r->count);
			compare_numbers(c, list, a[i].name, a[i].stride,
					r->stride);
		}
	}
	for (uint32_t i = 0; i < n_b; i++) {
		if (!find_root(a, n_a, b[i].name))
			compare_numbers(c, list, b[i].name, COIL_NO_FIELD,
					b[i].offset);
	}
}

void coil_layout_compare(const struct coil_layout *a,
			 const struct coil_layout *b,
			 coil_layout_differs *differs, void *ctx)
{
	const struct comparison c = {a, b, differs, ctx};

	compare_releases(&c, "first", a->first, b->first);
	compare_releases(&c, "last", a->last, b->last);
	compare_flags(&c, "debug", a->debug, b->debug);
	compare_flags(&c, "free_threaded", a->free_threaded, b->free_threaded);
	compare_flags(&c, "untested", a->untested, b->untested);
	compare_proved(&c);
	for (size_t i = 0; i < coil_layout_row_count; i++) {
		const struct coil_layout_row *row = &coil_layout_rows[i];

		compare_numbers(&c, row->owner,
				row->field ? row->field : "size",
				coil_layout_number(a, row->at),
				coil_layout_number(b, row->at));
	}
	for (size_t i = 0; i < coil_layout_constant_count; i++) {
		const struct coil_layout_constant *k =
			&coil_layout_constants[i];

		compare_numbers(&c, "constants", k->name,
				coil_layout_number(a, k->at),
				coil_layout_number(b, k->at));
	}
	compare_strategies(&c);
	compare_roots(&c, "interpreter_roots", a->interpreter_roots,
		      a->interpreter_root_count, b->interpreter_roots,
		      b->interpreter_root_count);
	compare_roots(&c, "thread_roots", a->thread_roots, a->thread_root_count,
		      b->thread_roots, b->thread_root_count);
}
