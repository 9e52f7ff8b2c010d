/* SPDX-License-Identifier: MIT */
/*
 * The machine over arbitrary code and memory.  An input is a byte that says how
 * many blocks of 16 bytes are code, one with tp_basicsize / 8, one with the
 * prefix / 8, the rest memory that begins with the object.
 */
#include <stdlib.h>

#include "image/build.h"
#include "traverse/traverse.h"
#include "fuzz.h"

/* Most steps of an input: of two calls, and of an inference. */
#define STEPS (2 * 1200000u + 265 * 50000u + 1000000u)

#define CODE   0x10000u
#define MEMORY 0x20000u
#define HEAD   3u

/* Seeds: code as compilers make it, and what each instruction does. */
static const uint8_t simple[] = {
	3,    5,    2, /* 48 bytes of code, 40 of object, 16 before it */
	0x55, 0x48, 0x89, 0xfd, 0x53, 0x48, 0x89, 0xf3,	      /* push, mov */
	0x41, 0x54, 0x49, 0x89, 0xd4, 0x48, 0x8b, 0x7f, 0x10, /* [rdi+16] */
	0x48, 0x85, 0xff, 0x74, 0x09, 0xff, 0xd3, /* test, jz, call */
	0x85, 0xc0, 0x75, 0x0e, 0x48, 0x8b, 0x7d, 0x18, 0x4c, 0x89, 0xe2,
	0x31, 0xc0, 0x48, 0x85, 0xff, 0x74, 0x02, 0xff, 0xd3, 0x90, 0x90,
	0x90, 1,    0,	  0,	0,    0,    0,	  0,	0,    0,    2,
	0,    0,    0,	  0,	0,    0,    0x10, 0,	2,    0,    0,
	0,    0,    0,	  0x20, 0,    2,    0,	  0,	0,    0,    0,
};
static const uint8_t loop[] = {
	2,    6,    0,	  0x53, 0x48, 0x8b, 0x4f, 0x10, 0x48, 0x8b, 0x5f,
	0x18, /* count, items */
	0x48, 0x8b, 0x3c, 0xcb, 0xff, 0xd6, 0x48, 0xff, 0xc9, 0x75, 0xf4,
	0x5b, 0xc3, 0x0f, 0x05, 0xcd, 0x80, 0x48, 0xf7, 0xf1, 0x0f, 0x0b,
	0x90, 1,    0,	  0,	0,    0,    0,	  0,	0,    0,    0,
	0,    0,    0,	  0,	0,    0,    3,	  0,	0,    0,    0,
	0,    0,    0,	  0,	0,    2,    0,	  0,	0,    0,    0,
};
static const uint8_t numbers[] = {
	3,    4,    4,	  0x48, 0x0f, 0xaf, 0xfe, 0x48, 0xf7, 0xff, 0xd3, 0xe0,
	0x48, 0xc1, 0xf8, 0x3f, 0x0f, 0xbc, 0xc7, 0x0f, 0xb6, 0xc0, 0x48, 0x98,
	0x48, 0x99, 0x87, 0xf7, 0x0f, 0x42, 0xc7, 0x0f, 0x94, 0xc0, 0x64, 0x48,
	0x8b, 0x04, 0x25, 0x28, 0,    0,    0,	  0x48, 0x0f, 0xa3, 0xf7, 0xe8,
	0,    0,    0,	  0,	0xc9, 0xc3, 0,	  1,	2,    3,    4,	  5,
	6,    7,    8,	  9,	10,   11,   12,	  13,	14,
};

static uint8_t *seed(unsigned number, size_t *size)
{
	static const struct {
		const uint8_t *bytes;
		size_t size;
	} seeds[] = {
		{simple, sizeof(simple)},
		{loop, sizeof(loop)},
		{numbers, sizeof(numbers)},
	};
	uint8_t *copy;

	if (number >= countof(seeds))
		return NULL;
	*size = seeds[number].size;
	copy = malloc(*size);
	if (copy)
		memcpy(copy, seeds[number].bytes, *size);
	return copy;
}

/* What @t visits, and that @plain, which does instruction by instruction what
 * @t may know beforehand, does just the same. */
static void call(struct coil_traverse *t, struct coil_traverse *plain,
		 uint64_t self)
{
	struct coil_run run, same;
	enum coil_fault fault = coil_traverse_call(t, CODE, self, &run);
	uint64_t sum = 0;

	if (fault >= COIL_VARIES_ITEMS || (fault && run.count))
		abort();
	for (size_t i = 0; i < run.count; i++)
		sum += run.visits[i].value;
	if (!coil_fault_text(fault) || (sum && !run.count))
		abort();
	if (coil_traverse_call(plain, CODE, self, &same) != fault ||
	    same.steps != run.steps || same.at != run.at ||
	    same.result != run.result || same.count != run.count)
		abort();
	for (size_t i = 0; i < run.count; i++)
		if (same.visits[i].value != run.visits[i].value ||
		    same.visits[i].from != run.visits[i].from)
			abort();
}

static void infer(struct coil_traverse *t, uint64_t basicsize, uint32_t prefix)
{
	const struct coil_shape shape = {
		.code = CODE,
		.type = MEMORY + 8,
		.basicsize = basicsize,
		.prefix = prefix,
		.ob_type = 8,
	};
	struct coil_slots slots;
	enum coil_fault fault = coil_traverse_infer(t, &shape, &slots);

	if (fault && slots.count)
		abort();
	for (uint32_t i = 0; i < slots.count; i++)
		if (slots.offsets[i] < -(int32_t)(prefix + 16) ||
		    slots.offsets[i] + 8 > (int32_t)(basicsize + 8) ||
		    slots.offsets[i] & 7)
			abort();
	free(slots.offsets);
}

static void input(const uint8_t *data, size_t size)
{
	struct coil_image *image;
	struct coil_traverse *t, *plain;
	size_t code;

	if (size < HEAD + 1)
		return;
	code = data[0] * 16u;
	if (code > size - HEAD)
		code = size - HEAD;
	image = coil_image_new();
	if (!image)
		return;
	if (coil_image_add(image, CODE, code, data + HEAD, false, false) ||
	    coil_image_add(image, MEMORY, size - HEAD - code,
			   data + HEAD + code, true, false) ||
	    coil_image_seal(image, NULL))
		abort();
	t = coil_traverse_new(image);
	plain = coil_traverse_new(image);
	if (t && plain) {
		coil_traverse_plainly(plain);
		call(t, plain, MEMORY);
		infer(t, data[1] * 8u, data[2] % 8 * 8u);
		call(t, plain, MEMORY + 8); /* as if nothing had been */
		if (coil_traverse_steps(t) > STEPS)
			abort();
	}
	coil_traverse_free(t);
	coil_traverse_free(plain);
	coil_image_close(image);
}

FUZZ_TARGET(.name = "traverse", .input = input, .seed = seed, .runs = 3000,
	    .longest = 256)
