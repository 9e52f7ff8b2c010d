/* SPDX-License-Identifier: MIT */
/*
 * Look-ups a second of coil_image_view() over random addresses of a core:
 *	bench_lookup CORE [MILLIONS]
 * Prints the modules, then seconds and look-ups a second, one TSV line each
 * for a random segment byte and for addresses that follow one another.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "image/image.h"

/* Addresses drawn before the clock starts. */
#define DRAWN (1 << 20)

/* Processor time: other work on the machine does not count. */
static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static uint64_t draw(uint64_t *state)
{
	/* xorshift64 */
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void run(const struct coil_image *image, const char *what,
		const uint64_t *addresses, uint64_t lookups)
{
	double start = now(), took;
	uint64_t hits = 0;

	for (uint64_t i = 0; i < lookups; i++)
		hits += coil_image_view(image, addresses[i % DRAWN], 8) != NULL;
	took = now() - start;
	printf("%s\t%.3f s\t%.1f million/s\t%" PRIu64 " hits\n", what, took,
	       (double)lookups / took / 1e6, hits);
}

/* A byte of all that was captured, each equally likely. */
static uint64_t random_address(const struct coil_image *image, uint64_t total,
			       uint64_t *state)
{
	uint64_t at = draw(state) % total;

	for (size_t i = 0;; i++) {
		const struct coil_segment *s = &image->segments[i];

		if (at < s->end - s->start)
			return s->start + at;
		at -= s->end - s->start;
	}
}

int main(int argc, char **argv)
{
	uint64_t lookups = (argc > 2 ? strtoull(argv[2], NULL, 10) : 100) *
			   1000000,
		 state = 88172645463325252u, total = 0;
	uint64_t *addresses = malloc(DRAWN * sizeof(*addresses));
	struct coil_coverage coverage;
	struct coil_image *image;
	struct coil_error err;
	double start = now();

	if (argc < 2 || !addresses)
		return 2;
	if (coil_image_open(argv[1], NULL, &image, &err)) {
		fprintf(stderr, "bench_lookup: %s\n", err.text);
		return 2;
	}
	printf("open\t%.4f s\n", now() - start);
	coil_image_coverage(image, &coverage);
	for (size_t i = 0; i < image->segment_count; i++)
		total += image->segments[i].end - image->segments[i].start;
	printf("segments\t%zu\t%" PRIu64 " bytes\t%" PRIu64 " from modules\n",
	       image->segment_count, total, coverage.from_modules);
	for (size_t i = 0; i < image->module_count; i++)
		printf("module\t%016" PRIx64 "\t%d\t%s\n",
		       image->modules[i].start, (int)image->modules[i].state,
		       image->modules[i].path);
	for (size_t i = 0; i < DRAWN; i++)
		addresses[i] = random_address(image, total, &state);
	run(image, "random", addresses, lookups);
	for (size_t i = 0; i < DRAWN; i++)
		addresses[i] = addresses[0] + i;
	run(image, "in order", addresses, lookups);
	coil_image_close(image);
	free(addresses);
	return 0;
}
