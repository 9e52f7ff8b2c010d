/* SPDX-License-Identifier: MIT */
/*
 * Numbers of a made interpreter that are absurd: what they promise costs
 * neither memory nor time, and the rest is read.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "fuzz/heapimage.h"
#include "tests/unit.h"

#define BYTES	(1ull << 30)
#define SECONDS 10

/* As many arenas as fit into 32 bits, in a table that begins at @table. */
static void arenas(struct heapimage *h, uint64_t table)
{
	const struct coil_layout *l = h->layout;
	uint64_t state = heapimage_malloc(h, l->_obmalloc_state.size);

	heapimage_put(h, h->interpreter + l->PyInterpreterState.obmalloc,
		      state);
	heapimage_put(h, state + l->_obmalloc_state.arenas, table);
	heapimage_put32(h, state + l->_obmalloc_state.maxarenas, UINT32_MAX);
}

static void nothing(struct heapimage *h, uint64_t value)
{
	(void)h;
	(void)value;
}

static const struct {
	const char *name;
	void (*spoil)(struct heapimage *h, uint64_t value);
	uint64_t value;
	uint8_t layout; /* heapimage_layout() */
} rows[] = {
	{"nothing", nothing, 0, 12},
	{"a table of arenas at the bottom", arenas, 8, 13},
	{"one that ends at the top", arenas, UINT64_MAX - 0xfffff, 13},
};

/* A sanitizer needs more than any limit on addresses. */
static void limit(void)
{
	const struct rlimit bytes = {BYTES, BYTES};
	const struct rlimit seconds = {SECONDS, SECONDS};

#if !defined(__SANITIZE_ADDRESS__)
	ck_assert(!setrlimit(RLIMIT_AS, &bytes));
#else
	(void)bytes;
#endif
	ck_assert(!setrlimit(RLIMIT_CPU, &seconds));
}

START_TEST(hostile)
{
	struct heapimage *h = heapimage_new(heapimage_layout(rows[_i].layout));
	struct coil_snapshot *s = calloc(1, sizeof(*s));
	struct coil_error err = {.status = COIL_OK};
	struct coil_graph *g = NULL;

	ck_assert_ptr_nonnull(s);
	rows[_i].spoil(h, rows[_i].value);
	limit();
	s->image = heapimage_image(h);
	ck_assert_msg(coil_runtime_open(s->image, NULL, &s->runtime, &err) ==
			      COIL_OK,
		      "%s: %s", rows[_i].name, err.text);
	ck_assert_msg(coil_snapshot_graph(s, &g, &err) == COIL_OK, "%s: %s",
		      rows[_i].name, err.text);
	/* The collector's lists are as they were. */
	ck_assert_msg(coil_graph_object_count(g) > 100,
		      "%s: %" PRIu64 " objects", rows[_i].name,
		      coil_graph_object_count(g));
	coil_snapshot_close(s);
	heapimage_free(h);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_loop_test(tc, hostile, 0, countof(rows));
	tcase_set_timeout(tc, 60);
}
