/* SPDX-License-Identifier: MIT */
/* References, paths, trees of paths, growth and cycles in words, on a made
 * interpreter: a module "app" with a list "x", a class, a thread that runs
 * "work" (tests/fuzz/heapimage_objects.c). */
#include <stdio.h>
#include <stdlib.h>

#include "coil/words.h"
#include "fuzz/heapimage.h"
#include "tests/unit.h"

#define TEXT 160

/* A made interpreter that was opened. */
struct made {
	struct heapimage *h;
	struct coil_snapshot *s;
	struct coil_graph *g;
	const struct coil_paths *paths;
	struct coil_words *words;
};

static struct heapimage *make_heap(void)
{
	const struct coil_layout *l = heapimage_layout(11);
	struct heapimage *h = heapimage_new(l);

	/* It is the namespace of app, and a shorter way to what is in it. */
	heapimage_put(h, h->interpreter + l->PyInterpreterState.builtins, 0);
	return h;
}

static struct made open_heap(struct heapimage *h)
{
	struct made m = {.h = h, .s = heapimage_snapshot(h)};
	struct coil_error err = {.status = COIL_OK};

	ck_assert_msg(coil_words_new(m.s, &m.words, &err) == COIL_OK, "%s",
		      err.text);
	ck_assert_int_eq(coil_snapshot_graph(m.s, &m.g, NULL), COIL_OK);
	ck_assert_int_eq(coil_snapshot_paths(m.s, &m.paths, NULL), COIL_OK);
	return m;
}

static struct made make(void)
{
	return open_heap(make_heap());
}

static void end(struct made *m)
{
	coil_words_free(m->words);
	coil_snapshot_close(m->s);
	heapimage_free(m->h);
}

/* The first node of @type that reads @value; "": any of the type. */
static coil_node find_node(const struct made *m, const char *type,
			   const char *value)
{
	struct coil_node_info info;
	char text[TEXT];

	for (coil_node n = 0; n < coil_graph_node_count(m->g); n++) {
		coil_graph_node(m->g, n, &info);
		if (strcmp(info.type, type))
			continue;
		coil_snapshot_value(m->s, n, text, sizeof(text));
		if (!*value || !strcmp(text, value))
			return n;
	}
	ck_abort_msg("no %s %s", type, value);
	return COIL_NO_NODE;
}

/* An edge that is looked for. */
struct wanted {
	enum coil_ref_kind kind;
	const char *label;
	struct coil_edge edge;
	bool found;
};

static bool is_wanted(void *ctx, const struct coil_edge *edge,
		      const char *label)
{
	struct wanted *w = ctx;

	w->found = (edge->flags & COIL_EDGE_KIND) == w->kind &&
		   !strcmp(label, w->label);
	w->edge = *edge;
	return !w->found;
}

/* The first reference of @kind called @label of a node of @type. */
static struct coil_edge find_edge(const struct made *m, const char *type,
				  enum coil_ref_kind kind, const char *label)
{
	struct wanted w = {.kind = kind, .label = label};
	struct coil_node_info info;

	for (coil_node n = 0; n < coil_graph_node_count(m->g) && !w.found;
	     n++) {
		coil_graph_node(m->g, n, &info);
		if (!strcmp(info.type, type))
			coil_snapshot_edges(m->s, n, is_wanted, &w);
	}
	ck_assert_msg(w.found, "no %s of %s", label, type);
	return w.edge;
}

