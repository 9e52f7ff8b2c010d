/* SPDX-License-Identifier: MIT */
#ifndef COIL_ANALYSIS_DOM_LOG_H
#define COIL_ANALYSIS_DOM_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Edges from a higher to a lower number, as the search meets them: put into
 * buckets by target, read back bucket by bucket, sorted in the cache.
 *
 * In a bucket an edge is 16 bits for the target's place in it, then how far its
 * source is from the one before, which is near: zigzag, seven bits a byte, the
 * lowest first.  Half of eight bytes an edge.
 */

#define DOM_BUCKET_SHIFT 16
#define DOM_BUCKET	 ((uint32_t)1 << DOM_BUCKET_SHIFT) /* targets */

struct dom_chunk;

struct dom_bucket {
	uint8_t *at, *end; /* free room of its newest chunk */
	struct dom_chunk *newest, *oldest;
	uint32_t source; /* of the last edge */
	uint32_t count;	 /* edges */
};

/* The most bytes that an edge takes. */
#define DOM_ENTRY 7

struct dom_log {
	struct dom_bucket *buckets;
	size_t bucket_count;
	struct dom_slab *slabs;
};

/* Sources of the edges to one bucket's targets, by descending target. */
struct dom_sorted {
	uint32_t *end;	  /* [DOM_BUCKET], by place: the last target's is 0 */
	uint32_t *source; /* those of place p end where end[p] says */
	size_t room;
};

bool dom_log_init(struct dom_log *log, uint32_t targets);
void dom_log_free(struct dom_log *log);

/* A new chunk for a bucket that is full; false: no memory. */
bool dom_log_extend(struct dom_log *log, struct dom_bucket *bucket);

static inline bool dom_log_add(struct dom_log *log, uint32_t target,
			       uint32_t source)
{
	struct dom_bucket *bucket = &log->buckets[target >> DOM_BUCKET_SHIFT];
	uint32_t step = source - bucket->source;
	uint32_t left = step << 1 ^ (uint32_t)((int32_t)step >> 31);
	uint8_t *at;

	if (bucket->end - bucket->at < DOM_ENTRY &&
	    !dom_log_extend(log, bucket))
		return false;
	at = bucket->at;
	*at++ = (uint8_t)target;
	*at++ = (uint8_t)(target >> 8);
	for (; left >= 0x80; left >>= 7)
		*at++ = (uint8_t)(left | 0x80);
	*at++ = (uint8_t)left;
	bucket->at = at;
	bucket->source = source;
	bucket->count++;
	return true;
}

/* Sort a bucket that is not empty; false: no memory. */
bool dom_log_sort(const struct dom_log *log, size_t bucket,
		  struct dom_sorted *sorted);
bool dom_sorted_init(struct dom_sorted *sorted);
void dom_sorted_free(struct dom_sorted *sorted);

#endif
