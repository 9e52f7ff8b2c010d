/* SPDX-License-Identifier: MIT */
/* What is seen of the dominators (the biggest nodes, the tree, types) and other
 * paths than the shortest, against their definitions. */

#include "coil/analysis.h"
#include "tests/graphmake.h"
#include "tests/unit.h"

#define OBJECTS 40
#define TYPES	3

/* A graph of @objects, of which the number of edges and roots is @seed's. */
static struct coil_graph *make(uint32_t objects, uint64_t seed)
{
	struct graphmake *m = graphmake_new(objects);
	uint64_t state = seed;

	for (uint64_t i = 0; objects && i < 3 * objects; i++) {
		uint32_t from = (uint32_t)(graphmake_random(&state) % objects);
		uint32_t to = (uint32_t)(graphmake_random(&state) % objects);

		graphmake_edge(m, from, to, EDGE_STRONG);
	}
	for (uint64_t i = 0; objects && i < 1 + seed % 4; i++)
		graphmake_edge(m, graphmake_root(m),
			       (uint32_t)(graphmake_random(&state) % objects),
			       EDGE_STRONG);
	return graphmake_finish(m, TYPES);
}

/* The rows of each loop test: an empty graph, then ever another one. */
static const struct {
	const char *name;
	uint32_t objects;
	uint64_t seed;
} rows[] = {
	{"no objects", 0, 0},	   {"one", 1, 1},
	{"a few", 5, 2},	   {"one root", OBJECTS, 4},
	{"two roots", OBJECTS, 5}, {"four roots", OBJECTS, 7},
	{"others", OBJECTS, 13},
};

static struct coil_dominators *dominators_of(const struct coil_graph *g)
{
	struct coil_dominators *d = NULL;

	ck_assert_int_eq(coil_dominators_find(g, &d, NULL), COIL_OK);
	return d;
}

/* Whether @x retains more than @y, or the same and is before it. */
static bool precedes(const struct coil_dominators *d, coil_node x, coil_node y)
{
	uint64_t a = coil_dominators_retained(d, x);
	uint64_t b = coil_dominators_retained(d, y);

	return a != b ? a > b : x < y;
}

START_TEST(biggest)
{
	struct coil_graph *g = make(rows[_i].objects, rows[_i].seed);
	struct coil_dominators *d = dominators_of(g);

	for (size_t limit = 0; limit <= rows[_i].objects + 1; limit++) {
		size_t count = rows[_i].objects, in_front;
		coil_node nodes[OBJECTS + 1];

		for (size_t i = 0; i < count; i++)
			nodes[i] = count - 1 - i;
		in_front = coil_dominators_biggest(d, nodes, count, limit);
		ck_assert_msg(in_front ==
				      (limit && limit < count ? limit : count),
			      "%s: %zu of %zu", rows[_i].name, in_front, limit);
		for (size_t i = 1; i < in_front; i++)
			ck_assert(precedes(d, nodes[i - 1], nodes[i]));
		/* Nothing bigger was left behind or lost. */
		for (coil_node n = 0; in_front && n < count; n++) {
			size_t at = 0;

			while (at < in_front && nodes[at] != n)
				at++;
			ck_assert(at < in_front ||
				  precedes(d, nodes[in_front - 1], n));
		}
	}
	coil_dominators_free(d);
	coil_graph_free(g);
}
END_TEST

/* How deep @node is below the root, from 0; UINT64_MAX: not at all. */
static uint64_t depth_of(const struct coil_dominators *d, coil_node root,
			 coil_node node)
{
	uint64_t depth = 0;

	for (;; depth++) {
		coil_node up = coil_dominators_parent(d, node);

		if (up == COIL_NO_NODE)
			return UINT64_MAX;
		if (up == root)
			return depth;
		node = up;
	}
}

/* Every node that is wanted comes once, behind its dominator, and those of one
 * dominator in order. */
START_TEST(tree)
{
	static const struct {
		uint64_t depth, least;
	} bounds[] = {{0, 0}, {1, 0}, {2, 0}, {0, 300}, {3, 100}};
	struct coil_graph *g = make(rows[_i].objects, rows[_i].seed);
	struct coil_dominators *d = dominators_of(g);
	coil_node root = coil_graph_root(g);

	for (size_t b = 0; b < countof(bounds); b++) {
		uint64_t wanted = 0, seen = 0, least = bounds[b].least;
		coil_node last[OBJECTS + 4]; /* of each depth */
		uint64_t depth = 0;	     /* of the step before */
		struct coil_tree_step s;
		struct coil_tree *t;

		for (coil_node n = 0; n < coil_graph_node_count(g); n++) {
			uint64_t at = depth_of(d, root, n);

			wanted += at != UINT64_MAX &&
				  (!bounds[b].depth || at < bounds[b].depth) &&
				  coil_dominators_retained(d, n) >= least;
		}
		ck_assert_int_eq(coil_tree_start(d, NULL, 0, bounds[b].depth,
						 least, &t, NULL),
				 COIL_OK);
		for (; coil_tree_next(t, &s); seen++) {
			coil_node up = coil_dominators_parent(d, s.node);

			ck_assert_uint_eq(s.depth, depth_of(d, root, s.node));
			ck_assert_uint_eq(up,
					  s.depth ? last[s.depth - 1] : root);
			if (seen && s.depth <= depth)
				ck_assert(precedes(d, last[s.depth], s.node));
			last[s.depth] = s.node;
			depth = s.depth;
		}
		ck_assert_msg(seen == wanted, "%s: %llu of %llu", rows[_i].name,
			      (unsigned long long)seen,
			      (unsigned long long)wanted);
		coil_tree_free(t);
	}
	coil_dominators_free(d);
	coil_graph_free(g);
}
END_TEST

