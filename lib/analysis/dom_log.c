/* SPDX-License-Identifier: MIT */
/* The log of edges that the search cannot fold at once: chunks of 4 KiB a
 * bucket, cut from slabs. */
#include <stdlib.h>
#include <string.h>

#include "analysis/dom_log.h"
#include "base/base.h"

#define CHUNK 4084
#define SLAB  64

struct dom_chunk {
	struct dom_chunk *newer;
	uint32_t used; /* bytes, once there is a newer one */
	uint8_t bytes[CHUNK];
};

struct dom_slab {
	struct dom_slab *next;
	size_t used;
	struct dom_chunk chunks[SLAB];
};

bool dom_log_init(struct dom_log *log, uint32_t targets)
{
	log->slabs = NULL;
	log->bucket_count = ((size_t)targets >> DOM_BUCKET_SHIFT) + 1;
	log->buckets = calloc(log->bucket_count, sizeof(*log->buckets));
	return log->buckets;
}

void dom_log_free(struct dom_log *log)
{
	while (log->slabs) {
		struct dom_slab *next = log->slabs->next;

		free(log->slabs);
		log->slabs = next;
	}
	free(log->buckets);
	log->buckets = NULL;
}

bool dom_log_extend(struct dom_log *log, struct dom_bucket *bucket)
{
	struct dom_slab *slab = log->slabs;
	struct dom_chunk *chunk;

	if (!slab || slab->used == SLAB) {
		slab = malloc(sizeof(*slab));
		if (!slab)
			return false;
		slab->next = log->slabs;
		slab->used = 0;
		log->slabs = slab;
	}
	chunk = &slab->chunks[slab->used++];
	chunk->newer = NULL;
	if (bucket->newest) {
		bucket->newest->used =
			(uint32_t)(bucket->at - bucket->newest->bytes);
		bucket->newest->newer = chunk;
	} else {
		bucket->oldest = chunk;
	}
	bucket->newest = chunk;
	bucket->at = chunk->bytes;
	bucket->end = chunk->bytes + CHUNK;
	return true;
}

/* Reads a bucket from its first edge. */
struct reader {
	const struct dom_chunk *chunk;
	const uint8_t *at, *end;
	const struct dom_bucket *bucket;
	uint32_t place, source;
};

static void open_chunk(struct reader *r, const struct dom_chunk *chunk)
{
	r->chunk = chunk;
	r->at = chunk->bytes;
	r->end = chunk == r->bucket->newest ? r->bucket->at
					    : chunk->bytes + chunk->used;
}

/* The next edge: its target's place, counted from the bucket's last, so that
 * targets descend in the sorted array. */
static void read_edge(struct reader *r)
{
	uint32_t left = 0;
	unsigned shift = 0;

	if (r->at == r->end)
		open_chunk(r, r->chunk->newer);
	r->place = DOM_BUCKET - 1 - load16(r->at);
	r->at += 2;
	while (*r->at & 0x80) {
		left |= (uint32_t)(*r->at++ & 0x7f) << shift;
		shift += 7;
	}
	left |= (uint32_t)*r->at++ << shift;
	r->source += left >> 1 ^ (0 - (left & 1));
}

bool dom_sorted_init(struct dom_sorted *sorted)
{
	sorted->end = malloc(DOM_BUCKET * sizeof(*sorted->end));
	sorted->source = NULL;
	sorted->room = 0;
	return sorted->end;
}

void dom_sorted_free(struct dom_sorted *sorted)
{
	free(sorted->end);
	free(sorted->source);
}

bool dom_log_sort(const struct dom_log *log, size_t bucket,
		  struct dom_sorted *sorted)
{
	const struct dom_bucket *b = &log->buckets[bucket];
	struct reader r = {.bucket = b};
	uint32_t *start = sorted->end, sum = 0;
	uint32_t *source;

	if (!RESERVE(sorted->source, sorted->room, (size_t)b->count + 1))
		return false;
	source = sorted->source;
	memset(start, 0, DOM_BUCKET * sizeof(*start));
	open_chunk(&r, b->oldest);
	for (uint32_t i = 0; i < b->count; i++) {
		read_edge(&r);
		start[r.place]++;
	}
	for (size_t i = 0; i < DOM_BUCKET; i++) {
		uint32_t n = start[i];

		start[i] = sum;
		sum += n;
	}
	r.source = 0;
	open_chunk(&r, b->oldest);
	for (uint32_t i = 0; i < b->count; i++) {
		read_edge(&r);
		source[start[r.place]++] = r.source;
	}
	return true;
}