/* What holds, by what, and how that reads by itself. */
static const struct {
	const char *name;
	enum coil_ref_kind kind;
	const char *type, *label, *words;
} references[] = {
	{"item", COIL_REF_ITEM, "list", "1", "[1]"},
	{"value", COIL_REF_VALUE, "dict", "'hexversion'", "['hexversion']"},
	{"key", COIL_REF_KEY, "dict", "'app'", "key 'app'"},
	{"attribute", COIL_REF_ATTR, "__module__.Node", "Node", ".Node"},
	{"slot", COIL_REF_SLOT, "app", "app", ".app"},
	{"member", COIL_REF_MEMBER, "types.UnionType", "__args__", ".__args__"},
	{"code", COIL_REF_CODE, "function", "__code__", ".__code__"},
	{"closure", COIL_REF_CLOSURE, "function", "__closure__",
	 ".__closure__"},
	{"default", COIL_REF_DEFAULT, "function", "__defaults__",
	 ".__defaults__"},
	{"globals", COIL_REF_GLOBAL, "function", "__globals__", ".__globals__"},
	{"cell", COIL_REF_CELL, "cell", "cell_contents", ".cell_contents"},
	{"base", COIL_REF_BASE, "type", "__base__", ".__base__"},
	{"type", COIL_REF_TYPE, "app", "__class__", ".__class__"},
	{"constant", COIL_REF_CONST, "code", "co_consts", "constant co_consts"},
	{"keys", COIL_REF_KEYS, "type", "ht_cached_keys",
	 "keys ht_cached_keys"},
	{"scanned", COIL_REF_OTHER, "app", "+40", "at +40"},
	{"local of a frame", COIL_REF_LOCAL, "<frame>", "app",
	 "local app in work"},
	{"code of a frame", COIL_REF_CODE, "<frame>", "f_code",
	 ".f_code in work"},
	{"local of a generator", COIL_REF_LOCAL, "generator", "app",
	 "local app"},
	{"frame of a thread", COIL_REF_OTHER, "<thread>", "frame",
	 "frame in work"},
	{"dict of an interpreter", COIL_REF_OTHER, "<interpreter>", "modules",
	 "interpreter modules"},
	{"thread of an interpreter", COIL_REF_OTHER, "<interpreter>", "thread",
	 "thread"},
	{"interpreter of the root", COIL_REF_OTHER, "<root>", "",
	 "interpreter"},
};

START_TEST(reference)
{
	struct made m = make();
	struct coil_edge edge =
		find_edge(&m, references[_i].type, references[_i].kind,
			  references[_i].label);
	const struct coil_words_step *steps;
	size_t count;

	edge.flags &= (uint8_t)~COIL_EDGE_INEXACT;
	ck_assert_int_eq(coil_words_chain(m.words, &edge, 1), COIL_OK);
	steps = coil_words_steps(m.words, &count);
	ck_assert_uint_eq(count, 1);
	ck_assert_msg(!strcmp(steps->text, references[_i].words), "%s: %s",
		      references[_i].name, steps->text);
	ck_assert_uint_eq(steps->node, edge.to);
	end(&m);
}
END_TEST

/* What is doubtful says so: a word that nothing counts, and one that a scan
 * found in a frame that executes. */
static const struct {
	const char *name;
	uint8_t set, cleared;
	uint32_t holder; /* its flags */
	const char *words;
} doubts[] = {
	{"exact", 0, 0, 0, "[1]"},
	{"inexact and counted", COIL_EDGE_INEXACT, 0, 0, "[1]"},
	{"not counted", 0, COIL_EDGE_COUNTED, 0, "[1]"},
	{"inexact, not counted", COIL_EDGE_INEXACT, COIL_EDGE_COUNTED, 0,
	 "perhaps [1]"},
	{"inexact in what executes", COIL_EDGE_INEXACT, 0, COIL_FLAG_EXECUTING,
	 "perhaps [1]"},
};

START_TEST(doubtful)
{
	struct made m = make();
	struct coil_edge edge = find_edge(&m, "list", COIL_REF_ITEM, "1");
	const struct coil_words_step *steps;
	size_t count;

	edge.flags |= doubts[_i].set;
	edge.flags &= (uint8_t)~doubts[_i].cleared;
	m.g->flags[edge.from] |= doubts[_i].holder;
	ck_assert_int_eq(coil_words_chain(m.words, &edge, 1), COIL_OK);
	steps = coil_words_steps(m.words, &count);
	ck_assert_msg(!strcmp(steps->text, doubts[_i].words), "%s: %s",
		      doubts[_i].name, steps->text);
	end(&m);
}
END_TEST

/* Below the nodes above all objects. */
static const struct {
	const char *root, *words;
} roots[] = {
	{"<native>", "native str"},
	{"<unreachable>", "unreachable str"},
	{"<static>", "static str"},
	{"<root>", "root str"},
};

START_TEST(root)
{
	struct made m = make();
	struct coil_edge edge = {
		.from = find_node(&m, roots[_i].root, ""),
		.to = find_node(&m, "type", "<class 'str'>"),
	};
	const struct coil_words_step *steps;
	size_t count;

	ck_assert_int_eq(coil_words_chain(m.words, &edge, 1), COIL_OK);
	steps = coil_words_steps(m.words, &count);
	ck_assert_msg(!strcmp(steps->text, roots[_i].words), "%s: %s",
		      roots[_i].root, steps->text);
	end(&m);
}
END_TEST

