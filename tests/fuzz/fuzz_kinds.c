/* SPDX-License-Identifier: MIT */
/*
 * One object of every kind, of any contents: its references, its buffers, its
 * size and its value, alone and as part of a class.
 *
 * An input is a byte that says which version, one or two that say which kind,
 * and hits of three bytes: how and what, one for each word of the object in
 * turn, and then of memory that it may own.
 */
#include <stdlib.h>

#include "base/base.h"
#include "damage.h"
#include "fuzz.h"
#include "objects/plan.h"

#define HEAD 3u
#define HIT  3u
#define OWN  256u /* bytes of memory that it may own */

struct made {
	struct heapimage *h;
	struct coil_image *image;
	struct coil_runtime *runtime;
	uint64_t own;
};

static uint8_t *seed(unsigned number, size_t *size)
{
	uint8_t *bytes;

	if (number >= 8 * coil_kind_count)
		return NULL;
	*size = HEAD + 40 * HIT;
	bytes = calloc(1, *size);
	if (!bytes)
		abort();
	bytes[0] = (uint8_t)(8 + number / coil_kind_count);
	bytes[1] = (uint8_t)number;
	bytes[2] = (uint8_t)(number >> 8);
	/* The count and the type stay. */
	bytes[HEAD] = bytes[HEAD + HIT] = 6;
	for (size_t i = HEAD + 2 * HIT; i < *size; i += HIT) {
		bytes[i] = (uint8_t)("\x00\x04\x07\x05"[(i + number) % 4]);
		bytes[i + 1] = (uint8_t)(i / HIT + number);
	}
	return bytes;
}

static const struct made *make(size_t n)
{
	static struct made made[32];
	struct made *m = &made[n];

	if (m->h)
		return m;
	m->h = heapimage_new(heapimage_layout((uint8_t)n));
	m->own = heapimage_malloc(m->h, OWN);
	m->h->buffers.count = 0;
	for (uint64_t i = 0; i < OWN; i += 32)
		heapimage_note(&m->h->buffers, m->own + i);
	m->image = heapimage_image(m->h);
	m->runtime = heapimage_runtime(m->h, m->image);
	return m;
}

struct told {
	struct coil_sink sink; /* first */
	uint64_t count, sum;
};

static void take(struct coil_sink *sink)
{
	struct told *t = (struct told *)sink;

	for (unsigned i = 0; i < sink->count; i++) {
		const struct coil_ref *r = &sink->refs[i];

		if (!r->target ||
		    (r->flags & COIL_EDGE_KIND) >= COIL_REF_KINDS ||
		    r->label_type > COIL_LABEL_CSTRING ||
		    r->node > COIL_NODE_INTERPRETER)
			abort();
		t->sum = (t->sum ^ r->target ^ r->label ^ r->flags) * 31;
		t->count++;
	}
}

static void take_buffer(struct coil_buffers *buffers, uint64_t address,
			uint64_t bytes)
{
	(void)buffers;
	(void)address;
	(void)bytes;
}

static void tell(struct coil_reader *reader, const struct coil_object *object,
		 struct told *t)
{
	t->sink.flush = take;
	t->sink.count = 0;
	t->sink.missing = t->count = t->sum = 0;
	t->sink.stop = t->sink.inexact = false;
	coil_reader_refs(reader, object, &t->sink);
	take(&t->sink);
}

static void ask(struct coil_reader *reader, const struct coil_object *object)
{
	struct coil_buffers buffers = {take_buffer};
	static struct told first, second;
	char text[300];
	bool known;

	/* The order never changes: labels are told by it. */
	tell(reader, object, &first);
	tell(reader, object, &second);
	if (first.count != second.count || first.sum != second.sum)
		abort();
	coil_reader_buffers(reader, object, &buffers);
	(void)coil_reader_size(reader, object, &known);
	for (size_t room = 1; room <= sizeof(text); room = room * 7 + 2) {
		struct coil_out out = {.at = text, .end = text + room - 1};

		text[0] = '\0';
		(void)coil_value(reader, object, &out);
		if (out.at > out.end || *out.at)
			abort();
	}
}

static void ask_all(const struct made *m, uint64_t address)
{
	const struct heapimage *h = m->h;
	struct coil_object object;
	struct coil_reader reader;

	if (coil_reader_open(m->runtime, &reader, NULL) == COIL_OK) {
		for (size_t i = 0; i < h->types.count; i++)
			coil_types_get(reader.types, h->types.at[i]);
		if (coil_reader_object(&reader, address, &object))
			ask(&reader, &object);
	}
	coil_reader_close(&reader);
}

static void input(const uint8_t *data, size_t size)
{
	struct damage damage = {.count = 0};
	const struct made *m;
	uint64_t address;

	if (size < HEAD)
		return;
	m = make(data[0] & 0x1f);
	address = m->h->samples.at[load16(data + 1) % coil_kind_count];
	if (!address)
		return;
	for (size_t i = HEAD; size - i >= HIT && i < HEAD + 64 * HIT;
	     i += HIT) {
		size_t word = (i - HEAD) / HIT;
		uint64_t at = word < 32 ? address + word * 8
					: m->own + (word - 32) * 8;

		damage_word(m->h, &damage, at, data[i], load16(data + i + 1));
	}
	ask_all(m, address);
	damage_undo(m->h, &damage);
}

FUZZ_TARGET(.name = "kinds", .input = input, .seed = seed, .runs = 3000,
	    .longest = 256)
