/* SPDX-License-Identifier: MIT */
/* How fast graphs are analysed, as ratios taken in one run: see README. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "analysis/bulk.h"
#include "coil/analysis.h"
#include "tests/bench/oracle.h"
#include "tests/heapmake.h"

#define ROUNDS 5

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A figure of /proc/self/status in bytes. */
static double status_bytes(const char *name)
{
	char line[256];
	double kib = 0;
	FILE *f = fopen("/proc/self/status", "r");

	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, name, strlen(name)))
			kib = atof(line + strlen(name));
	}
	if (f)
		fclose(f);
	return kib * 1024;
}

/* Let VmHWM start again from what is in use now: proc(5), clear_refs. */
static void reset_peak(void)
{
	FILE *f = fopen("/proc/self/clear_refs", "w");

	if (f) {
		fputs("5", f);
		fclose(f);
	}
}

/* What plain depth-first search writes: touched before the clock starts. */
struct plain {
	uint32_t *preorder, *parent, *order;
	struct plain_frame {
		uint32_t node;
		uint64_t at;
	} * stack;
	uint32_t next;
};

static void *filled(size_t count, size_t size, bool huge)
{
	void *p = huge ? coil_bulk_new(count, size) : malloc(count * size);

	if (!p)
		abort();
	memset(p, 0xff, count * size);
	return p;
}

static void plain_init(struct plain *p, const struct coil_graph *g, bool huge)
{
	size_t n = g->node_count;

	p->preorder = filled(n, sizeof(*p->preorder), huge);
	p->parent = filled(n, sizeof(*p->parent), huge);
	p->order = filled(n, sizeof(*p->order), huge);
	p->stack = filled(n, sizeof(*p->stack), huge);
}

static void discard(void *p, size_t count, size_t size, bool huge)
{
	if (huge)
		coil_bulk_free(p, count, size);
	else
		free(p);
}

static void plain_free(struct plain *p, const struct coil_graph *g, bool huge)
{
	size_t n = g->node_count;

	discard(p->preorder, n, sizeof(*p->preorder), huge);
	discard(p->parent, n, sizeof(*p->parent), huge);
	discard(p->order, n, sizeof(*p->order), huge);
	discard(p->stack, n, sizeof(*p->stack), huge);
}

static void plain_reset(struct plain *p, const struct coil_graph *g)
{
	memset(p->preorder, 0xff, g->node_count * sizeof(*p->preorder));
	p->next = 0;
}

/* The yardstick: iterative, straightforward, over the graph's own rows. */
static void plain_search(struct plain *p, const struct coil_graph *g)
{
	uint32_t node = coil_graph_root_index(g);
	size_t depth = 0;

	p->order[p->next] = node;
	p->preorder[node] = p->next++;
	p->stack[depth++] = (struct plain_frame){node, g->edge_offset[node]};
	while (depth) {
		struct plain_frame *top = &p->stack[depth - 1];
		uint32_t to;

		if (top->at == g->edge_offset[top->node + 1]) {
			depth--;
			continue;
		}
		to = g->edge_target[top->at++];
		if (p->preorder[to] != UINT32_MAX)
			continue;
		p->order[p->next] = to;
		p->preorder[to] = p->next++;
		p->parent[to] = top->node;
		p->stack[depth++] =
			(struct plain_frame){to, g->edge_offset[to]};
	}
}

static double least(double a, double b)
{
	return a < b ? a : b;
}

static void describe(const struct coil_graph *g)
{
	uint32_t *in = calloc(g->node_count, sizeof(*in));
	double once = 0, leaves = 0, n = g->node_count;

	for (uint64_t e = 0; in && e < g->edge_count; e++)
		in[g->edge_target[e]]++;
	for (uint32_t i = 0; in && i < g->node_count; i++) {
		once += in[i] == 1;
		leaves += g->edge_offset[i] == g->edge_offset[i + 1];
	}
	printf("nodes\t%u\nedges a node\t%.2f\nreferred to once\t%.0f %%\n"
	       "leaves\t%.0f %%\n",
	       g->node_count, (double)g->edge_count / n, 100 * once / n,
	       100 * leaves / n);
	free(in);
}

static double fused_seconds(const struct coil_graph *g, double *bytes)
{
	struct coil_dominators *d = NULL;
	double before, start, seconds;

	malloc_trim(0);
	reset_peak();
	before = status_bytes("VmRSS:");
	start = cpu_seconds();
	if (coil_dominators_find(g, &d, NULL) != COIL_OK)
		abort();
	seconds = cpu_seconds() - start;
	*bytes = status_bytes("VmHWM:") - before;
	coil_dominators_free(d);
	return seconds;
}

static double plain_seconds(struct plain *p, const struct coil_graph *g)
{
	double start;

	plain_reset(p, g);
	start = cpu_seconds();
	plain_search(p, g);
	return cpu_seconds() - start;
}

/* The least of some rounds: what disturbs only adds. */
struct figures {
	double plain, huge, fused, bytes;
};

static void measure(const struct coil_graph *g, struct figures *f)
{
	struct plain plain, huge;

	plain_init(&plain, g, false);
	plain_init(&huge, g, true);
	*f = (struct figures){1e9, 1e9, 1e9, 0};
	for (int i = 0; i < ROUNDS; i++) {
		double bytes;

		f->plain = least(f->plain, plain_seconds(&plain, g));
		f->huge = least(f->huge, plain_seconds(&huge, g));
		f->fused = least(f->fused, fused_seconds(g, &bytes));
		f->bytes = bytes > f->bytes ? bytes : f->bytes;
	}
	plain_free(&plain, g, false);
	plain_free(&huge, g, true);
}

static void compare(uint32_t objects, bool scatter, bool with_oracle)
{
	struct coil_graph *g = heapmake(objects, scatter);
	struct figures f;
	double n, rows;

	if (!g)
		abort();
	n = g->node_count;
	rows = 12 + 5 * (double)g->edge_count / n;
	printf("\norder\t%s\n", scatter ? "scattered" : "as made");
	describe(g);
	measure(g, &f);
	printf("plain search\t%.3f s\nfused pass\t%.3f s\n"
	       "fused / plain\t%.2f (plain on huge pages: %.2f)\n",
	       f.plain, f.fused, f.fused / f.plain, f.fused / f.huge);
	printf("bytes a node\t%.1f (pass %.1f, rows and sizes %.1f)\n",
	       f.bytes / n + rows, f.bytes / n, rows);
	if (with_oracle)
		oracle_report(g, f.plain, f.fused);
	coil_graph_free(g);
	fflush(stdout);
}

static double trap_seconds(uint32_t links)
{
	struct coil_graph *g = heapmake_trap(links);
	double best = 1e9, bytes;

	for (int i = 0; i < ROUNDS; i++)
		best = least(best, fused_seconds(g, &bytes));
	printf("trap, %u links\t%.3f s\n", links, best);
	coil_graph_free(g);
	return best;
}

/* bench_graph [OBJECTS [ORACLE]]: 1000000 and 1 unless said. */
int main(int argc, char **argv)
{
	uint32_t objects = argc > 1 ? (uint32_t)atol(argv[1]) : 1000000;
	bool with_oracle = argc > 2 ? atoi(argv[2]) : true;
	double small, large;

	compare(objects, false, with_oracle);
	compare(objects, true, false);
	printf("\n");
	small = trap_seconds(100000);
	large = trap_seconds(1000000);
	printf("trap grows\t%.1f times\n", large / small);
	return 0;
}
