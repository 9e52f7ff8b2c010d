/* SPDX-License-Identifier: MIT */
/*
 * What it costs to ask machine code, on the objects of a core:
 *	bench_traverse CORE [REPEAT]
 * Prints one TSV line a means (objects, types, references, nanoseconds an
 * object); one for the runs alone of objects that are interpreted, of those
 * whose layout was inferred, and of all that have a tp_traverse, whatever they
 * are read by (instructions and nanoseconds an object); and one for inference
 * (types, microseconds a type, the first time with decoding and again without).
 * Processor time, the least of REPEAT rounds (inference: of one).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "objects/plan.h"
#include "walk/walk.h"

#define MEANS (COIL_MEANS_NONE + 1)

struct counter {
	struct coil_sink sink; /* first */
	uint64_t refs;
};

struct group {
	uint64_t *addresses;
	size_t count, room, types;
};

/* Processor time: other work on the machine does not count. */
static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void count(struct coil_sink *sink)
{
	((struct counter *)sink)->refs += sink->count;
}

static void fail(const char *what)
{
	fprintf(stderr, "bench_traverse: %s\n", what);
	exit(2);
}

static void sort_out(struct coil_reader *reader, struct coil_walk *walk,
		     struct group *groups)
{
	struct coil_addrset_walk at = {0};
	char reason[COIL_REASON];
	struct coil_object object;
	uint64_t address;

	while (coil_addrset_next(&walk->nodes, &at, &address)) {
		const struct coil_plan *plan;
		struct group *g;

		if (coil_walk_kind(walk, address) != COIL_NODE_OBJECT ||
		    !coil_reader_object(reader, address, &object))
			continue;
		plan = coil_plan_get(reader, object.type);
		g = &groups[coil_plan_means(plan, reason)];
		if (!APPEND(g->addresses, g->count, g->room, address))
			fail("out of memory");
	}
	for (uint32_t i = 0; i < coil_types_count(reader->types); i++)
		groups[coil_plan_means(
			       coil_plan_get(reader,
					     coil_types_at(reader->types, i)),
			       reason)]
			.types++;
}

static void measure(struct coil_reader *reader, enum coil_means means,
		    const struct group *g, unsigned repeat)
{
	struct counter counter = {.sink.flush = count};
	double start, least = 1e9;
	struct coil_object object;

	for (unsigned n = 0; n < repeat; n++) {
		start = now();
		for (size_t i = 0; i < g->count; i++) {
			if (!coil_reader_object(reader, g->addresses[i],
						&object))
				continue;
			coil_reader_refs(reader, &object, &counter.sink);
			count(&counter.sink);
			counter.sink.count = 0;
		}
		start = now() - start;
		least = start < least ? start : least;
	}
	printf("%s\t%zu objects\t%zu types\t%" PRIu64 " references\t%.1f ns\n",
	       coil_means_names[means], g->count, g->types,
	       counter.refs / repeat,
	       g->count ? least / (double)g->count * 1e9 : 0);
}

/* A run of a type's tp_traverse. */
struct call {
	uint64_t code, self;
};

/* The calls for those of @g's objects that the collector would traverse. */
static size_t take_calls(struct coil_reader *reader, const struct group *g,
			 struct call *calls)
{
	struct coil_object object;
	size_t count = 0;

	for (size_t i = 0; i < g->count; i++) {
		const struct coil_plan *plan;

		if (!coil_reader_object(reader, g->addresses[i], &object) ||
		    !(object.type->flags & COIL_TP_HAVE_GC))
			continue;
		plan = coil_plan_get(reader, object.type);
		if (plan && plan->solid->traverse)
			calls[count++] = (struct call){plan->solid->traverse,
						       object.address};
	}
	return count;
}

