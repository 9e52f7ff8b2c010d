/* SPDX-License-Identifier: MIT */
/* Every analysis under a limit of memory that is raised until it is enough:
 * up to there it must say so, and free what it has taken (getrlimit(2)). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "coil/analysis.h"
#include "graph/reach.h"
#include "graph/verdict.h"
#include "tests/heapmake.h"
#include "tests/unit.h"

#define STEP ((rlim_t)256 << 10)

/* Its shadow memory does not fit under any limit. */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Calls that fill no struct coil_error. */
static enum coil_status said(enum coil_status st, struct coil_error *err)
{
	return st == COIL_OK ? st : coil_fail(err, st, "no memory");
}

static enum coil_status dominators(struct coil_graph *g, struct coil_error *err)
{
	struct coil_dominators *d = NULL;
	enum coil_status st = coil_dominators_find(g, &d, err);

	coil_dominators_free(d);
	return st;
}

static enum coil_status by_type(struct coil_graph *g, struct coil_error *err)
{
	struct coil_dominators *d = NULL;
	enum coil_status st = coil_dominators_find(g, &d, err);
	uint64_t sums[1];

	if (st == COIL_OK)
		st = coil_dominators_by_type(d, sums, err);
	coil_dominators_free(d);
	return st;
}

static enum coil_status totals(struct coil_graph *g, struct coil_error *err)
{
	static const coil_node nodes[] = {3, 5};
	struct coil_type_total rows[1];
	size_t count;
	struct coil_dominators *d = NULL;
	enum coil_status st = coil_dominators_find(g, &d, err);

	if (st == COIL_OK)
		st = coil_type_totals(g, d, NULL, 0, rows, &count, err);
	if (st == COIL_OK)
		st = coil_type_totals(g, d, nodes, 2, rows, &count, err);
	coil_dominators_free(d);
	return st;
}

static enum coil_status tree(struct coil_graph *g, struct coil_error *err)
{
	struct coil_tree *t = NULL;
	struct coil_dominators *d = NULL;
	enum coil_status st = coil_dominators_find(g, &d, err);

	if (st == COIL_OK)
		st = coil_tree_start(d, NULL, 0, 0, 0, &t, err);
	coil_tree_free(t);
	coil_dominators_free(d);
	return st;
}

static enum coil_status ways(struct coil_graph *g, struct coil_error *err)
{
	struct coil_ways *w = NULL;
	struct coil_paths *p = NULL;
	enum coil_status st = coil_paths_find(g, false, &p, err);

	if (st == COIL_OK)
		st = said(coil_graph_index_in(g), err);
	if (st == COIL_OK)
		st = coil_ways_find(g, p, 1, &w, err);
	coil_ways_free(w);
	coil_paths_free(p);
	return st;
}

static enum coil_status cycles(struct coil_graph *g, struct coil_error *err)
{
	struct coil_dominators *d = NULL;
	struct coil_cycles *c = NULL;
	enum coil_status st = coil_dominators_find(g, &d, err);

	if (st == COIL_OK)
		st = coil_cycles_find(g, d, &c, err);
	coil_cycles_free(c);
	coil_dominators_free(d);
	return st;
}

static enum coil_status paths(struct coil_graph *g, struct coil_error *err)
{
	struct coil_paths *p = NULL;
	enum coil_status st = coil_paths_find(g, true, &p, err);

	coil_paths_free(p);
	return st;
}

static enum coil_status retained_set(struct coil_graph *g,
				     struct coil_error *err)
{
	coil_node node = 3;
	uint64_t bytes, objects;

	return coil_retained_set(g, &node, 1, &bytes, &objects, err);
}

static enum coil_status reach(struct coil_graph *g, struct coil_error *err)
{
	uint32_t *nodes = NULL;
	size_t count;
	enum coil_status st = coil_reach(g);

	if (st == COIL_OK)
		st = coil_unreachable(g, &nodes, &count);
	free(nodes);
	return said(st, err);
}

static enum coil_status verdict(struct coil_graph *g, struct coil_error *err)
{
	return said(coil_verdict(g, NULL), err);
}

static enum coil_status index_in(struct coil_graph *g, struct coil_error *err)
{
	return said(coil_graph_index_in(g), err);
}

static const struct analysis {
	const char *name;
	enum coil_status (*run)(struct coil_graph *g, struct coil_error *err);
} analyses[] = {
	{"dominators", dominators},
	{"by type", by_type},
	{"totals", totals},
	{"tree", tree},
	{"ways", ways},
	{"cycles", cycles},
	{"paths", paths},
	{"retained set", retained_set},
	{"reach", reach},
	{"verdict", verdict},
	{"index", index_in},
};

static rlim_t in_use(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f || fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

START_TEST(until_enough)
{
	const struct analysis *a = &analyses[_i];
	struct coil_graph *g = heapmake(300000, false);
	rlim_t base = in_use();
	struct rlimit limit;
	int refused = 0;

	ck_assert_ptr_nonnull(g);
	ck_assert_int_eq(getrlimit(RLIMIT_AS, &limit), 0);
	for (rlim_t more = 0; base && more < (rlim_t)1 << 30; more += STEP) {
		struct coil_error err = {.status = COIL_OK};
		enum coil_status st;

		limit.rlim_cur = base + more;
		ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
		st = a->run(g, &err);
		ck_assert_int_eq(st, err.status);
		if (st == COIL_OK) {
			ck_assert_int_gt(refused, 0);
			coil_graph_free(g);
			return;
		}
		ck_assert_int_eq(st, COIL_E_NOMEM);
		ck_assert_int_ne(err.text[0], 0);
		refused++;
	}
	ck_abort_msg("%s: a GiB more is not enough", a->name);
}
END_TEST

void unit_tests(TCase *tc)
{
	if (SANITIZED)
		unit_skip("the sanitizer's shadow does not fit under any "
			  "limit");
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, until_enough, 0, countof(analyses));
}