/* What an object is called by its shortest path. */
static const struct {
	const char *name, *type, *value, *label;
} labels[] = {
	{"the root", "<root>", "", ""},
	{"interpreter", "<interpreter>", "", "interpreter"},
	{"thread", "<thread>", "", "thread"},
	{"frame", "<frame>", "", "thread frame in work"},
	{"module", "module", "", "module app"},
	{"variable", "list", "['app', 'x', 'Node']", "module app.x"},
	{"variable of sys", "int", "51053296", "module sys.hexversion"},
	{"namespace", "dict", "{'x': ['app', 'x', 'Node'], 'Node': 12345}",
	 "module app.__dict__"},
	{"key of a namespace", "str", "'x'", "module app.__dict__ key 'x'"},
	{"local", "tuple", "('app', 'x', 'Node')", "thread local app in work"},
	{"constants", "tuple", "(('app', 'x', 'Node'),)",
	 "thread.f_code in work constant co_consts"},
};

START_TEST(label)
{
	struct made m = make();
	coil_node node = find_node(&m, labels[_i].type, labels[_i].value);
	const char *text = NULL;

	/* The second is of the first's making. */
	for (int again = 0; again < 2; again++) {
		ck_assert_int_eq(
			coil_words_label(m.words, m.paths, node, &text),
			COIL_OK);
		ck_assert_msg(!strcmp(text, labels[_i].label), "%s: %s",
			      labels[_i].name, text);
	}
	end(&m);
}
END_TEST

/* Every path leads step by step to its node, and none is without words. */
START_TEST(paths)
{
	struct made m = make();
	const struct coil_words_step *steps;
	uint64_t reached = 0;
	size_t count;

	for (coil_node n = 0; n < coil_graph_node_count(m.g); n++) {
		uint32_t distance = coil_paths_distance(m.paths, n);

		ck_assert_int_eq(coil_words_path(m.words, m.paths, n), COIL_OK);
		steps = coil_words_steps(m.words, &count);
		ck_assert_uint_le(count, distance);
		ck_assert(!count == (!distance || distance == UINT32_MAX));
		for (size_t i = 0; i < count; i++)
			ck_assert(*steps[i].text);
		ck_assert(!count || steps[count - 1].node == n);
		reached += count;
	}
	ck_assert_uint_gt(reached, 100);
	ck_assert_int_eq(coil_words_chain(m.words, NULL, 0), COIL_OK);
	coil_words_steps(m.words, &count);
	ck_assert_uint_eq(count, 0);
	end(&m);
}
END_TEST

/* Depth, objects reached, words. */
#define MERGED_ROW "%u %llu %s\n"

START_TEST(one_tree)
{
	struct made m = make();
	struct coil_merged_step step;
	struct coil_merged *merged;
	char text[400];
	size_t size = 0;
	coil_node nodes[] = {
		find_node(&m, "list", "['app', 'x', 'Node']"),
		find_node(&m, "int", "12345"),
		find_node(&m, "int", "51053296"),
		find_node(&m, "str", "'x'"),
		find_node(&m, "str", "'Node'"),
	};

	ck_assert_int_eq(coil_merged_find(m.s, m.paths, nodes, countof(nodes),
					  &merged, NULL),
			 COIL_OK);
	while (coil_merged_next(merged, &step))
		size += (size_t)snprintf(
			text + size, sizeof(text) - size, MERGED_ROW,
			step.depth, (unsigned long long)step.count, step.words);
	ck_assert_str_eq(text, "0 4 module app\n"
			       "1 1 .__dict__ key 'x'\n"
			       "1 1 .__dict__ key 'Node'\n"
			       "1 1 .x\n"
			       "1 1 .Node\n"
			       "0 1 module sys.hexversion\n");
	coil_merged_free(merged);
	coil_merged_free(NULL);
	ck_assert_int_eq(
		coil_merged_find(m.s, m.paths, nodes, 0, &merged, NULL),
		COIL_OK);
	ck_assert(!coil_merged_next(merged, &step));
	coil_merged_free(merged);
	end(&m);
}
END_TEST

/* By what the objects at one path have become more. */
static int64_t change_of(const struct coil_growths *growths, const char *words)
{
	struct coil_growth g;

	for (size_t i = 0; i < coil_growths_count(growths); i++) {
		coil_growths_get(growths, i, &g);
		if (!strcmp(g.words, words))
			return g.count_change;
	}
	return 0;
}