/* The tops come first as they are given, whatever they retain. */
START_TEST(tops)
{
	static const coil_node given[] = {7, 3, 7};
	struct coil_graph *g = make(OBJECTS, 4);
	struct coil_dominators *d = dominators_of(g);
	struct coil_tree_step s;
	struct coil_tree *t;
	size_t n = 0;

	ck_assert_int_eq(coil_tree_start(d, given, countof(given), 1,
					 UINT64_MAX, &t, NULL),
			 COIL_OK);
	while (coil_tree_next(t, &s)) {
		ck_assert_uint_lt(n, countof(given));
		ck_assert_uint_eq(s.node, given[n++]);
		ck_assert_uint_eq(s.depth, 0);
	}
	ck_assert_uint_eq(n, countof(given));
	coil_tree_free(t);
	ck_assert_int_eq(coil_tree_start(d, given, 0, 0, 0, &t, NULL), COIL_OK);
	ck_assert(!coil_tree_next(t, &s));
	coil_tree_free(t);
	coil_tree_free(NULL);
	coil_dominators_free(d);
	coil_graph_free(g);
}
END_TEST

/* Check @count rows over those nodes for which @kept holds a bit. */
static void check_totals(const struct coil_graph *g,
			 const struct coil_type_total *totals, size_t count,
			 uint64_t kept)
{
	bool seen[TYPES] = {false};

	for (size_t i = 0; i < count; i++) {
		const struct coil_type_total *t = &totals[i];
		struct coil_type_sum sum = {0, 0, 0};

		for (uint32_t n = 0; n < g->object_count; n++) {
			if (g->type[n] != t->type_index || !(kept >> n & 1))
				continue;
			sum.count++;
			sum.size += coil_graph_size(g, n);
			sum.allocated += coil_graph_allocated(g, n);
		}
		ck_assert_uint_eq(t->sum.count, sum.count);
		ck_assert_uint_eq(t->sum.size, sum.size);
		ck_assert_uint_eq(t->sum.allocated, sum.allocated);
		ck_assert(!seen[t->type_index]);
		seen[t->type_index] = true;
	}
	for (uint32_t n = 0; n < g->object_count; n++)
		ck_assert(!(kept >> n & 1) || seen[g->type[n]]);
}

START_TEST(totals)
{
	struct coil_graph *g = make(rows[_i].objects, rows[_i].seed);
	struct coil_dominators *d = dominators_of(g);
	struct coil_type_total t[TYPES];
	uint64_t sums[TYPES];
	size_t found;

	ck_assert_int_eq(coil_type_totals(g, NULL, NULL, 0, t, &found, NULL),
			 COIL_OK);
	check_totals(g, t, found, UINT64_MAX);
	for (size_t i = 1; i < found; i++)
		ck_assert_uint_ge(t[i - 1].sum.size, t[i].sum.size);

	ck_assert_int_eq(coil_type_totals(g, d, NULL, 0, t, &found, NULL),
			 COIL_OK);
	check_totals(g, t, found, UINT64_MAX);
	ck_assert_int_eq(coil_dominators_by_type(d, sums, NULL), COIL_OK);
	for (size_t i = 0; i < found; i++) {
		ck_assert_uint_eq(t[i].retained, sums[t[i].type_index]);
		ck_assert(!i || t[i - 1].retained >= t[i].retained);
	}
	coil_dominators_free(d);
	coil_graph_free(g);
}
END_TEST

/* Of given nodes: what the set of those of a type retains. */
START_TEST(totals_of_given)
{
	struct coil_graph *g = make(rows[_i].objects, rows[_i].seed);
	struct coil_dominators *d = dominators_of(g);
	coil_node nodes[OBJECTS + 1], same[OBJECTS];
	struct coil_type_total t[TYPES];
	uint64_t kept = 0;
	size_t count = 0, found;

	for (coil_node n = rows[_i].objects; n-- > 0;)
		if (n % 5 != 2) {
			nodes[count++] = n;
			kept |= UINT64_C(1) << n;
		}
	ck_assert_int_eq(coil_type_totals(g, d, nodes, count, t, &found, NULL),
			 COIL_OK);
	check_totals(g, t, found, kept);
	for (size_t i = 0; i < found; i++) {
		uint64_t bytes, objects;
		size_t n = 0;

		for (size_t j = 0; j < count; j++)
			if (g->type[nodes[j]] == t[i].type_index)
				same[n++] = nodes[j];
		ck_assert_int_eq(
			coil_retained_set(g, same, n, &bytes, &objects, NULL),
			COIL_OK);
		ck_assert_uint_eq(t[i].retained, bytes);
	}
	nodes[0] = coil_graph_node_count(g);
	ck_assert_int_eq(coil_type_totals(g, d, nodes, 1, t, &found, NULL),
			 COIL_E_INVALID);
	coil_dominators_free(d);
	coil_graph_free(g);
}
END_TEST

