/* SPDX-License-Identifier: MIT */
/*
 * A made interpreter, damaged: walked, its graph built and asked everything.
 *
 * The first byte of the input says which version it is, whether the interpreter
 * has to be found, and whether its blocks are mimalloc's; hits of DAMAGE_SIZE
 * bytes follow.
 */
#include <stdlib.h>

#include "ask.h"
#include "damage.h"
#include "fuzz.h"

#define FIND	 0x80u
#define MIMALLOC 0x40u /* from 3.13 on */

static uint8_t *seed(unsigned number, size_t *size)
{
	uint8_t *bytes;

	if (number >= 22)
		return NULL;
	*size = 1 + number * DAMAGE_SIZE;
	bytes = calloc(1, *size);
	if (!bytes)
		abort();
	bytes[0] = (uint8_t)((8 + number % 8) | (number % 3 ? 0 : FIND));
	if (number >= 16)
		bytes[0] = (uint8_t)((13 + number % 3) | MIMALLOC |
				     (number % 2 ? 0 : FIND));
	for (size_t i = 1; i < *size; i++)
		bytes[i] = (uint8_t)(i * 37 + number * 11);
	return bytes;
}

/* The image, opened as coil_snapshot_open() does; NULL: refused. */
static struct coil_snapshot *open_snapshot(struct heapimage *h, bool find)
{
	struct coil_snapshot *s = heapimage_snapshot(h);
	struct coil_error err = {.status = COIL_OK};

	if (!find)
		return s;
	coil_runtime_close(s->runtime);
	s->runtime = NULL;
	if (coil_runtime_open(s->image, NULL, &s->runtime, &err)) {
		if (!err.text[0])
			abort();
		coil_snapshot_close(s);
		return NULL;
	}
	return s;
}

static void input(const uint8_t *data, size_t size)
{
	/* Made once: damage is undone. */
	static struct heapimage *made[64];
	struct damage damage;
	struct coil_snapshot *s;
	struct heapimage *h;
	size_t n;

	if (!size)
		return;
	n = (data[0] & 0x1f) | (data[0] & MIMALLOC) >> 1;
	if (!made[n])
		made[n] = (n & 0x20 ? heapimage_new_mimalloc : heapimage_new)(
			heapimage_layout((uint8_t)(n & 0x1f)));
	h = made[n];
	damage.count = 0;
	damage_apply(h, &damage, data + 1, size - 1);
	s = open_snapshot(h, data[0] & FIND);
	if (s)
		ask_everything(s);
	coil_snapshot_close(s);
	damage_undo(h, &damage);
}

FUZZ_TARGET(.name = "walk", .input = input, .seed = seed, .runs = 300,
	    .longest = 385)
