/* SPDX-License-Identifier: MIT */
/*
 * Two threads read one image at once, each by a reader of its own, and ask one
 * graph: what they find is the same, and nothing that they share is written.
 * The second is for ThreadSanitizer to say (tests/run.sh threads).
 */
#include <pthread.h>

#include "fuzz/heapimage.h"
#include "graphmake.h"
#include "walk/build.h"
#include "walk/walk.h"
#include "tests/unit.h"

#define THREADS 2
#define CHOICES 32 /* of heapimage_layout() */

/* What one thread has read. */
struct reading {
	const struct coil_runtime *runtime;
	pthread_barrier_t *start;
	enum coil_status status;
	struct coil_graph *graph;
	uint64_t values; /* how many bytes, and what they are: summed up */
	uint64_t sum;
};

static void add_values(struct coil_reader *reader, struct reading *r)
{
	for (uint32_t i = 0; i < r->graph->object_count; i++) {
		char text[256] = "";
		struct coil_out out = {.at = text,
				       .end = text + sizeof(text) - 1};

		coil_repr(reader, r->graph->address[i], &out);
		for (const char *c = text; *c; c++, r->values++)
			r->sum = r->sum * 31 + (uint8_t)*c;
	}
}

static void *read_all(void *ctx)
{
	struct reading *r = ctx;
	struct coil_reader reader = {0};
	struct coil_walk walk = {0};

	pthread_barrier_wait(r->start);
	r->status = coil_reader_open(r->runtime, &reader, NULL);
	if (r->status == COIL_OK)
		r->status =
			coil_walk_heap(&reader, &walk, NULL, NULL, NULL, NULL);
	if (r->status == COIL_OK)
		r->status = coil_graph_build(&reader, &walk, NULL, NULL,
					     &r->graph, NULL);
	if (r->status == COIL_OK)
		add_values(&reader, r);
	coil_walk_free(&walk);
	coil_reader_close(&reader);
	return NULL;
}

/* Run @body in all threads at once. */
static void in_threads(void *(*body)(void *ctx), void *items, size_t size)
{
	pthread_t threads[THREADS];

	for (size_t i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, body,
						(char *)items + i * size),
				 0);
	for (size_t i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}

static void check_same(const struct coil_graph *a, const struct coil_graph *b)
{
	ck_assert_uint_eq(a->object_count, b->object_count);
	ck_assert_uint_eq(a->type_count, b->type_count);
	ck_assert_uint_eq(a->edge_count, b->edge_count);
	ck_assert_mem_eq(a->address, b->address,
			 a->node_count * sizeof(*a->address));
	ck_assert_mem_eq(a->type, b->type, a->node_count * sizeof(*a->type));
	ck_assert_mem_eq(a->flags, b->flags, a->node_count * sizeof(*a->flags));
	ck_assert_mem_eq(a->edge_target, b->edge_target,
			 a->edge_count * sizeof(*a->edge_target));
	ck_assert_mem_eq(a->edge_flags, b->edge_flags, a->edge_count);
}

START_TEST(one_image)
{
	struct heapimage *h = heapimage_new(heapimage_layout((uint8_t)_i));
	struct coil_image *image = heapimage_image(h);
	struct coil_runtime *runtime = heapimage_runtime(h, image);
	struct reading readings[THREADS];
	pthread_barrier_t start;

	ck_assert_int_eq(pthread_barrier_init(&start, NULL, THREADS), 0);
	for (size_t i = 0; i < THREADS; i++)
		readings[i] =
			(struct reading){.runtime = runtime, .start = &start};
	in_threads(read_all, readings, sizeof(*readings));
	ck_assert_int_eq(readings[0].status, COIL_OK);
	ck_assert_uint_gt(readings[0].graph->object_count, 100);
	ck_assert_uint_gt(readings[0].values, 100);
	for (size_t i = 1; i < THREADS; i++) {
		ck_assert_int_eq(readings[i].status, COIL_OK);
		check_same(readings[0].graph, readings[i].graph);
		ck_assert_uint_eq(readings[0].sum, readings[i].sum);
	}
	for (size_t i = 0; i < THREADS; i++)
		coil_graph_free(readings[i].graph);
	pthread_barrier_destroy(&start);
	coil_runtime_close(runtime);
	coil_image_close(image);
	heapimage_free(h);
}
END_TEST

/* Long rows, whose order is made when it is first asked for. */
#define ROWS  8u
#define ITEMS 500u

struct asking {
	const struct coil_graph *graph;
	pthread_barrier_t *start;
	uint64_t sum; /* of all that refers to anything, in order */
};

static void *ask_all(void *ctx)
{
	struct asking *a = ctx;

	pthread_barrier_wait(a->start);
	for (coil_node n = 0; n < coil_graph_node_count(a->graph); n++) {
		struct coil_edges it = coil_graph_in(a->graph, n);
		struct coil_edge e;

		while (coil_edges_next(&it, &e))
			a->sum = a->sum * 31 + e.from * ITEMS + e.ordinal;
	}
	return NULL;
}

START_TEST(one_graph)
{
	struct graphmake *make = graphmake_new(ROWS + ITEMS);
	struct asking askings[THREADS];
	struct coil_graph *graph;
	pthread_barrier_t start;

	for (uint32_t n = 0; n < ROWS; n++)
		for (uint32_t i = ITEMS; i-- > 0;)
			graphmake_edge(make, n, ROWS + i, EDGE_STRONG);
	graph = graphmake_finish(make, 3);
	ck_assert_int_eq(coil_graph_index_in(graph), COIL_OK);
	ck_assert_int_eq(pthread_barrier_init(&start, NULL, THREADS), 0);
	for (size_t i = 0; i < THREADS; i++)
		askings[i] = (struct asking){.graph = graph, .start = &start};
	in_threads(ask_all, askings, sizeof(*askings));
	ck_assert_uint_ne(askings[0].sum, 0);
	for (size_t i = 1; i < THREADS; i++)
		ck_assert_uint_eq(askings[0].sum, askings[i].sum);
	pthread_barrier_destroy(&start);
	coil_graph_free(graph);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, one_image, 0, CHOICES);
	tcase_add_test(tc, one_graph);
}
