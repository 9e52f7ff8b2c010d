/* SPDX-License-Identifier: MIT */
/* What repeats itself, and words of which subscripts vary. */
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "words/fold.h"
#include "words/varying.h"
#include "tests/unit.h"

static const struct {
	const char *name;
	const char *x[4], *y[4]; /* words of steps */
	int order;
	const char *joined;
} varying[] = {
	{"empty", {NULL}, {NULL}, 0, ""},
	{"the same", {".a", "[1]"}, {".a", "[1]"}, 0, ".a[1]"},
	{"subscripts differ", {".a", "[1]"}, {".a", "[20]"}, 0, ".a[...]"},
	{"one of two", {"[1]", "['k']"}, {"[2]", "['k']"}, 0, "[...]['k']"},
	{"a prefix", {"[1]", ".a"}, {"[1]", ".ab"}, -1, NULL},
	{"a subscript more", {".a", "[1]"}, {".a"}, 1, NULL},
	{"a bracket inside", {"['[']", "."}, {"[']']", "."}, 0, "[...]."},
	{"no subscript", {".a[1]"}, {".a[2]"}, -1, NULL},
	{"not UTF-8", {"[\xff]", ".a"}, {"[\xfe]", ".a"}, 1, NULL},
};

static char *steps(const char *const *words)
{
	struct coil_phrase text = {0};

	coil_phrase_add(&text, "");
	for (size_t i = 0; i < 4 && words[i]; i++)
		coil_varying_append(&text, words[i]);
	return text.text;
}

/* Joined with a third that differs again, what is left out stays so. */
START_TEST(varying_words)
{
	char *x = steps(varying[_i].x), *y = steps(varying[_i].y);
	int order = coil_varying_compare(x, y);
	char *text;

	ck_assert_msg(order == varying[_i].order, "%s: %d", varying[_i].name,
		      order);
	ck_assert_int_eq(coil_varying_compare(y, x), -order);
	for (int again = 0; again < 2 && !order; again++) {
		coil_varying_join(x, y);
		text = coil_varying_text(x);
		ck_assert_msg(!strcmp(text, varying[_i].joined), "%s: %s",
			      varying[_i].name, text);
		free(text);
	}
	free(x);
	free(y);
}
END_TEST

/* A letter a step; a run folds to its part, how many of it, a point. */
static const struct {
	const char *name, *steps, *folded;
} folds[] = {
	{"empty", "", ""},
	{"one", "a", "a"},
	{"three of one", "aaa", "aaa"},
	{"four of one", "aaaa", "a4."},
	{"between others", "xaaaaay", "xa5.y"},
	{"three of two", "ababab", "ababab"},
	{"four of two", "abababab", "ab4."},
	{"half a part at the end", "ababababa", "ab4.a"},
	{"five of three", "abcabcabcabcabc", "abc5."},
	{"a part of four", "abcdabcdabcdabcdabcd", "abcdabcdabcdabcdabcd"},
	{"a run in a part", "aaabaaabaaabaaab", "aaabaaabaaabaaab"},
	{"one run behind another", "aaaabbbbb", "a4.b5."},
	{"a step before the run", "baaaab", "ba4.b"},
};

static bool same_letter(const void *data, size_t a, size_t b)
{
	const char *steps = data;

	return steps[a] == steps[b];
}

START_TEST(folded)
{
	const char *steps = folds[_i].steps;
	struct coil_phrase out = {0};
	size_t n = strlen(steps), period, run;
	char times[32];

	coil_phrase_add(&out, "");
	for (size_t i = 0; i < n; i += run) {
		run = coil_fold_next(same_letter, steps, n, i, &period);
		coil_phrase_append(&out, steps + i, period ? period : 1);
		if (!period)
			continue;
		ck_assert_uint_eq(run % period, 0);
		snprintf(times, sizeof(times), "%zu.", run / period);
		coil_phrase_add(&out, times);
	}
	ck_assert_msg(!strcmp(out.text, folds[_i].folded), "%s: %s",
		      folds[_i].name, out.text);
	coil_phrase_free(&out);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, varying_words, 0, countof(varying));
	tcase_add_loop_test(tc, folded, 0, countof(folds));
}