/* The runs alone of all objects of @groups[0, count). */
static void measure_runs(struct coil_reader *reader, const char *what,
			 const struct group *groups, size_t count,
			 unsigned repeat)
{
	uint64_t steps = 0, visits = 0, faults = 0;
	size_t room = 1, calls = 0;
	struct call *list;
	double start, least = 1e9;

	for (size_t i = 0; i < count; i++)
		room += groups[i].count;
	list = malloc(room * sizeof(*list));
	if (!list)
		fail("out of memory");
	for (size_t i = 0; i < count; i++)
		calls += take_calls(reader, &groups[i], list + calls);
	for (unsigned n = 0; n < repeat; n++) {
		start = now();
		for (size_t i = 0; i < calls; i++) {
			struct coil_run run;

			faults += coil_traverse_call(reader->traverse,
						     list[i].code, list[i].self,
						     &run) != COIL_FAULT_NONE;
			steps += run.steps;
			visits += run.count;
		}
		start = now() - start;
		least = start < least ? start : least;
	}
	if (calls)
		printf("runs, %s\t%zu objects\t%" PRIu64 " faults\t"
		       "%.1f visits\t%.1f instructions\t%.1f ns\t"
		       "%.2f ns an instruction\n",
		       what, calls, faults / repeat,
		       (double)visits / (double)(calls * repeat),
		       (double)steps / (double)(calls * repeat),
		       least / (double)calls * 1e9,
		       least / (double)steps * repeat * 1e9);
	free(list);
}

/* Every C type with a tp_traverse that can be read. */
static void infer(struct coil_reader *reader, const char *when)
{
	double start = now(), took;
	uint32_t types = 0, fixed = 0;

	for (uint32_t i = 0; i < coil_types_count(reader->types); i++) {
		const struct coil_type *t = coil_types_at(reader->types, i);
		const struct coil_plan *plan = coil_plan_get(reader, t);
		const struct coil_shape shape = {
			.code = t->traverse,
			.type = t->address,
			.basicsize = t->basicsize,
			.itemsize = t->itemsize,
			.prefix = t->prefix,
			.ob_type = reader->layout->PyObject.ob_type,
		};
		struct coil_slots slots;

		if (!t->traverse || plan->solid != t)
			continue;
		types++;
		fixed += coil_traverse_infer(reader->traverse, &shape,
					     &slots) == COIL_FAULT_NONE;
		free(slots.offsets);
	}
	took = now() - start;
	printf("inference, %s\t%u types\t%u fixed\t%.1f us a type\n", when,
	       types, fixed, types ? took / types * 1e6 : 0);
}

int main(int argc, char **argv)
{
	unsigned repeat = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 5;
	struct group groups[MEANS] = {0};
	struct coil_runtime *runtime;
	struct coil_image *image;
	struct coil_reader reader;
	struct coil_walk walk;
	struct coil_error err;

	if (argc < 2 || !repeat)
		fail("usage: bench_traverse CORE [REPEAT]");
	if (coil_image_open(argv[1], NULL, &image, &err) ||
	    coil_runtime_open(image, NULL, &runtime, &err) ||
	    coil_reader_open(runtime, &reader, &err) ||
	    coil_walk_heap(&reader, &walk, NULL, NULL, NULL, &err))
		fail(err.text);
	sort_out(&reader, &walk, groups);
	for (unsigned i = 0; i < MEANS; i++)
		measure(&reader, (enum coil_means)i, &groups[i], repeat);
	measure_runs(&reader, "interpreted", &groups[COIL_MEANS_INTERPRETED], 1,
		     repeat);
	measure_runs(&reader, "inferred", &groups[COIL_MEANS_INFERRED], 1,
		     repeat);
	measure_runs(&reader, "all", groups, MEANS, repeat);
	coil_traverse_free(reader.traverse);
	reader.traverse = coil_traverse_new(image);
	infer(&reader, "decoding");
	infer(&reader, "again");
	for (unsigned i = 0; i < MEANS; i++)
		free(groups[i].addresses);
	coil_walk_free(&walk);
	coil_reader_close(&reader);
	coil_runtime_close(runtime);
	coil_image_close(image);
	return 0;
}