/* The shortest path itself, as its edges, whole or its end alone. */
static void check_edges(const struct coil_paths *p, coil_node node)
{
	uint32_t distance = coil_paths_distance(p, node);
	size_t all = distance == UINT32_MAX ? 0 : distance;
	struct coil_edge whole[OBJECTS], end[2];
	size_t n;

	ck_assert_uint_eq(coil_paths_edges(p, node, whole, countof(whole)),
			  all);
	for (size_t i = 0; i < all; i++)
		ck_assert_uint_eq(whole[i].to,
				  i + 1 < all ? whole[i + 1].from : node);
	ck_assert(!all || !coil_paths_distance(p, whole[0].from));
	n = coil_paths_edges(p, node, end, countof(end));
	ck_assert_uint_eq(n, all < countof(end) ? all : countof(end));
	for (size_t i = 0; i < n; i++) {
		ck_assert_uint_eq(end[i].from, whole[all - n + i].from);
		ck_assert_uint_eq(end[i].to, whole[all - n + i].to);
		ck_assert_uint_eq(end[i].ordinal, whole[all - n + i].ordinal);
	}
}

/* Whether the shortest path to @node leads through @through. */
static bool is_behind(const struct coil_paths *p, coil_node node,
		      coil_node through)
{
	struct coil_edge up = {.from = node};

	while (up.from != through)
		if (!coil_paths_parent(p, up.from, &up))
			return false;
	return true;
}

/* How many ways there are: holders of what is on the path to @node, less those
 * that are reached through it. */
static size_t count_ways(const struct coil_graph *g, const struct coil_paths *p,
			 coil_node node)
{
	struct coil_edge up;
	size_t count = 0;

	for (; coil_paths_parent(p, node, &up); node = up.from)
		for (coil_node n = 0; n < coil_graph_node_count(g); n++) {
			struct coil_edges edges = coil_graph_out(g, n);
			struct coil_edge edge;
			bool holds = false;

			while (!holds && coil_edges_next(&edges, &edge))
				holds = edge.to == node;
			count += holds && n != up.from &&
				 coil_paths_distance(p, n) != UINT32_MAX &&
				 !is_behind(p, n, node);
		}
	return count;
}

/* Each way leads from the root to the node without a gap, leaves the
 * shortest path once; shortest first. */
static size_t check_ways(const struct coil_graph *g, const struct coil_paths *p,
			 coil_node node)
{
	uint32_t distance = coil_paths_distance(p, node);
	size_t length, shortest = 0, found = 0;
	const struct coil_edge *edges;
	struct coil_ways *ways;

	ck_assert_int_eq(coil_ways_find(g, p, node, &ways, NULL), COIL_OK);
	while ((edges = coil_ways_next(ways, &length))) {
		size_t left = 0;
		struct coil_edge up;

		ck_assert_uint_ge(length, shortest);
		shortest = length;
		ck_assert_uint_ge(length, distance);
		ck_assert_uint_eq(coil_paths_distance(p, edges[0].from), 0);
		ck_assert_uint_eq(edges[length - 1].to, node);
		for (size_t i = 0; i < length; i++) {
			ck_assert(!i || edges[i - 1].to == edges[i].from);
			ck_assert(coil_paths_parent(p, edges[i].to, &up));
			left += up.from != edges[i].from;
		}
		ck_assert_uint_eq(left, 1);
		found++;
	}
	coil_ways_free(ways);
	ck_assert_uint_eq(found, count_ways(g, p, node));
	return found;
}

START_TEST(ways)
{
	struct coil_graph *g = make(rows[_i].objects, rows[_i].seed);
	struct coil_paths *p = NULL;
	size_t found = 0;

	ck_assert_int_eq(coil_paths_find(g, false, &p, NULL), COIL_OK);
	ck_assert_int_eq(coil_graph_index_in(g), COIL_OK);
	for (coil_node n = 0; n < coil_graph_node_count(g); n++) {
		check_edges(p, n);
		found += check_ways(g, p, n);
	}
	ck_assert_msg(found || rows[_i].objects < OBJECTS, "%s: no way",
		      rows[_i].name);
	coil_ways_free(NULL);
	coil_paths_free(p);
	coil_graph_free(g);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, biggest, 0, countof(rows));
	tcase_add_loop_test(tc, tree, 0, countof(rows));
	tcase_add_test(tc, tops);
	tcase_add_loop_test(tc, totals, 0, countof(rows));
	tcase_add_loop_test(tc, totals_of_given, 0, countof(rows));
	tcase_add_loop_test(tc, ways, 0, countof(rows));
}