/* The namespace of sys is lost, then it is there again. */
START_TEST(growth)
{
	struct heapimage *h = make_heap();
	struct made after = make(), before;
	struct coil_growth g, last = {.size_change = INT64_MAX};
	struct coil_growths *growths;

	heapimage_put(h, h->interpreter + h->layout->PyInterpreterState.sysdict,
		      0);
	before = open_heap(h);
	ck_assert_int_eq(coil_growths_find(before.s, before.s, &growths, NULL),
			 COIL_OK);
	ck_assert_uint_eq(coil_growths_count(growths), 0);
	coil_growths_free(growths);
	coil_growths_free(NULL);

	ck_assert_int_eq(coil_growths_find(before.s, after.s, &growths, NULL),
			 COIL_OK);
	for (size_t i = 0; i < coil_growths_count(growths); i++) {
		coil_growths_get(growths, i, &g);
		ck_assert_int_le(g.size_change, last.size_change);
		ck_assert(g.count_change || g.size_change);
		last = g;
	}
	ck_assert_int_eq(change_of(growths, "module sys.hexversion"), 1);
	ck_assert_int_eq(change_of(growths, "native {'hexversion': 51053296}"),
			 -1);
	ck_assert_int_eq(change_of(growths, "module app.x"), 0);
	coil_growths_free(growths);
	end(&before);
	end(&after);
}
END_TEST

/* Items of the list and of the tuple: L for the list, T for the tuple, S for
 * what they had. */
static const struct {
	const char *name, *list, *tuple;
	const char *words;
} cycles[] = {
	{"none", "SSS", "SSS", NULL},
	{"itself", "LSS", "SSS", "list[0] \u2192 list"},
	{"another item", "SLS", "SSS", "list[1] \u2192 list"},
	{"two", "SST", "LSS", "list[2] \u2192 tuple[0] \u2192 list"},
};

/* Put objects @what into the items from @at on. */
static void put_items(struct heapimage *h, uint64_t at, const char *what,
		      uint64_t list, uint64_t tuple)
{
	for (; *what; what++, at += 8)
		if (*what != 'S')
			heapimage_put(h, at, *what == 'L' ? list : tuple);
}

START_TEST(cycle)
{
	struct made like = make(), m;
	struct heapimage *h = make_heap();
	const struct coil_layout *l = h->layout;
	uint64_t list = coil_graph_address(
		like.g, find_node(&like, "list", "['app', 'x', 'Node']"));
	uint64_t tuple = coil_graph_address(
		like.g, find_node(&like, "tuple", "('app', 'x', 'Node')"));
	const struct coil_dominators *d;
	struct coil_shape_options wanted = {.each = _i % 2};
	struct coil_cycle_shape shape;
	struct coil_shapes *shapes;
	struct coil_cycles *c;
	bool *types;

	put_items(h, load64(heapimage_at(h, list + l->PyListObject.ob_item, 8)),
		  cycles[_i].list, list, tuple);
	put_items(h, tuple + l->PyTupleObject.ob_item, cycles[_i].tuple, list,
		  tuple);
	m = open_heap(h);
	types = calloc(coil_graph_type_count(m.g), sizeof(*types));
	types[coil_graph_type_index(m.g, coil_graph_find(m.g, list))] = true;
	wanted.types = types;
	ck_assert_int_eq(coil_snapshot_dominators(m.s, &d, NULL), COIL_OK);
	ck_assert_int_eq(coil_cycles_find(m.g, d, &c, NULL), COIL_OK);
	ck_assert_int_eq(coil_shapes_find(m.s, c, &wanted, &shapes, NULL),
			 COIL_OK);
	ck_assert_msg(coil_shapes_count(shapes) == !!cycles[_i].words,
		      "%s: %zu", cycles[_i].name, coil_shapes_count(shapes));
	if (cycles[_i].words) {
		coil_shapes_get(shapes, 0, &shape);
		ck_assert_msg(!strcmp(shape.words, cycles[_i].words), "%s: %s",
			      cycles[_i].name, shape.words);
		ck_assert(!shape.sum.garbage);
	}
	coil_shapes_free(shapes);
	coil_shapes_free(NULL);
	coil_cycles_free(c);
	free(types);
	end(&like);
	end(&m);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, reference, 0, countof(references));
	tcase_add_loop_test(tc, doubtful, 0, countof(doubts));
	tcase_add_loop_test(tc, root, 0, countof(roots));
	tcase_add_loop_test(tc, label, 0, countof(labels));
	tcase_add_test(tc, paths);
	tcase_add_test(tc, one_tree);
	tcase_add_test(tc, growth);
	tcase_add_loop_test(tc, cycle, 0, countof(cycles));
}
